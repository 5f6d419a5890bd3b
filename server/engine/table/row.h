/*
 * row - the weights of one decision board, as the self-play kernels want them.
 *
 *     offset  bytes
 *          0     40  sums[10]: sums[0] = 0, sums[i+1] = sums[i] + weight of cell i
 *         40     18  next[9]:  the row that each cell's move leads to
 *         58      6  the sets of moves that are legal, proven to win, proven to lose
 *
 * Proofs are for rules that make them (rule.h): a move that wins whatever the other player does, or
 * loses if the other one plays right. One row of nine cells is one 64-byte cache line. Weights are
 * kept as running sums because a draw is then a count of comparisons (sampler.h); a move's weight
 * is a difference of two neighbours. The successors are the same in every brain of a game, yet they
 * stand here too: the line that a draw reads then also says where the move leads.
 *
 * ROW_CELLS is the kernels' width: the most cells that a board with rows may have. A game with
 * fewer leaves the last ones zero. The same sources make rows of any other width up to 63: the
 * tests build an engine with ENGINE_ROW_CELLS, and it learns the same from the same seed.
 */
#ifndef TTSTD_ENGINE_TABLE_ROW_H
#define TTSTD_ENGINE_TABLE_ROW_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef ENGINE_ROW_CELLS
#define ENGINE_ROW_CELLS 9
#endif

enum {
    ROW_CELLS = ENGINE_ROW_CELLS,
    ROW_ALIGN = 64,
    ROW_WEIGHT_MIN = 1, /* the floor of every legal move's weight */
};

/* A set of a row's cells. */
#if ENGINE_ROW_CELLS <= 16
typedef uint16_t row_set;
#elif ENGINE_ROW_CELLS <= 32
typedef uint32_t row_set;
#else
typedef uint64_t row_set;
#endif

struct row {
    alignas(ROW_ALIGN) uint32_t sums[ROW_CELLS + 1];
    uint16_t next[ROW_CELLS];
    row_set legal;
    row_set winning;
    row_set losing;
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

/* Whether two rows weigh and prove the same. */
static inline bool row_is_same(const struct row *a, const struct row *b)
{
    return memcmp(a->sums, b->sums, sizeof a->sums) == 0 && a->winning == b->winning &&
           a->losing == b->losing;
}

/* The moves that a rule with proofs plays among: the proven winners, or else all but the proven
 * losers, or else all. */
static inline row_set row_best(const struct row *row)
{
    row_set open = row->legal & (row_set)~row->losing;
    row_set hopeful = open != 0 ? open : row->legal;
    return row->winning != 0 ? row->winning : hopeful;
}

/* What is proven for the player to move: 1 won, -1 lost, 0 nothing. */
static inline int row_proof(const struct row *row)
{
    if (row->winning != 0)
        return 1;
    return row->losing == row->legal ? -1 : 0;
}

/* The same of one move. */
static inline int row_move_proof(const struct row *row, unsigned cell)
{
    return (int)(row->winning >> cell & 1) - (int)(row->losing >> cell & 1);
}

/* Learns that a move is proven to win (1) or to lose (-1) or neither (0), if the row `learns`.
 * Returns what is proven then for the player who moved before, whose move led here. A row that does
 * not learn stays as it is, but the move counts all the same. */
static inline int row_prove(struct row *row, unsigned cell, int proof, bool learns)
{
    struct row seen = *row;
    seen.winning |= (row_set)((row_set)(proof > 0) << cell);
    seen.losing |= (row_set)((row_set)(proof < 0) << cell);
    if (learns) {
        row->winning = seen.winning;
        row->losing = seen.losing;
    }
    return -row_proof(&seen);
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
