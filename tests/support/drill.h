/*
 * drill - a training with hooks that note what the trainer does with it. One trainer at a time.
 *
 * Waiting has no limit of its own: check's time limit ends a wait without end.
 */
#ifndef TTSTD_TESTS_SUPPORT_DRILL_H
#define TTSTD_TESTS_SUPPORT_DRILL_H

#include "support/rounds.h"
#include "train/trainer.h"

#include <semaphore.h>

enum { DRILL_NEVER_MS = 1000000000, DRILL_SAVES_MAX = 4096, DRILL_POINTS_MAX = 512 };

struct drill {
    struct training training; /* first */
    struct published published;
    struct rounds_plan plan;
    sem_t over;
    _Atomic unsigned overs;
    enum training_end end;
    bool (*on_save)(struct drill *drill);  /* the trainer's thread; NULL: takes every save */
    void (*on_point)(struct drill *drill); /* the evaluator's, with the point noted; or NULL */
    /* The trainer's until it is over: */
    unsigned saves;                     /* asked for */
    uint64_t saved_at[DRILL_SAVES_MAX]; /* matches */
    int64_t saved_ms[DRILL_SAVES_MAX];  /* by the monotonic clock */
    struct brain *copy;                 /* for on_save; freed with the drill */
    /* The evaluator's until it is over: */
    unsigned points;
    struct curve_point point[DRILL_POINTS_MAX];
    unsigned points_at_over; /* how many there were when it was over */
};

struct rounds_plan drill_plan(uint64_t seed, unsigned workers, uint64_t end);

/* A trainer for drills. */
struct trainer *drill_trainer(unsigned threads, unsigned save_interval_ms);

/* Goes on from `table`, which the drill takes over. */
void drill_open(struct drill *drill, struct brain *table, struct rounds_plan plan);
void drill_close(struct drill *drill);

void drill_submit(struct trainer *trainer, struct drill *drill);
void drill_wait(struct drill *drill);

/* Waits until its published table has so many matches. */
void drill_wait_matches(struct drill *drill, uint64_t matches);

/* Keeps the trainer's evaluator from all that is asked of it after this, until it is let go. */
void drill_block_evaluator(struct trainer *trainer);
void drill_unblock_evaluator(void);

/* Whether its table is what plain rounds make of a fresh one. */
bool drill_is_plain(const struct drill *drill);

#endif
