#include "engine/ttst.h"

#include "engine/opponent.h"
#include "engine/patterns/brain.h"
#include "engine/selfplay.h"
#include "engine/table/kernel.h"
#include "engine/table/table.h"
#include "engine/view.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* Matches between two halvings of a table: the growth of a row stays within what
     * RULE_HALVE_ABOVE_MAX leaves. */
    TABLE_ROUND = 1 << 20,
    /* A network's, from a young brain on: its averages are of rounds. */
    PATTERNS_ROUND_MIN = 64,
    PATTERNS_ROUND_MAX = 1 << 14,
    PATTERNS_ROUND_DIVISOR = 10,
};

_Static_assert((int)TTST_DIGEST_SIZE == (int)BRAIN_DIGEST_SIZE, "the same text");
_Static_assert((int)TTST_BOTH == (int)LEARN_BOTH, "the same set of players");

struct ttst_brain {
    struct states
        *states; /* of a table, as the next; not the reduced ones, nor what they are worth */
    struct brain *uniform;
    struct patterns *patterns; /* of a network */
    struct brain *brain;
    const struct kernel *kernel;
};

static enum err fill(struct ttst_brain *made, const struct game *game, const struct rule *rule)
{
    enum err err;
    if (!rule_has_table(rule)) {
        err = patterns_create(game, &made->patterns);
        return err == ERR_OK ? patterns_brain_create(made->patterns, rule, &made->brain) : err;
    }
    err = states_create(game, &made->states);
    if (err == ERR_OK)
        err = table_create(made->states, rule, &made->brain);
    return err == ERR_OK ? table_uniform(made->states, &made->uniform) : err;
}

static int create(const struct game *game, enum rule_kind kind, struct ttst_brain **out)
{
    const struct rule rule = rule_default(kind);
    if (rule_has_table(&rule) && !game->is_exact)
        return TTST_BAD_ARGUMENT;
    struct ttst_brain *made = calloc(1, sizeof *made);
    if (made == NULL)
        return TTST_NO_MEMORY;
    made->kernel = kernel_best();
    enum err err = fill(made, game, &rule);
    if (err != ERR_OK) {
        ttst_brain_destroy(made);
        return err == ERR_UNSUPPORTED ? TTST_BAD_ARGUMENT : TTST_NO_MEMORY;
    }
    *out = made;
    return TTST_OK;
}

int ttst_brain_create(const char *game_name, struct ttst_brain **out)
{
    struct game game;
    if (game_parse(game_name, &game) != ERR_OK)
        return TTST_BAD_ARGUMENT;
    return create(&game, game.is_exact ? RULE_BEADS : RULE_PATTERNS, out);
}

int ttst_brain_create_rule(const char *game_name, const char *rule_name, struct ttst_brain **out)
{
    struct game game;
    enum rule_kind kind;
    if (game_parse(game_name, &game) != ERR_OK || rule_kind_parse(rule_name, &kind) != ERR_OK)
        return TTST_BAD_ARGUMENT;
    return create(&game, kind, out);
}

void ttst_brain_destroy(struct ttst_brain *brain)
{
    if (brain == NULL)
        return;
    brain_destroy(brain->brain);
    brain_destroy(brain->uniform);
    states_destroy(brain->states);
    patterns_destroy(brain->patterns);
    free(brain);
}

unsigned ttst_brain_cells(const struct ttst_brain *brain)
{
    return game_cells(brain_game(brain->brain));
}

unsigned ttst_brain_moves(const struct ttst_brain *brain)
{
    return game_moves(brain_game(brain->brain));
}

static uint64_t round_of(const struct brain *brain, uint64_t left)
{
    uint64_t matches = TABLE_ROUND;
    if (!rule_has_table(&brain->rule)) {
        matches = brain->matches / PATTERNS_ROUND_DIVISOR;
        matches = matches > PATTERNS_ROUND_MIN ? matches : PATTERNS_ROUND_MIN;
        matches = matches < PATTERNS_ROUND_MAX ? matches : PATTERNS_ROUND_MAX;
    }
    return matches < left ? matches : left;
}

int ttst_brain_train(struct ttst_brain *brain, uint64_t matches, uint64_t seed, unsigned lanes,
                     unsigned learners, uint64_t results[3])
{
    if ((lanes != 1 && lanes != SELFPLAY_LANES) || learners < LEARN_PLAYER1 ||
        learners > LEARN_BOTH)
        return TTST_BAD_ARGUMENT;
    uint64_t counts[RESULT_COUNT] = {0};
    for (uint64_t done = 0; done < matches;) {
        struct selfplay plan = {.seed = rng_mix((uint64_t[]){seed, done}, 2),
                                .matches = round_of(brain->brain, matches - done),
                                .lanes = lanes,
                                .learners = learners,
                                .uniform = brain->uniform,
                                .kernel = brain->kernel,
                                .match_seed = seed,
                                .first = done,
                                .workers = 1};
        struct tally tally;
        selfplay_run(brain->brain, &plan, &tally);
        brain->brain->matches += plan.matches;
        brain_settle(brain->brain, plan.matches);
        for (unsigned i = 0; i < RESULT_COUNT; i++) {
            brain->brain->results[i] += tally.results[i];
            counts[i] += tally.results[i];
        }
        done += plan.matches;
    }
    if (results != NULL)
        memcpy(results, counts, sizeof counts);
    return TTST_OK;
}

int ttst_brain_set_kernel(struct ttst_brain *brain, const char *name)
{
    const struct kernel *kernel = selfplay_kernel(name);
    if (kernel == NULL)
        return TTST_BAD_ARGUMENT;
    brain->kernel = kernel;
    return TTST_OK;
}

static int view_text(const struct ttst_brain *brain, const char *text, struct view *out)
{
    struct board board;
    if (board_parse(brain_game(brain->brain), text, strlen(text), &board) != ERR_OK)
        return TTST_BAD_ARGUMENT;
    return view_open(brain->brain, board, out) ? TTST_OK : TTST_NO_MOVE;
}

int ttst_brain_weights(const struct ttst_brain *brain, const char *board, uint32_t weights[])
{
    struct view view;
    int status = view_text(brain, board, &view);
    if (status == TTST_OK)
        view_weights(&view, weights);
    return status;
}

int ttst_brain_expected(const struct ttst_brain *brain, const char *board, double expected[])
{
    struct view view;
    int32_t values[GAME_CELLS_MAX];
    int status = view_text(brain, board, &view);
    if (status != TTST_OK)
        return status;
    if (!view_expected(&view, values))
        return TTST_BAD_ARGUMENT;
    for (unsigned move = 0; move < ttst_brain_moves(brain); move++)
        expected[move] = (double)values[move] / VIEW_EXPECTED_ONE;
    return TTST_OK;
}

int ttst_brain_move(const struct ttst_brain *brain, const char *board, uint32_t random,
                    unsigned *move)
{
    static const struct policy sample = {.kind = POLICY_SAMPLE};
    struct view view;
    int status = view_text(brain, board, &view);
    if (status == TTST_OK)
        *move = view_choose(&view, &sample, (uint64_t)random << 32);
    return status;
}

size_t ttst_brain_export(const struct ttst_brain *brain, void *bytes, size_t room)
{
    struct text text = {0};
    brain_encode(brain->brain, &text);
    const size_t size = text.failed ? 0 : text.size;
    if (bytes != NULL && size <= room)
        memcpy(bytes, text.bytes, size);
    text_free(&text);
    return size;
}

int ttst_brain_import(struct ttst_brain *brain, const void *bytes, size_t size)
{
    struct brain *read;
    if (brain_create_like(brain->brain, &read) != ERR_OK)
        return TTST_NO_MEMORY;
    if (brain_decode(bytes, size, read, BRAIN_TO_LEARN) != ERR_OK) {
        brain_destroy(read);
        return TTST_BAD_ARGUMENT;
    }
    brain_destroy(brain->brain);
    brain->brain = read;
    return TTST_OK;
}

void ttst_brain_digest(const struct ttst_brain *brain, char digest[TTST_DIGEST_SIZE])
{
    brain_digest(brain->brain, digest);
}

int ttst_sample(const uint32_t weights[], unsigned count, uint32_t random)
{
    return kernel_best()->sample(weights, count, random);
}
