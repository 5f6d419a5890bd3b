/*
 * row - the weights of one decision board, as the self-play kernels want them.
 *
 *     offset  bytes
 *          0     40  sums[10]: sums[0] = 0, sums[i+1] = sums[i] + weight of cell i
 *         40     18  next[9]:  the row that each cell's move leads to
 *         58      6  spare, zero
 *
 * One row of nine cells is one 64-byte cache line. Weights are kept as running sums because a draw
 * is then a count of comparisons (sampler.h); a move's weight is a difference of two
 * neighbours. The successors are the same in every brain of a game, yet they stand
 * here too: the line that a draw reads then also says where the move leads.
 *
 * ROW_CELLS is the kernels' width, the one place that limits how many cells a game
 * that is played and learned may have. A game with fewer leaves the last ones zero. The
 * same sources make an engine of any other width up to 63: the tests build one with
 * ENGINE_ROW_CELLS, and it learns the same from the same seed.
 */
#ifndef TTSTD_ENGINE_ROW_H
#define TTSTD_ENGINE_ROW_H

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#ifndef ENGINE_ROW_CELLS
#define ENGINE_ROW_CELLS 9
#endif

enum {
    ROW_CELLS = ENGINE_ROW_CELLS,
    ROW_ALIGN = 64,
    ROW_WEIGHT_MIN = 1, /* the floor of every legal move's weight */
};

struct row {
    alignas(ROW_ALIGN) uint32_t sums[ROW_CELLS + 1];
    uint16_t next[ROW_CELLS];
};

_Static_assert(sizeof(struct row) == ROW_ALIGN || ROW_CELLS > 9, "a row is one cache line");

static inline uint32_t row_weight(const struct row *row, unsigned cell)
{
    return row->sums[cell + 1] - row->sums[cell];
}

static inline uint32_t row_total(const struct row *row)
{
    return row->sums[ROW_CELLS];
}

/* As many zeros as a row has sums, then as many words of all ones. */
extern const uint32_t row_window[2 * (ROW_CELLS + 1)];

/* A row of masks, all ones for the sums that include `cell`'s weight: word i for i > cell. */
static inline const uint32_t *row_above(size_t cell)
{
    return row_window + ROW_CELLS - cell;
}

/* Adds `change`, which may be a negative number in two's complement, to a cell's weight. All sums
 * are read before the first is written, so that compilers make it a few vector operations. */
static inline void row_add(struct row *row, unsigned cell, uint32_t change)
{
    const uint32_t *above = row_above(cell);
    uint32_t sums[ROW_CELLS + 1];
    for (unsigned i = 0; i <= ROW_CELLS; i++)
        sums[i] = row->sums[i] + (change & above[i]);
    for (unsigned i = 0; i <= ROW_CELLS; i++)
        row->sums[i] = sums[i];
}

/* Adds a reward or takes a penalty, down to ROW_WEIGHT_MIN. Without a branch: which of the two
 * limits applies is as unpredictable as play. */
static inline void row_change(struct row *row, unsigned cell, int32_t change)
{
    int32_t most_negative = ROW_WEIGHT_MIN - (int32_t)row_weight(row, cell);
    row_add(row, cell, (uint32_t)(change > most_negative ? change : most_negative));
}

#endif
