/*
 * jobs - training jobs as answers have them, and the exchanges that wait for their ends.
 */
#ifndef TTSTD_API_JOBS_H
#define TTSTD_API_JOBS_H

#include "api/api.h"
#include "base/text.h"
#include "service/jobs.h"

/* A job, as an object. */
void jobs_put(struct text *out, const struct job_view *view);

/* The job that a path names; what is no number is no job either. ERR_NOT_FOUND. */
MUST_CHECK enum err jobs_parse_id(const struct exchange *exchange, int64_t *out,
                                  struct fault *fault);

/* Answers the exchanges whose job is over or whose time is up; all of them if `now`. Returns in how
 * many milliseconds to be called again; -1: when something changes. */
int jobs_answer_waiters(struct api *api, bool now);

#endif
