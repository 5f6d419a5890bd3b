#include "http/head.h"

#include "base/clock.h"
#include "http/reply.h"
#include "http/target.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    /* Room for a browser's cookies; CONNECTION_MEMORY in server.c is for these two. */
    HEAD_MAX = 8 * 1024,
    HEAD_LINES_MAX = 64,
    /* Of what is no body: `{}`, perhaps with blanks and line ends. */
    NO_BODY_MAX = 64,
};

#define NAME(name)                                                                                 \
    {                                                                                              \
        (name), sizeof(name) - 1                                                                   \
    }

static const struct {
    const char *text;
    size_t size;
} header_names[HTTP_HEADER_COUNT] = {
    [HTTP_HEADER_HOST] = NAME("Host"),
    [HTTP_HEADER_CONTENT_LENGTH] = NAME("Content-Length"),
    [HTTP_HEADER_CONTENT_TYPE] = NAME("Content-Type"),
    [HTTP_HEADER_CONTENT_ENCODING] = NAME("Content-Encoding"),
    [HTTP_HEADER_TRANSFER_ENCODING] = NAME("Transfer-Encoding"),
    [HTTP_HEADER_AUTHORIZATION] = NAME("Authorization"),
    [HTTP_HEADER_ORIGIN] = NAME("Origin"),
    [HTTP_HEADER_REQUEST_ID] = NAME("X-Request-Id"),
    [HTTP_HEADER_REQUEST_METHOD] = NAME("Access-Control-Request-Method"),
    [HTTP_HEADER_IDEMPOTENCY_KEY] = NAME("Idempotency-Key"),
    [HTTP_HEADER_LAST_EVENT_ID] = NAME("Last-Event-ID"),
};

/* Checking the head.
 *
 * MHD reads more into a head than stands there: a continued line makes it lose a header's name, a
 * NUL hides what follows it, a line may end without CR, and names may be anything. Whoever stands
 * between may read another request then (RFC 9112, 11.2). But names and values are where they came
 * in, with NULs in place of what was between them: so the head is as it should be if each piece
 * begins where the one before it ends. */

enum { BETWEEN_LINES = 2 }; /* CR LF */

static const char broken_line[] =
    "a line of the head is continued, holds NUL or does not end in CR LF";

static void find_fault(struct head *head, const char *field, const char *fault)
{
    if (head->fault != NULL)
        return;
    head->field = field;
    head->fault = fault;
}

/* RFC 9110, 5.6.2. */
static bool is_token(const char *text, size_t size)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    bool is_sound = size > 0;
    for (size_t i = 0; i < size && is_sound; i++) {
        const char c = text[i];
        is_sound = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                   (c >= '0' && c <= '9') || (c != '\0' && strchr(others, c) != NULL);
    }
    return is_sound;
}

static bool has_control_character(const char *text, size_t size)
{
    unsigned found = 0;
    for (size_t i = 0; i < size; i++)
        found |= ((unsigned char)text[i] < ' ' && text[i] != '\t') || text[i] == 0x7f;
    return found != 0;
}

/* First by the length: nearly all comparisons end there, and this runs for each header of each
 * request. */
static unsigned find_header(const char *name, size_t size)
{
    unsigned i = 0;
    while (i < HTTP_HEADER_COUNT &&
           (header_names[i].size != size || strcasecmp(name, header_names[i].text) != 0))
        i++;
    return i;
}

static enum MHD_Result take_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   size_t name_size, const char *value, size_t value_size)
{
    (void)kind;
    struct exchange *exchange = context;
    struct head *head = &exchange->head;
    if (name == http_no_cookie)
        return MHD_YES;
    const unsigned header = find_header(name, name_size);
    const bool is_known = header < HTTP_HEADER_COUNT;
    if (name != head->next)
        find_fault(head, NULL, broken_line);
    else if (!is_known && !is_token(name, name_size))
        find_fault(head, name, "is no name of a header");
    else if (has_control_character(value, value_size))
        find_fault(head, name, "holds a control character");
    else if (is_known && exchange->headers[header] != NULL)
        find_fault(head, name, "stands there twice");
    if (is_known)
        exchange->headers[header] = value;
    head->next = value + value_size + BETWEEN_LINES;
    head->lines++;
    return MHD_YES;
}

static void check_request_line(struct exchange *exchange)
{
    struct head *head = &exchange->head;
    const struct target *target = &exchange->connection->target;
    const bool is_whole = target->is_sound &&
                          exchange->method + strlen(exchange->method) + 1 == target->text &&
                          target->text + target->size + 1 == head->version &&
                          is_token(exchange->method, strlen(exchange->method));
    if (!is_whole)
        find_fault(head, NULL, "the request's line is not METHOD TARGET VERSION");
}

/* A request whose length can be read in two ways is how others are smuggled past proxies (RFC 9112,
 * 6.3), and MHD waits for ever on codings that it does not know. */
static void check_framing(struct exchange *exchange)
{
    struct head *head = &exchange->head;
    const char *coding = exchange_header(exchange, HTTP_HEADER_TRANSFER_ENCODING);
    const char *length = exchange_header(exchange, HTTP_HEADER_CONTENT_LENGTH);
    if (length != NULL)
        head->content_length = strtoull(length, NULL, 10);
    if (coding != NULL && length != NULL)
        find_fault(head, NULL, "the body's length must be said once, and in one way");
    else if (coding != NULL && strcasecmp(coding, "chunked") != 0)
        find_fault(head, NULL, "the only Transfer-Encoding is chunked");
    else if (coding != NULL && strcmp(head->version, "HTTP/1.0") == 0)
        find_fault(head, NULL, "HTTP/1.0 has no Transfer-Encoding");
}

/* Nothing that ends an authority in a URL, or belongs to another part of one (RFC 3986, 3.2). Not
 * strcspn(), which makes a table each time. */
static bool is_host(const char *host)
{
    static const char elsewhere[] = "@/\\?#\"<>^`{|}";
    bool is_sound = true;
    for (; *host != '\0' && is_sound; host++)
        is_sound = (*host >= '-' && *host <= ':' && *host != '/') ||
                   (*host >= 'a' && *host <= 'z') ||
                   (*host > ' ' && strchr(elsewhere, *host) == NULL);
    return is_sound;
}

static void check_host(struct exchange *exchange)
{
    struct head *head = &exchange->head;
    const char *host = exchange_header(exchange, HTTP_HEADER_HOST);
    if (host == NULL && strcmp(head->version, "HTTP/1.0") != 0)
        find_fault(head, "Host", "is missing");
    if (http_read_target(exchange) != ERR_OK)
        find_fault(head, NULL, "the request's target names no host");
    host = exchange_header(exchange, HTTP_HEADER_HOST);
    if (host != NULL && !is_host(host))
        find_fault(head, "Host", "is no host");
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

void http_read_head(struct exchange *exchange, const char *version)
{
    struct head *head = &exchange->head;
    struct target *target = &exchange->connection->target;
    if (target->query != NULL)
        *target->query = target->query_begin;
    *head = (struct head){.version = version, .next = version + strlen(version) + BETWEEN_LINES};
    head->size = MHD_get_connection_info(exchange->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)
                     ->header_size;
    check_request_line(exchange);
    MHD_get_connection_values_n(exchange->mhd, MHD_HEADER_KIND, take_header, exchange);
    if (head->next + BETWEEN_LINES != exchange->method + head->size)
        find_fault(head, NULL, broken_line);
    check_framing(exchange);
    check_host(exchange);
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

size_t http_body_max(const struct exchange *exchange)
{
    const enum route_body body = exchange->route->body;
    return body == ROUTE_BODY_NONE ? NO_BODY_MAX : exchange->traffic->options->body_max[body];
}

enum err http_refuse_body(const struct exchange *exchange, struct fault *fault)
{
    if (exchange->route->body == ROUTE_BODY_NONE)
        return fault_set(fault, ERR_MALFORMED, NULL, "this takes no body");
    return fault_set(fault, ERR_TOO_LARGE, NULL, "the body may have at most %zu bytes here",
                     http_body_max(exchange));
}

static void check_announcement(const struct exchange *exchange, struct fault *fault)
{
    const char *encoding = exchange_header(exchange, HTTP_HEADER_CONTENT_ENCODING);
    if (exchange->head.content_length > http_body_max(exchange))
        (void)http_refuse_body(exchange, fault);
    else if (encoding != NULL && strcasecmp(encoding, "identity") != 0)
        (void)fault_set(fault, ERR_MEDIA_TYPE, "Content-Encoding", "the body must not be encoded");
    else if (exchange->route->body != ROUTE_BODY_NONE &&
             !is_json_type(exchange_header(exchange, HTTP_HEADER_CONTENT_TYPE)))
        (void)fault_set(fault, ERR_MEDIA_TYPE, NULL, "the body must be application/json");
}

/* After these nothing that follows on the connection can be trusted. */
static void check_head(struct exchange *exchange, struct fault *fault)
{
    const struct head *head = &exchange->head;
    if (head->fault != NULL) {
        (void)fault_set(fault, ERR_MALFORMED, head->field, "%s", head->fault);
    } else if (head->size > HEAD_MAX || head->lines > HEAD_LINES_MAX) {
        (void)fault_set(fault, ERR_LONG_HEAD, NULL,
                        "a request's head may have at most %d bytes and %d headers", HEAD_MAX,
                        HEAD_LINES_MAX);
        exchange->traffic->refused[HTTP_REFUSED_HEAD]++;
    }
    exchange->is_last = fault->err != ERR_OK;
}

bool http_is_settled_by_head(struct exchange *exchange)
{
    const bool has_body = exchange->head.content_length > 0 ||
                          exchange_header(exchange, HTTP_HEADER_TRANSFER_ENCODING) != NULL;
    struct fault fault = {.err = ERR_OK};
    check_head(exchange, &fault);
    if (fault.err != ERR_OK)
        return settle(exchange, &fault);
    if (is_refused(exchange, &fault))
        return settle(exchange, &fault) && has_body;
    if (exchange->route == NULL)
        return has_body; /* its reply is there already */
    check_announcement(exchange, &fault);
    return fault.err != ERR_OK && settle(exchange, &fault);
}
