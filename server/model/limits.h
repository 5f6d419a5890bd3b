/*
 * limits - how much there may be, where more than one room has to know. Each limit is defined once,
 * here or in the one room that it concerns.
 */
#ifndef TTSTD_MODEL_LIMITS_H
#define TTSTD_MODEL_LIMITS_H

#include "engine/brain.h"

#include <stdint.h>

enum {
    /* Memory: each has its entry, of about 700 bytes; tables are bounded by --brain-memory. */
    BRAINS_MAX = 20000,
    BRAIN_NAME_MAX = 64,
    BRAIN_BYTES_MAX = 32 << 20,      /* in memory; what is called "brain" in a job's bound, too */
    JOB_BYTES_MAX = 1 << 30,         /* of all that one holds while it runs */
    OPPONENTS_BYTES_MAX = 256 << 20, /* of all that jobs wait to meet */
    /* Named checkpoints of one brain; each takes about 65 KB on disk. */
    CHECKPOINTS_NAMED_MAX = 100,
    /* And those that it leaves behind by itself: one at each power of ten up to 2^53. */
    CHECKPOINTS_MAX = CHECKPOINTS_NAMED_MAX + 20,
    /* Queued and running together; a bound for memory, not for anybody. */
    JOBS_ACTIVE_MAX = 256,
    JOBS_FINISHED_KEPT = 1000, /* the newest: one answer lists them all */
    /* As many tables as the engine merges at once. Jobs on disk may have that many: never lower. */
    SCHEDULE_WORKERS_MAX = BRAIN_MERGE_MAX,
    /* Bounds the time that one request may take from all others: about 0.25 ms for a thousand. */
    MOVES_BATCH_MAX = 4096,
};

/* As many as a brain can live: the largest whole number that JSON readers agree on. */
#define BRAIN_MATCHES_MAX ((uint64_t)1 << 53)
#define JOB_MATCHES_MAX BRAIN_MATCHES_MAX

#endif
