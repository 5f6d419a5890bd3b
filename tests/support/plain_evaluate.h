/*
 * plain_evaluate - what becomes of a strategy, by plain recursion over texts and straight from the
 * definitions in engine/evaluate.h: the reference of the exact evaluation.
 */
#ifndef TTSTD_TESTS_SUPPORT_PLAIN_EVALUATE_H
#define TTSTD_TESTS_SUPPORT_PLAIN_EVALUATE_H

#include "engine/evaluate.h"
#include "support/plain_strategy.h"

/* `against` may be NULL; then that field is all 0. */
void plain_evaluate(const struct plain_strategy *brain, const struct plain_strategy *against,
                    struct evaluation *out);

/* Aborts the test, which is about `what`, where a number of one is further than 1e-9 from that of
 * the other, or a verdict differs. */
void plain_evaluate_assert_same(const struct evaluation *got, const struct evaluation *expected,
                                bool has_against, const char *what);

#endif
