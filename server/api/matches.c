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

/* Reading. */

/* One more than any match has is enough to tell that it is none. */
enum { MOVES_READ_MAX = GAME_CELLS_MAX + 1 };

static void read_moves(struct fields *in, uint8_t moves[MOVES_READ_MAX], size_t *out_count)
{
    static const struct range cells = {0, GAME_CELLS_MAX - 1, MATCH_NO_SUCH_CELL};
    struct list list;
    fields_need(in, "moves");
    if (!fields_list(in, "moves", "a list of cells", &list))
        return;
    for (size_t i = 0; i < list.count; i++) {
        int64_t move = 0;
        list_integer(&list, i, &cells, &move);
        if (*out_count < MOVES_READ_MAX)
            moves[(*out_count)++] = (uint8_t)move;
    }
}

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
        json_add_integer(out, "before", change->before);
        json_add_integer(out, "after", change->after);
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
    uint8_t moves[MOVES_READ_MAX];
    struct match_order order = {
        .brain = SERVICE_DEFAULT_BRAIN, .moves = moves, .learners = LEARN_BOTH};
    struct fields in;
    struct fault fault;
    enum handled handled;
    if (!idempotency_begin(context, exchange, &order.receipt, &handled))
        return handled;
    fields_open(&in, body, size, &fault);
    read_moves(&in, moves, &order.count);
    fields_string(&in, "brain", &order.brain);
    api_read_learners(&in, &order.learners);
    enum err err = fields_end(&in);
    if (err == ERR_OK)
        err = learn(context, exchange, &order, &fault);
    fields_free(&in);
    return call_wait(exchange, err, &fault);
}
