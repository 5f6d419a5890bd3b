/*
 * codec_policy - policies as requests name them: in a body "sample", "greedy" or {"power": 4}, in
 * a query string sample, greedy or power:4.
 */
#ifndef TTSTD_API_CODEC_POLICY_H
#define TTSTD_API_CODEC_POLICY_H

#include "base/fault.h"
#include "base/text.h"
#include "engine/policy.h"

#include <jansson.h>

/* ERR_MALFORMED, ERR_IMPOSSIBLE; the field is `policy` or `policy.power`. */
MUST_CHECK enum err codec_policy(json_t *value, struct policy *out, struct fault *fault);
MUST_CHECK enum err codec_policy_text(const char *text, struct policy *out, struct fault *fault);

/* As in a body. */
void codec_add_policy(struct text *out, const struct policy *policy);

#endif
