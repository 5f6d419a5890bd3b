/*
 * kernel - the implementations of what is done to rows by the million: a portable one, and one for
 * each vector unit that this build knows. For equal input all do the same, bit for bit.
 *
 * The portable one is the reference: row.h and sampler.h say what is computed. The loop around the
 * rows is the same source for all (selfplay_loop.h). kernel.c is the one place that asks what the
 * processor can do.
 */
#ifndef TTSTD_ENGINE_TABLE_KERNEL_H
#define TTSTD_ENGINE_TABLE_KERNEL_H

#include "engine/table/row.h"

#include <stdbool.h>

struct brain;
struct outlook_table;
struct selfplay;
struct tally;

struct kernel {
    const char *name; /* "scalar", "avx2", "avx512" */

    /* selfplay_run() */
    void (*play)(struct brain *brain, const struct selfplay *plan, struct tally *out);

    /* evaluate(): the probabilities of all moves of the table under the policy `sample`. */
    void (*play_by_weight)(const struct row rows[], const struct outlook_table *table,
                           double out[]);

    /* evaluate(): from the policy, works out outlooks and what can come of each row. */
    void (*look_back)(const struct outlook_table *table);

    /* Draws a move from a row, as sampler_draw_sums(). */
    unsigned (*draw)(const struct row *row, uint32_t random);

    /* row_change() */
    void (*change)(struct row *row, unsigned cell, int32_t change);

    /* sampler_draw() */
    int (*sample)(const uint32_t weights[], unsigned count, uint32_t random);
};

/* All that this build knows, the slowest first. */
unsigned kernel_count(void);
const struct kernel *kernel_at(unsigned index);

/* The one of that name, or NULL. */
const struct kernel *kernel_find(const char *name);

/* Whether this processor can run it. */
bool kernel_is_usable(const struct kernel *kernel);

/* The fastest that this processor can run. */
const struct kernel *kernel_best(void);

#endif
