#include "engine/ttst.h"

#include "engine/selfplay.h"
#include "engine/table/kernel.h"
#include "engine/table/sampler.h"
#include "engine/table/table.h"

#include <stdlib.h>
#include <string.h>

/* Matches between two halvings: the growth of a row stays within what RULE_HALVE_ABOVE_MAX
 * leaves. */
enum { MATCHES_BETWEEN_HALVINGS = 1 << 20 };

_Static_assert((int)TTST_DIGEST_SIZE == (int)BRAIN_DIGEST_SIZE, "the same text");
_Static_assert((int)TTST_BOTH == (int)LEARN_BOTH, "the same set of players");

struct ttst_brain {
    struct states *states;
    struct brain *brain;
    const struct kernel *kernel;
};

int ttst_brain_create(const char *game_name, struct ttst_brain **out)
{
    const struct game *game = game_find(game_name);
    if (game == NULL)
        return TTST_BAD_ARGUMENT;
    struct ttst_brain *made = calloc(1, sizeof *made);
    if (made == NULL)
        return TTST_NO_MEMORY;
    struct rule rule = rule_default(RULE_BEADS);
    made->kernel = kernel_best();
    if (states_create(game, &made->states) != ERR_OK ||
        table_create(made->states, &rule, &made->brain) != ERR_OK) {
        ttst_brain_destroy(made);
        return TTST_NO_MEMORY;
    }
    *out = made;
    return TTST_OK;
}

void ttst_brain_destroy(struct ttst_brain *brain)
{
    if (brain == NULL)
        return;
    brain_destroy(brain->brain);
    states_destroy(brain->states);
    free(brain);
}

unsigned ttst_brain_cells(const struct ttst_brain *brain)
{
    return brain->states->cells;
}

int ttst_brain_train(struct ttst_brain *brain, uint64_t matches, uint64_t seed, unsigned lanes,
                     unsigned learners, uint64_t results[3])
{
    if ((lanes != 1 && lanes != SELFPLAY_LANES) || learners < LEARN_PLAYER1 ||
        learners > LEARN_BOTH)
        return TTST_BAD_ARGUMENT;
    uint64_t counts[RESULT_COUNT] = {0};
    for (uint64_t done = 0; done < matches;) {
        uint64_t left = matches - done;
        struct selfplay plan = {
            .seed = rng_mix((uint64_t[]){seed, done}, 2),
            .matches = left < MATCHES_BETWEEN_HALVINGS ? left : MATCHES_BETWEEN_HALVINGS,
            .lanes = lanes,
            .learners = learners,
            .kernel = brain->kernel};
        struct tally tally;
        selfplay_run(brain->brain, &plan, &tally);
        brain_halve(brain->brain);
        for (unsigned i = 0; i < RESULT_COUNT; i++)
            counts[i] += tally.results[i];
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

static int find_row(const struct ttst_brain *brain, const char *text, uint32_t *out)
{
    struct board board;
    if (board_parse(&brain->states->game, text, strlen(text), &board) != ERR_OK)
        return TTST_BAD_ARGUMENT;
    uint32_t row = states_find(brain->states, board);
    if (row == STATES_NO_ROW)
        return TTST_NO_MOVE;
    *out = row;
    return TTST_OK;
}

int ttst_brain_weights(const struct ttst_brain *brain, const char *board, uint32_t weights[])
{
    uint32_t row;
    int status = find_row(brain, board, &row);
    if (status != TTST_OK)
        return status;
    uint32_t all[ROW_CELLS];
    table_weights(brain->brain, row, all);
    memcpy(weights, all, brain->states->cells * sizeof all[0]);
    return TTST_OK;
}

int ttst_brain_move(const struct ttst_brain *brain, const char *board, uint32_t random,
                    unsigned *move)
{
    uint32_t row;
    int status = find_row(brain, board, &row);
    if (status == TTST_OK)
        *move = (unsigned)sampler_draw_sums(brain->brain->rows[row].sums, ROW_CELLS, random);
    return status;
}

void ttst_brain_digest(const struct ttst_brain *brain, char digest[TTST_DIGEST_SIZE])
{
    brain_digest(brain->brain, digest);
}

int ttst_sample(const uint32_t weights[], unsigned count, uint32_t random)
{
    return kernel_best()->sample(weights, count, random);
}
