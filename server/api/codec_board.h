/*
 * codec_board - boards and rows as answers write them, and the body of
 * GET /brains/{name}/boards/{board}.
 *
 * Formatted by hand: these are what moves are answered with, by the thousand.
 */
#ifndef TTSTD_API_CODEC_BOARD_H
#define TTSTD_API_CODEC_BOARD_H

#include "base/text.h"
#include "service/moves.h"

void codec_add_board(struct text *out, const struct game *game, struct board board);

/* "player1", "player2", "draw" or null. */
void codec_add_result(struct text *out, enum result result);

/* Lists with an entry a cell. Probabilities have twelve decimals, and one that is not zero never
 * prints as zero. */
void codec_add_weights(struct text *out, const uint32_t weights[], unsigned cells);
void codec_add_probabilities(struct text *out, const double probabilities[], unsigned cells);

/* Appends what a brain does on a board, beside the board's exact values. */
void codec_encode_board_view(const struct board_view *view, struct text *out);

#endif
