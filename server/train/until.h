/*
 * until - whether a training has reached its goal.
 */
#ifndef TTSTD_TRAIN_UNTIL_H
#define TTSTD_TRAIN_UNTIL_H

#include "model/job.h"
#include "train/evaluator.h"

/* Whether the brain has reached the goal; `point` is its evaluation. The evaluator's thread. */
bool until_is_reached(const struct until *until, struct evaluator *evaluator,
                      const struct brain *brain, const struct curve_point *point);

#endif
