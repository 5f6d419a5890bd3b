/* POST /match: any body is refused, or a match that leaves the brain sound. */
#include "api/codec_match.h"
#include "fuzz/fuzz.h"
#include "support/tables.h"

#include <stdlib.h>
#include <string.h>

static const enum rule_kind kinds[] = {RULE_BEADS, RULE_MENACE, RULE_GUARD};

static void learn(const struct match_request *request, const struct match *match,
                  const struct rule *rule)
{
    struct brain *table = tables_fresh(rule);
    struct match_call learned = {.game = &table->states->game, .match = *match};
    struct text answer = {0};
    learned.change_count = match_learn(table, match, request->learners, learned.changes);
    fuzz_require(learned.change_count <= match->plies);
    fuzz_require(table->matches == 1 && tables_sound(table));
    codec_encode_match(SERVICE_DEFAULT_BRAIN, &learned, &answer);
    fuzz_require_json(&answer);
    text_free(&answer);
    brain_destroy(table);
}

static enum err read_and_learn(const struct match_request *request, struct fault *fault)
{
    for (unsigned i = 0; i < 2 * sizeof kinds / sizeof kinds[0]; i++) {
        const struct rule rule = tables_rule(kinds[i / 2], i % 2 == 1);
        struct match match;
        enum err err =
            match_read(tables_states_of(&rule), request->moves, request->count, &match, fault);
        if (err != ERR_OK)
            return err;
        learn(request, &match, &rule);
    }
    return ERR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct match_request request;
    struct fault fault;
    char *body = fuzz_copy(bytes, size);
    enum err err = codec_decode_match_request(body, size, &request, &fault);
    free(body);
    if (err == ERR_OK) {
        fuzz_require(request.count <= sizeof request.moves);
        fuzz_require(memchr(request.brain, '\0', sizeof request.brain) != NULL);
        err = read_and_learn(&request, &fault);
    }
    if (err != ERR_OK)
        fuzz_require_answerable(&fault);
    return 0;
}
