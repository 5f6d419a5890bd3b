/*
 * listing - a brain as files have it. A table is the list of its boards: one that is the same as
 * another up to symmetry is not listed where the brain's rule makes them one. A network is two
 * lists of numbers.
 */
#ifndef TTSTD_ENGINE_LISTING_H
#define TTSTD_ENGINE_LISTING_H

#include "engine/brain.h"

struct listing {
    uint32_t index;
    struct board board;
    uint64_t legal; /* the set of cells that have a weight */
    uint32_t weights[GAME_CELLS_MAX];
    int8_t proofs[GAME_CELLS_MAX]; /* 1 proven to win, -1 to lose, else 0 */
};

/* The board of that index, below brain_boards(). They ascend by their texts. */
void listing_at(const struct brain *brain, uint32_t index, struct listing *out);

/* False if the brain lists no such board. */
bool listing_find(const struct brain *brain, struct board board, struct listing *out);

/* Replaces the board's weights, and its proofs, if the rule has them. The caller keeps the
 * invariants of table/table.h. */
void listing_put(struct brain *brain, const struct listing *listing);

/* Finds the first move that is not worth what it is proven to be; false if there is none. */
bool listing_find_false_proof(const struct brain *brain, const struct solution *solution,
                              struct listing *out, unsigned *out_cell);

/* Networks: how many weights there are, and those that training changes, or their averages, which
 * are served, to be read or filled. None is beyond LISTING_WEIGHT_MAX either way. */
enum { LISTING_WEIGHT_MAX = 1 << 23 };
enum listing_part { LISTING_WEIGHTS, LISTING_AVERAGES };
size_t listing_count(const struct brain *brain);
int32_t *listing_numbers(const struct brain *brain, enum listing_part part);

#endif
