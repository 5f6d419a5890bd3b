/*
 * policy - policies as requests name them: in a body "sample", "greedy" or {"power": 4}, in a query
 * string sample, greedy or power:4.
 */
#ifndef TTSTD_API_POLICY_H
#define TTSTD_API_POLICY_H

#include "api/json.h"
#include "base/text.h"
#include "engine/policy.h"

/* The field of that name. */
void policy_read(struct fields *in, const char *name, struct policy *out);

/* The parameter `policy`; NULL: it is not there, and `out` stays as it is. ERR_MALFORMED,
 * ERR_IMPOSSIBLE. */
MUST_CHECK enum err policy_read_parameter(const char *text, struct policy *out,
                                          struct fault *fault);

/* As in a body, as a member. */
void policy_add(struct text *out, const struct policy *policy);

#endif
