/*
 * policy - how a row becomes a move when a brain is served.
 *
 *   sample   a move with probability weight / total, as in training
 *   power t  a move with probability ~ weight^t; t > 1 prefers the better moves
 *   greedy   the largest weight; of equals the lowest cell
 */
#ifndef TTSTD_ENGINE_POLICY_H
#define TTSTD_ENGINE_POLICY_H

#include "base/err.h"

#include <stdint.h>

enum policy_kind { POLICY_SAMPLE, POLICY_POWER, POLICY_GREEDY, POLICY_KIND_COUNT };

#define POLICY_POWER_MAX 16.0

struct policy {
    enum policy_kind kind;
    double power; /* 0 < power <= POLICY_POWER_MAX, for POLICY_POWER */
};

const char *policy_kind_name(enum policy_kind kind);

/* ERR_NOT_FOUND if there is none of that name. */
MUST_CHECK enum err policy_kind_parse(const char *name, enum policy_kind *out);

/* Writes each move's probability under the policy. At least one weight must be above 0; weights of
 * 0 get probability 0, and under sample and power all others more than 0. */
void policy_probabilities(const struct policy *policy, const uint32_t weights[], unsigned count,
                          double out[]);

/* Draws a move with those probabilities by the help of 64 random bits. Under sample the weights'
 * total must be below 2^32, as every row's is. */
unsigned policy_choose(const struct policy *policy, const uint32_t weights[], unsigned count,
                       uint64_t random);

#endif
