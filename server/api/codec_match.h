/*
 * codec_match - the bodies of POST /match.
 */
#ifndef TTSTD_API_CODEC_MATCH_H
#define TTSTD_API_CODEC_MATCH_H

#include "api/request.h"
#include "base/text.h"
#include "service/matches.h"

struct match_request {
    char brain[REQUEST_BRAIN_SIZE];
    /* The first moves; one more than any match has is enough to tell that it is none. */
    uint8_t moves[GAME_CELLS_MAX + 1];
    size_t count;
    unsigned learners;
};

MUST_CHECK enum err codec_decode_match_request(const char *body, size_t size,
                                               struct match_request *out, struct fault *fault);

/* Appends the answer to a match that was learned. */
void codec_encode_match(const char *brain, const struct match_call *match, struct text *out);

#endif
