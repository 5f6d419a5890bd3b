/*
 * Brains' networks as bytes, all numbers little-endian.
 *
 * A whole one, as it is stored, is framed by blob.h, "ttstpat1" and the count of weights, and has
 * the weights and then their averages, 4 bytes each (signed).
 *
 * What differs from another one, as a worker brings it home from a round:
 *
 *          0     4            count of changed weights
 *          4  count x 8       which, and its weight minus its base (signed)
 *
 * They ascend; a weight that did not change is left out.
 */
#include "engine/blob.h"
#include "engine/patterns/brain.h"

enum { AT_ONCE = 1024 };

/* Hands the weights on, some at a time. */
static void each_part(const int32_t weights[], size_t count,
                      void (*take)(void *context, const char *bytes, size_t size), void *context)
{
    char bytes[AT_ONCE * sizeof(int32_t)];
    for (size_t first = 0; first < count; first += AT_ONCE) {
        const size_t part = count - first < AT_ONCE ? count - first : AT_ONCE;
        for (size_t i = 0; i < part; i++)
            bytes_put_u32(bytes + 4 * i, (uint32_t)weights[first + i]);
        take(context, bytes, 4 * part);
    }
}

static void add_to_hash(void *context, const char *bytes, size_t size)
{
    sha256_add(context, bytes, size);
}

static void add_to_text(void *context, const char *bytes, size_t size)
{
    text_add(context, bytes, size);
}

void patterns_digest(const struct brain *brain, char out[BRAIN_DIGEST_SIZE])
{
    const size_t count = patterns_brain_weights(brain);
    struct sha256 hash;
    sha256_start(&hash);
    each_part(brain->weights, count, add_to_hash, &hash);
    each_part(brain->averages, count, add_to_hash, &hash);
    kind_write_digest(&hash, out);
}

void patterns_encode(const struct brain *brain, struct text *out)
{
    const size_t count = patterns_brain_weights(brain);
    const size_t begin = blob_begin(out, PATTERNS_BLOB, (uint32_t)count, brain);
    each_part(brain->weights, count, add_to_text, out);
    each_part(brain->averages, count, add_to_text, out);
    blob_end(out, begin);
}

static bool is_weight(int32_t weight)
{
    return weight >= -NETWORK_WEIGHT_MAX && weight <= NETWORK_WEIGHT_MAX;
}

static bool decode_weights(struct reader *in, int32_t weights[], size_t count)
{
    bool are_sound = true;
    for (size_t i = 0; i < count; i++) {
        weights[i] = (int32_t)reader_u32(in);
        are_sound = are_sound && is_weight(weights[i]);
    }
    return are_sound && !in->failed;
}

enum err patterns_decode(const char *bytes, size_t size, struct brain *brain, enum brain_use use)
{
    const size_t count = patterns_brain_weights(brain);
    struct reader in;
    (void)use;
    enum err err = blob_open(bytes, size, PATTERNS_BLOB, (uint32_t)count, brain, &in);
    if (err != ERR_OK)
        return err;
    return decode_weights(&in, brain->weights, count) &&
                   decode_weights(&in, brain->averages, count) && in.size == 0
               ? ERR_OK
               : ERR_CORRUPT;
}

void patterns_encode_delta(const struct brain *brain, const struct brain *base, struct text *out)
{
    const size_t begin = out->size;
    uint32_t changed = 0;
    bytes_add_u32(out, 0);
    for (size_t i = 0; i < patterns_brain_weights(base); i++) {
        if (brain->weights[i] == base->weights[i])
            continue;
        bytes_add_u32(out, (uint32_t)i);
        bytes_add_u32(out, (uint32_t)(brain->weights[i] - base->weights[i]));
        changed++;
    }
    if (!out->failed)
        bytes_put_u32(out->bytes + begin, changed);
}

enum err patterns_decode_delta(struct reader *in, const struct brain *base, struct brain *brain)
{
    const size_t count = patterns_brain_weights(base);
    const uint32_t changed = reader_u32(in);
    int64_t last = -1;
    for (uint32_t i = 0; i < changed; i++) {
        const uint32_t at = reader_u32(in);
        const int64_t change = (int32_t)reader_u32(in);
        if (in->failed || at >= count || at <= last)
            return ERR_CORRUPT;
        const int64_t weight = base->weights[at] + change;
        if (weight < -NETWORK_WEIGHT_MAX || weight > NETWORK_WEIGHT_MAX)
            return ERR_CORRUPT;
        brain->weights[at] = (int32_t)weight;
        last = at;
    }
    return in->size == 0 && !in->failed ? ERR_OK : ERR_CORRUPT;
}
