/*
 * listing - a brain as the list of its boards, as files have it: one that is the same as another up
 * to symmetry is not listed where the brain's rule makes them one.
 */
#ifndef TTSTD_ENGINE_LISTING_H
#define TTSTD_ENGINE_LISTING_H

#include "engine/brain.h"

struct listing {
    uint32_t index;
    struct board board;
    uint64_t legal; /* the set of cells that have a weight */
    uint32_t weights[BRAIN_MOVES_MAX];
    int8_t proofs[BRAIN_MOVES_MAX]; /* 1 proven to win, -1 to lose, else 0 */
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

#endif
