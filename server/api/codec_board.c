#include "api/codec_board.h"

#include "api/codec_json.h"

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
    return text_reserve(out, (size_t)cells * (size + 1) + 2);
}

static void end_list(struct text *out, char *end)
{
    *end++ = ']';
    out->size = (size_t)(end - out->bytes);
}

void codec_add_weights(struct text *out, const uint32_t weights[], unsigned cells)
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

void codec_add_probabilities(struct text *out, const double probabilities[], unsigned cells)
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

void codec_add_board(struct text *out, const struct game *game, struct board board)
{
    const unsigned cells = game_cells(game);
    char *end = text_reserve(out, cells + 2);
    if (end == NULL)
        return;
    end[0] = '"';
    board_format(game, board, end + 1);
    end[cells + 1] = '"';
    out->size += cells + 2;
}

void codec_add_result(struct text *out, enum result result)
{
    if (result == RESULT_NONE)
        text_add(out, "null", 4);
    else
        codec_add_plain_string(out, result_name(result));
}

/* A number for each empty cell of the board, null for the others. */
static void add_numbers(struct text *out, const struct board_view *view, const int8_t numbers[])
{
    uint64_t empty = board_empty(view->game, view->board);
    for (unsigned cell = 0; cell < game_cells(view->game); cell++) {
        text_add(out, cell == 0 ? "[" : ",", 1);
        if (empty >> cell & 1)
            text_add_format(out, "%d", numbers[cell]);
        else
            text_add_string(out, "null");
    }
    text_add(out, "]", 1);
}

void codec_encode_board_view(const struct board_view *view, struct text *out)
{
    const unsigned cells = game_cells(view->game);
    text_add_string(out, "{\"board\":");
    codec_add_board(out, view->game, view->board);
    text_add_format(out, ",\"player\":%u,\"weights\":", view->player);
    codec_add_weights(out, view->weights, cells);
    text_add_string(out, ",\"probabilities\":");
    codec_add_probabilities(out, view->probabilities, cells);
    text_add_string(out, ",\"proofs\":");
    if (view->has_proofs)
        add_numbers(out, view, view->proofs);
    else
        text_add_string(out, "null");
    text_add_format(out, ",\"value\":%d,\"values\":", view->value);
    add_numbers(out, view, view->values);
    text_add(out, "}", 1);
}
