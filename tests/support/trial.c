#include "support/trial.h"

#include "engine/opponent.h"
#include "engine/table/kernel.h"
#include "engine/table/table.h"
#include "support/unit.h"

#include <inttypes.h>
#include <stdlib.h>

enum { KERNELS_MAX = 8, LESSON_SEED = 201, LESSON_MATCHES = 3000 };

struct states *trial_states(const struct game *game, const struct rule *rule)
{
    struct states *states;
    enum err err =
        rule->symmetry ? states_create_reduced(game, &states) : states_create(game, &states);
    ck_assert_int_eq(err, ERR_OK);
    return states;
}

struct brain *trial_brain(const struct states *states, const struct rule *rule)
{
    struct brain *brain;
    ck_assert_int_eq(table_create(states, rule, &brain), ERR_OK);
    return brain;
}

void trial_assert_same(const struct brain *brain, struct plain_selfplay *plain, uint64_t seed)
{
    const struct states *states = brain->states;
    for (uint32_t row = 0; row < states->rows; row++) {
        char board[PLAIN_TEXT_SIZE];
        plain_text(&states->game, states->boards[row], board);
        const struct plain_row *expected = plain_selfplay_row(plain, board);
        uint32_t weights[ROW_CELLS];
        table_weights(brain, row, weights);
        for (unsigned cell = 0; cell < states->cells; cell++) {
            if (weights[cell] != expected->weights[cell])
                ck_abort_msg("seed %" PRIu64 ": board %s cell %u weighs %" PRIu32 ", not %" PRIu32,
                             seed, board, cell, weights[cell], expected->weights[cell]);
            int proof = row_move_proof(&brain->rows[row], cell);
            if (proof != expected->proofs[cell])
                ck_abort_msg("seed %" PRIu64 ": board %s cell %u is proven %d, not %d", seed, board,
                             cell, proof, expected->proofs[cell]);
        }
    }
}

void trial_assert_same_tally(const struct tally *tally, const struct tally *expected, uint64_t seed)
{
    for (unsigned i = 0; i < RESULT_COUNT; i++)
        ck_assert_msg(tally->results[i] == expected->results[i], "seed %" PRIu64, seed);
    ck_assert_msg(tally->plies == expected->plies, "seed %" PRIu64, seed);
}

/* The kernels that this processor can run. */
static unsigned usable_kernels(const struct kernel *out[KERNELS_MAX])
{
    unsigned count = 0;
    for (unsigned i = 0; i < kernel_count(); i++)
        if (kernel_is_usable(kernel_at(i)))
            out[count++] = kernel_at(i);
    return count;
}

static struct brain *opponent_of(enum trial_opponent kind, const struct states *states,
                                 const struct brain *learned)
{
    struct brain *opponent = NULL;
    struct solution *solution;
    switch (kind) {
    case TRIAL_UNIFORM:
        ck_assert_int_eq(table_uniform(states, &opponent), ERR_OK);
        break;
    case TRIAL_PERFECT:
        ck_assert_int_eq(solution_create(states, &solution), ERR_OK);
        ck_assert_int_eq(table_perfect(solution, &opponent), ERR_OK);
        solution_destroy(solution);
        break;
    case TRIAL_FROZEN:
        ck_assert_int_eq(table_frozen(states, learned, &opponent), ERR_OK);
        break;
    default:
        break;
    }
    return opponent;
}

/* Both ways of training, side by side. */
struct sides {
    struct states *states;
    struct brain *uniform;
    struct brain *opponent;
    struct plain_selfplay *plain;
    unsigned kernels;
    const struct kernel *kernel[KERNELS_MAX];
    struct brain *brain[KERNELS_MAX]; /* of each */
};

/* What the frozen opponent has learned. */
static void learn_lesson(struct sides *sides, const struct rule *rule, struct plain_selfplay *plain,
                         struct brain *brain)
{
    const struct selfplay lesson = {.seed = LESSON_SEED,
                                    .matches = LESSON_MATCHES,
                                    .lanes = 1,
                                    .learners = LEARN_BOTH,
                                    .uniform = rule->explore > 0 ? sides->uniform : NULL};
    struct tally tally;
    selfplay_run(brain, &lesson, &tally);
    plain_selfplay_train(plain, &lesson);
}

static void open_opponents(struct sides *sides, const struct trial *trial)
{
    struct brain *learned = trial_brain(sides->states, &trial->rule);
    struct plain_selfplay *plain = plain_selfplay_create(&trial->game, &trial->rule);
    if (trial->opponent == TRIAL_FROZEN)
        learn_lesson(sides, &trial->rule, plain, learned);
    sides->opponent = opponent_of(trial->opponent, sides->states, learned);
    if (trial->opponent == TRIAL_UNIFORM)
        sides->plain->opponent = plain_selfplay_uniform(&trial->game, &trial->rule);
    else if (trial->opponent == TRIAL_PERFECT)
        sides->plain->opponent = plain_selfplay_perfect(&trial->game, &trial->rule);
    else if (trial->opponent == TRIAL_FROZEN)
        sides->plain->opponent = plain_selfplay_frozen(plain);
    free(plain);
    brain_destroy(learned);
}

static struct sides open_sides(const struct trial *trial)
{
    struct sides sides = {.states = trial_states(&trial->game, &trial->rule),
                          .plain = plain_selfplay_create(&trial->game, &trial->rule)};
    ck_assert_int_eq(table_uniform(sides.states, &sides.uniform), ERR_OK);
    open_opponents(&sides, trial);
    sides.kernels = usable_kernels(sides.kernel);
    for (unsigned i = 0; i < sides.kernels; i++)
        sides.brain[i] = trial_brain(sides.states, &trial->rule);
    return sides;
}

static void close_sides(struct sides *sides)
{
    for (unsigned i = 0; i < sides->kernels; i++)
        brain_destroy(sides->brain[i]);
    free(sides->plain->opponent);
    free(sides->plain);
    brain_destroy(sides->opponent);
    brain_destroy(sides->uniform);
    states_destroy(sides->states);
}

static void run_sides(struct sides *sides, struct selfplay plan, const struct rule *rule)
{
    plan.opponent = sides->opponent;
    plan.uniform = rule->explore > 0 ? sides->uniform : NULL;
    plain_selfplay_train(sides->plain, &plan);
    for (unsigned i = 0; i < sides->kernels; i++) {
        struct tally tally;
        plan.kernel = sides->kernel[i];
        selfplay_run(sides->brain[i], &plan, &tally);
        trial_assert_same(sides->brain[i], sides->plain, plan.seed);
        trial_assert_same_tally(&tally, &sides->plain->tally, plan.seed);
    }
}

void trial_assert_plain(const struct trial *trial)
{
    struct sides sides = open_sides(trial);
    struct selfplay plan = trial->plan;
    for (unsigned run = 0; run < 2; run++, plan.seed += 1000)
        run_sides(&sides, plan, &trial->rule);
    if (sides.opponent != NULL) /* it has learned nothing */
        trial_assert_same(sides.opponent, sides.plain->opponent, plan.seed);
    close_sides(&sides);
}

void trial_assert_plain_each_way(struct trial trial)
{
    trial.plan.lanes = 1;
    trial_assert_plain(&trial);
    trial.plan.lanes = SELFPLAY_LANES;
    trial_assert_plain(&trial);
    trial.plan.matches += 7;
    trial_assert_plain(&trial);
}

struct trial_end trial_run(const struct rule *rule, struct selfplay plan, uint32_t garbage)
{
    static const struct game tictactoe = {.width = 3, .height = 3, .run = 3};
    struct states *states = trial_states(&tictactoe, rule);
    struct brain *brain = trial_brain(states, rule);
    struct brain *uniform;
    ck_assert_int_eq(table_uniform(states, &uniform), ERR_OK);
    for (uint32_t row = states->rows; row < states_all_rows(states); row++)
        for (unsigned i = 0; i <= ROW_CELLS; i++)
            brain->rows[row].sums[i] = garbage * (i * 7 % 5);
    plan.uniform = uniform;
    struct trial_end end;
    selfplay_run(brain, &plan, &end.tally);
    brain_digest(brain, end.digest);
    brain_destroy(uniform);
    brain_destroy(brain);
    states_destroy(states);
    return end;
}

struct trial_end trial_of_seed_42(const struct rule *rule, unsigned lanes)
{
    const struct selfplay plan = {
        .seed = 42, .matches = 20000, .lanes = lanes, .learners = LEARN_BOTH};
    return trial_run(rule, plan, 0);
}
