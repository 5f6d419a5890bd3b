#include "api/http_exchange.h"

#include "api/reply.h"
#include "base/clock.h"
#include "base/log.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum exchange_state { EXCHANGE_READING, EXCHANGE_WAITING, EXCHANGE_ANSWERED };

struct exchange {
    struct traffic *traffic;
    struct MHD_Connection *connection;
    enum exchange_state state;
    const struct route *route; /* NULL where the reply was clear from the head */
    const char *method;
    char path[160]; /* for the log; what does not fit is cut */
    struct route_parameters parameters;
    char request_id[HTTP_REQUEST_ID_SIZE];
    const char *query[ROUTE_QUERY_MAX]; /* values, in the order of the route's names */
    struct text body;
    struct reply reply;
    void *attachment; /* NULL = none */
    void (*release)(void *attachment);
    int64_t begun_ms;
};

/* What a handler sees. */

struct reply *exchange_reply(struct exchange *exchange)
{
    return &exchange->reply;
}

const char *exchange_body(const struct exchange *exchange, size_t *out_size)
{
    *out_size = exchange->body.size;
    return exchange->body.bytes;
}

const char *exchange_parameter(const struct exchange *exchange, unsigned index)
{
    return exchange->parameters.value[index];
}

const char *exchange_query(const struct exchange *exchange, unsigned index)
{
    return exchange->query[index];
}

const char *exchange_header(const struct exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

void exchange_attach(struct exchange *exchange, void *attachment, void (*release)(void *attachment))
{
    assert(exchange->attachment == NULL);
    exchange->attachment = attachment;
    exchange->release = release;
}

void *exchange_attachment(const struct exchange *exchange)
{
    return exchange->attachment;
}

static void detach(struct exchange *exchange)
{
    if (exchange->attachment != NULL)
        exchange->release(exchange->attachment);
    exchange->attachment = NULL;
}

void exchange_digest(const struct exchange *exchange, uint8_t out[SHA256_SIZE])
{
    struct sha256 hash;
    sha256_start(&hash);
    sha256_add(&hash, exchange->method, strlen(exchange->method) + 1);
    sha256_add(&hash, exchange->path, strlen(exchange->path) + 1);
    sha256_add(&hash, exchange->body.bytes, exchange->body.size);
    sha256_end(&hash, out);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

size_t http_unescape(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        int high = *in == '%' ? hex_value(in[1]) : -1;
        int low = high >= 0 ? hex_value(in[2]) : -1;
        char c = low >= 0 ? (char)(high << 4 | low) : '\0';
        if (c != '\0' && c != '/')
            in += 2;
        else
            c = *in;
        *out++ = c;
    }
    *out = '\0';
    return (size_t)(out - text);
}

/* Request ids. */

static bool is_request_id(const char *text)
{
    size_t length = strlen(text);
    return length >= 1 && length < HTTP_REQUEST_ID_SIZE &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
               length;
}

static void identify(struct exchange *exchange)
{
    const char *given =
        MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "X-Request-Id");
    if (given != NULL && is_request_id(given)) {
        memcpy(exchange->request_id, given, strlen(given) + 1);
        return;
    }
    static const char hex[] = "0123456789abcdef";
    uint64_t number = rng_next(&exchange->traffic->rng);
    for (unsigned i = 0; i < 16; i++)
        exchange->request_id[i] = hex[number >> (4 * i) & 15];
    exchange->request_id[16] = '\0';
}

static void find_route(struct exchange *exchange, const char *path, const char *method)
{
    const struct http_options *options = exchange->traffic->options;
    exchange->route =
        route_find(options->routes, options->route_count, method, path, &exchange->parameters);
    if (exchange->route != NULL)
        return;
    const char *allowed = route_allowed(options->routes, options->route_count, path);
    if (*allowed == '\0') {
        reply_error(&exchange->reply, ERR_NOT_FOUND, "there is nothing at this path");
        return;
    }
    reply_error(&exchange->reply, ERR_METHOD, "this path does not do that");
    exchange->reply.allow = allowed;
}

/* What a request's head promises of its body. */

struct framing {
    unsigned content_lengths;
    unsigned transfer_encodings;
    bool is_chunked;
    uint64_t content_length;
};

static enum MHD_Result take_framing(void *context, enum MHD_ValueKind kind, const char *key,
                                    const char *value)
{
    (void)kind;
    struct framing *framing = context;
    if (strcasecmp(key, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
        framing->content_lengths++;
        framing->content_length = value != NULL ? strtoull(value, NULL, 10) : 0;
    } else if (strcasecmp(key, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        framing->transfer_encodings++;
        framing->is_chunked = value != NULL && strcasecmp(value, "chunked") == 0;
    }
    return MHD_YES;
}

static bool is_json_type(const char *type)
{
    static const char *const accepted[] = {"application/json", "application/x-www-form-urlencoded"};
    if (type == NULL)
        return true;
    size_t length = strcspn(type, "; \t");
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++)
        if (strlen(accepted[i]) == length && strncasecmp(type, accepted[i], length) == 0)
            return true;
    return false;
}

/* Whether the answer stands before any body is read. MHD accepts requests whose length can be read
 * in two ways, which is how requests are smuggled past proxies (RFC 9112, 6.3), and waits for ever
 * on codings that it does not know. */
static bool is_settled_by_head(struct exchange *exchange)
{
    struct framing framing = {0};
    MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, take_framing, &framing);
    bool has_body = framing.content_length > 0 || framing.transfer_encodings > 0;
    const char *type = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND,
                                                   MHD_HTTP_HEADER_CONTENT_TYPE);
    struct fault fault = {.err = ERR_OK};
    if (framing.content_lengths + framing.transfer_encodings > 1)
        (void)fault_set(&fault, ERR_MALFORMED, NULL,
                        "the body's length must be said once, and in one way");
    else if (framing.transfer_encodings == 1 && !framing.is_chunked)
        (void)fault_set(&fault, ERR_MALFORMED, NULL, "the only Transfer-Encoding is chunked");
    else if (exchange->route == NULL)
        return has_body; /* its reply is there already */
    else if (has_body && exchange->route->body_max == 0)
        (void)fault_set(&fault, ERR_TOO_LARGE, NULL, "a body has no place here");
    else if (framing.content_length > exchange->route->body_max)
        (void)fault_set(&fault, ERR_TOO_LARGE, NULL, "the body may have at most %zu bytes here",
                        exchange->route->body_max);
    else if (exchange->route->body_max > 0 && !is_json_type(type))
        (void)fault_set(&fault, ERR_MEDIA_TYPE, NULL, "the body must be application/json");
    if (fault.err != ERR_OK)
        reply_problem(&exchange->reply, &fault);
    return fault.err != ERR_OK;
}

/* The query: only what the route names, each once. */

struct query {
    struct exchange *exchange;
    struct fault fault;
};

static enum MHD_Result take_query_value(void *context, enum MHD_ValueKind kind, const char *key,
                                        const char *value)
{
    (void)kind;
    struct query *query = context;
    struct exchange *exchange = query->exchange;
    const char *const *names = exchange->route->query;
    unsigned i = 0;
    while (i < ROUTE_QUERY_MAX && names[i] != NULL && strcmp(names[i], key) != 0)
        i++;
    if (i == ROUTE_QUERY_MAX || names[i] == NULL)
        (void)fault_set(&query->fault, ERR_MALFORMED, key, "there is no such parameter");
    else if (exchange->query[i] != NULL)
        (void)fault_set(&query->fault, ERR_MALFORMED, key, "stands there twice");
    else
        exchange->query[i] = value != NULL ? value : "";
    return query->fault.err == ERR_OK ? MHD_YES : MHD_NO;
}

static enum err read_query(struct exchange *exchange)
{
    struct query query = {.exchange = exchange};
    MHD_get_connection_values(exchange->connection, MHD_GET_ARGUMENT_KIND, take_query_value,
                              &query);
    if (query.fault.err != ERR_OK)
        reply_problem(&exchange->reply, &query.fault);
    return query.fault.err;
}

/* The life of an exchange. */

static struct exchange *begin_exchange(struct traffic *traffic, struct MHD_Connection *connection,
                                       const char *path, const char *method)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL)
        return NULL;
    exchange->traffic = traffic;
    exchange->connection = connection;
    exchange->begun_ms = clock_monotonic_ms();
    exchange->method = method; /* lives as long as the request */
    snprintf(exchange->path, sizeof exchange->path, "%s", path);
    traffic->alive++;
    identify(exchange);
    find_route(exchange, path, method);
    return exchange;
}

void http_on_completed(void *context, struct MHD_Connection *connection, void **slot,
                       enum MHD_RequestTerminationCode code)
{
    (void)connection;
    (void)code;
    struct traffic *traffic = context;
    struct exchange *exchange = *slot;
    if (exchange == NULL)
        return;
    detach(exchange);
    text_free(&exchange->body);
    text_free(&exchange->reply.body);
    if (exchange->reply.stream != NULL)
        exchange->reply.stream->free(exchange->reply.stream);
    free(exchange);
    traffic->alive--;
    *slot = NULL;
}

/* A line for each change and each failure; a plain answer is worth one only when debugging. */
static void log_exchange(const struct exchange *exchange)
{
    unsigned status = exchange->reply.status;
    enum log_level level = status >= 500                    ? LOG_WARN
                           : status >= 400                  ? LOG_INFO
                           : status == 201 || status == 202 ? LOG_INFO
                                                            : LOG_DEBUG;
    if (log_enabled(level))
        LOG(level, "request", LOG_TEXT("id", exchange->request_id),
            LOG_TEXT("method", exchange->method), LOG_TEXT("path", exchange->path),
            LOG_NUMBER("status", status), LOG_NUMBER("bytes", exchange->reply.body.size),
            LOG_NUMBER("ms", clock_monotonic_ms() - exchange->begun_ms));
}

static void count_answer(const struct exchange *exchange)
{
    const struct http_options *options = exchange->traffic->options;
    size_t route = exchange->route != NULL ? (size_t)(exchange->route - options->routes)
                                           : options->route_count;
    exchange->traffic->answers[route][exchange->reply.status]++;
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
    if (reply->allow != NULL)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, reply->allow);
    if (reply->retry_after_s > 0) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%u", reply->retry_after_s);
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
    }
    if (atomic_load(&exchange->traffic->draining))
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

/* What of a stream has been made, but not sent yet. */
struct sending {
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

static struct MHD_Response *make_streamed(struct reply *reply)
{
    enum { BLOCK = 32 * 1024 };
    struct sending *sending = calloc(1, sizeof *sending);
    if (sending == NULL)
        return NULL;
    sending->stream = reply->stream;
    struct MHD_Response *response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, BLOCK, read_stream, sending, free_sending);
    if (response == NULL)
        free(sending);
    else
        reply->stream = NULL; /* the response's now */
    return response;
}

static struct MHD_Response *make_response(struct reply *reply)
{
    if (reply->stream != NULL)
        return make_streamed(reply);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(reply->body.size, reply->body.bytes, MHD_RESPMEM_MUST_FREE);
    if (response != NULL)
        reply->body = (struct text){0}; /* the response's now */
    return response;
}

static enum MHD_Result send_reply(struct exchange *exchange)
{
    struct reply *reply = &exchange->reply;
    if (reply->body.failed) { /* not even a problem's body found memory */
        text_free(&reply->body);
        reply->status = reply_status(ERR_NO_MEMORY);
    }
    log_exchange(exchange);
    count_answer(exchange);
    detach(exchange);
    struct MHD_Response *response = make_response(reply);
    if (response == NULL)
        return MHD_NO;
    add_headers(response, exchange);
    enum MHD_Result result = MHD_queue_response(exchange->connection, reply->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result handle(struct exchange *exchange)
{
    const struct traffic *traffic = exchange->traffic;
    exchange->state = EXCHANGE_ANSWERED;
    if (exchange->route == NULL)
        return send_reply(exchange);
    if (atomic_load(&traffic->draining) && !exchange->route->while_draining) {
        reply_error(&exchange->reply, ERR_STOPPING, "the daemon is going down");
        return send_reply(exchange);
    }
    if (read_query(exchange) != ERR_OK)
        return send_reply(exchange);
    if (exchange->route->handle(traffic->options->context, exchange) == HANDLED_NOW)
        return send_reply(exchange);
    exchange->state = EXCHANGE_WAITING;
    exchange->traffic->waiting++;
    MHD_suspend_connection(exchange->connection);
    return MHD_YES;
}

/* A chunked body turns out too large only in its middle, where HTTP has no answer. */
static enum MHD_Result take_body(struct exchange *exchange, const char *data, size_t *size)
{
    if (exchange->route == NULL || *size > exchange->route->body_max - exchange->body.size)
        return MHD_NO;
    text_add(&exchange->body, data, *size);
    *size = 0;
    return exchange->body.failed ? MHD_NO : MHD_YES;
}

enum MHD_Result http_on_request(void *context, struct MHD_Connection *connection, const char *path,
                                const char *method, const char *version, const char *data,
                                size_t *size, void **slot)
{
    (void)version;
    struct exchange *exchange = *slot;
    if (exchange == NULL) {
        exchange = begin_exchange(context, connection, path, method);
        if (exchange == NULL)
            return MHD_NO;
        *slot = exchange;
        if (!is_settled_by_head(exchange))
            return MHD_YES;
        /* Answering now, before the body, closes the connection: as it should, since where the
         * next request begins is not to be trusted or not worth reading up to. */
        exchange->state = EXCHANGE_ANSWERED;
        return send_reply(exchange);
    }
    if (*size > 0)
        return take_body(exchange, data, size);
    return exchange->state == EXCHANGE_READING ? handle(exchange) : send_reply(exchange);
}

void http_answer(struct exchange *exchange)
{
    assert(exchange->state == EXCHANGE_WAITING);
    exchange->state = EXCHANGE_ANSWERED;
    exchange->traffic->waiting--;
    exchange->traffic->resumed = true;
    MHD_resume_connection(exchange->connection);
}

void http_repeat(struct exchange *exchange)
{
    assert(exchange->state == EXCHANGE_WAITING);
    if (exchange->route->handle(exchange->traffic->options->context, exchange) == HANDLED_NOW)
        http_answer(exchange);
}
