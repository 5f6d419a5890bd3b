/*
 * codec_checkpoint - the bodies of /brains/{name}/checkpoints.
 */
#ifndef TTSTD_API_CODEC_CHECKPOINT_H
#define TTSTD_API_CODEC_CHECKPOINT_H

#include "base/text.h"
#include "service/checkpoints.h"

void codec_encode_checkpoint(const struct store_checkpoint *checkpoint, struct text *out);
void codec_encode_checkpoints(const struct checkpoints_call *list, struct text *out);

#endif
