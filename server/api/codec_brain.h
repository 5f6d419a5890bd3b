/*
 * codec_brain - the bodies of /brains.
 */
#ifndef TTSTD_API_CODEC_BRAIN_H
#define TTSTD_API_CODEC_BRAIN_H

#include "base/text.h"
#include "service/brains.h"

enum { BRAIN_REQUEST_GAME_SIZE = 32 };

struct brain_request {
    char game[BRAIN_REQUEST_GAME_SIZE];
    struct rule rule;
};

/* Options that are left out have the rule's defaults. */
MUST_CHECK enum err codec_decode_brain_request(const char *body, size_t size,
                                               struct brain_request *out, struct fault *fault);

/* Appends a brain as an object; `digest` may be NULL. */
void codec_encode_brain(const struct brain_info *brain, const char *digest, struct text *out);

#endif
