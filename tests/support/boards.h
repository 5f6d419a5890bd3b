/*
 * boards - games of many shapes, and boards of them as texts.
 */
#ifndef TTSTD_TESTS_SUPPORT_BOARDS_H
#define TTSTD_TESTS_SUPPORT_BOARDS_H

#include "base/rng.h"
#include "engine/game/game.h"

enum { BOARDS_GAMES = 16 };

/* Square and oblong, one cell wide, one cell high, with runs of 1 and 2, up to 64 cells. The first
 * is tic-tac-toe, the second 4x4 with runs of 4. */
extern const struct game boards_games[BOARDS_GAMES];

/* The board of a text that must be one. */
struct board boards_parsed(const struct game *game, const char *text);

/* Writes a text, with its NUL, in which a cell is taken with a probability of `stones` in 8. */
void boards_random_text(const struct game *game, struct rng *rng, unsigned stones, char *out);

#endif
