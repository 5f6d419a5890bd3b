/*
 * brains - a brain's game, rule and options as requests and answers have them.
 */
#ifndef TTSTD_API_BRAINS_H
#define TTSTD_API_BRAINS_H

#include "api/json.h"
#include "base/text.h"
#include "service/brains.h"

/* The fields `game`, `rule` and `options`; options that are left out have the rule's defaults. */
void brains_read_order(struct fields *in, struct brain_order *out);

/* The member `options`: those in force. */
void brains_add_options(struct text *out, const struct rule *rule);

/* The member `results`. */
void brains_add_results(struct text *out, const uint64_t results[RESULT_COUNT]);

/* What files of brains under a rule call themselves. */
const char *brains_format(const struct rule *rule);

#endif
