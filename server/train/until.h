/*
 * until - what may end a training before its last match: a goal, judged at curve points.
 */
#ifndef TTSTD_TRAIN_UNTIL_H
#define TTSTD_TRAIN_UNTIL_H

#include "train/evaluator.h"

enum until_kind {
    UNTIL_NOTHING,
    UNTIL_NEVER_LOSES, /* under the policy greedy, as either player */
    UNTIL_EXPLOITABILITY_BELOW,
    UNTIL_KIND_COUNT
};

struct until {
    enum until_kind kind;
    double below;         /* for UNTIL_EXPLOITABILITY_BELOW, as the next */
    struct policy policy; /* that is to be so hard to exploit */
};

/* "never_loses", "exploitability_below"; NULL for UNTIL_NOTHING. */
const char *until_kind_name(enum until_kind kind);

/* ERR_NOT_FOUND if there is none of that name. */
MUST_CHECK enum err until_kind_parse(const char *name, enum until_kind *out);

/* Whether the brain has reached the goal; `point` is its evaluation. The evaluator's thread. */
bool until_is_reached(const struct until *until, struct evaluator *evaluator,
                      const struct brain *brain, const struct curve_point *point);

#endif
