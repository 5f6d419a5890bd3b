#include "support/blob.h"

#include "support/unit.h"

#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

struct text blob_of(const struct brain *table)
{
    struct text text = {0};
    brain_encode(table, &text);
    ck_assert(!text.failed);
    return text;
}

void blob_sign(struct text *text)
{
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, text->size - SHA256_DIGEST_SIZE, (const uint8_t *)text->bytes);
    sha256_digest(&context, SHA256_DIGEST_SIZE,
                  (uint8_t *)text->bytes + text->size - SHA256_DIGEST_SIZE);
}

enum err blob_decode(const struct text *text, size_t size, struct brain *fresh, enum brain_use kind)
{
    char *copy = malloc(size + (size == 0));
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text->bytes, size);
    enum err err = brain_decode(copy, size, fresh, kind);
    free(copy);
    return err;
}
