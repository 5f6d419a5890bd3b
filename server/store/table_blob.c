#include "store/table_blob.h"

#include "base/bytes.h"

#include <string.h>

enum { MAGIC_SIZE = 8 };

/* More than anybody can play; whatever a job adds, SQLite's integers can hold it. */
#define MATCHES_MAX ((uint64_t)1 << 62)

static const char magic[MAGIC_SIZE] = {'t', 't', 's', 't', 't', 'a', 'b', '1'};
static const char magic_with_proofs[MAGIC_SIZE] = {'t', 't', 's', 't', 't', 'a', 'b', '2'};

static const char *magic_of(const struct brain *brain)
{
    return rule_has_proofs(&brain->rule) ? magic_with_proofs : magic;
}

static void hash(const char *bytes, size_t size, uint8_t out[SHA256_SIZE])
{
    struct sha256 context;
    sha256_start(&context);
    sha256_add(&context, bytes, size);
    sha256_end(&context, out);
}

static bool is_legal(const struct brain *brain, uint32_t row, unsigned cell)
{
    return brain->states->legal[row] >> cell & 1;
}

static void encode_proofs(const struct brain *brain, struct text *out)
{
    for (uint32_t row = 0; row < brain->states->rows; row++)
        for (unsigned cell = 0; cell < brain->states->cells; cell++)
            if (is_legal(brain, row, cell))
                text_add(out, (char[]){(char)row_move_proof(&brain->rows[row], cell)}, 1);
}

void table_blob_encode(const struct brain *brain, struct text *out)
{
    const struct states *states = brain->states;
    size_t begin = out->size;
    text_add(out, magic_of(brain), MAGIC_SIZE);
    bytes_add_u32(out, states->cells);
    bytes_add_u32(out, states->rows);
    bytes_add_u64(out, brain->matches);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        bytes_add_u64(out, brain->results[result]);
    for (uint32_t row = 0; row < states->rows; row++)
        for (unsigned cell = 0; cell < states->cells; cell++)
            if (is_legal(brain, row, cell))
                bytes_add_u32(out, row_weight(&brain->rows[row], cell));
    if (rule_has_proofs(&brain->rule))
        encode_proofs(brain, out);
    if (out->failed)
        return;
    uint8_t digest[SHA256_SIZE];
    hash(out->bytes + begin, out->size - begin, digest);
    text_add(out, (const char *)digest, sizeof digest);
}

static enum err decode_row(struct reader *in, struct brain *brain, uint32_t row,
                           enum table_blob_kind kind)
{
    const uint32_t least = kind == TABLE_OF_BRAIN ? ROW_WEIGHT_MIN : 0;
    uint32_t weights[ROW_CELLS] = {0};
    uint64_t total = 0;
    for (unsigned cell = 0; cell < brain->states->cells; cell++) {
        if (!is_legal(brain, row, cell))
            continue;
        weights[cell] = reader_u32(in);
        total += weights[cell];
        if (weights[cell] < least)
            return ERR_CORRUPT;
    }
    if (total < 1 || total > brain->rule.halve_above)
        return ERR_CORRUPT;
    brain_set_weights(brain, row, weights);
    return ERR_OK;
}

static enum err decode_proofs(struct reader *in, struct brain *brain, uint32_t row)
{
    brain->rows[row].winning = brain->rows[row].losing = 0;
    for (unsigned cell = 0; cell < brain->states->cells; cell++) {
        if (!is_legal(brain, row, cell))
            continue;
        const char *byte = reader_take(in, 1);
        if (byte == NULL)
            return ERR_CORRUPT;
        const int8_t proof = (int8_t)*byte; /* a char may have no sign */
        if (proof < -1 || proof > 1)
            return ERR_CORRUPT;
        brain->rows[row].winning |= (row_set)((row_set)(proof > 0) << cell);
        brain->rows[row].losing |= (row_set)((row_set)(proof < 0) << cell);
    }
    return ERR_OK;
}

static bool is_unaltered(const char *bytes, size_t size, const char expected[MAGIC_SIZE])
{
    uint8_t digest[SHA256_SIZE];
    if (size < MAGIC_SIZE + sizeof digest || memcmp(bytes, expected, MAGIC_SIZE) != 0)
        return false;
    hash(bytes, size - sizeof digest, digest);
    return memcmp(bytes + size - sizeof digest, digest, sizeof digest) == 0;
}

static enum err decode_rows(struct reader *in, struct brain *brain, enum table_blob_kind kind)
{
    enum err err = ERR_OK;
    for (uint32_t row = 0; row < brain->states->rows && err == ERR_OK; row++)
        err = decode_row(in, brain, row, kind);
    for (uint32_t row = 0; row < brain->states->rows && err == ERR_OK; row++)
        if (rule_has_proofs(&brain->rule))
            err = decode_proofs(in, brain, row);
    return err;
}

enum err table_blob_decode(const char *bytes, size_t size, struct brain *brain,
                           enum table_blob_kind kind)
{
    const struct states *states = brain->states;
    if (!is_unaltered(bytes, size, magic_of(brain)))
        return ERR_CORRUPT;
    struct reader in = {.bytes = bytes + MAGIC_SIZE, .size = size - MAGIC_SIZE - SHA256_SIZE};
    if (reader_u32(&in) != states->cells || reader_u32(&in) != states->rows)
        return ERR_CORRUPT;
    brain->matches = reader_u64(&in);
    uint64_t left = brain->matches; /* a sum could overflow */
    for (unsigned result = 0; result < RESULT_COUNT; result++) {
        brain->results[result] = reader_u64(&in);
        if (brain->results[result] > left)
            return ERR_CORRUPT;
        left -= brain->results[result];
    }
    if (left != 0 || brain->matches > MATCHES_MAX)
        return ERR_CORRUPT;
    enum err err = decode_rows(&in, brain, kind);
    if (err != ERR_OK)
        return err;
    return in.size == 0 && !in.failed ? ERR_OK : ERR_CORRUPT;
}
