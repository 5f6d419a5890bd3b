/*
 * weights - what a caller of the module weighs, taken over into C.
 *
 * Invariants of a filled one: `count` is 1 or more; `sums` are the running sums of all weights and
 * end in `total`, which is 1 or more and below 2^63; where `count` is at most WEIGHTS_FEW, `few`
 * are the weights, right if `total` is below 2^32.
 */
#ifndef TTST_NATIVE_WEIGHTS_H
#define TTST_NATIVE_WEIGHTS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdbool.h>
#include <stdint.h>

enum { WEIGHTS_FEW = 64 }; /* as many as ttst_sample() takes */

struct weights {
    size_t count;
    uint64_t total;
    uint64_t *sums; /* `few_sums`, or allocated */
    uint32_t few[WEIGHTS_FEW];
    uint64_t few_sums[WEIGHTS_FEW];
};

/* Takes them over from a list, a tuple, or a buffer of whole numbers of one dimension. False with a
 * Python exception set where they are no weights. The caller releases what was filled. */
bool weights_fill(struct weights *weights, PyObject *source);

void weights_release(struct weights *weights);

/* Draws an index with probability weight / total by the help of 64 random bits. */
size_t weights_draw(const struct weights *weights, uint64_t random);

#endif
