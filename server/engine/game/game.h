/*
 * game - a game variant as data, and the positions of its boards.
 *
 * An m,n,k game: players 1 and 2 take turns placing a stone on an empty cell of a
 * width x height board; whoever first has `run` stones in a row, column or diagonal
 * wins; a full board without one is a draw.
 *
 * A board is two sets of cells, one a player. Cell c is bit c of a set; cells count
 * row by row, cell 0 first. Whose turn it is follows from the counts.
 *
 * Invariants
 *  1. A valid game has 1 to GAME_CELLS_MAX cells and a run that fits on its board.
 *  2. The two sets of a board are disjoint and lie within the game's cells.
 */
#ifndef TTSTD_ENGINE_GAME_GAME_H
#define TTSTD_ENGINE_GAME_GAME_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GAME_CELLS_MAX = 64 };

struct game {
    char name[32];
    uint8_t width;  /* cells */
    uint8_t height; /* cells */
    uint8_t run;    /* stones in a line that win */
};

struct board {
    uint64_t stones[2]; /* of player 1, of player 2 */
};

/* What stands on a board; the values index arrays of counts after subtracting one. */
enum result {
    RESULT_NONE = 0, /* the match goes on */
    RESULT_PLAYER1 = 1,
    RESULT_PLAYER2 = 2,
    RESULT_DRAW = 3,
};

enum { RESULT_COUNT = 3 };

/* "player1", "player2", "draw"; NULL for RESULT_NONE. */
const char *result_name(enum result result);

/* The built-in game of that name, or NULL. */
const struct game *game_find(const char *name);

/* Whether the game keeps invariant 1. */
bool game_is_valid(const struct game *game);

unsigned game_cells(const struct game *game);

/* The fewest moves after which a match can be over. */
unsigned game_shortest(const struct game *game);

/* The player to move, 1 or 2. */
unsigned board_player(struct board board);

/* The set of empty cells. */
uint64_t board_empty(const struct game *game, struct board board);

/* Whether `stones` hold a run. */
bool game_has_run(const struct game *game, uint64_t stones);

enum result game_result(const struct game *game, struct board board);

/* The board after the player to move plays `cell`, which must be empty. */
struct board board_play(struct board board, unsigned cell);

/* Reads a board text: one digit a cell. ERR_MALFORMED unless it is exactly that. Says nothing of
 * whether the board can arise in a match. */
MUST_CHECK enum err board_parse(const struct game *game, const char *text, size_t size,
                                struct board *out);

/* Writes game_cells() digits to `out`, no NUL. */
void board_format(const struct game *game, struct board board, char *out);

/* Orders boards as their texts: <0, 0 or >0. */
int board_compare(struct board a, struct board b);

#endif
