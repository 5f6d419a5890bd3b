/*
 * codec_brain - the bodies of /brains.
 */
#ifndef TTSTD_API_CODEC_BRAIN_H
#define TTSTD_API_CODEC_BRAIN_H

#include "api/request.h"
#include "base/text.h"
#include "service/brains.h"

#include <jansson.h>

enum { BRAIN_REQUEST_GAME_SIZE = 32 };

struct brain_request {
    char game[BRAIN_REQUEST_GAME_SIZE];
    struct rule rule;
};

/* Options that are left out have the rule's defaults. */
MUST_CHECK enum err codec_decode_brain_request(const char *body, size_t size,
                                               struct brain_request *out, struct fault *fault);

/* The same of the fields' values; `options` may be NULL. For codecs. */
MUST_CHECK enum err codec_decode_brain_fields(const json_t *game, const json_t *rule,
                                              json_t *options, struct brain_request *out,
                                              struct fault *fault);

/* POST /brains/{name}/copy: the new brain's name. */
MUST_CHECK enum err codec_decode_copy_request(const char *body, size_t size,
                                              char out_to[REQUEST_BRAIN_SIZE], struct fault *fault);

/* Appends the options that are in force. */
void codec_encode_options(const struct rule *rule, struct text *out);

/* Appends a brain as an object; `digest` may be NULL. */
void codec_encode_brain(const struct brain_info *brain, const char *digest, struct text *out);

#endif
