/*
 * durations - how long many things took, in the buckets of a histogram.
 */
#ifndef TTSTD_BASE_DURATIONS_H
#define TTSTD_BASE_DURATIONS_H

#include <stdint.h>

enum { DURATIONS_BUCKETS = 14 };

/* The longest duration of each bucket but the last, in microseconds: from 100 us to 10 s. */
extern const int64_t durations_us[DURATIONS_BUCKETS];

struct durations {
    uint64_t counts[DURATIONS_BUCKETS + 1]; /* not cumulative; the last one took longer than all */
    uint64_t total_us;
};

/* took_us must not be negative. */
void durations_add(struct durations *durations, int64_t took_us);

#endif
