/*
 * lesson - a match that a brain has learned since its table was written, and the way back: a brain
 * is its table and the lessons behind it, learned in their order.
 *
 * They are numbered from 1 on, brain by brain; numbers never fall, whatever becomes of the brain.
 * One costs some 60 bytes on disk where the table has 65 KB, or megabytes. Once there are
 * lesson_most() of them the table is written anew, and they are gone.
 */
#ifndef TTSTD_MODEL_LESSON_H
#define TTSTD_MODEL_LESSON_H

#include "engine/brain.h"

struct lesson {
    int64_t learned_at_ms;
    unsigned learners; /* of enum learner */
    unsigned count;
    uint8_t moves[GAME_CELLS_MAX];
};

/* How many a brain of that size in memory may have. Few enough to be learned again in milliseconds
 * when it is read, so many that writing the table costs less than they do. */
unsigned lesson_most(size_t brain_bytes);

/* Has a brain learn it, as it did before. ERR_CORRUPT: it is no match of the brain's game. */
MUST_CHECK enum err lesson_learn(const struct lesson *lesson, struct brain *brain);

#endif
