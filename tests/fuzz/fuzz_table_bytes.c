/*
 * Stored tables. The first byte says under which rule and whether the checksum is made right, the
 * rest edits the bytes of a table that was trained, reduced by symmetry, which makes it small. What
 * is read must be sound, and be written the same again.
 */
#include "fuzz/fuzz.h"
#include "support/blob.h"
#include "support/tables.h"

#include <string.h>

enum { KINDS = 2, MATCHES = 500 };

static struct rule rules[KINDS];
static struct text blobs[KINDS];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    rules[0] = tables_rule(RULE_BEADS, true);
    rules[1] = tables_rule(RULE_GUARD, true);
    for (unsigned i = 0; i < KINDS; i++) {
        struct brain *table = tables_played_by(&rules[i], i + 1, MATCHES);
        blobs[i] = blob_of(table);
        brain_destroy(table);
    }
    return 0;
}

static void require_same_when_written(const struct brain *table, const struct text *bytes)
{
    struct text again = blob_of(table);
    fuzz_require(tables_sound(table));
    fuzz_require(again.size == bytes->size && memcmp(again.bytes, bytes->bytes, again.size) == 0);
    text_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum { SIGN = 0x80, OPPONENT = 0x40 };
    struct fuzz_input input = {bytes, size};
    const uint8_t choices = fuzz_byte(&input);
    const unsigned kind = choices % KINDS;
    struct text blob = {0};
    text_add(&blob, blobs[kind].bytes, blobs[kind].size);
    fuzz_edit(&input, &blob);
    if ((choices & SIGN) != 0 && blob.size >= SHA256_SIZE)
        blob_sign(&blob);
    struct brain *table = tables_fresh(&rules[kind]);
    const bool is_opponent = (choices & OPPONENT) != 0;
    enum err err =
        blob_decode(&blob, blob.size, table, is_opponent ? BRAIN_TO_PLAY : BRAIN_TO_LEARN);
    fuzz_require(err == ERR_OK || err == ERR_CORRUPT);
    if (err == ERR_OK && !is_opponent)
        require_same_when_written(table, &blob);
    brain_destroy(table);
    text_free(&blob);
    return 0;
}
