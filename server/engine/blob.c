#include "engine/blob.h"

#include <string.h>

enum { KIND_SIZE = 8 };

/* More than anybody can play; whatever a job adds, SQLite's integers can hold it. */
#define MATCHES_MAX ((uint64_t)1 << 62)

static void hash(const char *bytes, size_t size, uint8_t out[SHA256_SIZE])
{
    struct sha256 context;
    sha256_start(&context);
    sha256_add(&context, bytes, size);
    sha256_end(&context, out);
}

bool blob_is(const char *bytes, size_t size, const char *kind)
{
    return size >= KIND_SIZE + SHA256_SIZE && memcmp(bytes, kind, KIND_SIZE) == 0;
}

size_t blob_begin(struct text *out, const char *kind, uint32_t count, const struct brain *brain)
{
    const size_t begin = out->size;
    text_add(out, kind, KIND_SIZE);
    bytes_add_u32(out, game_cells(brain->game));
    bytes_add_u32(out, count);
    bytes_add_u64(out, brain->matches);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        bytes_add_u64(out, brain->results[result]);
    return begin;
}

void blob_end(struct text *out, size_t begin)
{
    uint8_t digest[SHA256_SIZE];
    if (out->failed)
        return;
    hash(out->bytes + begin, out->size - begin, digest);
    text_add(out, (const char *)digest, sizeof digest);
}

static bool is_unaltered(const char *bytes, size_t size)
{
    uint8_t digest[SHA256_SIZE];
    hash(bytes, size - sizeof digest, digest);
    return memcmp(bytes + size - sizeof digest, digest, sizeof digest) == 0;
}

enum err blob_open(const char *bytes, size_t size, const char *kind, uint32_t count,
                   struct brain *brain, struct reader *out)
{
    if (!blob_is(bytes, size, kind) || !is_unaltered(bytes, size))
        return ERR_CORRUPT;
    *out = (struct reader){.bytes = bytes + KIND_SIZE, .size = size - KIND_SIZE - SHA256_SIZE};
    if (reader_u32(out) != game_cells(brain->game) || reader_u32(out) != count)
        return ERR_CORRUPT;
    brain->matches = reader_u64(out);
    uint64_t left = brain->matches; /* a sum could overflow */
    for (unsigned result = 0; result < RESULT_COUNT; result++) {
        brain->results[result] = reader_u64(out);
        if (brain->results[result] > left)
            return ERR_CORRUPT;
        left -= brain->results[result];
    }
    return left == 0 && brain->matches <= MATCHES_MAX && !out->failed ? ERR_OK : ERR_CORRUPT;
}
