#include "base/sha256.h"

void sha256_start(struct sha256 *hash)
{
    sha256_init(&hash->context);
}

void sha256_add(struct sha256 *hash, const void *bytes, size_t size)
{
    sha256_update(&hash->context, size, bytes);
}

void sha256_end(struct sha256 *hash, uint8_t out[SHA256_SIZE])
{
    sha256_digest(&hash->context, SHA256_SIZE, out);
}
