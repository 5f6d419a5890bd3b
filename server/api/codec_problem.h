/*
 * codec_problem - problem details for HTTP APIs (RFC 9457).
 */
#ifndef TTSTD_API_CODEC_PROBLEM_H
#define TTSTD_API_CODEC_PROBLEM_H

#include "base/text.h"

struct problem {
    unsigned status;
    const char *title;
    const char *detail;
    const char *field; /* NULL = no single field is at fault */
};

void codec_encode_problem(const struct problem *problem, struct text *out);

#endif
