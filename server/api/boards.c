#include "api/boards.h"

#include "api/policy.h"
#include "api/resources.h"
#include "api/waiting.h"
#include "base/json.h"
#include "http/reply.h"

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

/* Room for a list of `moves` values of at most that size each. */
static char *reserve_list(struct text *out, unsigned moves, unsigned size)
{
    json_separate(out);
    return text_reserve(out, (size_t)moves * (size + 1) + 2);
}

static void end_list(struct text *out, char *end)
{
    *end++ = ']';
    out->size = (size_t)(end - out->bytes);
}

void boards_put_weights(struct text *out, const uint32_t weights[], unsigned moves)
{
    char *end = reserve_list(out, moves, WEIGHT_SIZE);
    if (end == NULL)
        return;
    for (unsigned move = 0; move < moves; move++) {
        *end++ = move == 0 ? '[' : ',';
        end = text_put_number(end, weights[move]);
    }
    end_list(out, end);
}

void boards_put_probabilities(struct text *out, const double probabilities[], unsigned moves)
{
    char *end = reserve_list(out, moves, PROBABILITY_SIZE);
    if (end == NULL)
        return;
    for (unsigned move = 0; move < moves; move++) {
        *end++ = move == 0 ? '[' : ',';
        end = put_probability(end, probabilities[move]);
    }
    end_list(out, end);
}

void boards_put_expectation(struct text *out, int32_t expected)
{
    const int64_t scaled = (int64_t)(expected < 0 ? -expected : expected) * 1000000;
    const unsigned millionths = (unsigned)((scaled + VIEW_EXPECTED_ONE / 2) / VIEW_EXPECTED_ONE);
    json_separate(out);
    text_add_format(out, millionths % 1000000 == 0 ? "%s%u" : "%s%u.%06u", expected < 0 ? "-" : "",
                    millionths / 1000000, millionths % 1000000);
}

void boards_put_expected(struct text *out, const struct game *game, struct board board,
                         const struct move_detail *detail)
{
    const uint64_t moves = board_moves(game, board);
    if (!detail->has_expected) {
        json_put_null(out);
        return;
    }
    json_begin(out, '[');
    for (unsigned move = 0; move < game_moves(game); move++)
        if (moves >> move & 1)
            boards_put_expectation(out, detail->expected[move]);
        else
            json_put_null(out);
    json_end(out, ']');
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

/* A number for each move that can be made, null for the others; null where there are none. */
static void add_numbers(struct text *out, const char *key, const struct board_view *view,
                        const int8_t numbers[], bool has_numbers)
{
    const uint64_t moves = board_moves(view->game, view->board);
    if (!has_numbers) {
        json_add_null(out, key);
        return;
    }
    json_open(out, key, '[');
    for (unsigned move = 0; move < game_moves(view->game); move++)
        if (moves >> move & 1)
            json_put_integer(out, numbers[move]);
        else
            json_put_null(out);
    json_end(out, ']');
}

/* What a brain does on a board, beside the board's exact values. */
static void write_view(struct text *out, const struct board_view *view)
{
    const unsigned moves = game_moves(view->game);
    json_begin(out, '{');
    json_key(out, "board");
    boards_put(out, view->game, view->board);
    json_add_integer(out, "player", view->player);
    json_key(out, "weights");
    boards_put_weights(out, view->detail.weights, moves);
    json_key(out, "probabilities");
    boards_put_probabilities(out, view->detail.probabilities, moves);
    json_key(out, "expected");
    boards_put_expected(out, view->game, view->board, &view->detail);
    add_numbers(out, "proofs", view, view->proofs, view->has_proofs);
    if (view->has_values)
        json_add_integer(out, "value", view->value);
    else
        json_add_null(out, "value");
    add_numbers(out, "values", view, view->values, view->has_values);
    json_end(out, '}');
}

enum { NO_MOVE = UINT8_MAX };

static void read_list(struct fields *in, uint8_t room[POSITION_MOVES_MAX],
                      struct position_text *out)
{
    static const struct range any = {INT64_MIN, INT64_MAX, MATCH_NO_SUCH_CELL};
    struct list list;
    if (!fields_list(in, "moves", "a list of moves", &list))
        return;
    *out = (struct position_text){.form = POSITION_MOVES, .moves = room};
    for (size_t i = 0; i < list.count; i++) {
        int64_t move = 0;
        list_integer(&list, i, &any, &move);
        if (move < 0 || move > NO_MOVE)
            move = NO_MOVE; /* the game says what it has none of */
        if (out->count < POSITION_MOVES_MAX)
            room[out->count++] = (uint8_t)move;
    }
}

void boards_read_moves(struct fields *in, uint8_t room[POSITION_MOVES_MAX],
                       struct position_text *out)
{
    const char *columns = "";
    if (fields_kind(in, "moves") != FIELD_STRING) {
        read_list(in, room, out);
        return;
    }
    fields_string(in, "moves", &columns);
    *out =
        (struct position_text){.form = POSITION_COLUMNS, .text = columns, .size = strlen(columns)};
}

enum handled get_board(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    const char *board = exchange_parameter(exchange, 1);
    struct board_order order = {.brain = exchange_parameter(exchange, 0),
                                .position = {.text = board, .size = strlen(board)},
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
