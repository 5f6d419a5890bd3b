/*
 * face - what table.c gathers of this room for engine/kind.h, file by file.
 */
#ifndef TTSTD_ENGINE_TABLE_FACE_H
#define TTSTD_ENGINE_TABLE_FACE_H

#include "engine/kind.h"

/* bytes.c */
void table_encode(const struct brain *brain, struct text *out);
enum err table_decode(const char *bytes, size_t size, struct brain *brain, enum brain_use use);
void table_encode_delta(const struct brain *brain, const struct brain *base, struct text *out);
enum err table_decode_delta(struct reader *in, const struct brain *base, struct brain *brain);

/* learn.c */
unsigned table_learn(struct brain *brain, const struct match *match, unsigned learners,
                     struct match_change out[]);

/* view.c */
bool table_open_view(const struct brain *brain, struct board board, struct view *out);
void table_view_weights(const struct view *view, uint32_t out[]);
void table_view_probabilities(const struct view *view, const struct policy *policy, double out[]);
unsigned table_view_choose(const struct view *view, const struct policy *policy, uint64_t random);
void table_view_proofs(const struct view *view, int8_t out[]);

#endif
