/*
 * outlook_loop - the pass back over all boards: the loop that every kernel compiles for vectors of
 * its own width.
 *
 * A kernel's file defines these and then includes this one:
 *
 *     slice, slice_mask                   vectors of double and of int64_t, equally wide
 *     slice larger(slice a, slice b);     a > b ? a : b, number by number
 *     SHARES                              how many numbers row_shares() writes, ROW_CELLS or more
 *     void row_shares(const struct row *row, row_set cells, double out[SHARES]);
 *                                         weight x (1 / total) of the cells, 0 for all others
 *
 * Each number goes through the same operations in the same order whatever the width, and compilers
 * must not contract two of them into one (-ffp-contract=off). So all kernels find the same, bit for
 * bit.
 */
#ifndef TTSTD_ENGINE_TABLE_OUTLOOK_LOOP_H
#define TTSTD_ENGINE_TABLE_OUTLOOK_LOOP_H

#include "engine/table/kernels.h"
#include "engine/table/outlook.h"

#include <string.h>

enum { SLICES = sizeof(double) * OUTLOOK_NUMBERS / sizeof(slice) };

/* A set of numbers. */
union number_mask {
    int64_t numbers[OUTLOOK_NUMBERS];
    slice_mask at[SLICES];
};
static const union number_mask is_random = {
    {[OUTLOOK_RANDOM_WIN1] = -1, [OUTLOOK_RANDOM_WIN2] = -1}};
static const union number_mask is_perfect = {
    {[OUTLOOK_PERFECT_WIN1] = -1, [OUTLOOK_PERFECT_WIN2] = -1}};
static const union number_mask is_most = {
    {[OUTLOOK_MOST_LOSS] = -1, [OUTLOOK_MOST_VALUE] = -1, [OUTLOOK_MOST_TTST_VALUE] = -1}};
static const union number_mask is_self = {{[OUTLOOK_SELF_WIN] = -1}};

/* Whose means a move plays a part in: only that of random play, or if it keeps the row's value,
 * that of perfect play too. */
static const union number_mask is_played[2] = {
    {{[OUTLOOK_RANDOM_WIN1] = -1, [OUTLOOK_RANDOM_WIN2] = -1}},
    {{[OUTLOOK_RANDOM_WIN1] = -1,
      [OUTLOOK_RANDOM_WIN2] = -1,
      [OUTLOOK_PERFECT_WIN1] = -1,
      [OUTLOOK_PERFECT_WIN2] = -1}},
};

/* What is summed up over the moves of a row. */
struct sums {
    slice own[SLICES];  /* for the brain as who is to move there */
    slice mean[SLICES]; /* for the brain as the other player */
    slice most[SLICES];
    unsigned can_by_policy; /* what can come of the moves that the policy makes, */
    unsigned can_by_perfect;
    unsigned can_by_any;
};

/* The difference is the number itself, so that it is only a broadcast. */
ALWAYS_INLINE slice all(double number)
{
    return number - (slice){0};
}

ALWAYS_INLINE slice blend(slice_mask mask, slice inside, slice outside)
{
    return (slice)(((slice_mask)inside & mask) | ((slice_mask)outside & ~mask));
}

ALWAYS_INLINE slice get(const double numbers[OUTLOOK_NUMBERS], unsigned index)
{
    slice found;
    memcpy(&found, (const slice *)numbers + index, sizeof found);
    return found;
}

ALWAYS_INLINE void put(double numbers[OUTLOOK_NUMBERS], unsigned index, slice found)
{
    memcpy((slice *)numbers + index, &found, sizeof found);
}

ALWAYS_INLINE void add_move(struct sums *sums, const struct outlook_table *table, unsigned mover,
                            const struct outlook_move *move, double policy)
{
    const struct outlook *after = &table->outlooks[move->next];
    const unsigned can = table->can[move->next];
    const slice probability = all(policy);
    const slice cells = all(move->cells);
    for (unsigned i = 0; i < SLICES; i++) {
        const slice own = get(after->as[mover], i);
        const slice other = get(after->as[1 - mover], i);
        const slice share = (slice)(((slice_mask)cells & is_played[move->keeps].at[i]) |
                                    ((slice_mask)probability & is_self.at[i]));
        sums->own[i] += probability * own;
        sums->mean[i] += share * other;
        sums->most[i] = larger(other, sums->most[i]);
    }
    sums->can_by_policy |= policy > 0 ? can : 0;
    sums->can_by_perfect |= move->keeps ? can : 0;
    sums->can_by_any |= can;
}

/* Who is to move plays by the policy if he is the brain, or plays against itself. */
ALWAYS_INLINE unsigned settle_can(const struct sums *sums, unsigned mover)
{
    const unsigned one = OUTLOOK_CAN_LOSE | OUTLOOK_CAN_DRAW_RANDOM | OUTLOOK_CAN_DRAW_PERFECT;
    const unsigned policy = one << mover | OUTLOOK_CAN_DRAW_SELF;
    const unsigned perfect = (unsigned)OUTLOOK_CAN_DRAW_PERFECT << (1 - mover);
    return (sums->can_by_policy & policy) | (sums->can_by_perfect & perfect) |
           (sums->can_by_any & ~(policy | perfect));
}

ALWAYS_INLINE void settle(const struct outlook_table *table, uint32_t place,
                          const struct sums *sums)
{
    const struct outlook_row *row = &table->rows[place];
    struct outlook *outlook = &table->outlooks[place];
    for (unsigned i = 0; i < SLICES; i++) {
        const slice scale = blend(is_random.at[i], all(row->uniform),
                                  blend(is_perfect.at[i], all(row->perfect), all(1)));
        put(outlook->as[row->mover], i, sums->own[i]);
        put(outlook->as[1 - row->mover], i,
            blend(is_most.at[i], sums->most[i], sums->mean[i] * scale));
    }
    table->can[place] = (uint8_t)settle_can(sums, row->mover);
}

/* The kernel's look_back(). The copy tells compilers that no store can change it. */
static void look_back(const struct outlook_table *original)
{
    const struct outlook_table table = *original;
    const struct outlook_move *move = table.moves;
    const double *policy = table.policy;
    for (uint32_t i = 0; i < table.count; i++) {
        const struct outlook_row *row = &table.rows[i];
        struct sums sums = {.can_by_any = 0};
        for (unsigned part = 0; part < SLICES; part++)
            sums.most[part] = all(-1);
        for (unsigned left = row->moves; left > 0; left--)
            add_move(&sums, &table, row->mover, move++, *policy++);
        settle(&table, i, &sums);
    }
}

/* The kernel's play_by_weight(). */
static void play_by_weight(const struct row rows[], const struct outlook_table *table, double out[])
{
    const struct outlook_move *move = table->moves;
    for (uint32_t i = 0; i < table->count; i++) {
        const struct row *row = &rows[table->rows[i].row];
        alignas(64) double by_cell[SHARES];
        row_shares(row, row_best(row), by_cell);
        for (unsigned left = table->rows[i].moves; left > 0; left--)
            *out++ = by_cell[(move++)->cell];
    }
}

#endif
