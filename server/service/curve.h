/*
 * curve - how good brains were when they had played so many matches. Owner's thread only.
 *
 * A point is written before any save of the brain that stands there or further on, or with it: so a
 * crash leaves no gap. What it may leave is points ahead of the brain. They do not show, and are
 * replaced when the brain gets there again. One that could not be written is tried again; until it
 * is on disk the brain is changed by nothing but jobs.
 */
#ifndef TTSTD_SERVICE_CURVE_H
#define TTSTD_SERVICE_CURVE_H

#include "model/point.h"
#include "service/service.h"

/* More points than any brain has: 20 a decade, from 10 matches to 2^64, are 366. */
enum { CURVE_POINTS_MAX = 512 };

/* Read at once. Each takes up to 100 KB, and as an answer as much again. */
enum { CURVE_READINGS_MAX = 128 };

/* Embedded in what the caller wants back. */
struct curve_call {
    struct service_call call; /* first */
    /* Valid when the call ends well; the caller frees them. */
    struct curve_point *points; /* malloc'ed, ascending */
    size_t count;
};

/* ERR_OK: the call will report. ERR_NOT_FOUND, ERR_BUSY (CURVE_READINGS_MAX), ERR_NO_MEMORY. */
MUST_CHECK enum err service_read_curve(struct service *service, const char *brain,
                                       struct curve_call *call, struct fault *fault);

#endif
