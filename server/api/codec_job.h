/*
 * codec_job - the bodies of /train.
 */
#ifndef TTSTD_API_CODEC_JOB_H
#define TTSTD_API_CODEC_JOB_H

#include "api/request.h"
#include "base/text.h"
#include "service/jobs.h"

struct job_request {
    char brain[REQUEST_BRAIN_SIZE];
    uint64_t matches;
    unsigned workers;
    unsigned learners;
    enum job_opponent opponent;
    char opponent_brain[REQUEST_BRAIN_SIZE];
    struct until until;
    bool has_seed;
    uint64_t seed;
};

MUST_CHECK enum err codec_decode_job_request(const char *body, size_t size, struct job_request *out,
                                             struct fault *fault);

/* Appends one job as an object. */
void codec_encode_job(const struct job_view *view, struct text *out);

#endif
