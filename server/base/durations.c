#include "base/durations.h"

const int64_t durations_us[DURATIONS_BUCKETS] = {100,    250,     500,     1000,    2500,
                                                 5000,   10000,   25000,   50000,   100000,
                                                 250000, 1000000, 2500000, 10000000};

void durations_add(struct durations *durations, int64_t took_us)
{
    unsigned bucket = 0;
    while (bucket < DURATIONS_BUCKETS && took_us > durations_us[bucket])
        bucket++;
    durations->counts[bucket]++;
    durations->total_us += (uint64_t)took_us;
}
