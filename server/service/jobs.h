/*
 * jobs - training jobs: start, stop, look at. Owner's thread only.
 *
 * Jobs on one brain run one after the other, in order of their ids; jobs on different
 * brains take turns.
 */
#ifndef TTSTD_SERVICE_JOBS_H
#define TTSTD_SERVICE_JOBS_H

#include "model/job.h"
#include "model/limits.h"
#include "service/brains.h"

struct receipt;

struct job_order {
    const char *brain;
    uint64_t matches;
    unsigned workers;
    uint64_t seed;
    unsigned learners; /* of enum learner */
    enum job_opponent opponent;
    const char *opponent_brain; /* its name, for JOB_OPPONENT_BRAIN */
    struct until until;
    struct receipt *receipt; /* or NULL */
};

struct job_view {
    struct job job;    /* a copy; a running one as of its last published round */
    const char *brain; /* its name; valid until the next call */
};

/* ERR_OK: `call` will report. Otherwise `fault` says why not: ERR_NOT_FOUND (no such brain or
 * opponent), ERR_LATER, ERR_IMPOSSIBLE (out of range; an opponent that cannot play against the
 * brain, or if both players learn; BRAIN_MATCHES_MAX; JOB_BYTES_MAX), ERR_BUSY (JOBS_ACTIVE_MAX,
 * OPPONENTS_BYTES_MAX), ERR_NO_MEMORY. */
MUST_CHECK enum err service_start_job(struct service *service, const struct job_order *order,
                                      struct service_call *call, struct fault *fault);

/* Asks the job to stop, and reports when that is on disk; a job that is over stays as it is.
 * ERR_NOT_FOUND, ERR_NO_MEMORY. */
MUST_CHECK enum err service_stop_job(struct service *service, int64_t id, struct service_call *call,
                                     struct fault *fault);

/* Embedded in what the caller wants back. */
struct jobs_call {
    struct service_call call; /* first */
    /* Valid when the call ends; the caller frees them. */
    int64_t *ids; /* malloc'ed, the newest first */
    unsigned count;
};

/* The same for all that are not over, in one change. ERR_NOT_FOUND, and no fault, if there is none;
 * ERR_NO_MEMORY. */
MUST_CHECK enum err service_stop_jobs(struct service *service, struct jobs_call *call,
                                      struct fault *fault);

/* ERR_NOT_FOUND. */
MUST_CHECK enum err service_get_job(struct service *service, int64_t id, struct job_view *out);

unsigned service_count_jobs(const struct service *service);

/* By index, 0 .. service_count_jobs() - 1, the newest first. */
void service_job_at(struct service *service, unsigned index, struct job_view *out);

/* Counts the jobs that came to their end since the start: as long as it stays the same, whoever
 * waits for one need not look. */
uint64_t service_jobs_ended(const struct service *service);

#endif
