/*
 * curves - the curve points that plain rounds pass, plainly evaluated: what the trainer's and the
 * service's points are measured against.
 */
#ifndef TTSTD_TESTS_SUPPORT_CURVES_H
#define TTSTD_TESTS_SUPPORT_CURVES_H

#include "support/rounds.h"
#include "train/until.h"

enum { CURVES_POINTS_MAX = 512 };

struct curve {
    unsigned count;
    struct curve_point points[CURVES_POINTS_MAX];
};

void curves_evaluate(const struct brain *table, const struct policy *policy,
                     struct evaluation *out);

/* What is kept of the table, wherever it stands. */
struct curve_point curves_point(const struct brain *table);

/* Adds to the curve the point at which the table stands, if that is one. */
void curves_note(struct curve *curve, const struct brain *table);

/* Plays round after round to the plan's end, and adds the points that are passed to the curve,
 * unless that is NULL. */
void curves_play(struct brain *table, const struct rounds_plan *plan, struct curve *curve);

/* Whether a table fulfils the goal. */
bool curves_fulfils(const struct brain *table, const struct until *until);

/* The same as curves_play(), but ends at the first point that fulfils the goal; false if none does.
 */
bool curves_play_until(struct brain *table, const struct rounds_plan *plan,
                       const struct until *until, struct curve *curve);

/* Whether two evaluations are the same bit for bit; not what they say of another brain. */
bool curves_same_evaluation(const struct evaluation *a, const struct evaluation *b);

/* The points are those of the curve from its `first` on, no more and no fewer. */
void curves_assert(const struct curve_point points[], unsigned count, const struct curve *expected,
                   unsigned first);

#endif
