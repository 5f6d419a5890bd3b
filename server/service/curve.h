/*
 * curve - how good brains were when they had played so many matches. Owner's thread only.
 *
 * Points are evaluated while training goes on, and written when they are there. One may be on disk
 * that lies ahead of its brain, after a crash: it does not show until the brain has got there
 * again.
 */
#ifndef TTSTD_SERVICE_CURVE_H
#define TTSTD_SERVICE_CURVE_H

#include "service/service.h"
#include "train/evaluator.h"

/* Two decades on from the finest: more points than any brain has. */
enum { CURVE_POINTS_MAX = 512 };

/* Embedded in what the caller wants back. */
struct curve_call {
    struct service_call call; /* first */
    /* Valid when the call ends well; the caller frees them. */
    struct curve_point *points; /* malloc'ed, ascending */
    size_t count;
};

/* ERR_OK: the call will report. ERR_NOT_FOUND, ERR_NO_MEMORY. */
MUST_CHECK enum err service_read_curve(struct service *service, const char *brain,
                                       struct curve_call *call, struct fault *fault);

#endif
