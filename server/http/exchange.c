#include "http/exchange.h"

#include <assert.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* As many as are alive at a time where many ask; malloc() has a cache for what is smaller alone.
 * AddressSanitizer is to see who uses one that is gone. */
#ifdef __SANITIZE_ADDRESS__
enum { SPARES_MAX = 0 };
#else
enum { SPARES_MAX = 64 };
#endif

struct exchange *exchange_create(struct traffic *traffic)
{
    const size_t room = traffic->options->room;
    struct exchange *exchange = traffic->spares;
    if (exchange == NULL) {
        exchange = malloc(sizeof *exchange + room);
    } else {
        traffic->spares = exchange->next_spare;
        traffic->spare_count--;
    }
    if (exchange == NULL)
        return NULL;
    memset(exchange, 0, sizeof *exchange + room);
    exchange->traffic = traffic;
    traffic->alive++;
    return exchange;
}

void exchange_release(struct exchange *exchange)
{
    const struct http_options *options = exchange->traffic->options;
    if (!exchange->is_released)
        options->release(options->context, exchange);
    exchange->is_released = true;
}

void exchange_free(struct exchange *exchange)
{
    struct traffic *traffic = exchange->traffic;
    exchange_release(exchange);
    text_free(&exchange->body);
    text_free(&exchange->reply.body);
    if (exchange->reply.stream != NULL)
        exchange->reply.stream->free(exchange->reply.stream);
    traffic->answers_size -= exchange->answer_size;
    traffic->alive--;
    if (traffic->spare_count == SPARES_MAX) {
        free(exchange);
        return;
    }
    exchange->next_spare = traffic->spares;
    traffic->spares = exchange;
    traffic->spare_count++;
}

void exchange_free_spares(struct traffic *traffic)
{
    struct exchange *next;
    for (struct exchange *spare = traffic->spares; spare != NULL; spare = next) {
        next = spare->next_spare;
        free(spare);
    }
    traffic->spares = NULL;
    traffic->spare_count = 0;
}

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

const char *exchange_header(const struct exchange *exchange, enum http_header header)
{
    return exchange->headers[header];
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
    if (options->trusted_proxies.count > 0)
        exchange_list(exchange, "X-Forwarded-For", &list); /* some proxies add a line */
    const struct network *proxies = options->trusted_proxies.at;
    const unsigned count = options->trusted_proxies.count;
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

void *exchange_room(struct exchange *exchange)
{
    return exchange->room;
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

void http_answer(struct exchange *exchange)
{
    assert(exchange->state == EXCHANGE_WAITING);
    exchange->state = EXCHANGE_ANSWERED;
    exchange->traffic->waiting--;
    exchange->traffic->resumed = true;
    MHD_resume_connection(exchange->mhd);
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
