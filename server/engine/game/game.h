/*
 * game - a game variant as data, and the positions of its boards.
 *
 * An m,n,k game: players 1 and 2 take turns placing a stone on an empty cell of a
 * width x height board; whoever first has `run` stones in a row, column or diagonal
 * wins; a full board without one is a draw. Under gravity a player chooses a column, and
 * the stone falls to its lowest empty cell, towards row 0. What a player chooses is a
 * move: a cell, or under gravity a column.
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
    bool gravity;
    uint8_t value; /* enum result that perfect play comes to; RESULT_NONE: not known */
    bool is_exact; /* its boards are few enough to be numbered and solved one by one (states.h) */
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

/* The games that have a name, 0 .. game_count() - 1. The first is what a new daemon's brain plays.
 */
unsigned game_count(void);
const struct game *game_at(unsigned index);

/* Any game: one of those with a name, or WxHrR, with `g` for gravity, as in 6x4r4g, of 3 to
 * GAME_CELLS_MAX cells and a run of at least 3. What is described has its name, if it has one.
 * ERR_NOT_FOUND. */
MUST_CHECK enum err game_parse(const char *name, struct game *out);

/* Whether the game keeps invariant 1. */
bool game_is_valid(const struct game *game);

unsigned game_cells(const struct game *game);

/* How many different moves there are, playable or not. */
unsigned game_moves(const struct game *game);

/* The move that fills a cell. */
unsigned game_move(const struct game *game, unsigned cell);

/* The fewest moves after which a match can be over. */
unsigned game_shortest(const struct game *game);

/* The player to move, 1 or 2. */
unsigned board_player(struct board board);

/* The set of empty cells. */
uint64_t board_empty(const struct game *game, struct board board);

/* The set of cells that can be filled now. */
uint64_t board_open(const struct game *game, struct board board);

/* The set of moves that can be made now. */
uint64_t board_moves(const struct game *game, struct board board);

/* The cell that a move fills, which can be made. */
unsigned board_cell(const struct game *game, struct board board, unsigned move);

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

/* Why no move can be made on a board. */
enum flaw {
    FLAW_NONE,
    FLAW_COUNTS,        /* one player has too many stones */
    FLAW_HANGING,       /* a stone over an empty cell, under gravity */
    FLAW_TWO_WINNERS,   /* both have a run */
    FLAW_LINE_OF_MOVER, /* who is to move has one: the match was over before */
    FLAW_LINES_APART,   /* one has several that share no cell, so no one move made them */
    FLAW_OVER,          /* none: the match is over */
};

/* Finds the first of these, and for FLAW_HANGING the stone's cell. A board without one may still be
 * out of every match's reach; that is not looked for. */
enum flaw board_flaw(const struct game *game, struct board board, unsigned *out_cell);

/* Orders boards as their texts: <0, 0 or >0. */
int board_compare(struct board a, struct board b);

#endif
