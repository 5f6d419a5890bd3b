/*
 * PUT /brains/{name}/import, all the way to the disk. The input edits a file of a brain that was
 * trained; its first byte says under which rule. What is taken must come out of an export as it
 * went in.
 */
#include "fuzz/asked.h"
#include "fuzz/fuzz.h"
#include "support/tables.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    enum rule_kind rule;
    const char *game;
} kinds[] = {{"beads", RULE_BEADS, "tictactoe"},
             {"menace", RULE_MENACE, "tictactoe"},
             {"guard", RULE_GUARD, "tictactoe"},
             {"line", RULE_PATTERNS, "3x1r3"}, /* a network of a few weights */
             {"network", RULE_PATTERNS, "3x3r3g"}};
enum { KINDS = sizeof kinds / sizeof kinds[0], MATCHES = 500 };

static const struct text nothing = {0};
static struct served served;
static struct text files[KINDS];

static struct text export(const char *name)
{
    char path[96];
    snprintf(path, sizeof path, "/brains/%s/export", name);
    struct answer answer = asked(&served, HTTP_GET, path, &nothing);
    fuzz_require(asked_well(&answer));
    return answer.body;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    served_open(&served);
    for (unsigned i = 0; i < KINDS; i++) {
        struct brain_order order = served_brain_order(kinds[i].name);
        struct job_order job = served_job_order(i + 1, MATCHES);
        order.rule = tables_rule(kinds[i].rule, kinds[i].rule != RULE_PATTERNS);
        fuzz_require(game_parse(kinds[i].game, &order.game) == ERR_OK);
        served_create(&served, &order);
        job.brain = kinds[i].name;
        (void)served_wait_over(&served, served_begin(&served, &job));
        files[i] = export(kinds[i].name);
    }
    return 0;
}

static struct answer import(const struct text *file)
{
    return asked(&served, HTTP_PUT, "/brains/b/import", file);
}

static void require_same_when_exported(void)
{
    struct text file = export("b");
    struct answer again = import(&file);
    struct text exported = export("b");
    fuzz_require(asked_well(&again));
    fuzz_require(file.size == exported.size && memcmp(file.bytes, exported.bytes, file.size) == 0);
    text_free(&again.body);
    text_free(&exported);
    text_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input input = {bytes, size};
    const struct text *file = &files[fuzz_byte(&input) % KINDS];
    struct text body = {0};
    text_add(&body, file->bytes, file->size);
    fuzz_edit(&input, &body);
    struct answer answer = import(&body);
    if (asked_well(&answer)) {
        require_same_when_exported();
        struct answer gone = asked(&served, HTTP_DELETE, "/brains/b", &nothing);
        fuzz_require(asked_well(&gone));
    }
    text_free(&answer.body);
    text_free(&body);
    asked_make_room(&served);
    return 0;
}
