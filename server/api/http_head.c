/* What a request's head says. */
#include "api/http_internal.h"
#include "api/reply.h"
#include "base/clock.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const header_names[HTTP_HEADER_COUNT] = {
    [HTTP_HEADER_HOST] = "Host",
    [HTTP_HEADER_ORIGIN] = "Origin",
    [HTTP_HEADER_AUTHORIZATION] = "Authorization",
    [HTTP_HEADER_CONTENT_TYPE] = "Content-Type",
    [HTTP_HEADER_REQUEST_ID] = "X-Request-Id",
    [HTTP_HEADER_REQUEST_METHOD] = "Access-Control-Request-Method",
    [HTTP_HEADER_ACCEPT] = "Accept",
    [HTTP_HEADER_ACCEPT_ENCODING] = "Accept-Encoding",
    [HTTP_HEADER_IDEMPOTENCY_KEY] = "Idempotency-Key",
    [HTTP_HEADER_IF_NONE_MATCH] = "If-None-Match",
    [HTTP_HEADER_LAST_EVENT_ID] = "Last-Event-ID",
};

/* First by the first letter: nearly all comparisons end there, and this runs for each header of
 * each request. */
static bool is_header(const char *key, const char *name)
{
    return (key[0] | 0x20) == (name[0] | 0x20) && strcasecmp(key, name) == 0;
}

static void take_framing(struct framing *framing, const char *key, const char *value)
{
    if (is_header(key, MHD_HTTP_HEADER_CONTENT_LENGTH)) {
        framing->content_lengths++;
        framing->content_length = value != NULL ? strtoull(value, NULL, 10) : 0;
    } else if (is_header(key, MHD_HTTP_HEADER_TRANSFER_ENCODING)) {
        framing->transfer_encodings++;
        framing->is_chunked = value != NULL && strcasecmp(value, "chunked") == 0;
    }
}

static enum MHD_Result take_value(void *context, enum MHD_ValueKind kind, const char *key,
                                  const char *value)
{
    struct exchange *exchange = context;
    if (kind != MHD_HEADER_KIND) {
        exchange->has_query = true;
        return MHD_YES;
    }
    take_framing(&exchange->framing, key, value);
    unsigned i = 0;
    while (i < HTTP_HEADER_COUNT && !is_header(key, header_names[i]))
        i++;
    if (i < HTTP_HEADER_COUNT && exchange->headers[i] == NULL)
        exchange->headers[i] = value;
    return MHD_YES;
}

const char *exchange_header(const struct exchange *exchange, enum http_header header)
{
    return exchange->headers[header];
}

static bool is_request_id(const char *text)
{
    size_t length = strlen(text);
    return length >= 1 && length < HTTP_REQUEST_ID_SIZE &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
               length;
}

static void identify(struct exchange *exchange)
{
    const char *given = exchange_header(exchange, HTTP_HEADER_REQUEST_ID);
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

void http_read_head(struct exchange *exchange)
{
    MHD_get_connection_values(exchange->mhd,
                              (enum MHD_ValueKind)(MHD_HEADER_KIND | MHD_GET_ARGUMENT_KIND),
                              take_value, exchange);
    identify(exchange);
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

static bool settle(struct exchange *exchange, const struct fault *fault)
{
    exchange->reply.allow = NULL;
    exchange->is_settled = true;
    reply_problem(&exchange->reply, fault);
    return true;
}

/* Limits, and who may do what. */
static bool is_refused(struct exchange *exchange, struct fault *fault)
{
    struct traffic *traffic = exchange->traffic;
    const struct http_options *options = traffic->options;
    if (exchange->connection->is_refused) {
        (void)fault_set(fault, ERR_BUSY, NULL, "there are as many connections as can be");
    } else if (options->requests_per_second_max > 0) {
        const struct address address = exchange_client(exchange);
        struct client *client = clients_find(&traffic->clients, &address);
        if (client != NULL &&
            !client_may_ask(client, options->requests_per_second_max, clock_monotonic_ms())) {
            traffic->refused[HTTP_REFUSED_RATE]++;
            (void)fault_set(fault, ERR_TOO_FAST, NULL, "at most %u requests a second are answered",
                            options->requests_per_second_max);
        }
    }
    if (fault->err == ERR_OK)
        (void)options->admit(options->context, exchange, fault);
    return fault->err != ERR_OK;
}

/* Whether the answer stands before any body is read. MHD accepts requests whose length can be read
 * in two ways, which is how requests are smuggled past proxies (RFC 9112, 6.3), and waits for ever
 * on codings that it does not know. */
bool http_is_settled_by_head(struct exchange *exchange)
{
    const struct framing *framing = &exchange->framing;
    bool has_body = framing->content_length > 0 || framing->transfer_encodings > 0;
    struct fault fault = {.err = ERR_OK};
    size_t most =
        exchange->route != NULL ? exchange->traffic->options->body_max[exchange->route->body] : 0;
    if (framing->content_lengths + framing->transfer_encodings > 1)
        (void)fault_set(&fault, ERR_MALFORMED, NULL,
                        "the body's length must be said once, and in one way");
    else if (framing->transfer_encodings == 1 && !framing->is_chunked)
        (void)fault_set(&fault, ERR_MALFORMED, NULL, "the only Transfer-Encoding is chunked");
    else if (is_refused(exchange, &fault))
        return settle(exchange, &fault) && has_body;
    else if (exchange->route == NULL)
        return has_body; /* its reply is there already */
    else if (has_body && most == 0)
        (void)fault_set(&fault, ERR_TOO_LARGE, NULL, "a body has no place here");
    else if (framing->content_length > most)
        (void)fault_set(&fault, ERR_TOO_LARGE, NULL, "the body may have at most %zu bytes here",
                        most);
    else if (most > 0 && !is_json_type(exchange_header(exchange, HTTP_HEADER_CONTENT_TYPE)))
        (void)fault_set(&fault, ERR_MEDIA_TYPE, NULL, "the body must be application/json");
    return fault.err != ERR_OK && settle(exchange, &fault);
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

enum err http_read_query(struct exchange *exchange)
{
    if (!exchange->has_query)
        return ERR_OK;
    struct query query = {.exchange = exchange};
    MHD_get_connection_values(exchange->mhd, MHD_GET_ARGUMENT_KIND, take_query_value, &query);
    if (query.fault.err != ERR_OK)
        reply_problem(&exchange->reply, &query.fault);
    return query.fault.err;
}
