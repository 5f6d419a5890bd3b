#include "engine/sampler.h"

unsigned sampler_draw(const uint32_t weights[], unsigned count, uint32_t random)
{
    uint32_t total = 0;
    for (unsigned i = 0; i < count; i++)
        total += weights[i];
    uint32_t r = (uint32_t)(((uint64_t)random * total) >> 32);
    unsigned drawn = 0;
    while (r >= weights[drawn])
        r -= weights[drawn++];
    return drawn;
}
