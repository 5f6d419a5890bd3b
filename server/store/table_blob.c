#include "store/table_blob.h"

#include "base/bytes.h"

#include <string.h>

static const char magic[8] = {'t', 't', 's', 't', 't', 'a', 'b', '1'};

static void hash(const char *bytes, size_t size, uint8_t out[SHA256_SIZE])
{
    struct sha256 context;
    sha256_start(&context);
    sha256_add(&context, bytes, size);
    sha256_end(&context, out);
}

/* A fresh row's weight is 0 exactly where the cell is taken, and stays so for good. */
static bool is_legal(const struct brain *brain, uint32_t row, unsigned cell)
{
    return row_weight(&brain->rows[row], cell) != 0;
}

void table_blob_encode(const struct brain *brain, struct text *out)
{
    const struct states *states = brain->states;
    size_t begin = out->size;
    text_add(out, magic, sizeof magic);
    bytes_add_u32(out, states->cells);
    bytes_add_u32(out, states->rows);
    bytes_add_u64(out, brain->matches);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        bytes_add_u64(out, brain->results[result]);
    for (uint32_t row = 0; row < states->rows; row++)
        for (unsigned cell = 0; cell < states->cells; cell++)
            if (is_legal(brain, row, cell))
                bytes_add_u32(out, row_weight(&brain->rows[row], cell));
    if (out->failed)
        return;
    uint8_t digest[SHA256_SIZE];
    hash(out->bytes + begin, out->size - begin, digest);
    text_add(out, (const char *)digest, sizeof digest);
}

static enum err decode_row(struct reader *in, struct brain *brain, uint32_t row)
{
    uint32_t weights[ROW_CELLS] = {0};
    uint64_t total = 0;
    for (unsigned cell = 0; cell < brain->states->cells; cell++) {
        if (!is_legal(brain, row, cell))
            continue;
        weights[cell] = reader_u32(in);
        total += weights[cell];
        if (weights[cell] < ROW_WEIGHT_MIN)
            return ERR_CORRUPT;
    }
    if (total > brain->rule.halve_above)
        return ERR_CORRUPT;
    brain_set_weights(brain, row, weights);
    return ERR_OK;
}

static bool is_unaltered(const char *bytes, size_t size)
{
    uint8_t digest[SHA256_SIZE];
    if (size < sizeof magic + sizeof digest || memcmp(bytes, magic, sizeof magic) != 0)
        return false;
    hash(bytes, size - sizeof digest, digest);
    return memcmp(bytes + size - sizeof digest, digest, sizeof digest) == 0;
}

enum err table_blob_decode(const char *bytes, size_t size, struct brain *brain)
{
    const struct states *states = brain->states;
    if (!is_unaltered(bytes, size))
        return ERR_CORRUPT;
    struct reader in = {.bytes = bytes + sizeof magic, .size = size - sizeof magic - SHA256_SIZE};
    if (reader_u32(&in) != states->cells || reader_u32(&in) != states->rows)
        return ERR_CORRUPT;
    brain->matches = reader_u64(&in);
    uint64_t sum = 0;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        sum += brain->results[result] = reader_u64(&in);
    if (sum != brain->matches)
        return ERR_CORRUPT;
    for (uint32_t row = 0; row < states->rows; row++) {
        enum err err = decode_row(&in, brain, row);
        if (err != ERR_OK)
            return err;
    }
    return in.size == 0 && !in.failed ? ERR_OK : ERR_CORRUPT;
}
