#include "engine/patterns/brain.h"

#include "engine/patterns/practice.h"

#include <stdlib.h>
#include <string.h>

static size_t bytes_of(const struct patterns *patterns)
{
    return network_size(patterns) * sizeof(int32_t);
}

static struct network network_of(const struct brain *brain)
{
    return (struct network){.patterns = brain->patterns, .weights = brain->weights};
}

static enum err create_bare(const struct patterns *patterns, const struct rule *rule,
                            struct brain **out)
{
    struct brain *brain = calloc(1, sizeof *brain);
    if (brain == NULL)
        return ERR_NO_MEMORY;
    brain->rule = *rule;
    brain->kind = &patterns_kind;
    brain->game = &patterns->game;
    brain->patterns = patterns;
    *out = brain;
    return ERR_OK;
}

static void destroy(struct brain *brain)
{
    free(brain->weights);
    free(brain->averages);
    free(brain);
}

enum err patterns_brain_create(const struct patterns *patterns, const struct rule *rule,
                               struct brain **out)
{
    struct brain *brain;
    enum err err = create_bare(patterns, rule, &brain);
    if (err != ERR_OK)
        return err;
    brain->weights = calloc(1, bytes_of(patterns));
    brain->averages = calloc(1, bytes_of(patterns));
    if (brain->weights == NULL || brain->averages == NULL) {
        destroy(brain);
        return ERR_NO_MEMORY;
    }
    *out = brain;
    return ERR_OK;
}

enum err patterns_brain_alike(const struct atlas *atlas, const struct rule *rule,
                              struct brain **out)
{
    return create_bare(atlas->patterns, rule, out);
}

static enum err create(const struct atlas *atlas, const struct rule *rule, struct brain **out)
{
    return patterns_brain_create(atlas->patterns, rule, out);
}

static enum err create_like(const struct brain *brain, struct brain **out)
{
    return patterns_brain_create(brain->patterns, &brain->rule, out);
}

static bool is_zero(const int32_t weights[], size_t count)
{
    size_t i = 0;
    while (i < count && weights[i] == 0)
        i++;
    return i == count;
}

static bool is_fresh(const struct brain *brain)
{
    const size_t count = patterns_brain_weights(brain);
    return is_zero(brain->weights, count) && is_zero(brain->averages, count);
}

static size_t size(const struct brain *brain)
{
    return sizeof *brain + 2 * bytes_of(brain->patterns);
}

static size_t size_under(const struct atlas *atlas, const struct rule *rule)
{
    (void)rule;
    return sizeof(struct brain) + 2 * bytes_of(atlas->patterns);
}

static uint32_t boards(const struct brain *brain)
{
    (void)brain;
    return 0;
}

static bool is_alike(const struct brain *a, const struct brain *b)
{
    return a->patterns == b->patterns;
}

static void copy(struct brain *to, const struct brain *from)
{
    int32_t *weights = to->weights;
    int32_t *averages = to->averages;
    memcpy(weights, from->weights, bytes_of(from->patterns));
    memcpy(averages, from->averages, bytes_of(from->patterns));
    *to = *from;
    to->weights = weights;
    to->averages = averages;
}

static void swap_weights(struct brain *a, struct brain *b)
{
    int32_t *weights = a->weights;
    a->weights = b->weights;
    b->weights = weights;
}

static void merge(struct brain *base, const struct brain *const workers[], unsigned count)
{
    const int32_t *weights[BRAIN_MERGE_MAX];
    for (unsigned i = 0; i < count; i++)
        weights[i] = workers[i]->weights;
    network_merge(base->weights, weights, count, patterns_brain_weights(base));
}

static void settle(struct brain *brain, uint64_t matches)
{
    network_average(brain->averages, brain->weights, patterns_brain_weights(brain), matches,
                    brain->matches);
}

static void play(struct brain *brain, const struct selfplay *plan, struct tally *out)
{
    const struct network network = network_of(brain);
    const struct rule *rule = &brain->rule;
    const struct practice practice = {
        .seed = plan->match_seed,
        .first = plan->first,
        .matches = plan->matches,
        .learners = plan->learners,
        .explore = rule->explore,
        .step = network_step(rule->step_size, brain->matches, plan->workers),
        .trace = rule->trace_decay,
        .opponent = plan->opponent,
        .given_up = {plan->given_up[0], plan->given_up[1]}};
    practice_run(&network, &practice, out);
}

/* A match's moves as the brain sees them, before it has learned or after. */
static void see_changes(const struct brain *brain, const struct match_change changes[],
                        unsigned count, uint32_t weights[], int32_t expected[])
{
    for (unsigned i = 0; i < count; i++) {
        struct view view;
        (void)patterns_open_view(brain, changes[i].board, &view);
        weights[i] = view.weights[changes[i].move];
        expected[i] = view.expected[changes[i].move];
    }
}

static unsigned list_changes(const struct brain *brain, const struct match *match,
                             unsigned learners, uint8_t cells[], struct match_change out[])
{
    struct board board = {{0, 0}};
    unsigned count = 0;
    for (unsigned ply = 0; ply < match->plies; ply++) {
        const unsigned cell = board_cell(brain->game, board, match->moves[ply]);
        cells[ply] = (uint8_t)cell;
        if (learners >> (ply & 1) & 1)
            out[count++] = (struct match_change){
                .board = board, .move = match->moves[ply], .cell = cell, .has_expected = true};
        board = board_play(board, cell);
    }
    return count;
}

static unsigned learn(struct brain *brain, const struct match *match, unsigned learners,
                      struct match_change out[])
{
    const struct network network = network_of(brain);
    const struct network averages = {.patterns = brain->patterns, .weights = brain->averages};
    const struct practice plan = {.learners = learners,
                                  .step =
                                      network_step(brain->rule.step_size, brain->matches - 1, 1),
                                  .trace = brain->rule.trace_decay};
    uint8_t cells[GAME_CELLS_MAX];
    uint32_t weights[GAME_CELLS_MAX];
    int32_t expected[GAME_CELLS_MAX];
    const unsigned count = list_changes(brain, match, learners, cells, out);
    see_changes(brain, out, count, weights, expected);
    for (unsigned i = 0; i < count; i++) {
        out[i].before = weights[i];
        out[i].expected_before = expected[i];
    }
    practice_learn(&network, &averages, &plan, cells, match->plies);
    see_changes(brain, out, count, weights, expected);
    for (unsigned i = 0; i < count; i++) {
        out[i].after = weights[i];
        out[i].expected_after = expected[i];
    }
    return count;
}

const struct kind patterns_kind = {
    .first_point = 100,
    .first_checkpoint = 1000,
    .create = create,
    .create_like = create_like,
    .destroy = destroy,
    .is_fresh = is_fresh,
    .size = size,
    .size_under = size_under,
    .boards = boards,
    .is_alike = is_alike,
    .copy = copy,
    .swap_weights = swap_weights,
    .merge = merge,
    .settle = settle,
    .digest = patterns_digest,
    .encode = patterns_encode,
    .decode = patterns_decode,
    .encode_delta = patterns_encode_delta,
    .decode_delta = patterns_decode_delta,
    .play = play,
    .learn = learn,
    .open_view = patterns_open_view,
    .view_weights = patterns_view_weights,
    .view_expected = patterns_view_expected,
    .view_probabilities = patterns_view_probabilities,
    .view_choose = patterns_view_choose,
    .view_proofs = patterns_view_proofs,
};
