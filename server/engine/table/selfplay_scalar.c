/* The portable kernel, and the reference of all others. */
#include "engine/selfplay.h"
#include "engine/table/kernels.h"
#include "engine/table/sampler.h"

static inline size_t row_draw(const struct row *row, uint32_t random)
{
    return sampler_draw_sums(row->sums, ROW_CELLS, random);
}

static inline size_t row_draw_among(const struct row *row, row_set cells, uint32_t random)
{
    uint32_t sums[ROW_CELLS + 1] = {0};
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        sums[cell + 1] = sums[cell] + (row_weight(row, cell) & (0 - (uint32_t)(cells >> cell & 1)));
    return sampler_draw_sums(sums, ROW_CELLS, random);
}

static inline void row_learn(struct row *row, size_t cell, int32_t change)
{
    row_change(row, (unsigned)cell, change);
}

static inline void take_block(struct rng_blocks *blocks, uint32_t out[RNG_BLOCK])
{
    rng_blocks_next(blocks, out);
}

typedef double slice __attribute__((vector_size(16)));
typedef int64_t slice_mask __attribute__((vector_size(16)));

static inline slice larger(slice a, slice b)
{
    const slice_mask is_a = a > b;
    return (slice)(((slice_mask)a & is_a) | ((slice_mask)b & ~is_a));
}

enum { SHARES = ROW_CELLS };

static inline void row_shares(const struct row *row, row_set cells, double out[SHARES])
{
    uint32_t weights[ROW_CELLS];
    uint32_t total = 0;
    for (unsigned cell = 0; cell < ROW_CELLS; cell++) {
        weights[cell] = row_weight(row, cell) & (0 - (uint32_t)(cells >> cell & 1));
        total += weights[cell];
    }
    const double share = 1.0 / total;
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        out[cell] = weights[cell] * share;
}

#include "engine/table/outlook_loop.h"
#include "engine/table/selfplay_loop.h"

static unsigned draw(const struct row *row, uint32_t random)
{
    return (unsigned)row_draw(row, random);
}

static void change(struct row *row, unsigned cell, int32_t by)
{
    row_learn(row, cell, by);
}

const struct kernel kernel_scalar = {.name = "scalar",
                                     .play = play,
                                     .play_by_weight = play_by_weight,
                                     .look_back = look_back,
                                     .draw = draw,
                                     .change = change,
                                     .sample = sampler_draw};
