/*
 * evaluations - how good a brain is, as answers have it.
 */
#ifndef TTSTD_API_EVALUATIONS_H
#define TTSTD_API_EVALUATIONS_H

#include "base/text.h"
#include "train/evaluator.h"

/* A point of a curve, as an object. */
void evaluations_put_point(struct text *out, const char *brain, const struct curve_point *point);

#endif
