/* POST /match */
#include "service/matches.h"
#include "api/boards.h"
#include "api/idempotency.h"
#include "api/json.h"
#include "api/resources.h"
#include "api/waiting.h"
#include "base/json.h"
#include "http/reply.h"

#include <stdio.h>
#include <stdlib.h>

/* Reading. */

void api_read_learners(struct fields *in, unsigned *out)
{
    static const struct range players = {1, 2, NULL};
    struct list list;
    unsigned learners = 0;
    if (!fields_list(in, "learn", "a list of players", &list))
        return;
    for (size_t i = 0; i < list.count; i++) {
        int64_t player = 0;
        list_integer(&list, i, &players, &player);
        if (player > 0 && (learners >> (player - 1) & 1) != 0)
            list_refuse(&list, ERR_IMPOSSIBLE, i, "names player %u twice", (unsigned)player);
        else if (player > 0)
            learners |= 1u << (player - 1);
    }
    if (learners == 0)
        list_refuse(&list, ERR_IMPOSSIBLE, LIST_ITSELF, "must name at least one player");
    *out = learners;
}

/* Writing. */

static void add_expected(struct text *out, const struct match_change *change)
{
    if (!change->has_expected) {
        json_add_null(out, "expected");
        return;
    }
    json_open(out, "expected", '{');
    json_key(out, "before");
    boards_put_expectation(out, change->expected_before);
    json_key(out, "after");
    boards_put_expectation(out, change->expected_after);
    json_end(out, '}');
}

static void write_match(struct text *out, const char *brain, const struct match_call *match)
{
    json_begin(out, '{');
    json_add_string(out, "brain", brain);
    json_key(out, "result");
    boards_put_result(out, match->match.result);
    json_open(out, "changes", '[');
    for (unsigned i = 0; i < match->change_count; i++) {
        const struct match_change *change = &match->changes[i];
        json_begin(out, '{');
        json_key(out, "board");
        boards_put(out, match->game, change->board);
        json_add_integer(out, "move", change->move);
        json_add_integer(out, "cell", change->cell);
        json_add_integer(out, "before", change->before);
        json_add_integer(out, "after", change->after);
        add_expected(out, change);
        json_end(out, '}');
    }
    json_end(out, ']');
    json_end(out, '}');
}

static void write_receipt(struct receipt *receipt, const struct job_view *job)
{
    (void)job;
    const struct call *call = receipt->subject;
    receipt->kept.status = 200;
    write_match(&receipt->kept.body, call->name, &call->match);
}

static void on_learned(struct service_call *base)
{
    struct call *call = (struct call *)base;
    struct reply *reply = exchange_reply(call->exchange);
    if (!call_failed(call) && !idempotency_replied(call)) {
        write_match(&reply->body, call->name, &call->match);
        reply_done(reply, 200);
    }
    free(call->match.changes);
    call_answer(call);
}

static enum err learn(struct api *api, struct exchange *exchange, const struct match_order *order,
                      struct fault *fault)
{
    struct call *call = call_begin(api, exchange, on_learned);
    snprintf(call->name, sizeof call->name, "%s", order->brain);
    if (order->receipt != NULL) {
        order->receipt->write = write_receipt;
        order->receipt->subject = call;
    }
    return service_learn_match(api->service, order, &call->match, fault);
}

enum handled post_match(void *context, struct exchange *exchange)
{
    size_t size;
    const char *body = exchange_body(exchange, &size);
    uint8_t moves[POSITION_MOVES_MAX];
    struct match_order order = {.brain = SERVICE_DEFAULT_BRAIN, .learners = LEARN_BOTH};
    struct fields in;
    struct fault fault;
    enum handled handled;
    if (!idempotency_begin(context, exchange, &order.receipt, &handled))
        return handled;
    fields_open(&in, body, size, &fault);
    fields_need(&in, "moves");
    boards_read_moves(&in, moves, &order.position);
    fields_string(&in, "brain", &order.brain);
    api_read_learners(&in, &order.learners);
    enum err err = fields_end(&in);
    if (err == ERR_OK)
        err = learn(context, exchange, &order, &fault);
    fields_free(&in);
    return call_wait(exchange, err, &fault);
}
