#include "fuzz/asked.h"

#include "api/waiting.h"
#include "fuzz/fuzz.h"
#include "http/exchange.h"
#include "service/state.h"

#include <stdlib.h>
#include <string.h>

/* The exchange has no connection that could go on (--wrap). */
void __wrap_MHD_resume_connection(struct MHD_Connection *connection);
void __wrap_MHD_resume_connection(struct MHD_Connection *connection)
{
    (void)connection;
}

static void release(void *context, struct exchange *exchange)
{
    (void)context;
    (void)exchange;
}

static void read_stream(struct reply *reply)
{
    struct text piece = {0};
    do {
        piece.size = 0;
        reply->stream->next(reply->stream, &piece);
        text_add(&reply->body, piece.bytes, piece.size);
    } while (piece.size > 0);
    fuzz_require(!piece.failed);
    text_free(&piece);
    reply->stream->free(reply->stream);
}

struct answer asked(struct served *served, enum http_method method, const char *path,
                    const struct text *body)
{
    struct api api = {.service = served->service};
    struct http_options options = {
        .context = &api, .room = sizeof(struct call), .release = release};
    struct traffic traffic = {.options = &options, .waiting = 1};
    struct exchange *exchange = calloc(1, sizeof *exchange + options.room);
    fuzz_require(exchange != NULL);
    *exchange = (struct exchange){
        .traffic = &traffic, .method = route_method_name(method), .path = path, .body = *body};
    exchange->route =
        route_find(api_routes, api_route_count, exchange->method, path, &exchange->parameters);
    fuzz_require(exchange->route != NULL);
    exchange->state = EXCHANGE_ANSWERED;
    if (exchange->route->handle(&api, exchange) == HANDLED_LATER)
        exchange->state = EXCHANGE_WAITING;
    while (exchange->state == EXCHANGE_WAITING)
        served_turn(served);
    struct reply *reply = &exchange->reply;
    if (reply->stream != NULL)
        read_stream(reply);
    const struct answer answer = {.status = reply->status, .body = reply->body};
    free(exchange);
    return answer;
}

void asked_make_room(struct served *served)
{
    enum { ROOM = 8 }; /* for what one input can name */
    if (served->service->atlases.count > ATLASES_MAX - ROOM)
        served_restart(served);
}

bool asked_well(const struct answer *answer)
{
    const bool is_well = answer->status >= 200 && answer->status < 300;
    fuzz_require(is_well || (answer->status >= 400 && answer->status < 500));
    if (answer->status != 204)
        fuzz_require_json(&answer->body);
    return is_well;
}
