/*
 * codec_evaluation - the bodies of /brains/{name}/evaluation and /brains/{name}/curve.
 */
#ifndef TTSTD_API_CODEC_EVALUATION_H
#define TTSTD_API_CODEC_EVALUATION_H

#include "base/text.h"
#include "service/curve.h"
#include "service/evaluations.h"

struct evaluation_answer {
    const char *brain;
    uint64_t matches;
    const struct policy *policy;
    const struct evaluation *evaluation;
    bool has_against;
};

void codec_encode_evaluation(const struct evaluation_answer *answer, struct text *out);

/* Appends one point of a curve as an object. */
void codec_encode_point(const char *brain, const struct curve_point *point, struct text *out);

/* As JSON, and as comma-separated values with a line of names: one for each point and policy. */
void codec_encode_curve(const char *brain, const struct curve_call *curve, struct text *out);
void codec_encode_curve_csv(const struct curve_call *curve, struct text *out);

#endif
