/*
 * lesson - a training with hooks that note what the trainer does with it. One trainer at a time.
 *
 * Waiting has no limit of its own: check's time limit ends a wait without end.
 */
#ifndef TTSTD_TESTS_SUPPORT_LESSON_H
#define TTSTD_TESTS_SUPPORT_LESSON_H

#include "support/rounds.h"
#include "train/trainer.h"

#include <semaphore.h>

enum { LESSON_NEVER_MS = 1000000000, LESSON_SAVES_MAX = 4096, LESSON_POINTS_MAX = 512 };

struct lesson {
    struct training training; /* first */
    struct published published;
    struct rounds_plan plan;
    sem_t over;
    _Atomic unsigned overs;
    enum training_end end;
    bool (*on_save)(struct lesson *lesson);  /* the trainer's thread; NULL: takes every save */
    void (*on_point)(struct lesson *lesson); /* the evaluator's, with the point noted; or NULL */
    /* The trainer's until it is over: */
    unsigned saves;                      /* asked for */
    uint64_t saved_at[LESSON_SAVES_MAX]; /* matches */
    int64_t saved_ms[LESSON_SAVES_MAX];  /* by the monotonic clock */
    struct brain *copy;                  /* for on_save; freed with the lesson */
    /* The evaluator's until it is over: */
    unsigned points;
    struct curve_point point[LESSON_POINTS_MAX];
    unsigned points_at_over; /* how many there were when it was over */
};

struct rounds_plan lesson_plan(uint64_t seed, unsigned workers, uint64_t end);

/* A trainer for lessons. */
struct trainer *lesson_trainer(unsigned threads, unsigned save_interval_ms);

/* Goes on from `table`, which the lesson takes over. */
void lesson_open(struct lesson *lesson, struct brain *table, struct rounds_plan plan);
void lesson_close(struct lesson *lesson);

void lesson_submit(struct trainer *trainer, struct lesson *lesson);
void lesson_wait(struct lesson *lesson);

/* Waits until its published table has so many matches. */
void lesson_wait_matches(struct lesson *lesson, uint64_t matches);

/* Keeps the trainer's evaluator from all that is asked of it after this, until it is let go. */
void lesson_block_evaluator(struct trainer *trainer);
void lesson_unblock_evaluator(void);

/* Whether its table is what plain rounds make of a fresh one. */
bool lesson_is_plain(const struct lesson *lesson);

#endif
