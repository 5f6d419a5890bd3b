/*
 * Batches as bytes. The first byte says under which rule, the rest edits a batch that was played by
 * small brains: tables reduced by symmetry, or a network. What is read must leave a sound brain
 * when it is merged, alone and with another one.
 */
#include "fuzz/fuzz.h"
#include "fuzz/networks.h"
#include "support/tables.h"
#include "train/batch.h"

#include <stdlib.h>

static const enum rule_kind kinds[] = {RULE_BEADS, RULE_GUARD, RULE_PATTERNS};
enum { KINDS = sizeof kinds / sizeof kinds[0], BASE_MATCHES = 500, MATCHES = 8 };

static struct brain *bases[KINDS];
static struct text batches[KINDS];
static struct batch others[KINDS]; /* by another worker, from the same base */

static struct brain *base_of(enum rule_kind kind, uint64_t seed)
{
    const struct rule rule = tables_rule(kind, true);
    return kind == RULE_PATTERNS ? networks_played(seed, BASE_MATCHES)
                                 : tables_played_by(&rule, seed, BASE_MATCHES);
}

static struct brain *fresh_like(const struct brain *brain)
{
    struct brain *fresh;
    fuzz_require(brain_create_like(brain, &fresh) == ERR_OK);
    return fresh;
}

static bool is_sound(const struct brain *brain)
{
    return rule_has_table(&brain->rule) ? tables_sound(brain) : networks_sound(brain);
}

static void play(const struct brain *base, unsigned worker, struct batch *out)
{
    const bool has_table = rule_has_table(&base->rule);
    struct batch_share share = {.seed = 7,
                                .matches = MATCHES,
                                .lanes = 16,
                                .learners = LEARN_BOTH,
                                .uniform = has_table ? tables_uniform_of(&base->rule) : NULL,
                                .first = (uint64_t)worker * MATCHES,
                                .workers = 2};
    *out = (struct batch){.brain_id = 1, .worker = worker, .table = fresh_like(base)};
    batch_play(out, base, &share);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    for (unsigned i = 0; i < KINDS; i++) {
        struct batch batch;
        bases[i] = base_of(kinds[i], i + 1);
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
    fuzz_require(is_sound(merged));
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
    struct batch batch = {.table = fresh_like(bases[kind])};
    enum err err = batch_decode(copy, edited.size, bases[kind], &batch);
    fuzz_require(err == ERR_OK || err == ERR_CORRUPT);
    for (unsigned count = 1; count <= 2 && err == ERR_OK; count++)
        merge(kind, &batch, count);
    free(copy);
    brain_destroy(batch.table);
    text_free(&edited);
    return 0;
}
