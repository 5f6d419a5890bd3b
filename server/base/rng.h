/*
 * rng - seedable random numbers: SplitMix64, xoshiro256++, and blocks of it.
 *
 * xoshiro256++ 1.0 by Blackman and Vigna ("Scrambled Linear Pseudorandom Number
 * Generators", ACM TOMS 47, 2021), seeded by SplitMix64 (Steele, Lea and Flood,
 * OOPSLA 2014) as its authors advise. None of these is for secrets.
 *
 * The block generator runs RNG_LANES generators side by side. What it yields is
 * part of every trained brain's digest, so it is defined here once for all
 * kernels: lane l's four state words are the SplitMix64 outputs 4l .. 4l+3 of the
 * seed; a block is one output of each lane, and its 32-bit numbers 2l and 2l+1
 * are the low and the high half of lane l's.
 */
#ifndef TTSTD_BASE_RNG_H
#define TTSTD_BASE_RNG_H

#include <stdalign.h>
#include <stdint.h>

enum { RNG_LANES = 8, RNG_BLOCK = 2 * RNG_LANES };

struct rng {
    uint64_t state[4];
};

struct rng_blocks {
    /* Word-major, so that a lane step is a vector step. */
    alignas(RNG_LANES * sizeof(uint64_t)) uint64_t state[4][RNG_LANES];
};

/* Advances `*state` and returns the next SplitMix64 output. */
uint64_t splitmix64_next(uint64_t *state);

/* Folds `count` words into one seed; every word and their order matter. */
uint64_t rng_mix(const uint64_t words[], unsigned count);

void rng_seed(struct rng *rng, uint64_t seed);
uint64_t rng_next(struct rng *rng);

void rng_blocks_seed(struct rng_blocks *blocks, uint64_t seed);

static inline uint64_t rng_rotate(uint64_t word, int bits)
{
    return (word << bits) | (word >> (64 - bits));
}

/* Writes the next RNG_BLOCK numbers. Inline: it is part of the hot loop. */
static inline void rng_blocks_next(struct rng_blocks *blocks, uint32_t out[RNG_BLOCK])
{
    uint64_t(*s)[RNG_LANES] = blocks->state;
    for (unsigned lane = 0; lane < RNG_LANES; lane++) {
        uint64_t number = rng_rotate(s[0][lane] + s[3][lane], 23) + s[0][lane];
        uint64_t t = s[1][lane] << 17;
        s[2][lane] ^= s[0][lane];
        s[3][lane] ^= s[1][lane];
        s[1][lane] ^= s[2][lane];
        s[0][lane] ^= s[3][lane];
        s[2][lane] ^= t;
        s[3][lane] = rng_rotate(s[3][lane], 45);
        out[2 * lane] = (uint32_t)number;
        out[2 * lane + 1] = (uint32_t)(number >> 32);
    }
}

#endif
