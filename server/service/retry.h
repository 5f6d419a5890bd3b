/*
 * retry - what failed for a reason that passes (a lock, a full disk, a read that failed, no memory)
 * and is tried again until it succeeds: soon, then less and less often. Owner's thread only.
 *
 * Embedded in what it is about.
 */
#ifndef TTSTD_SERVICE_RETRY_H
#define TTSTD_SERVICE_RETRY_H

#include <stdbool.h>
#include <stdint.h>

struct service;

struct retry {
    /* Tries once more; what fails then says so by retry_later(). */
    void (*again)(struct service *service, struct retry *retry);
    /* This module's. */
    struct retry *next;
    struct retry **link; /* what points to it; NULL: it does not wait */
    int64_t at_ms;       /* by the monotonic clock */
    unsigned wait_ms;    /* 0: since the last success nothing failed */
};

/* All that wait. */
struct retries {
    struct retry *list;
    bool is_over; /* nothing is tried any more */
};

/* Has it tried again; nothing if it waits already. false: nothing is. */
bool retry_later(struct retries *retries, struct retry *retry,
                 void (*again)(struct service *service, struct retry *retry));

/* It has succeeded, or is not wanted any more. */
void retry_end(struct retry *retry);

/* Tries what is due, or all of it (`now`). Returns in how many milliseconds to be called again; -1:
 * nothing waits. */
int retry_due(struct retries *retries, struct service *service, bool now);

#endif
