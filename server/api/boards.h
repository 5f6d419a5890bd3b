/*
 * boards - boards and rows as answers write them. Formatted by hand: moves are answered with them,
 * by the thousand.
 */
#ifndef TTSTD_API_BOARDS_H
#define TTSTD_API_BOARDS_H

#include "api/json.h"
#include "base/text.h"
#include "service/moves.h"

/* Values, in a list or behind a key (base/json.h). */

void boards_put(struct text *out, const struct game *game, struct board board);

/* "player1", "player2", "draw" or null. */
void boards_put_result(struct text *out, enum result result);

/* Lists with an entry a move. Probabilities have twelve decimals, and one that is not zero never
 * prints as zero. */
void boards_put_weights(struct text *out, const uint32_t weights[], unsigned moves);
void boards_put_probabilities(struct text *out, const double probabilities[], unsigned moves);

/* What is expected of each move that can be made on the board, with six decimals, null for others;
 * null for all where the brain does not tell. */
void boards_put_expected(struct text *out, const struct game *game, struct board board,
                         const struct move_detail *detail);

/* One of these. */
void boards_put_expectation(struct text *out, int32_t expected);

/* Reads `moves`, a position or a match: a list, or a text of columns; `room` is for a list. */
void boards_read_moves(struct fields *in, uint8_t room[POSITION_MOVES_MAX],
                       struct position_text *out);

#endif
