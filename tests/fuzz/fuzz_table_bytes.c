/*
 * Stored brains. The first byte says of which kind, whether the checksum is made right, and whether
 * it is an opponent's; the rest edits the bytes of one that was trained: a table reduced by
 * symmetry, which makes it small, or a network. What is read must be sound, and be written the same
 * again; an opponent must be one to play against.
 */
#include "engine/opponent.h"
#include "engine/selfplay.h"
#include "fuzz/fuzz.h"
#include "fuzz/networks.h"
#include "support/blob.h"
#include "support/tables.h"

#include <stdlib.h>
#include <string.h>

enum { BEADS, GUARD, NETWORK, MET_BY_NETWORK, KINDS, MATCHES = 500 };

static struct rule rules[KINDS];
static const struct atlas *atlases[KINDS];
static struct text blobs[KINDS];

static void write(unsigned kind, struct brain *brain)
{
    blobs[kind] = blob_of(brain);
    brain_destroy(brain);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    rules[BEADS] = tables_rule(RULE_BEADS, true);
    rules[GUARD] = tables_rule(RULE_GUARD, true);
    rules[NETWORK] = rules[MET_BY_NETWORK] = networks_rule();
    for (unsigned i = 0; i < KINDS; i++)
        atlases[i] = i == NETWORK ? networks_atlas() : tables_atlas();
    for (unsigned i = BEADS; i <= GUARD; i++)
        write(i, tables_played_by(&rules[i], i + 1, MATCHES));
    write(NETWORK, networks_played(3, MATCHES));
    struct brain *table = tables_played(4, MATCHES);
    struct brain *frozen;
    fuzz_require(opponent_frozen(tables_atlas(), &rules[MET_BY_NETWORK], table, &frozen) == ERR_OK);
    write(MET_BY_NETWORK, frozen);
    brain_destroy(table);
    return 0;
}

static void require_same_when_written(const struct brain *table, const struct text *bytes)
{
    struct text again = blob_of(table);
    fuzz_require(rule_has_table(&table->rule) ? tables_sound(table) : networks_sound(table));
    fuzz_require(again.size == bytes->size && memcmp(again.bytes, bytes->bytes, again.size) == 0);
    text_free(&again);
}

static void read_brain(unsigned kind, const struct text *blob)
{
    struct brain *brain;
    fuzz_require(brain_create(atlases[kind], &rules[kind], &brain) == ERR_OK);
    const enum err err = blob_decode(blob, blob->size, brain, BRAIN_TO_LEARN);
    fuzz_require(err == ERR_OK || err == ERR_CORRUPT);
    if (err == ERR_OK)
        require_same_when_written(brain, blob);
    brain_destroy(brain);
}

static void play_against(unsigned kind, const struct brain *opponent)
{
    enum { AGAINST = 2 };
    const bool has_table = rule_has_table(&rules[kind]);
    const struct selfplay plan = {.matches = AGAINST,
                                  .learners = LEARN_PLAYER1,
                                  .opponent = opponent,
                                  .lanes = 1,
                                  .uniform = has_table ? tables_uniform_of(&rules[kind]) : NULL,
                                  .workers = 1};
    struct brain *brain;
    struct tally tally;
    fuzz_require(brain_create(atlases[kind], &rules[kind], &brain) == ERR_OK);
    selfplay_run(brain, &plan, &tally);
    fuzz_require(tally.results[0] + tally.results[1] + tally.results[2] == AGAINST);
    brain_destroy(brain);
}

static void read_opponent(unsigned kind, const struct text *blob)
{
    char *copy = fuzz_copy((const uint8_t *)blob->bytes, blob->size);
    struct brain *opponent;
    const enum err err = opponent_decode(atlases[kind], &rules[kind], copy, blob->size, &opponent);
    fuzz_require(err == ERR_OK || err == ERR_CORRUPT);
    if (err == ERR_OK) {
        play_against(kind, opponent);
        brain_destroy(opponent);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum { SIGN = 0x80, OPPONENT = 0x40, OF_NETWORK = 0x20, BY_NETWORK = 0x10 };
    struct fuzz_input input = {bytes, size};
    const uint8_t choices = fuzz_byte(&input);
    const bool is_opponent = (choices & OPPONENT) != 0;
    unsigned kind = choices % 2 == 0 ? BEADS : GUARD;
    if ((choices & OF_NETWORK) != 0)
        kind = NETWORK;
    else if (is_opponent && (choices & BY_NETWORK) != 0)
        kind = MET_BY_NETWORK;
    struct text blob = {0};
    text_add(&blob, blobs[kind].bytes, blobs[kind].size);
    fuzz_edit(&input, &blob);
    if ((choices & SIGN) != 0 && blob.size >= SHA256_SIZE)
        blob_sign(&blob);
    if (is_opponent)
        read_opponent(kind, &blob);
    else
        read_brain(kind, &blob);
    text_free(&blob);
    return 0;
}
