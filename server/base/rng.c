#include "base/rng.h"

uint64_t splitmix64_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t rng_mix(const uint64_t words[], unsigned count)
{
    uint64_t seed = 0;
    for (unsigned i = 0; i < count; i++) {
        seed ^= words[i];
        seed = splitmix64_next(&seed);
    }
    return seed;
}

void rng_seed(struct rng *rng, uint64_t seed)
{
    for (unsigned word = 0; word < 4; word++)
        rng->state[word] = splitmix64_next(&seed);
}

uint64_t rng_next(struct rng *rng)
{
    uint64_t *s = rng->state;
    uint64_t number = rng_rotate(s[0] + s[3], 23) + s[0];
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rng_rotate(s[3], 45);
    return number;
}

void rng_blocks_seed(struct rng_blocks *blocks, uint64_t seed)
{
    for (unsigned lane = 0; lane < RNG_LANES; lane++)
        for (unsigned word = 0; word < 4; word++)
            blocks->state[word][lane] = splitmix64_next(&seed);
}
