/*
 * boards - boards and rows as answers write them. Formatted by hand: moves are answered with them,
 * by the thousand.
 */
#ifndef TTSTD_API_BOARDS_H
#define TTSTD_API_BOARDS_H

#include "base/text.h"
#include "engine/game/game.h"

/* Values, in a list or behind a key (base/json.h). */

void boards_put(struct text *out, const struct game *game, struct board board);

/* "player1", "player2", "draw" or null. */
void boards_put_result(struct text *out, enum result result);

/* Lists with an entry a cell. Probabilities have twelve decimals, and one that is not zero never
 * prints as zero. */
void boards_put_weights(struct text *out, const uint32_t weights[], unsigned cells);
void boards_put_probabilities(struct text *out, const double probabilities[], unsigned cells);

#endif
