#include "api/codec_board.h"

#include "api/codec_json.h"

#include <math.h>

enum { DECIMALS = 12, PROBABILITY_SIZE = 2 + DECIMALS };
static const double UNITS = 1e12;

static void add_probability(struct text *out, double probability)
{
    char *end = text_reserve(out, PROBABILITY_SIZE);
    if (end == NULL)
        return;
    uint64_t units = (uint64_t)llround(probability * UNITS);
    if (units == 0 && probability > 0)
        units = 1;
    if (units == 0 || units == (uint64_t)UNITS) {
        *end = units == 0 ? '0' : '1';
        out->size++;
        return;
    }
    end[0] = '0';
    end[1] = '.';
    for (unsigned i = DECIMALS; i > 0; i--) {
        end[1 + i] = (char)('0' + units % 10);
        units /= 10;
    }
    out->size += PROBABILITY_SIZE;
}

void codec_add_weights(struct text *out, const uint32_t weights[], unsigned cells)
{
    for (unsigned cell = 0; cell < cells; cell++) {
        text_add(out, cell == 0 ? "[" : ",", 1);
        text_add_number(out, weights[cell]);
    }
    text_add(out, "]", 1);
}

void codec_add_probabilities(struct text *out, const double probabilities[], unsigned cells)
{
    for (unsigned cell = 0; cell < cells; cell++) {
        text_add(out, cell == 0 ? "[" : ",", 1);
        add_probability(out, probabilities[cell]);
    }
    text_add(out, "]", 1);
}

void codec_add_board(struct text *out, const struct game *game, struct board board)
{
    char digits[GAME_CELLS_MAX];
    board_format(game, board, digits);
    text_add(out, "\"", 1);
    text_add(out, digits, game_cells(game));
    text_add(out, "\"", 1);
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
