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

struct list {
    const char *name;
    struct text *out;
};

static enum MHD_Result add_line(void *context, enum MHD_ValueKind kind, const char *name,
                                const char *value)
{
    (void)kind;
    struct list *list = context;
    if (strcasecmp(name, list->name) == 0) {
        if (list->out->size > 0)
            text_add(list->out, ",", 1);
        text_add_string(list->out, value);
    }
    return MHD_YES;
}

void exchange_list(const struct exchange *exchange, const char *name, struct text *out)
{
    struct list list = {name, out};
    MHD_get_connection_values(exchange->mhd, MHD_HEADER_KIND, add_line, &list);
}

struct address exchange_client(const struct exchange *exchange)
{
    const struct http_options *options = exchange->traffic->options;
    struct text list = {0};
    if (options->trusted_proxy_count > 0)
        exchange_list(exchange, "X-Forwarded-For", &list); /* some proxies add a line */
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

static void find_route(struct exchange *exchange)
{
    const char *path = exchange->path;
    const char *method = exchange->method;
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

/* What MHD makes of a request's line. */
struct request_line {
    const char *method;
    const char *path;
    const char *version;
};

static struct exchange *begin_exchange(struct traffic *traffic, struct MHD_Connection *connection,
                                       const struct request_line *line)
{
    static_assert(sizeof(struct exchange) <= 1032, "malloc() has a cache, for no more than that");
    struct exchange *exchange = malloc(sizeof *exchange);
    if (exchange == NULL)
        return NULL;
    *exchange = (struct exchange){
        .traffic = traffic,
        .mhd = connection,
        .connection =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context,
        .method = line->method,
        .path = line->path,
        .begun_us = clock_monotonic_us()};
    deadline_begin(exchange->connection, CONNECTION_READING, exchange->begun_us / 1000);
    traffic->alive++;
    http_read_head(exchange, line->version);
    find_route(exchange);
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

/* What clients send that must send something: `{}`, with blanks or without. */
static bool is_empty_object(const struct text *body)
{
    static const char object[] = "{}";
    size_t found = 0;
    for (size_t i = 0; i < body->size; i++) {
        if (body->bytes[i] != '\0' && strchr(" \t\r\n", body->bytes[i]) != NULL)
            continue;
        if (found == strlen(object) || body->bytes[i] != object[found++])
            return false;
    }
    return found == strlen(object);
}

/* Whether all of the body is what the route takes; that it is not may show at its end alone. */
static bool is_body_refused(struct exchange *exchange)
{
    const bool is_none = exchange->route->body == ROUTE_BODY_NONE;
    struct fault fault;
    if (exchange->received > http_body_max(exchange) ||
        (is_none && exchange->received > 0 && !is_empty_object(&exchange->body))) {
        (void)http_refuse_body(exchange, &fault);
        reply_problem(&exchange->reply, &fault);
        return true;
    }
    if (is_none)
        text_free(&exchange->body);
    return false;
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
    if (is_body_refused(exchange) || http_read_query(exchange) != ERR_OK)
        return http_send_reply(exchange);
    if (exchange->route->handle(traffic->options->context, exchange) == HANDLED_NOW)
        return http_send_reply(exchange);
    exchange->state = EXCHANGE_WAITING;
    exchange->traffic->waiting++;
    MHD_suspend_connection(exchange->mhd);
    return MHD_YES;
}

/* A chunked body turns out too large only in its middle, where HTTP has no answer: a little more is
 * read, so that its sender may hear it, but not for ever. */
static enum MHD_Result take_body(struct exchange *exchange, const char *data, size_t *size)
{
    enum { EXCESS_MAX = 64 * 1024 };
    if (exchange->route == NULL)
        return MHD_NO;
    const size_t most = http_body_max(exchange);
    exchange->received += *size;
    if (exchange->received > most + EXCESS_MAX)
        return MHD_NO;
    if (exchange->received <= most)
        text_add(&exchange->body, data, *size);
    *size = 0;
    return exchange->body.failed ? MHD_NO : MHD_YES;
}

enum MHD_Result http_on_request(void *context, struct MHD_Connection *connection, const char *path,
                                const char *method, const char *version, const char *data,
                                size_t *size, void **slot)
{
    struct exchange *exchange = *slot;
    if (exchange == NULL) {
        exchange =
            begin_exchange(context, connection, &(struct request_line){method, path, version});
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
