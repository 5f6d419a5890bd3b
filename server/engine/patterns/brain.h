/*
 * brain - brains that are networks of patterns, for the engine's face (kind.h): beside what
 * training changes, the weights, stands their average, which is what plays, is served and told.
 */
#ifndef TTSTD_ENGINE_PATTERNS_BRAIN_H
#define TTSTD_ENGINE_PATTERNS_BRAIN_H

#include "engine/kind.h"
#include "engine/patterns/network.h"

/* How they begin as bytes (blob.h). */
#define PATTERNS_BLOB "ttstpat1"

/* One that plays every move alike, and learns nothing. ERR_NO_MEMORY. */
MUST_CHECK enum err patterns_brain_alike(const struct atlas *atlas, const struct rule *rule,
                                         struct brain **out);

/* For those who make brains without an atlas; as brain_create(). */
MUST_CHECK enum err patterns_brain_create(const struct patterns *patterns, const struct rule *rule,
                                          struct brain **out);

/* The weights that a brain has, as many of averages. */
static inline size_t patterns_brain_weights(const struct brain *brain)
{
    return network_size(brain->patterns);
}

/* A view of a board whose indexes are known (patterns_read()). */
void patterns_see(const struct brain *brain, struct board board, const uint32_t index[],
                  struct view *out);

/* view.c */
bool patterns_open_view(const struct brain *brain, struct board board, struct view *out);
void patterns_view_weights(const struct view *view, uint32_t out[]);
void patterns_view_expected(const struct view *view, int32_t out[]);
void patterns_view_probabilities(const struct view *view, const struct policy *policy,
                                 double out[]);
unsigned patterns_view_choose(const struct view *view, const struct policy *policy,
                              uint64_t random);
void patterns_view_proofs(const struct view *view, int8_t out[]);

/* bytes.c */
void patterns_digest(const struct brain *brain, char out[BRAIN_DIGEST_SIZE]);
void patterns_encode(const struct brain *brain, struct text *out);
enum err patterns_decode(const char *bytes, size_t size, struct brain *brain, enum brain_use use);
void patterns_encode_delta(const struct brain *brain, const struct brain *base, struct text *out);
enum err patterns_decode_delta(struct reader *in, const struct brain *base, struct brain *brain);

#endif
