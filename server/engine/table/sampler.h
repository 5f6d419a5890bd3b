/*
 * sampler - the weighted draw: a move is drawn with probability weight / total.
 *
 * With W = w[0] + ... + w[n-1] < 2^32 and a uniform 32-bit number x, the draw takes
 * r = floor(x * W / 2^32), uniform on 0 .. W-1 but for 2^-32, and returns the first i
 * with w[0] + ... + w[i] > r. A weight of zero is never drawn; every other share is
 * exact to 2^-32. On cumulative sums that index is a count of comparisons, without
 * branches and without a loop-carried dependency, which is why rows keep sums.
 */
#ifndef TTSTD_ENGINE_TABLE_SAMPLER_H
#define TTSTD_ENGINE_TABLE_SAMPLER_H

#include <stddef.h>
#include <stdint.h>

enum { SAMPLER_COUNT_MAX = 64 };

/* sums[0] = 0, sums[i+1] = sums[i] + weight i; `count` is a constant wherever this is inlined.
 * A row whose weights are all zero yields count - 1. */
static inline size_t sampler_draw_sums(const uint32_t sums[], unsigned count, uint32_t random)
{
    uint32_t r = (uint32_t)(((uint64_t)random * sums[count]) >> 32);
    size_t drawn = 0;
    for (unsigned i = 1; i < count; i++)
        drawn += sums[i] <= r;
    return drawn;
}

/* The same draw on plain weights: equal weights and numbers give equal moves. -1 unless there are
 * 1 to SAMPLER_COUNT_MAX weights with a total above 0 and below 2^32. */
int sampler_draw(const uint32_t weights[], unsigned count, uint32_t random);

#endif
