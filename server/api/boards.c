#include "api/boards.h"

#include "api/policy.h"
#include "api/resources.h"
#include "api/waiting.h"
#include "base/json.h"
#include "http/reply.h"
#include "service/moves.h"

#include <string.h>

enum { DECIMALS = 12, PROBABILITY_SIZE = 2 + DECIMALS, WEIGHT_SIZE = 10 };
static const double UNITS = 1e12;

static char *put_probability(char *out, double probability)
{
    uint64_t units = (uint64_t)(int64_t)(probability * UNITS + 0.5);
    if (units == 0 && probability > 0)
        units = 1;
    if (units == 0 || units == (uint64_t)UNITS) {
        *out++ = units == 0 ? '0' : '1';
        return out;
    }
    *out++ = '0';
    *out++ = '.';
    return text_put_twelve(out, units);
}

/* Room for a list of `cells` values of at most that size each. */
static char *reserve_list(struct text *out, unsigned cells, unsigned size)
{
    json_separate(out);
    return text_reserve(out, (size_t)cells * (size + 1) + 2);
}

static void end_list(struct text *out, char *end)
{
    *end++ = ']';
    out->size = (size_t)(end - out->bytes);
}

void boards_put_weights(struct text *out, const uint32_t weights[], unsigned cells)
{
    char *end = reserve_list(out, cells, WEIGHT_SIZE);
    if (end == NULL)
        return;
    for (unsigned cell = 0; cell < cells; cell++) {
        *end++ = cell == 0 ? '[' : ',';
        end = text_put_number(end, weights[cell]);
    }
    end_list(out, end);
}

void boards_put_probabilities(struct text *out, const double probabilities[], unsigned cells)
{
    char *end = reserve_list(out, cells, PROBABILITY_SIZE);
    if (end == NULL)
        return;
    for (unsigned cell = 0; cell < cells; cell++) {
        *end++ = cell == 0 ? '[' : ',';
        end = put_probability(end, probabilities[cell]);
    }
    end_list(out, end);
}

void boards_put(struct text *out, const struct game *game, struct board board)
{
    const unsigned cells = game_cells(game);
    json_separate(out);
    char *end = text_reserve(out, cells + 2);
    if (end == NULL)
        return;
    end[0] = '"';
    board_format(game, board, end + 1);
    end[cells + 1] = '"';
    out->size += cells + 2;
}

void boards_put_result(struct text *out, enum result result)
{
    if (result == RESULT_NONE)
        json_put_null(out);
    else
        json_put_string(out, result_name(result));
}

/* A number for each empty cell of the board, null for the others. */
static void add_numbers(struct text *out, const char *key, const struct board_view *view,
                        const int8_t numbers[])
{
    const uint64_t empty = board_empty(view->game, view->board);
    json_open(out, key, '[');
    for (unsigned cell = 0; cell < game_cells(view->game); cell++)
        if (empty >> cell & 1)
            json_put_integer(out, numbers[cell]);
        else
            json_put_null(out);
    json_end(out, ']');
}

/* What a brain does on a board, beside the board's exact values. */
static void write_view(struct text *out, const struct board_view *view)
{
    const unsigned cells = game_cells(view->game);
    json_begin(out, '{');
    json_key(out, "board");
    boards_put(out, view->game, view->board);
    json_add_integer(out, "player", view->player);
    json_key(out, "weights");
    boards_put_weights(out, view->weights, cells);
    json_key(out, "probabilities");
    boards_put_probabilities(out, view->probabilities, cells);
    if (view->has_proofs)
        add_numbers(out, "proofs", view, view->proofs);
    else
        json_add_null(out, "proofs");
    json_add_integer(out, "value", view->value);
    add_numbers(out, "values", view, view->values);
    json_end(out, '}');
}

enum handled get_board(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    const char *board = exchange_parameter(exchange, 1);
    struct board_order order = {.brain = exchange_parameter(exchange, 0),
                                .board = {board, strlen(board)},
                                .policy = {.kind = POLICY_SAMPLE},
                                .call = call_to_repeat(api, exchange)};
    struct board_view view;
    struct fault fault;
    enum err err =
        policy_read_parameter(exchange_query(exchange, BOARD_POLICY), &order.policy, &fault);
    if (err == ERR_OK)
        err = service_view_board(api->service, &order, &view, &fault);
    if (err != ERR_OK)
        return api_refuse(exchange, &fault);
    write_view(&reply->body, &view);
    reply_json(reply, 200);
    return HANDLED_NOW;
}
