#include "http/send.h"

#include "base/clock.h"
#include "base/log.h"
#include "http/deadline.h"
#include "http/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Of what its reader does not take, little may pile up in the kernel. */
enum { SEND_BUFFER = 64 * 1024, LOGGED_PATH = 160 };

enum {
    /* Answers that are being sent hold no more memory than this, all together: as much as brains do
     * by default. The largest, four thousand moves in detail, takes 2 MB. */
    ANSWERS_MAX = 64 << 20,
    /* Smaller ones are always sent: those to whatever changes something are. */
    ANSWER_SMALL = 16 << 10,
    /* Nothing that does not wait takes as long, unless the machine or the client is in trouble. */
    SLOW_REQUEST_US = 1000 * 1000,
};

/* A line for each change and each failure, and for what took long; a plain answer is worth one only
 * when debugging, or if it is asked for. */
static enum log_level level_of(const struct exchange *exchange, int64_t took_us)
{
    const struct http_options *options = exchange->traffic->options;
    const unsigned status = exchange->reply.status;
    const bool is_slow = !exchange->is_patient && took_us >= SLOW_REQUEST_US;
    if (status >= 500 || is_slow)
        return LOG_WARN;
    return options->logs_access || status >= 400 || status == 201 || status == 202 ? LOG_INFO
                                                                                   : LOG_DEBUG;
}

static void log_exchange(const struct exchange *exchange, int64_t took_us)
{
    const enum log_level level = level_of(exchange, took_us);
    if (!log_enabled(level))
        return;
    const struct address address = exchange_client(exchange);
    char client[INET6_ADDRSTRLEN];
    char path[LOGGED_PATH]; /* what does not fit is cut, and leaves room for what follows it */
    address_format(&address, client);
    snprintf(path, sizeof path, "%s", exchange->path);
    LOG(level, "request", LOG_TEXT("id", exchange->request_id), LOG_TEXT("client", client),
        LOG_TEXT("method", exchange->method), LOG_TEXT("path", path),
        LOG_NUMBER("status", exchange->reply.status),
        LOG_NUMBER("bytes", exchange->reply.body.size + exchange->reply.fixed_size),
        LOG_NUMBER("us", took_us));
}

static void count_answer(const struct exchange *exchange, int64_t took_us)
{
    struct traffic *traffic = exchange->traffic;
    if (!exchange->is_patient)
        durations_add(&traffic->latency, took_us);
    const struct http_options *options = traffic->options;
    size_t route = exchange->route != NULL ? (size_t)(exchange->route - options->routes)
                                           : options->route_count;
    traffic->answers[route][exchange->reply.status]++;
}

/* For pages of another origin (the Fetch standard's CORS protocol). */
static void add_cors(struct MHD_Response *response, const struct reply *reply)
{
    MHD_add_response_header(response, "Access-Control-Allow-Origin", reply->origin);
    MHD_add_response_header(response, "Vary", "Origin");
    if (reply->is_preflight) {
        MHD_add_response_header(response, "Access-Control-Allow-Methods", reply->allow);
        MHD_add_response_header(response, "Access-Control-Allow-Headers",
                                "Authorization, Content-Type, Idempotency-Key, If-None-Match,"
                                " Last-Event-ID, X-Request-Id");
        MHD_add_response_header(response, "Access-Control-Max-Age", "600");
    } else {
        MHD_add_response_header(response, "Access-Control-Expose-Headers",
                                "ETag, Location, Retry-After, X-Request-Id");
    }
}

static void add_headers(struct MHD_Response *response, const struct exchange *exchange)
{
    const struct reply *reply = &exchange->reply;
    MHD_add_response_header(response, "X-Request-Id", exchange->request_id);
    if (reply->content_type != NULL)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->content_type);
    if (reply->location[0] != '\0')
        MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, reply->location);
    if (reply->etag[0] != '\0')
        MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, reply->etag);
    if (reply->cache_control != NULL)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, reply->cache_control);
    if (reply->challenge != NULL)
        MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, reply->challenge);
    if (reply->origin != NULL)
        add_cors(response, reply);
    if (reply->allow != NULL)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, reply->allow);
    for (const char *const *more = reply->headers; more != NULL && *more != NULL; more += 2)
        MHD_add_response_header(response, more[0], more[1]);
    if (reply->retry_after_s > 0) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%u", reply->retry_after_s);
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
    }
    if (atomic_load(&exchange->traffic->draining) || exchange->connection->is_refused ||
        exchange->is_last)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

/* What of a stream has been made, but not sent yet. */
struct sending {
    struct exchange *exchange;
    struct stream *stream;
    struct text piece;
    size_t sent; /* of the piece */
};

static ssize_t read_stream(void *context, uint64_t position, char *out, size_t size)
{
    (void)position;
    struct sending *sending = context;
    struct text *piece = &sending->piece;
    if (sending->sent == piece->size) {
        piece->size = sending->sent = 0;
        sending->stream->next(sending->stream, piece);
        if (sending->stream->pauses) {
            sending->exchange->is_paused = true;
            MHD_suspend_connection(sending->exchange->mhd);
            return 0;
        }
    }
    if (piece->failed)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (piece->size == 0)
        return MHD_CONTENT_READER_END_OF_STREAM;
    size_t left = piece->size - sending->sent;
    size_t taken = left < size ? left : size;
    memcpy(out, piece->bytes + sending->sent, taken);
    sending->sent += taken;
    return (ssize_t)taken;
}

static void free_sending(void *context)
{
    struct sending *sending = context;
    sending->stream->free(sending->stream);
    text_free(&sending->piece);
    free(sending);
}

static struct MHD_Response *make_streamed(struct exchange *exchange)
{
    struct reply *reply = &exchange->reply;
    enum { BLOCK = 32 * 1024 };
    struct sending *sending = calloc(1, sizeof *sending);
    if (sending == NULL)
        return NULL;
    sending->exchange = exchange;
    sending->stream = reply->stream;
    struct MHD_Response *response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, BLOCK, read_stream, sending, free_sending);
    if (response == NULL) {
        free(sending);
        return NULL;
    }
    reply->stream = NULL; /* the response's now */
    /* Else MHD would send the last chunk of a body, of which HEAD has none. This closes the
     * connection. */
    if (strcmp(exchange->method, "HEAD") == 0)
        (void)MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
    return response;
}

static struct MHD_Response *make_response(struct exchange *exchange)
{
    struct reply *reply = &exchange->reply;
    if (reply->stream != NULL)
        return make_streamed(exchange);
    if (reply->fixed != NULL)
        return MHD_create_response_from_buffer(reply->fixed_size, (void *)reply->fixed,
                                               MHD_RESPMEM_PERSISTENT);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(reply->body.size, reply->body.bytes, MHD_RESPMEM_MUST_FREE);
    if (response != NULL)
        reply->body = (struct text){0}; /* the response's now */
    return response;
}

static void refuse_to_send(struct exchange *exchange)
{
    struct reply *reply = &exchange->reply;
    exchange->traffic->refused[HTTP_REFUSED_ANSWERS]++;
    if (reply->stream != NULL)
        reply->stream->free(reply->stream);
    reply->stream = NULL;
    reply->etag[0] = '\0';
    reply_error(reply, ERR_BUSY, "there are too many large answers that are not read yet");
}

/* An answer takes memory until its reader has taken it, which is the reader's to decide. */
static void count_memory(struct exchange *exchange)
{
    struct traffic *traffic = exchange->traffic;
    const struct reply *reply = &exchange->reply;
    const size_t size = reply->stream != NULL ? reply->stream->size : reply->body.capacity;
    if (size > ANSWER_SMALL && reply->status == 200 && traffic->answers_size + size > ANSWERS_MAX) {
        refuse_to_send(exchange);
        return;
    }
    exchange->answer_size = size;
    traffic->answers_size += size;
    if (size > SEND_BUFFER || reply->fixed_size > SEND_BUFFER ||
        (reply->stream != NULL && reply->stream->lasts))
        setsockopt(exchange->connection->fd, SOL_SOCKET, SO_SNDBUF, &(int){SEND_BUFFER},
                   sizeof(int));
}

enum MHD_Result http_send_reply(struct exchange *exchange)
{
    struct reply *reply = &exchange->reply;
    if (reply->body.failed) { /* not even a problem's body found memory */
        text_free(&reply->body);
        if (reply->status < 500)
            reply->status = reply_status(ERR_NO_MEMORY);
    }
    count_memory(exchange);
    const int64_t now_us = clock_monotonic_us();
    const int64_t took_us = now_us - exchange->begun_us;
    const bool lasts = reply->stream != NULL && reply->stream->lasts;
    log_exchange(exchange, took_us);
    count_answer(exchange, took_us);
    exchange_release(exchange);
    struct MHD_Response *response = make_response(exchange);
    if (response == NULL)
        return MHD_NO;
    add_headers(response, exchange);
    if (lasts)
        MHD_add_response_header(response, "X-Accel-Buffering",
                                "no"); /* nginx passes it on at once */
    else
        deadline_begin(exchange->connection, CONNECTION_ANSWERING, now_us / 1000);
    enum MHD_Result result = MHD_queue_response(exchange->mhd, reply->status, response);
    MHD_destroy_response(response);
    return result;
}
