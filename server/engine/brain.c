#include "engine/brain.h"

#include "engine/kind.h"

#include <string.h>

enum err brain_create(const struct atlas *atlas, const struct rule *rule, struct brain **out)
{
    return kind_under(rule)->create(atlas, rule, out);
}

enum err brain_create_like(const struct brain *brain, struct brain **out)
{
    return brain->kind->create_like(brain, out);
}

void brain_destroy(struct brain *brain)
{
    if (brain != NULL)
        brain->kind->destroy(brain);
}

bool brain_is_fresh(const struct brain *brain)
{
    return brain->matches == 0 && brain->kind->is_fresh(brain);
}

size_t brain_size(const struct brain *brain)
{
    return brain->kind->size(brain);
}

size_t brain_size_under(const struct atlas *atlas, const struct rule *rule)
{
    return kind_under(rule)->size_under(atlas, rule);
}

uint32_t brain_boards(const struct brain *brain)
{
    return brain->kind->boards(brain);
}

uint64_t brain_first_point(const struct rule *rule)
{
    return kind_under(rule)->first_point;
}

uint64_t brain_first_checkpoint(const struct rule *rule)
{
    return kind_under(rule)->first_checkpoint;
}

bool brain_is_alike(const struct brain *a, const struct brain *b)
{
    return a->kind == b->kind && a->kind->is_alike(a, b);
}

void brain_copy(struct brain *to, const struct brain *from)
{
    to->kind->copy(to, from);
}

void brain_swap_weights(struct brain *a, struct brain *b)
{
    a->kind->swap_weights(a, b);
}

void brain_merge(struct brain *base, const struct brain *const workers[], unsigned count)
{
    base->kind->merge(base, workers, count);
}

void brain_settle(struct brain *brain, uint64_t matches)
{
    brain->kind->settle(brain, matches);
}

void brain_digest(const struct brain *brain, char out[BRAIN_DIGEST_SIZE])
{
    brain->kind->digest(brain, out);
}

void kind_write_digest(struct sha256 *hash, char out[BRAIN_DIGEST_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    uint8_t digest[SHA256_SIZE];
    sha256_end(hash, digest);
    memcpy(out, "sha256:", 7);
    for (unsigned i = 0; i < SHA256_SIZE; i++) {
        out[7 + 2 * i] = hex[digest[i] >> 4];
        out[8 + 2 * i] = hex[digest[i] & 15];
    }
    out[BRAIN_DIGEST_SIZE - 1] = '\0';
}

void brain_encode(const struct brain *brain, struct text *out)
{
    brain->kind->encode(brain, out);
}

enum err brain_decode(const char *bytes, size_t size, struct brain *brain, enum brain_use use)
{
    return brain->kind->decode(bytes, size, brain, use);
}

void brain_encode_delta(const struct brain *brain, const struct brain *base, struct text *out)
{
    brain->kind->encode_delta(brain, base, out);
}

enum err brain_decode_delta(struct reader *in, const struct brain *base, struct brain *brain)
{
    return brain->kind->decode_delta(in, base, brain);
}
