#include "api/codec_checkpoint.h"

#include "api/codec_json.h"

void codec_encode_checkpoint(const struct store_checkpoint *checkpoint, struct text *out)
{
    codec_write(json_pack("{s:s, s:I, s:o}", "name", checkpoint->name, "matches",
                          (json_int_t)checkpoint->matches, "created_at",
                          codec_time(checkpoint->created_at_ms)),
                out);
}

void codec_encode_checkpoints(const struct checkpoints_call *list, struct text *out)
{
    text_add_string(out, "{\"checkpoints\":[");
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            text_add_string(out, ",");
        codec_encode_checkpoint(&list->checkpoints[i], out);
    }
    text_add_string(out, "]}");
}
