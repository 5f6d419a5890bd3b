#include "api/http_deadline.h"
#include "api/http_internal.h"

#include "api/reply.h"
#include "base/clock.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

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

const struct route *exchange_route(const struct exchange *exchange)
{
    return exchange->route;
}

const char *exchange_parameter(const struct exchange *exchange, unsigned index)
{
    return exchange->parameters.value[index];
}

const char *exchange_query(const struct exchange *exchange, unsigned index)
{
    return exchange->query[index];
}

static enum MHD_Result add_forwarded(void *context, enum MHD_ValueKind kind, const char *key,
                                     const char *value)
{
    (void)kind;
    struct text *list = context;
    if (strcasecmp(key, "X-Forwarded-For") == 0 && value != NULL) {
        text_add_string(list, ",");
        text_add_string(list, value);
    }
    return MHD_YES;
}

/* Several lines are one list (RFC 9110, 5.3): some proxies add theirs as a line of its own. */
struct address exchange_client(const struct exchange *exchange)
{
    const struct http_options *options = exchange->traffic->options;
    struct text list = {0};
    if (options->trusted_proxy_count > 0)
        MHD_get_connection_values(exchange->mhd, MHD_HEADER_KIND, add_forwarded, &list);
    const struct network *proxies = options->trusted_proxies;
    const unsigned count = options->trusted_proxy_count;
    const struct address peer = exchange->connection->peer;
    struct address client = list.failed /* cut short it would name somebody else */
                                ? client_behind("-", 1, proxies, count, peer)
                                : client_behind(list.bytes, list.size, proxies, count, peer);
    text_free(&list);
    return client;
}

void exchange_set_user(struct exchange *exchange, const char *name)
{
    if (*name != '\0') /* it is empty as it is */
        snprintf(exchange->user, sizeof exchange->user, "%s", name);
}

const char *exchange_user(const struct exchange *exchange)
{
    return exchange->user;
}

void exchange_note_patience(struct exchange *exchange)
{
    exchange->is_patient = true;
}

bool exchange_is_on_loopback(const struct exchange *exchange)
{
    return exchange->connection->is_loopback;
}

bool exchange_is_on_unix_socket(const struct exchange *exchange)
{
    return address_is_unix(&exchange->connection->peer);
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

void exchange_detach(struct exchange *exchange)
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
    if (strcmp(method, "OPTIONS") == 0) {
        exchange->reply.status = 204;
        exchange->reply.is_preflight =
            exchange_header(exchange, HTTP_HEADER_REQUEST_METHOD) != NULL;
    } else {
        reply_error(&exchange->reply, ERR_METHOD, "this path does not do that");
    }
    exchange->reply.allow = allowed;
}

/* The life of an exchange. */

static struct exchange *begin_exchange(struct traffic *traffic, struct MHD_Connection *connection,
                                       const char *path, const char *method)
{
    struct exchange *exchange = malloc(sizeof *exchange); /* faster than calloc: it has a cache */
    if (exchange == NULL)
        return NULL;
    *exchange = (struct exchange){
        .traffic = traffic,
        .mhd = connection,
        .connection =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context,
        .method = method,
        .path = path,
        .begun_us = clock_monotonic_us()};
    deadline_begin(exchange->connection, CONNECTION_READING, exchange->begun_us / 1000);
    traffic->alive++;
    http_read_head(exchange);
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
    exchange_detach(exchange);
    text_free(&exchange->body);
    text_free(&exchange->reply.body);
    if (exchange->reply.stream != NULL)
        exchange->reply.stream->free(exchange->reply.stream);
    deadline_end(exchange->connection, CONNECTION_IDLE);
    traffic->answers_size -= exchange->answer_size;
    traffic->alive--;
    free(exchange);
    *slot = NULL;
}

static enum MHD_Result handle(struct exchange *exchange)
{
    const struct traffic *traffic = exchange->traffic;
    exchange->state = EXCHANGE_ANSWERED;
    deadline_end(exchange->connection, CONNECTION_HANDLING);
    if (exchange->route == NULL || exchange->is_settled)
        return http_send_reply(exchange);
    if (atomic_load(&traffic->draining) && !exchange->route->while_draining) {
        reply_error(&exchange->reply, ERR_STOPPING, "the daemon is going down");
        return http_send_reply(exchange);
    }
    if (http_read_query(exchange) != ERR_OK)
        return http_send_reply(exchange);
    if (exchange->route->handle(traffic->options->context, exchange) == HANDLED_NOW)
        return http_send_reply(exchange);
    exchange->state = EXCHANGE_WAITING;
    exchange->traffic->waiting++;
    MHD_suspend_connection(exchange->mhd);
    return MHD_YES;
}

/* A chunked body turns out too large only in its middle, where HTTP has no answer. */
static enum MHD_Result take_body(struct exchange *exchange, const char *data, size_t *size)
{
    if (exchange->route == NULL)
        return MHD_NO;
    const size_t most = exchange->traffic->options->body_max[exchange->route->body];
    if (*size > most - exchange->body.size)
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
        if (!http_is_settled_by_head(exchange))
            return MHD_YES;
        /* Answering now, before the body, closes the connection: as it should, since where the
         * next request begins is not to be trusted or not worth reading up to. */
        exchange->state = EXCHANGE_ANSWERED;
        return http_send_reply(exchange);
    }
    if (*size > 0)
        return take_body(exchange, data, size);
    return exchange->state == EXCHANGE_READING ? handle(exchange) : http_send_reply(exchange);
}

void http_answer(struct exchange *exchange)
{
    assert(exchange->state == EXCHANGE_WAITING);
    exchange->state = EXCHANGE_ANSWERED;
    exchange->traffic->waiting--;
    exchange->traffic->resumed = true;
    MHD_resume_connection(exchange->mhd);
}

void http_repeat(struct exchange *exchange)
{
    assert(exchange->state == EXCHANGE_WAITING);
    if (exchange->route->handle(exchange->traffic->options->context, exchange) == HANDLED_NOW)
        http_answer(exchange);
}

bool exchange_is_paused(const struct exchange *exchange)
{
    return exchange->is_paused;
}

void http_cut(struct exchange *exchange)
{
    shutdown(exchange->connection->fd, SHUT_RDWR);
    http_go_on(exchange);
}

void http_go_on(struct exchange *exchange)
{
    if (!exchange->is_paused)
        return;
    exchange->is_paused = false;
    exchange->traffic->resumed = true;
    MHD_resume_connection(exchange->mhd);
}
