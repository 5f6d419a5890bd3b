/*
 * point - what is kept of a brain at a curve point, and its bytes.
 *
 * Two evaluations, of the policies sample and greedy, each NUMBERS doubles (IEEE 754, their bits as
 * little-endian integers, in the order of list_numbers()) and a u32: bit 0 is never_loses as first
 * player, bit 1 as second.
 */
#ifndef TTSTD_MODEL_POINT_H
#define TTSTD_MODEL_POINT_H

#include "engine/evaluate.h"

#include <stdbool.h>
#include <stdint.h>

struct curve_point {
    uint64_t matches;
    struct evaluation sample;
    struct evaluation greedy;
};

enum { POINT_SIZE = 360 };

void point_encode(const struct curve_point *point, char out[POINT_SIZE]);

/* All but `matches`. ERR_CORRUPT: that cannot be an evaluation. */
MUST_CHECK enum err point_decode(const char bytes[POINT_SIZE], struct curve_point *out);

/* Whether a brain that learns leaves a checkpoint there: at powers of ten. */
bool point_leaves_checkpoint(const struct rule *rule, uint64_t matches);

#endif
