/*
 * POST /move. The answer to one board is written with as few steps as can be, and its usual request
 * read without a document: moves come by the thousand.
 */
#include "service/moves.h"
#include "api/boards.h"
#include "api/policy.h"
#include "api/resources.h"
#include "api/waiting.h"
#include "base/json.h"
#include "http/reply.h"

#include <stdlib.h>
#include <string.h>

struct request {
    struct fields in; /* keeps the texts below; none where they stand in the body */
    const char *brain;
    const struct position_text *positions;
    struct position_text single;       /* what that points to where one was asked for, ... */
    struct position_text *batch;       /* ... and where many were; else NULL */
    uint8_t moves[POSITION_MOVES_MAX]; /* of `single` */
    size_t count;
    bool is_batch;
    bool detail; /* of a batch: weights and probabilities too */
    struct policy policy;
    bool has_seed;
    uint64_t seed;
};

/* Reading. */

static void read_boards(struct request *request)
{
    struct fields *in = &request->in;
    struct list list;
    request->is_batch = true;
    if (!fields_list(in, "boards", "a list of boards", &list))
        return;
    request->count = list.count;
    if (list.count < 1 || list.count > MOVES_BATCH_MAX) {
        fields_refuse(in, ERR_IMPOSSIBLE, "boards", "must have from 1 to %d boards",
                      MOVES_BATCH_MAX);
        return;
    }
    request->positions = request->batch = calloc(list.count, sizeof *request->batch);
    if (request->batch == NULL)
        fields_refuse(in, ERR_NO_MEMORY, NULL, "no memory for the boards");
    for (size_t i = 0; i < list.count && request->batch != NULL; i++) {
        const char *text = "";
        list_string(&list, i, "a string of digits, one a cell", &text);
        request->batch[i] = (struct position_text){.text = text, .size = strlen(text)};
    }
}

static void read_board(struct request *request)
{
    struct fields *in = &request->in;
    const char *text = "";
    if (fields_kind(in, "moves") == FIELD_MISSING)
        fields_need(in, "board");
    else if (fields_kind(in, "board") != FIELD_MISSING)
        fields_refuse(in, ERR_MALFORMED, "moves", "cannot stand beside board");
    const enum field_kind kind = fields_kind(in, "board");
    if (kind == FIELD_STRING)
        fields_string(in, "board", &text);
    else if (kind != FIELD_MISSING)
        fields_refuse(in, ERR_MALFORMED, "board", "must be a string of digits, one a cell");
    request->count = 1;
    request->single = (struct position_text){.text = text, .size = strlen(text)};
    request->positions = &request->single;
    if (fields_kind(in, "moves") != FIELD_MISSING)
        boards_read_moves(in, request->moves, &request->single);
}

static void read_fields(struct request *request)
{
    struct fields *in = &request->in;
    fields_string(in, "brain", &request->brain);
    policy_read(in, "policy", &request->policy);
    request->has_seed = fields_kind(in, "seed") != FIELD_MISSING;
    fields_seed(in, "seed", &request->seed);
    const bool has_detail = fields_kind(in, "detail") != FIELD_MISSING;
    if (fields_kind(in, "boards") == FIELD_MISSING) {
        if (has_detail)
            fields_refuse(in, ERR_MALFORMED, "detail", "goes with boards only");
        read_board(request);
    } else {
        if (fields_kind(in, "board") != FIELD_MISSING)
            fields_refuse(in, ERR_MALFORMED, "boards", "cannot stand beside board");
        if (fields_kind(in, "moves") != FIELD_MISSING)
            fields_refuse(in, ERR_MALFORMED, "boards", "cannot stand beside moves");
        fields_bool(in, "detail", &request->detail);
        read_boards(request);
    }
}

/* Takes `token`, and blanks before it, off the text's front. */
static bool take(const char **at, const char *end, const char *token)
{
    while (*at < end && (**at == ' ' || **at == '\t' || **at == '\n' || **at == '\r'))
        ++*at;
    const size_t size = strlen(token);
    if ((size_t)(end - *at) < size || memcmp(*at, token, size) != 0)
        return false;
    *at += size;
    return true;
}

/* Whether the body is {"board": "digits"} and nothing else, which is what nearly all requests are:
 * parsing it as a document costs more than choosing the move. */
static bool is_board_alone(const char *body, size_t size, struct position_text *out)
{
    const char *at = body;
    const char *const end = body + size;
    if (!take(&at, end, "{") || !take(&at, end, "\"board\"") || !take(&at, end, ":") ||
        !take(&at, end, "\""))
        return false;
    out->form = POSITION_BOARD;
    out->text = at;
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    out->size = (size_t)(at - out->text);
    return at < end && *at++ == '"' && take(&at, end, "}") && take(&at, end, "") && at == end;
}

static enum err read_request(const struct exchange *exchange, struct request *out,
                             struct fault *fault)
{
    size_t size;
    const char *body = exchange_body(exchange, &size);
    out->brain = SERVICE_DEFAULT_BRAIN;
    if (size > 0 && is_board_alone(body, size, &out->single)) {
        out->count = 1;
        out->positions = &out->single;
        return ERR_OK;
    }
    fields_open(&out->in, body, size, fault);
    read_fields(out);
    return fields_end(&out->in);
}

static void free_request(struct request *request)
{
    free(request->batch);
    fields_free(&request->in);
}

/* Writing. */

static void add_policy_and_seed(struct text *out, const struct request *request)
{
    policy_add(out, &request->policy);
    json_add_digits(out, "seed", request->seed);
}

static void write_one(struct text *out, const struct request *request, const struct game *game,
                      const struct move_choice *choice, const struct move_detail *detail)
{
    json_begin(out, '{');
    json_add_string(out, "brain", request->brain);
    text_add_string(out, ",\"board\":");
    boards_put(out, game, choice->board);
    text_add_string(out, ",\"player\":");
    text_add_number(out, choice->player);
    text_add_string(out, ",\"move\":");
    text_add_number(out, choice->move);
    text_add_string(out, ",\"cell\":");
    text_add_number(out, choice->cell);
    text_add_string(out, ",\"next\":");
    boards_put(out, game, choice->next);
    text_add_string(out, ",\"result\":");
    boards_put_result(out, choice->result);
    add_policy_and_seed(out, request);
    text_add_string(out, ",\"weights\":");
    boards_put_weights(out, detail->weights, game_moves(game));
    text_add_string(out, ",\"probabilities\":");
    boards_put_probabilities(out, detail->probabilities, game_moves(game));
    text_add_string(out, ",\"expected\":");
    boards_put_expected(out, game, choice->board, detail);
    json_end(out, '}');
}

/* One list of a batch's answer, with a value for each board. */
enum column {
    COLUMN_MOVES,
    COLUMN_CELLS,
    COLUMN_NEXT,
    COLUMN_RESULTS,
    COLUMN_WEIGHTS,
    COLUMN_PROBABILITIES,
    COLUMN_EXPECTED
};

static void put_choice(struct text *out, enum column column, const struct game *game,
                       const struct move_choice *choice, const struct move_detail *detail)
{
    switch (column) {
    case COLUMN_MOVES:
        json_put_integer(out, choice->move);
        break;
    case COLUMN_CELLS:
        json_put_integer(out, choice->cell);
        break;
    case COLUMN_NEXT:
        boards_put(out, game, choice->next);
        break;
    case COLUMN_RESULTS:
        boards_put_result(out, choice->result);
        break;
    case COLUMN_WEIGHTS:
        boards_put_weights(out, detail->weights, game_moves(game));
        break;
    case COLUMN_PROBABILITIES:
        boards_put_probabilities(out, detail->probabilities, game_moves(game));
        break;
    case COLUMN_EXPECTED:
        boards_put_expected(out, game, choice->board, detail);
        break;
    }
}

static void write_batch(struct text *out, const struct request *request, const struct game *game,
                        const struct move_choice choices[], const struct move_detail details[])
{
    static const char *const keys[] = {"moves",   "cells",         "next",    "results",
                                       "weights", "probabilities", "expected"};
    const enum column last = request->detail ? COLUMN_EXPECTED : COLUMN_RESULTS;
    json_begin(out, '{');
    json_add_string(out, "brain", request->brain);
    add_policy_and_seed(out, request);
    for (unsigned column = COLUMN_MOVES; column <= last; column++) {
        json_open(out, keys[column], '[');
        for (size_t i = 0; i < request->count; i++)
            put_choice(out, (enum column)column, game, &choices[i],
                       details != NULL ? &details[i] : NULL);
        json_end(out, ']');
    }
    json_end(out, '}');
}

static enum err choose_one(struct api *api, const struct request *request,
                           const struct move_order *order, struct text *out, struct fault *fault)
{
    struct move_choice choice;
    struct move_detail detail;
    const struct game *game;
    enum err err = service_choose_moves(api->service, order, &choice, &detail, &game, fault);
    if (err == ERR_OK)
        write_one(out, request, game, &choice, &detail);
    return err;
}

static enum err choose_batch(struct api *api, const struct request *request,
                             const struct move_order *order, struct text *out, struct fault *fault)
{
    struct move_choice *choices = malloc(order->count * sizeof *choices);
    struct move_detail *details = request->detail ? malloc(order->count * sizeof *details) : NULL;
    const struct game *game;
    enum err err = ERR_NO_MEMORY;
    if (choices == NULL || (request->detail && details == NULL))
        (void)fault_set(fault, err, NULL, "no memory for the moves");
    else
        err = service_choose_moves(api->service, order, choices, details, &game, fault);
    if (err == ERR_OK)
        write_batch(out, request, game, choices, details);
    free(choices);
    free(details);
    return err;
}

static enum err choose(struct api *api, struct request *request, struct service_call *call,
                       struct text *out, struct fault *fault)
{
    if (!request->has_seed)
        request->seed = service_draw_seed(api->service);
    const struct move_order order = {.brain = request->brain,
                                     .positions = request->positions,
                                     .count = request->count,
                                     .is_batch = request->is_batch,
                                     .policy = request->policy,
                                     .seed = request->seed,
                                     .call = call};
    return request->is_batch ? choose_batch(api, request, &order, out, fault)
                             : choose_one(api, request, &order, out, fault);
}

enum handled post_move(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    struct request request = {.policy = {.kind = POLICY_SAMPLE}};
    struct fault fault;
    enum err err = read_request(exchange, &request, &fault);
    if (err == ERR_OK)
        err = choose(api, &request, call_to_repeat(api, exchange), &reply->body, &fault);
    free_request(&request);
    if (err != ERR_OK)
        return api_refuse(exchange, &fault);
    reply_json(reply, 200);
    return HANDLED_NOW;
}
