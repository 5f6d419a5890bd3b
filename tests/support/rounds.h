/*
 * rounds - training as one thread does it plainly: what the trainer's results are measured against.
 */
#ifndef TTSTD_TESTS_SUPPORT_ROUNDS_H
#define TTSTD_TESTS_SUPPORT_ROUNDS_H

#include "engine/brain.h"

struct rounds_plan {
    uint64_t seed;
    unsigned workers;
    unsigned learners;            /* of enum learner */
    uint64_t end;                 /* table->matches at which it is done */
    const struct brain *opponent; /* NULL: the brain itself */
    uint64_t begin;               /* table->matches before its first match */
};

/* Plays round after round to the end; returns the moves that were made. */
uint64_t rounds_play(struct brain *table, const struct rounds_plan *plan);

/* Of tables: where the round that begins at `matches` ends, and whether `matches` is the end of a
 * round of a job that began at `start`. */
uint64_t rounds_next(const struct rounds_plan *plan, uint64_t matches);
bool rounds_end_at(const struct rounds_plan *plan, uint64_t start, uint64_t matches);

#endif
