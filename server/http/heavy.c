#include "http/heavy.h"

#include "base/clock.h"
#include "http/reply.h"

#include <assert.h>

/* What a move may wait for beside what is begun last in it; a move itself takes a few microseconds,
 * a turn's other work some tens. */
enum { HEAVY_TURN_US = 2000 };

static enum handled do_now(struct exchange *exchange, handler *go_on)
{
    struct traffic *traffic = exchange->traffic;
    const int64_t begun_us = clock_monotonic_us();
    const enum handled handled = go_on(traffic->options->context, exchange);
    traffic->heavy.spent_us += clock_monotonic_us() - begun_us;
    return handled;
}

static void stand_in_line(struct heavy *heavy, struct exchange *exchange)
{
    exchange->behind = NULL;
    if (heavy->last != NULL)
        heavy->last->behind = exchange;
    else
        heavy->first = exchange;
    heavy->last = exchange;
}

static struct exchange *take_first(struct heavy *heavy)
{
    struct exchange *first = heavy->first;
    heavy->first = first->behind;
    if (heavy->first == NULL)
        heavy->last = NULL;
    return first;
}

enum handled heavy_do(struct exchange *exchange, handler *go_on)
{
    struct heavy *heavy = &exchange->traffic->heavy;
    if (heavy->first == NULL && heavy->spent_us < HEAVY_TURN_US)
        return do_now(exchange, go_on);
    exchange->go_on = go_on;
    stand_in_line(heavy, exchange);
    return HANDLED_LATER;
}

enum handled heavy_handle(struct exchange *exchange)
{
    const struct route *route = exchange->route;
    if (route->is_heavy && exchange->body.size >= route->heavy_from)
        return heavy_do(exchange, route->handle);
    return route->handle(exchange->traffic->options->context, exchange);
}

void heavy_end_turn(struct traffic *traffic)
{
    struct heavy *heavy = &traffic->heavy;
    while (heavy->first != NULL && heavy->spent_us < HEAVY_TURN_US) {
        struct exchange *exchange = take_first(heavy);
        if (do_now(exchange, exchange->go_on) == HANDLED_NOW)
            http_answer(exchange);
    }
    heavy->spent_us = 0;
}

bool heavy_is_waiting(const struct traffic *traffic)
{
    return traffic->heavy.first != NULL;
}

static enum handled refuse(void *context, struct exchange *exchange)
{
    (void)context;
    reply_error(exchange_reply(exchange), ERR_STOPPING, "the daemon is going down");
    return HANDLED_NOW;
}

void heavy_refuse(struct traffic *traffic)
{
    for (struct exchange *at = traffic->heavy.first; at != NULL; at = at->behind)
        if (at->go_on == at->route->handle)
            at->go_on = refuse;
}

void http_repeat(struct exchange *exchange)
{
    assert(exchange->state == EXCHANGE_WAITING);
    const enum handled handled =
        exchange->is_repeated
            ? exchange->route->handle(exchange->traffic->options->context, exchange)
            : heavy_handle(exchange);
    exchange->is_repeated = true;
    if (handled == HANDLED_NOW)
        http_answer(exchange);
}

void http_answer_in_turn(struct exchange *exchange, handler *write)
{
    assert(exchange->state == EXCHANGE_WAITING);
    if (heavy_do(exchange, write) == HANDLED_NOW)
        http_answer(exchange);
}
