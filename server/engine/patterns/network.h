/*
 * network - what boards are worth by their patterns: an n-tuple network of afterstates, in
 * integers.
 *
 * Every pattern has two tables of weights, one for the boards at which player 1 is to move and one
 * for player 2's: one for both does not see whose turn parity favours. The weights at the indexes
 * of a board's slots add up to x, in units of 2^-22, and the board's value is s(x), near tanh(x),
 * with 16 fractional bits:
 *
 *   s(x) = x (27 + x^2) / (27 + 9 x^2) for |x| < 3, else 1 or -1,
 *
 * at most 1 - 16/65536 either way, so that an end is always better than a guess. Values are player
 * 1's: 65536 is a match that he has won, -65536 one that he has lost.
 *
 * What training changes are the weights; beside them stands their average over the latest rounds,
 * which is what is served: it takes the noise of large steps away.
 *
 * Invariants
 *  1. No weight is beyond NETWORK_WEIGHT_MAX either way.
 */
#ifndef TTSTD_ENGINE_PATTERNS_NETWORK_H
#define TTSTD_ENGINE_PATTERNS_NETWORK_H

#include "engine/patterns/patterns.h"

enum {
    NETWORK_ONE = 1 << 16, /* of values, and of shares */
    NETWORK_WEIGHT_MAX = 1 << 23,
    NETWORK_VALUE_MAX = NETWORK_ONE - 16,
};

struct network {
    const struct patterns *patterns;
    int32_t *weights;
};

/* How many weights a network has; a new one has zeros. */
static inline size_t network_size(const struct patterns *patterns)
{
    return 2 * (size_t)patterns->entries;
}

/* The value of a sum of weights. */
int32_t network_value(int32_t sum);

/* That of a board at whose indexes the weights stand; player 1 (0) or 2 (1) is to move. */
int32_t network_value_at(const struct patterns *patterns, const int32_t weights[], unsigned mover,
                         const uint32_t index[]);

/* That of a board that is not finished, read anew. */
int32_t network_value_of(const struct patterns *patterns, const int32_t weights[],
                         struct board board);

/* How far a value goes towards what was met, in 65536ths, when a brain with `workers` has lived so
 * many matches: from `step_size` down to a fiftieth, half way after 200,000 matches a worker, of
 * two at least. */
uint32_t network_step(uint32_t step_size, uint64_t matches, unsigned workers);

/* Takes the weights after a round of `matches` into their average; the brain has lived `lived`
 * matches with it. Their share is a power of 2, about so large that the latest 65,000 matches
 * count, in a young brain the latest quarter of its life. */
void network_average(int32_t averages[], const int32_t weights[], size_t count, uint64_t matches,
                     uint64_t lived);

/* Adds to `base` the mean of what workers changed from it: the sum of their differences, divided by
 * the number of workers whose difference is not 0, towards 0. (The sum itself diverges.) */
void network_merge(int32_t base[], const int32_t *const workers[], unsigned count, size_t size);

#endif
