/*
 * evaluator - the thread on which brains are evaluated, one after the other: at curve points, and
 * for whoever asks over HTTP. However many ask, what is written to disk behind a curve point waits
 * for one of them at most.
 */
#ifndef TTSTD_TRAIN_EVALUATOR_H
#define TTSTD_TRAIN_EVALUATOR_H

#include "base/mailbox.h"
#include "model/point.h"

struct evaluator;

/* Something to do on the evaluator's thread; embedded in what it is about, and the evaluator's from
 * the post until its `perform` is called. */
struct evaluator_task {
    struct message message; /* first */
    struct evaluator *evaluator;
    void (*perform)(struct evaluator_task *task);
};

/* Evaluates brains made by the atlas, of an exact game, which outlives it, by `kernel`; NULL: the
 * best one. ERR_NO_MEMORY. */
MUST_CHECK enum err evaluator_create(const struct atlas *atlas, const struct kernel *kernel,
                                     struct evaluator **out);

/* Performs what was posted so far and joins the thread. */
void evaluator_destroy(struct evaluator *evaluator);

/* Any thread; never waits. Tasks are performed in the order in which they are posted. */
void evaluator_post(struct evaluator *evaluator, struct evaluator_task *task);

/* The same for tasks that can wait: between two of these, all that has been posted by
 * evaluator_post() is performed. */
void evaluator_post_behind(struct evaluator *evaluator, struct evaluator_task *task);

/* For tasks. Brains of the evaluator's game. */
void evaluator_evaluate(struct evaluator *evaluator, const struct evaluate_order *order,
                        struct evaluation *out);

/* For tasks. */
void evaluator_evaluate_point(struct evaluator *evaluator, const struct brain *brain,
                              struct curve_point *out);

#endif
