/*
 * trainer - the thread that leads all training, round by round.
 *
 * Whoever wants training submits a `struct training`; from then on the trainer owns it
 * until it reports its end. Trainings take turns, a round each. Between two rounds, and
 * only there: merge, halve, publish, count; save if one is due; end or go on.
 *
 * Brains of megabytes are published, saved and evaluated less often than there are rounds.
 *
 * At curve points a copy of the table goes to the evaluator, while training goes on. A training
 * that has a goal (until.h) stands still until the evaluator has judged it: so where it ends
 * depends on nothing but the training itself. One for whose copy there is no memory does so, too.
 * Ends are reported by way of the evaluator, after the last point. Saves may be sent by that way
 * too, and then come behind the points before them.
 *
 * The trainer knows no store: it calls back to have a table saved, a curve point kept, an end
 * reported.
 */
#ifndef TTSTD_TRAIN_TRAINER_H
#define TTSTD_TRAIN_TRAINER_H

#include "base/mailbox.h"
#include "train/published.h"
#include "train/until.h"

enum training_end {
    TRAINING_DONE,      /* its last match is played */
    TRAINING_REACHED,   /* its goal */
    TRAINING_STOPPED,   /* as asked for by trainer_stop_training() */
    TRAINING_SUSPENDED, /* the trainer is being destroyed; goes on after a restart */
    TRAINING_STARVED,   /* no memory for the tables of its workers; goes on when there is some */
};

struct trainer;

struct training {
    /* Set by the submitter, not changed after. */
    int64_t brain_id;
    uint64_t seed;
    unsigned schedule; /* the version of its rounds */
    unsigned workers;
    unsigned learners;
    const struct brain
        *opponent; /* as in struct selfplay, as the next; they outlive the training */
    const struct brain *uniform;
    struct until until;
    bool judge_first;            /* it goes on from a point at which it may have reached its goal */
    uint64_t begin;              /* brain.matches before its first match */
    uint64_t end;                /* brain.matches at which it is done */
    struct brain *table;         /* the trainer's to change until the end; the submitter's after */
    const struct brain *before;  /* that it begins as; NULL: as it is. Not looked at after a save */
    struct published *published; /* outlives the training */

    _Atomic bool stop;             /* any thread sets it; see trainer_stop_training() */
    _Atomic unsigned last_save_ms; /* any thread sets it: how long the last save took */

    /* The trainer's. */
    struct message message;
    struct trainer *trainer;
    struct training *next; /* in turn */
    int64_t next_save_ms;  /* by the monotonic clock, as the next */
    int64_t next_publish_ms;
    bool has_reached; /* its goal; written by the evaluator while the training stands still */
    struct evaluator_task end_task;
    enum training_end how;
};

struct trainer_options {
    unsigned threads;            /* that play, the leader included */
    const struct kernel *kernel; /* that they play with; NULL: the best one */
    const struct atlas *atlas;   /* of the exact game, for the evaluator */
    unsigned save_interval_ms;   /* between two saves of a training */
    /* The leader's thread: takes a copy of training->table to be saved, without waiting; false: not
     * now, ask again after the next round. If its table stands at a curve point, that was sent to
     * the evaluator before. */
    bool (*save)(struct training *training);
    /* The evaluator's thread: a point of the training's curve, and the table that it is of. NULL:
     * nothing is told of it there, but it is to leave a checkpoint. */
    void (*evaluated)(struct training *training, const struct brain *table,
                      const struct curve_point *point);
    /* The evaluator's thread: the training is the callee's again; its last table is for the callee
     * to publish. */
    void (*over)(struct training *training, enum training_end end);
};

/* Starts the threads. On failure errno says why; so it does for crew_create() and
 * evaluator_create(). */
MUST_CHECK enum err trainer_create(const struct trainer_options *options, struct trainer **out);

/* The evaluator, which the trainer owns, for others to use. */
struct evaluator *trainer_evaluator(struct trainer *trainer);

/* Suspends all trainings, has the evaluator do what was asked of it, joins the threads. The round
 * under way is abandoned: it will be the first one when the training goes on. */
void trainer_destroy(struct trainer *trainer);

/* Any thread; never waits. training->end must lie above table->matches. */
void trainer_submit(struct trainer *trainer, struct training *training);

/* Rounds played so far, of all trainings. Any thread. */
uint64_t trainer_rounds(const struct trainer *trainer);

/* Any thread; never waits. Takes effect at the end of the round under way, which networks give up:
 * it is then as if it had not been begun. */
void trainer_stop_training(struct training *training);

#endif
