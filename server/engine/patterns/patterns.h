/*
 * patterns - the cells of a game's board in small groups, and the numbers of what stands on them:
 * what an n-tuple network reads of a board (Thill, Koch, Konen, "Reinforcement Learning with
 * N-tuples on the Game Connect-4", PPSN 2012).
 *
 * Which groups there are follows from the board and the run:
 *
 *   lines     every full row, column and diagonal of `run` or more cells; one that is longer than 8
 *             is read as its windows of 8
 *   windows   run x 2 cells, flat and slanted (the second line one cell higher), and upright: under
 *             gravity two whole columns beside each other, at most 6 high, else 2 x run. A run
 *             longer than 5 counts as 5
 *
 * Groups that are images of each other under the board's symmetries are one pattern, which is read
 * in each image: a pattern in one image is a slot. What stands on a slot's cells is its index in
 * the pattern's table, the same for all of its slots.
 *
 * Without gravity an index is a number in base 3, a digit a cell, empty, 1 or 2. Under gravity the
 * cells of a pattern fall into vertical runs, and a run of h cells has only 2^(h+1) states, because
 * empty cells lie on stones alone: none of it can be filled yet (0), or else a 1 in front of as
 * many bits as there are stones, a bit the player's of each, the lowest first. So
 *
 *   index = sum over runs of digit << shift, shift = sum of (h + 1) over the runs before
 *   digit = on the empty board 1 if the run's lowest cell is in row 0, else 0
 *           + (1 + p) << i for a stone of player p (0, 1) on the run's cell i from below
 *           + 1 for any stone on the cell below the run
 *
 * Either way a stone adds a number of its own to the indexes of some slots, its touches.
 *
 * Invariants
 *  1. At most PATTERNS_SLOTS_MAX slots: so many weights of 2^23 at most add up to less than 2^31.
 *  2. An index is below the pattern's entries; patterns' tables stand one behind the other.
 */
#ifndef TTSTD_ENGINE_PATTERNS_PATTERNS_H
#define TTSTD_ENGINE_PATTERNS_PATTERNS_H

#include "engine/game/game.h"

enum { PATTERNS_SLOTS_MAX = 255 };

/* What a stone changes. */
struct touch {
    uint32_t slot;
    uint32_t steps[2]; /* what a stone of player 1, of player 2 adds to its index */
};

struct patterns {
    struct game game;
    unsigned slots;
    unsigned patterns;
    uint32_t entries;                   /* of all tables together */
    uint32_t empty[PATTERNS_SLOTS_MAX]; /* the index of each slot on the empty board, that of its
                                           pattern's table included */
    uint32_t touches_of[GAME_CELLS_MAX + 1]; /* of cell c: touches[touches_of[c]] and on, up to
                                                those of the next */
    struct touch *touches;
    uint32_t runs_of[GAME_CELLS_MAX + 1]; /* likewise: the sets of cells through c that win */
    uint64_t *runs;
};

/* ERR_UNSUPPORTED: the game is not valid, or has more slots than can be. ERR_NO_MEMORY. */
MUST_CHECK enum err patterns_create(const struct game *game, struct patterns **out);
void patterns_destroy(struct patterns *patterns);

/* The index of each slot on a board. */
void patterns_read(const struct patterns *patterns, struct board board,
                   uint32_t out[PATTERNS_SLOTS_MAX]);

/* Whether `stones`, among which is `cell`, have a run through it. */
bool patterns_win(const struct patterns *patterns, uint64_t stones, unsigned cell);

#endif
