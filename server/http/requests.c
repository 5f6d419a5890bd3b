#include "http/requests.h"

#include "base/clock.h"
#include "http/deadline.h"
#include "http/exchange.h"
#include "http/head.h"
#include "http/heavy.h"
#include "http/reply.h"
#include "http/send.h"
#include "http/target.h"

#include <string.h>

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

/* What MHD makes of a request's line. */
struct request_line {
    const char *method;
    const char *path;
    const char *version;
};

static struct exchange *begin_exchange(struct traffic *traffic, struct MHD_Connection *connection,
                                       const struct request_line *line)
{
    struct exchange *exchange = exchange_create(traffic);
    if (exchange == NULL)
        return NULL;
    exchange->mhd = connection;
    exchange->connection =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    exchange->method = line->method;
    exchange->path = line->path;
    exchange->begun_us = clock_monotonic_us();
    deadline_begin(exchange->connection, CONNECTION_READING, exchange->begun_us / 1000);
    http_read_head(exchange, line->version);
    find_route(exchange);
    return exchange;
}

void http_on_completed(void *context, struct MHD_Connection *connection, void **slot,
                       enum MHD_RequestTerminationCode code)
{
    (void)context, (void)connection, (void)code;
    struct exchange *exchange = *slot;
    if (exchange == NULL)
        return;
    deadline_end(exchange->connection, CONNECTION_IDLE);
    exchange_free(exchange);
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
    if (heavy_handle(exchange) == HANDLED_NOW)
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
