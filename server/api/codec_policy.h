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

/* ERR_MALFORMED, ERR_IMPOSSIBLE; `name` is for faults, of which the field may be `name.power`. */
MUST_CHECK enum err codec_policy(json_t *value, const char *name, struct policy *out,
                                 struct fault *fault);
/* The parameter `policy`. */
MUST_CHECK enum err codec_policy_text(const char *text, struct policy *out, struct fault *fault);

/* As in a body, both. */
json_t *codec_policy_value(const struct policy *policy);
void codec_add_policy(struct text *out, const struct policy *policy);

#endif
