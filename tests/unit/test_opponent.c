/* Opponents: tables that play uniformly, perfectly, or as a brain did when it was asked. */
#include "engine/opponent.h"
#include "engine/selfplay.h"
#include "engine/table/table.h"
#include "support/brains.h"
#include "support/plain_strategy.h"
#include "support/rounds.h"
#include "support/tables.h"
#include "support/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct policy sample = {.kind = POLICY_SAMPLE};

static struct brain *frozen(const struct brain *brain)
{
    struct brain *opponent;
    ck_assert_int_eq(opponent_frozen(tables_atlas(), &brain->rule, brain, &opponent), ERR_OK);
    return opponent;
}

static double alike(const char *board, unsigned cell)
{
    return board[cell] == '0';
}

static double if_it_keeps_the_value(const char *board, unsigned cell)
{
    const struct game *game = &tables_states()->game;
    return board[cell] == '0' && plain_move_value(game, board, cell) == plain_value(game, board);
}

/* Holds how the table plays on every board, of full states or of reduced ones, against a share for
 * each cell, not yet divided by their sum; and takes it. */
static void assert_plays(struct brain *opponent, double (*share)(const char *board, unsigned cell))
{
    struct plain_strategy *strategy = plain_strategy_of(opponent, &sample);
    for (unsigned number = 0; number < PLAIN_DECISION_BOARDS; number++) {
        const char *board = plain_decision_board(number);
        const double *got = strategy->probability[plain_index(board)];
        double total = 0;
        for (unsigned cell = 0; cell < 9; cell++)
            total += share(board, cell);
        for (unsigned cell = 0; cell < 9; cell++)
            if (!(fabs(got[cell] - share(board, cell) / total) < 1e-14))
                ck_abort_msg("%s: cell %u has %.17g", board, cell, got[cell]);
    }
    free(strategy);
    brain_destroy(opponent);
}

START_TEST(test_the_uniform_opponent_makes_all_moves_of_every_board_alike)
{
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        const struct rule rule = {.symmetry = symmetry};
        struct brain *opponent;
        ck_assert_int_eq(table_uniform(tables_states_of(&rule), &opponent), ERR_OK);
        assert_plays(opponent, alike);
    }
}
END_TEST

START_TEST(test_the_perfect_opponent_makes_all_moves_that_keep_the_value_alike_and_no_others)
{
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        const struct rule rule = {.symmetry = symmetry};
        struct brain *opponent;
        ck_assert_int_eq(table_perfect(tables_solution_of(&rule), &opponent), ERR_OK);
        assert_plays(opponent, if_it_keeps_the_value);
    }
}
END_TEST

/* Whether two brains are drawn from alike on every board. */
static bool play_alike(const struct brain *a, const struct brain *b)
{
    struct plain_strategy *strategies[2] = {plain_strategy_of(a, &sample),
                                            plain_strategy_of(b, &sample)};
    bool are_alike = memcmp(strategies[0], strategies[1], sizeof *strategies[0]) == 0;
    free(strategies[0]);
    free(strategies[1]);
    return are_alike;
}

START_TEST(test_a_frozen_brain_plays_as_it_is_served_under_sample)
{
    for (unsigned i = 0; i < 2 * RULE_TABLE_KINDS; i++) {
        const struct rule rule = tables_rule((enum rule_kind)(i / 2), i % 2);
        struct brain *brain = tables_played_by(&rule, 1, 20000);
        struct brain *opponent = frozen(brain);
        ck_assert(play_alike(brain, opponent));
        brain_destroy(opponent);
        brain_destroy(brain);
    }
}
END_TEST

START_TEST(test_a_frozen_guard_makes_only_the_moves_that_are_not_known_to_be_worse)
{
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        const struct rule rule = tables_rule(RULE_GUARD, symmetry);
        struct brain *brain = tables_fresh(&rule);
        struct rng rng;
        rng_seed(&rng, 2);
        brains_fill_widely(brain, &rng);
        brains_prove_at_random(brain, &rng);
        struct brain *opponent = frozen(brain);
        unsigned left_out = 0;
        for (uint32_t row = 0; row < brain->states->rows; row++) {
            for (unsigned cell = 0; cell < 9; cell++) {
                bool is_best = row_best(&brain->rows[row]) >> cell & 1;
                uint32_t weight = is_best ? tables_weight(brain, row, cell) : 0;
                if (tables_weight(opponent, row, cell) != weight)
                    ck_abort_msg("row %u cell %u", row, cell);
                left_out += weight != tables_weight(brain, row, cell);
            }
        }
        ck_assert_uint_gt(left_out, 100);
        brain_destroy(opponent);
        brain_destroy(brain);
    }
}
END_TEST

START_TEST(test_opponents_prove_nothing_and_have_lived_nothing)
{
    const struct rule rule = tables_rule(RULE_GUARD, false);
    struct brain *brain = tables_played_by(&rule, 1, 20000);
    struct brain *opponents[3] = {frozen(brain)};
    ck_assert_int_eq(table_uniform(brain->states, &opponents[1]), ERR_OK);
    ck_assert_int_eq(table_perfect(tables_solution_of(&rule), &opponents[2]), ERR_OK);
    for (unsigned i = 0; i < 3; i++) {
        ck_assert(!rule_has_proofs(&opponents[i]->rule));
        ck_assert_ptr_eq(opponents[i]->states, brain->states);
        ck_assert_uint_eq(opponents[i]->matches, 0);
        for (uint32_t row = 0; row < brain->states->rows; row++)
            if ((opponents[i]->rows[row].winning | opponents[i]->rows[row].losing) != 0)
                ck_abort_msg("opponent %u row %u", i, row);
        brain_destroy(opponents[i]);
    }
    brain_destroy(brain);
}
END_TEST

START_TEST(test_a_frozen_brain_stays_as_it_is_when_its_original_learns_on)
{
    for (int kind = 0; kind < RULE_TABLE_KINDS; kind++) {
        const struct rule rule = tables_rule((enum rule_kind)kind, false);
        struct brain *brain = tables_played_by(&rule, 3, 5000);
        struct brain *then = tables_copy(brain);
        struct brain *opponent = frozen(brain);
        struct brain *before = tables_copy(opponent);
        const struct rounds_plan plan = {
            .seed = 4, .workers = 2, .learners = LEARN_PLAYER1, .opponent = opponent, .end = 30000};
        rounds_play(brain, &plan);
        brains_assert_same_digest(opponent, before);
        ck_assert(play_alike(opponent, then));
        ck_assert(!play_alike(opponent, brain));
        brain_destroy(before);
        brain_destroy(opponent);
        brain_destroy(then);
        brain_destroy(brain);
    }
}
END_TEST

/* How often player 1 wins of matches in which player 1, who does not learn anything that counts, is
 * a fresh brain. */
static double wins_against(const struct brain *opponent, const struct brain *brain)
{
    enum { MATCHES = 20000 };
    struct rule rule = brain->rule;
    rule.reward = rule.penalty = 0;
    struct brain *fresh = tables_fresh(&rule);
    const struct selfplay plan = {.seed = 1,
                                  .matches = MATCHES,
                                  .lanes = SELFPLAY_LANES,
                                  .learners = LEARN_PLAYER1,
                                  .opponent = opponent};
    struct tally tally;
    selfplay_run(fresh, &plan, &tally);
    brain_destroy(fresh);
    return (double)tally.results[RESULT_PLAYER1 - 1] / MATCHES;
}

START_TEST(test_who_plays_at_random_wins_less_the_better_the_opponent_is)
{
    struct brain *brain = tables_played(1, 100000);
    struct brain *opponents[3] = {NULL, frozen(brain)};
    ck_assert_int_eq(table_uniform(brain->states, &opponents[0]), ERR_OK);
    ck_assert_int_eq(table_perfect(tables_solution_of(&brain->rule), &opponents[2]), ERR_OK);
    double wins[3];
    for (unsigned i = 0; i < 3; i++) {
        wins[i] = wins_against(opponents[i], brain);
        brain_destroy(opponents[i]);
    }
    ck_assert_double_eq_tol(wins[0], .58492, .02);
    ck_assert_double_lt(wins[1], wins[0] / 2);
    ck_assert_double_gt(wins[1], 0);
    ck_assert_double_eq(wins[2], 0);
    brain_destroy(brain);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_the_uniform_opponent_makes_all_moves_of_every_board_alike,
        test_the_perfect_opponent_makes_all_moves_that_keep_the_value_alike_and_no_others,
        test_a_frozen_brain_plays_as_it_is_served_under_sample,
        test_a_frozen_guard_makes_only_the_moves_that_are_not_known_to_be_worse,
        test_opponents_prove_nothing_and_have_lived_nothing,
        test_a_frozen_brain_stays_as_it_is_when_its_original_learns_on,
        test_who_plays_at_random_wins_less_the_better_the_opponent_is,
        NULL,
    };
    return unit_run("opponent", tests);
}
