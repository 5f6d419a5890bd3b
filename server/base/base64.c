#include "base/base64.h"

#include <nettle/base64.h>

void base64_add(struct text *out, const void *bytes, size_t size)
{
    const size_t length = BASE64_ENCODE_RAW_LENGTH(size);
    char *end = text_reserve(out, length);
    if (end == NULL)
        return;
    base64_encode_raw(end, size, bytes);
    out->size += length;
}

/* A little at a time: nettle writes more than it has read in the end, up to what the text's length
 * allows. */
enum { TEXT_AT_ONCE = 4096, BYTES_AT_ONCE = BASE64_DECODE_LENGTH(TEXT_AT_ONCE) };

enum err base64_read(const char *text, size_t text_size, void *out, size_t size)
{
    struct base64_decode_ctx context;
    uint8_t *end = out;
    base64_decode_init(&context);
    while (text_size > 0) {
        const size_t part = text_size < TEXT_AT_ONCE ? text_size : TEXT_AT_ONCE;
        uint8_t bytes[BYTES_AT_ONCE];
        size_t count = sizeof bytes;
        if (!base64_decode_update(&context, &count, bytes, part, text) || count > size)
            return ERR_MALFORMED;
        for (size_t i = 0; i < count; i++)
            *end++ = bytes[i];
        size -= count;
        text += part;
        text_size -= part;
    }
    return size == 0 && base64_decode_final(&context) ? ERR_OK : ERR_MALFORMED;
}
