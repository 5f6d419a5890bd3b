/*
 * codec_move - the bodies of POST /move.
 */
#ifndef TTSTD_API_CODEC_MOVE_H
#define TTSTD_API_CODEC_MOVE_H

#include "base/text.h"
#include "service/moves.h"

struct move_request {
    void *document; /* keeps the texts below alive until codec_free_move_request(); NULL: they stand
                       in the body */
    const char *brain;
    const struct board_text *boards;
    struct board_text single; /* what `boards` points to where one was asked for, ... */
    struct board_text *batch; /* ... and where many were; else NULL */
    size_t count;
    bool is_batch;
    bool detail; /* of a batch: weights and probabilities too */
    struct policy policy;
    bool has_seed;
    uint64_t seed;
};

/* On failure nothing needs to be freed. The body must stay as long as the request. */
MUST_CHECK enum err codec_decode_move_request(const char *body, size_t size,
                                              struct move_request *out, struct fault *fault);
void codec_free_move_request(struct move_request *request);

/* Appends the answer; choices[i] belongs to request->boards[i], which were found good. */
void codec_encode_moves(const struct move_request *request, const struct game *game,
                        const struct move_choice choices[], struct text *out);

#endif
