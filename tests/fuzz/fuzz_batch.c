/*
 * Batches as bytes. The first byte says under which rule, the rest edits a batch that was played by
 * brains reduced by symmetry, which are small. What is read must leave a sound brain when it is
 * merged, alone and with another one.
 */
#include "fuzz/fuzz.h"
#include "support/tables.h"
#include "train/batch.h"

#include <stdlib.h>

static const enum rule_kind kinds[] = {RULE_BEADS, RULE_GUARD};
enum { KINDS = sizeof kinds / sizeof kinds[0], BASE_MATCHES = 500, MATCHES = 8 };

static struct brain *bases[KINDS];
static struct text batches[KINDS];
static struct batch others[KINDS]; /* by another worker, from the same base */

static void play(const struct brain *base, unsigned worker, struct batch *out)
{
    struct batch_share share = {.seed = 7,
                                .matches = MATCHES,
                                .lanes = 16,
                                .learners = LEARN_BOTH,
                                .uniform = tables_uniform_of(&base->rule)};
    *out = (struct batch){.brain_id = 1, .worker = worker, .table = tables_fresh(&base->rule)};
    batch_play(out, base, &share);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    for (unsigned i = 0; i < KINDS; i++) {
        const struct rule rule = tables_rule(kinds[i], true);
        struct batch batch;
        bases[i] = tables_played_by(&rule, i + 1, BASE_MATCHES);
        play(bases[i], 0, &batch);
        batch_encode(&batch, bases[i], &batches[i]);
        fuzz_require(!batches[i].failed);
        brain_destroy(batch.table);
        play(bases[i], 1, &others[i]);
    }
    return 0;
}

/* Merges what was read, and beside it what another worker has played. */
static void merge(unsigned kind, const struct batch *read, unsigned count)
{
    struct brain *merged = tables_copy(bases[kind]);
    struct batch both[2] = {*read, others[kind]};
    for (unsigned i = 0; i < 2; i++)
        both[i].table = tables_copy(both[i].table);
    batch_merge(merged, both, count);
    fuzz_require(tables_sound(merged));
    brain_destroy(both[0].table);
    brain_destroy(both[1].table);
    brain_destroy(merged);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input input = {bytes, size};
    const unsigned kind = fuzz_byte(&input) % KINDS;
    struct text edited = {0};
    text_add(&edited, batches[kind].bytes, batches[kind].size);
    fuzz_edit(&input, &edited);
    char *copy = fuzz_copy((const uint8_t *)edited.bytes, edited.size);
    struct batch batch = {.table = tables_fresh(&bases[kind]->rule)};
    enum err err = batch_decode(copy, edited.size, bases[kind], &batch);
    fuzz_require(err == ERR_OK || err == ERR_CORRUPT);
    for (unsigned count = 1; count <= 2 && err == ERR_OK; count++)
        merge(kind, &batch, count);
    free(copy);
    brain_destroy(batch.table);
    text_free(&edited);
    return 0;
}
