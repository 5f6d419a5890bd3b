#include "engine/table/sampler.h"

int sampler_draw(const uint32_t weights[], unsigned count, uint32_t random)
{
    uint32_t sums[SAMPLER_COUNT_MAX];
    uint64_t total = 0;
    if (count < 1 || count > SAMPLER_COUNT_MAX)
        return -1;
    for (unsigned i = 0; i < count; i++) {
        total += weights[i];
        sums[i] = (uint32_t)total;
    }
    if (total < 1 || total > UINT32_MAX)
        return -1;
    uint32_t r = (uint32_t)((random * total) >> 32);
    int drawn = 0;
    for (unsigned i = 0; i < count; i++)
        drawn += sums[i] <= r;
    return drawn;
}
