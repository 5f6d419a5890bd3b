/* The exact evaluation: values known from elsewhere, brains made for the purpose, and what can be
 * said of any brain. */
#include "engine/evaluate.h"
#include "engine/opponent.h"
#include "engine/table/kernel.h"
#include "engine/table/table.h"
#include "support/boards.h"
#include "support/brains.h"
#include "support/plain_game.h"
#include "support/tables.h"
#include "support/unit.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct policy sample = {.kind = POLICY_SAMPLE};
static const struct policy greedy = {.kind = POLICY_GREEDY};
static const struct policy powers[] = {{.kind = POLICY_POWER, .power = 4},
                                       {.kind = POLICY_POWER, .power = POLICY_POWER_MAX}};

static const uint32_t HEAVY = 1u << 30;

static struct evaluation evaluated_by(const struct kernel *kernel, const struct brain *brain,
                                      const struct policy *policy, const struct brain *against)
{
    struct evaluate_space *space;
    struct evaluation evaluation;
    const struct rule rule = {.symmetry = brain->states->is_reduced};
    ck_assert_int_eq(evaluate_space_create(tables_solution_of(&rule), &space), ERR_OK);
    const struct evaluate_order order = {
        .brain = brain, .policy = policy, .against = against, .kernel = kernel};
    evaluate(space, &order, &evaluation);
    evaluate_space_destroy(space);
    return evaluation;
}

static struct evaluation evaluated(const struct brain *brain, const struct policy *policy,
                                   const struct brain *against)
{
    return evaluated_by(NULL, brain, policy, against);
}

/* A fresh brain plays uniformly; of the reduced ones it is that which weighs each move by the cells
 * it stands for. */
static struct brain *uniform_brain(bool symmetry)
{
    struct brain *brain;
    if (!symmetry)
        return tables_fresh(NULL);
    ck_assert_int_eq(table_uniform(tables_reduced_states(), &brain), ERR_OK);
    return brain;
}

static struct brain *perfect_brain(bool symmetry)
{
    const struct rule rule = {.symmetry = symmetry};
    struct brain *brain;
    ck_assert_int_eq(table_perfect(tables_solution_of(&rule), &brain), ERR_OK);
    return brain;
}

START_TEST(test_uniform_play_has_its_known_nash_conv_with_symmetry_and_without)
{
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        struct brain *brain = uniform_brain(symmetry);
        struct evaluation evaluation = evaluated(brain, &sample, NULL);
        ck_assert_double_eq_tol(evaluation.nash_conv, 1.919659391534391, 1e-9); /* OpenSpiel's */
        ck_assert_double_eq_tol(evaluation.exploitability, 1.919659391534391 / 2, 1e-9);
        ck_assert_double_eq_tol(evaluation.best_response[0] + evaluation.best_response[1],
                                1.919659391534391, 1e-9);
        brain_destroy(brain);
    }
}
END_TEST

START_TEST(test_uniform_play_has_its_known_results_against_itself)
{
    struct brain *brain = uniform_brain(false);
    struct evaluation evaluation = evaluated(brain, &sample, brain);
    const double known[RESULT_COUNT] = {.58492, .28810, .12698};
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        ck_assert_double_eq_tol(evaluation.self[result], known[result], 5e-6);
    for (unsigned i = 0; i < 2; i++) {
        const struct outcome *outcomes[] = {&evaluation.random[i], &evaluation.against[i]};
        for (unsigned n = 0; n < 2; n++) {
            ck_assert_double_eq_tol(outcomes[n]->win, known[i], 5e-6);
            ck_assert_double_eq_tol(outcomes[n]->loss, known[1 - i], 5e-6);
            ck_assert_double_eq_tol(outcomes[n]->draw, known[RESULT_DRAW - 1], 5e-6);
        }
    }
    brain_destroy(brain);
}
END_TEST

START_TEST(test_uniform_play_loses_to_who_knows_it_as_is_known)
{
    struct brain *brain = uniform_brain(false);
    struct evaluation evaluation = evaluated(brain, &sample, NULL);
    ck_assert_double_eq_tol(evaluation.worst_case_loss[0], .938624, 5e-7);
    ck_assert_double_eq_tol(evaluation.worst_case_loss[1], .994792, 5e-7);
    ck_assert(!evaluation.never_loses[0] && !evaluation.never_loses[1]);
    brain_destroy(brain);
}
END_TEST

START_TEST(test_perfect_play_never_loses_and_cannot_be_exploited)
{
    const struct policy *const policies[] = {&sample, &powers[0], &greedy};
    for (unsigned i = 0; i < 6; i++) {
        struct brain *brain = perfect_brain(i % 2);
        struct evaluation evaluation = evaluated(brain, policies[i / 2], brain);
        ck_assert_double_eq_tol(evaluation.nash_conv, 0, 1e-12);
        for (unsigned as = 0; as < 2; as++) {
            ck_assert(evaluation.never_loses[as]);
            ck_assert_double_eq(evaluation.worst_case_loss[as], 0);
            ck_assert_double_eq(evaluation.random[as].loss, 0);
            ck_assert_double_eq_tol(evaluation.perfect[as].draw, 1, 1e-12);
        }
        ck_assert_double_eq_tol(evaluation.self[RESULT_DRAW - 1], 1, 1e-12);
        brain_destroy(brain);
    }
}
END_TEST

/* How often the player to move wins, at best, against who then plays at random; found by looking at
 * all moves, or at those that keep the board's value. Each best one gets the largest weight. */
static double aim_at_random(struct brain *brain, const char *board, unsigned as, bool is_safe)
{
    const struct game *game = &brain->states->game;
    double best = -1;
    double mean = 0;
    unsigned moves = 0;
    unsigned best_cell = 0;
    const enum result result = plain_result(game, board);
    if (result != RESULT_NONE)
        return (unsigned)result == as;
    for (unsigned cell = 0; cell < 9; cell++) {
        char after[PLAIN_TEXT_SIZE];
        if (board[cell] != '0')
            continue;
        plain_play(board, cell, after);
        double win = aim_at_random(brain, after, as, is_safe);
        mean += win;
        moves++;
        if (is_safe && plain_move_value(game, board, cell) < plain_value(game, board))
            continue;
        best_cell = win > best ? cell : best_cell;
        best = fmax(best, win);
    }
    if (plain_player(board) != as)
        return mean / moves;
    uint32_t row = states_find(brain->states, boards_parsed(game, board));
    tables_set_weight(brain, row, best_cell, HEAVY);
    return best;
}

/* What is served greedily of a brain that aims at random players. */
static struct evaluation best_against_random(bool is_safe)
{
    struct brain *brain = tables_fresh(NULL);
    for (unsigned as = 1; as <= 2; as++)
        aim_at_random(brain, "000000000", as, is_safe);
    struct evaluation evaluation = evaluated(brain, &greedy, NULL);
    brain_destroy(brain);
    return evaluation;
}

START_TEST(test_the_best_possible_play_against_random_wins_as_often_as_is_known)
{
    struct evaluation evaluation = best_against_random(false);
    ck_assert_double_eq_tol(evaluation.random[0].win, .994792, 5e-7);
    ck_assert_double_eq_tol(evaluation.random[1].win, .938624, 5e-7);
    ck_assert(!evaluation.never_loses[1]);
}
END_TEST

START_TEST(test_the_best_play_against_random_that_never_loses_wins_as_often_as_is_known)
{
    struct evaluation evaluation = best_against_random(true);
    ck_assert_double_eq_tol(evaluation.random[0].win, .994792, 5e-7);
    ck_assert_double_eq_tol(evaluation.random[1].win, .916402, 5e-7);
    for (unsigned as = 0; as < 2; as++) {
        ck_assert(evaluation.never_loses[as]);
        ck_assert_double_eq(evaluation.random[as].loss, 0);
    }
}
END_TEST

/* Of the moves that keep the board's value one weighs 2^30; all others weigh 1. */
static struct brain *almost_perfect_brain(void)
{
    struct brain *brain = perfect_brain(false);
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        uint32_t weights[ROW_CELLS];
        uint32_t next = HEAVY;
        table_weights(brain, row, weights);
        for (unsigned cell = 0; cell < 9; cell++) {
            if ((brain->states->legal[row] >> cell & 1) == 0)
                continue;
            bool keeps = weights[cell] != 0;
            weights[cell] = keeps ? next : 1;
            next = keeps ? 1 : next;
        }
        table_set_weights(brain, row, weights);
    }
    return brain;
}

START_TEST(test_a_losing_move_of_weight_one_among_two_to_the_thirty_loses_but_not_greedily)
{
    const struct policy *const drawn[] = {&sample, &powers[0], &powers[1]};
    struct brain *brain = almost_perfect_brain();
    for (unsigned i = 0; i < 6; i++) {
        struct evaluation evaluation = evaluated(brain, drawn[i / 2], NULL);
        ck_assert(!evaluation.never_loses[i % 2]);
        ck_assert_double_gt(evaluation.worst_case_loss[i % 2], 0);
        ck_assert_double_lt(evaluation.worst_case_loss[i % 2], 1e-7);
    }
    struct evaluation evaluation = evaluated(brain, &greedy, NULL);
    for (unsigned as = 0; as < 2; as++) {
        ck_assert(evaluation.never_loses[as]);
        ck_assert_double_eq(evaluation.worst_case_loss[as], 0);
    }
    brain_destroy(brain);
}
END_TEST

static void set_weight(struct brain *brain, const char *board, unsigned cell, uint32_t weight)
{
    uint32_t row = states_find(brain->states, boards_parsed(&brain->states->game, board));
    ck_assert_uint_ne(row, STATES_NO_ROW);
    tables_set_weight(brain, row, cell, weight);
}

START_TEST(test_one_board_at_which_it_can_lose_is_enough)
{
    struct brain *brain = perfect_brain(false);
    set_weight(brain, "112020000", 6, 2); /* where player 2's line would end */
    set_weight(brain, "112020000", 3, 1);
    for (unsigned i = 0; i < 2; i++) {
        struct evaluation evaluation = evaluated(brain, i == 0 ? &sample : &powers[0], NULL);
        ck_assert(!evaluation.never_loses[0]);
        ck_assert(evaluation.never_loses[1]);
        ck_assert_double_gt(evaluation.worst_case_loss[0], 0);
        ck_assert_double_eq(evaluation.worst_case_loss[1], 0);
    }
    ck_assert(evaluated(brain, &greedy, NULL).never_loses[0]);
    brain_destroy(brain);
}
END_TEST

START_TEST(test_a_loss_too_seldom_for_its_probability_to_be_a_number_counts_as_one)
{
    /* It loses by three moves of weight 1 beside 2^30, and not otherwise. Under power 16 each has
     * the probability 2^-480, and all three together less than the smallest number there is. */
    static const struct {
        const char *board;
        unsigned heavy, light;
    } moves[] = {{"000000000", 4, 0}, {"100020000", 8, 1}, {"112020000", 6, 3}};
    struct brain *brain = perfect_brain(false);
    for (unsigned i = 0; i < 3; i++) {
        for (unsigned cell = 0; cell < 9; cell++)
            set_weight(brain, moves[i].board, cell, 0);
        set_weight(brain, moves[i].board, moves[i].heavy, HEAVY);
        set_weight(brain, moves[i].board, moves[i].light, 1);
    }
    struct evaluation evaluation = evaluated(brain, &powers[1], NULL);
    ck_assert_double_eq(evaluation.worst_case_loss[0], 0);
    ck_assert(!evaluation.never_loses[0]);
    ck_assert(!evaluated(brain, &sample, NULL).never_loses[0]);
    ck_assert_double_gt(evaluated(brain, &sample, NULL).worst_case_loss[0], 0);
    ck_assert(evaluated(brain, &greedy, NULL).never_loses[0]);
    brain_destroy(brain);
}
END_TEST

START_TEST(test_moves_that_proofs_rule_out_lose_no_match)
{
    const struct rule rule = rule_default(RULE_GUARD);
    struct brain *brain = tables_fresh(&rule);
    const struct solution *solution = tables_solution_of(&rule);
    ck_assert(!evaluated(brain, &sample, NULL).never_loses[0]);
    for (uint32_t row = 0; row < brain->states->rows; row++)
        for (unsigned cell = 0; cell < 9; cell++)
            if ((brain->states->legal[row] >> cell & 1) != 0 &&
                solution_move_value(solution, row, cell) < 0)
                brain->rows[row].losing |= (row_set)((row_set)1 << cell);
    struct evaluation evaluation = evaluated(brain, &sample, NULL);
    ck_assert(evaluation.never_loses[0] && evaluation.never_loses[1]);
    ck_assert_double_eq(evaluation.worst_case_loss[0] + evaluation.worst_case_loss[1], 0);
    brain_destroy(brain);
}
END_TEST

/* With proofs or without, reduced or not, by the seed. */
static struct brain *random_brain(uint64_t seed)
{
    struct rule rule = rule_default(seed % 2 == 0 ? RULE_GUARD : RULE_BEADS);
    rule.symmetry = seed / 2 % 2;
    struct brain *brain = tables_fresh(&rule);
    struct rng rng;
    rng_seed(&rng, seed);
    brains_fill_widely(brain, &rng);
    if (rule_has_proofs(&rule))
        brains_prove_at_random(brain, &rng);
    return brain;
}

/* Whether the numbers of an evaluation fit each other. */
static void assert_is_consistent(const struct evaluation *evaluation, const char *what)
{
    static const double NEAR = 1e-12;
    double sum = evaluation->self[0] + evaluation->self[1] + evaluation->self[2];
    ck_assert_msg(fabs(sum - 1) < NEAR, "%s: %.17g", what, sum);
    for (unsigned as = 0; as < 2; as++) {
        const struct outcome *outcomes[] = {&evaluation->random[as], &evaluation->perfect[as],
                                            &evaluation->against[as]};
        double worst = evaluation->worst_case_loss[as];
        for (unsigned i = 0; i < 3; i++) {
            sum = outcomes[i]->win + outcomes[i]->draw + outcomes[i]->loss;
            ck_assert_msg(fabs(sum - 1) < NEAR, "%s: %u: %.17g", what, i, sum);
            ck_assert_msg(outcomes[i]->loss <= worst + NEAR, "%s: %u", what, i);
            ck_assert_msg(outcomes[i]->loss - outcomes[i]->win <=
                              evaluation->best_response[as] + NEAR,
                          "%s: %u", what, i);
        }
        ck_assert_msg(evaluation->best_response[as] <= worst + NEAR, "%s", what);
    }
    ck_assert_msg(evaluation->nash_conv >= -NEAR, "%s: %.17g", what, evaluation->nash_conv);
    ck_assert_double_eq(evaluation->exploitability, evaluation->nash_conv / 2);
    ck_assert_msg(evaluation->ttst_exploitability >= -NEAR, "%s", what);
    /* Against itself as another brain it plays as against itself. */
    ck_assert_double_eq_tol(evaluation->against[0].win, evaluation->self[0], NEAR);
    ck_assert_double_eq_tol(evaluation->against[1].win, evaluation->self[1], NEAR);
}

START_TEST(test_the_numbers_of_any_brain_sum_to_one_and_fit_each_other)
{
    const struct policy *const policies[] = {&sample, &powers[0], &powers[1], &greedy};
    for (uint64_t seed = 1; seed <= 24; seed++) {
        struct brain *brain = random_brain(seed);
        char what[20];
        snprintf(what, sizeof what, "seed %u", (unsigned)seed);
        struct evaluation evaluation = evaluated(brain, policies[seed / 4 % 4], brain);
        assert_is_consistent(&evaluation, what);
        brain_destroy(brain);
    }
}
END_TEST

/* Padding aside. */
static void assert_same_bits(const struct evaluation *a, const struct evaluation *b,
                             const char *what)
{
    ck_assert_msg(memcmp(a, b, offsetof(struct evaluation, never_loses)) == 0, "%s", what);
    ck_assert_msg(memcmp(a->never_loses, b->never_loses, sizeof a->never_loses) == 0, "%s", what);
}

START_TEST(test_every_kernel_finds_the_same_of_any_brain_bit_for_bit)
{
    const struct policy *const policies[] = {&sample, &powers[0], &greedy};
    for (uint64_t seed = 1; seed <= 24; seed++) {
        struct brain *brain = random_brain(seed);
        struct evaluation expected =
            evaluated_by(kernel_at(0), brain, policies[seed / 4 % 3], brain);
        for (unsigned i = 1; i < kernel_count() && kernel_is_usable(kernel_at(i)); i++) {
            char what[40];
            snprintf(what, sizeof what, "seed %u, %s", (unsigned)seed, kernel_at(i)->name);
            struct evaluation got =
                evaluated_by(kernel_at(i), brain, policies[seed / 4 % 3], brain);
            assert_same_bits(&got, &expected, what);
        }
        brain_destroy(brain);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_uniform_play_has_its_known_nash_conv_with_symmetry_and_without,
        test_uniform_play_has_its_known_results_against_itself,
        test_uniform_play_loses_to_who_knows_it_as_is_known,
        test_perfect_play_never_loses_and_cannot_be_exploited,
        test_the_best_possible_play_against_random_wins_as_often_as_is_known,
        test_the_best_play_against_random_that_never_loses_wins_as_often_as_is_known,
        test_a_losing_move_of_weight_one_among_two_to_the_thirty_loses_but_not_greedily,
        test_one_board_at_which_it_can_lose_is_enough,
        test_a_loss_too_seldom_for_its_probability_to_be_a_number_counts_as_one,
        test_moves_that_proofs_rule_out_lose_no_match,
        test_the_numbers_of_any_brain_sum_to_one_and_fit_each_other,
        test_every_kernel_finds_the_same_of_any_brain_bit_for_bit,
        NULL,
    };
    return unit_run("evaluate", tests);
}
