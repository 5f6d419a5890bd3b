/* What a brain knows of a board as it lies there, on all boards, against its rows read plainly. */
#include "engine/table/table.h"
#include "engine/view.h"
#include "support/brains.h"
#include "support/plain_strategy.h"
#include "support/tables.h"
#include "support/unit.h"

#include <math.h>
#include <stdlib.h>

enum { POLICIES = 5, GREEDY = POLICIES - 1, BRAINS = 6 };

static const struct policy policies[POLICIES] = {
    {.kind = POLICY_SAMPLE},
    {.kind = POLICY_POWER, .power = 0.5},
    {.kind = POLICY_POWER, .power = 4},
    {.kind = POLICY_POWER, .power = POLICY_POWER_MAX},
    {.kind = POLICY_GREEDY},
};

/* Trained brains and random ones, with proofs and without; even ones are of the full states, odd
 * ones of the reduced. */
static struct brain *brain_at(unsigned index)
{
    const struct rule rule = tables_rule(index < 2 ? RULE_BEADS : RULE_GUARD, index % 2);
    struct brain *brain = tables_played_by(&rule, index, 20000);
    struct rng rng;
    rng_seed(&rng, index);
    if (index >= 4) {
        brains_fill_widely(brain, &rng);
        brains_prove_at_random(brain, &rng);
    }
    return brain;
}

static struct view view_of(const struct brain *brain, const char *board)
{
    struct board read;
    struct view view;
    if (board_parse(&brain->states->game, board, 9, &read) != ERR_OK ||
        !view_open(brain, read, &view))
        ck_abort_msg("%s has no view", board);
    return view;
}

/* The cell of a row that a cell of a board is in. */
static unsigned cell_in_row(const struct brain *brain, const char *board, unsigned cell)
{
    char canonical[PLAIN_TEXT_SIZE];
    plain_canonical(&brain->states->game, board, canonical);
    return brain->states->is_reduced ? plain_stand_in(&brain->states->game, board, cell, canonical)
                                     : cell;
}

static void assert_weights_and_proofs(const struct brain *brain, const char *board)
{
    const struct view view = view_of(brain, board);
    const struct row *row = &brain->rows[view.place.row];
    uint32_t weights[GAME_CELLS_MAX];
    int8_t proofs[GAME_CELLS_MAX];
    view_weights(&view, weights);
    view_proofs(&view, proofs);
    for (unsigned cell = 0; cell < 9; cell++) {
        uint32_t weight = 0;
        int proof = 0;
        if (board[cell] == '0') {
            unsigned there = cell_in_row(brain, board, cell);
            weight = row->sums[there + 1] - row->sums[there];
            proof = (row->winning >> there & 1) - (row->losing >> there & 1);
        }
        if (weights[cell] != weight || proofs[cell] != proof)
            ck_abort_msg("%s: cell %u", board, cell);
    }
}

START_TEST(test_each_cell_has_the_weight_and_the_proof_of_its_move)
{
    for (unsigned index = 0; index < BRAINS; index++) {
        struct brain *brain = brain_at(index);
        for (unsigned number = 0; number < PLAIN_DECISION_BOARDS; number++)
            assert_weights_and_proofs(brain, plain_decision_board(number));
        brain_destroy(brain);
    }
}
END_TEST

static void assert_probabilities(const struct brain *brain, const struct policy *policy)
{
    struct plain_strategy *strategy = plain_strategy_of(brain, policy);
    for (unsigned number = 0; number < PLAIN_DECISION_BOARDS; number++) {
        const char *board = plain_decision_board(number);
        const double *expected = strategy->probability[plain_index(board)];
        const bool *is_possible = strategy->is_possible[plain_index(board)];
        const struct view view = view_of(brain, board);
        double got[GAME_CELLS_MAX];
        double sum = 0;
        view_probabilities(&view, policy, got);
        for (unsigned cell = 0; cell < 9; cell++) {
            sum += got[cell];
            if (!(fabs(got[cell] - expected[cell]) < 1e-13) || (got[cell] > 0) != is_possible[cell])
                ck_abort_msg("%s: cell %u has %.17g, not %.17g", board, cell, got[cell],
                             expected[cell]);
        }
        if (!(fabs(sum - 1) < 1e-14))
            ck_abort_msg("%s: %.17g", board, sum);
    }
    free(strategy);
}

START_TEST(test_probabilities_are_the_policys_shared_by_equal_cells_and_sum_to_one)
{
    for (unsigned i = 0; i < BRAINS * POLICIES; i++) {
        struct brain *brain = brain_at(i / POLICIES);
        assert_probabilities(brain, &policies[i % POLICIES]);
        brain_destroy(brain);
    }
}
END_TEST

/* All that is known of a board, cell by cell. */
struct known {
    uint32_t weights[GAME_CELLS_MAX];
    int8_t proofs[GAME_CELLS_MAX];
    double probabilities[GREEDY][GAME_CELLS_MAX]; /* of all policies but greedy */
};

static struct known known_of(const struct brain *brain, const char *board)
{
    const struct view view = view_of(brain, board);
    struct known known;
    view_weights(&view, known.weights);
    view_proofs(&view, known.proofs);
    for (unsigned i = 0; i < GREEDY; i++)
        view_probabilities(&view, &policies[i], known.probabilities[i]);
    return known;
}

static bool is_known_alike(const struct known *a, unsigned cell, const struct known *b,
                           unsigned other)
{
    bool is_alike = a->weights[cell] == b->weights[other] && a->proofs[cell] == b->proofs[other];
    for (unsigned i = 0; i < GREEDY; i++)
        is_alike = is_alike && a->probabilities[i][cell] == b->probabilities[i][other];
    return is_alike;
}

static void assert_images_are_viewed_alike(const struct brain *brain, const char *board)
{
    const struct known known = known_of(brain, board);
    for (unsigned image = 0; image < 8; image++) {
        char other[PLAIN_TEXT_SIZE];
        char from[PLAIN_TEXT_SIZE]; /* where the image's cells come from */
        plain_image(&brain->states->game, image, board, other);
        plain_image(&brain->states->game, image, "012345678", from);
        const struct known there = known_of(brain, other);
        for (unsigned cell = 0; cell < 9; cell++)
            if (!is_known_alike(&there, cell, &known, (unsigned)(from[cell] - '0')))
                ck_abort_msg("%s and %s: cell %u", board, other, cell);
    }
}

START_TEST(test_a_reduced_brain_knows_the_image_of_a_board_as_it_knows_the_board)
{
    for (unsigned index = 1; index < BRAINS; index += 2) {
        struct brain *brain = brain_at(index);
        for (unsigned number = 0; number < PLAIN_DECISION_BOARDS; number++)
            assert_images_are_viewed_alike(brain, plain_decision_board(number));
        brain_destroy(brain);
    }
}
END_TEST

START_TEST(test_greedy_takes_the_lowest_of_equal_cells)
{
    const struct rule rule = tables_rule(RULE_BEADS, true);
    struct brain *brain = tables_fresh(&rule);
    static const struct {
        const char *board;
        unsigned in_row, chosen;
    } table[] = {
        {"000000000", 0, 0},
        {"000000000", 1, 1},
        {"000000000", 4, 4},
        /* A corner is known by the board with the stone in cell 8. */
        {"100000000", 0, 8},
        {"100000000", 1, 5},
        {"100000000", 2, 2},
        {"100000000", 5, 1},
        {"001000000", 0, 6},
        {"001000000", 2, 0},
    };
    for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct view view = view_of(brain, table[i].board);
        double probabilities[GAME_CELLS_MAX];
        tables_set_weight(brain, view.place.row, table[i].in_row, 9);
        view_probabilities(&view, &policies[GREEDY], probabilities);
        for (unsigned cell = 0; cell < 9; cell++)
            ck_assert_double_eq(probabilities[cell], cell == table[i].chosen);
        ck_assert_uint_eq(view_choose(&view, &policies[GREEDY], UINT64_MAX), table[i].chosen);
        tables_set_weight(brain, view.place.row, table[i].in_row, 6);
    }
    brain_destroy(brain);
}
END_TEST

START_TEST(test_of_equal_weights_greedy_takes_the_first_of_the_row)
{
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        const struct rule rule = tables_rule(RULE_BEADS, symmetry);
        struct brain *brain = tables_fresh(&rule);
        const struct view view = view_of(brain, "100000000"); /* reduced: "000000001" */
        ck_assert_uint_eq(view_choose(&view, &policies[GREEDY], 0), symmetry ? 8 : 1);
        brain_destroy(brain);
    }
}
END_TEST

/* How often each cell is chosen when each unit of weight is drawn once, and for each of them each
 * 24th part of what chooses among equal cells. */
static void walk_choices(const struct view *view, uint64_t chosen[ROW_CELLS])
{
    uint32_t weights[ROW_CELLS];
    uint64_t total = 0;
    table_played_weights(view->brain, view->place.row, weights);
    for (unsigned cell = 0; cell < 9; cell++)
        total += weights[cell];
    for (uint64_t unit = 0; unit < total; unit++) {
        uint64_t first = ((unit << 32) + total - 1) / total;
        for (uint64_t part = 0; part < 24; part++)
            chosen[view_choose(view, &policies[0], first << 32 | ((part << 32) + 23) / 24)]++;
    }
}

START_TEST(test_under_sample_each_cell_is_chosen_for_just_its_share_of_all_numbers)
{
    for (unsigned index = 0; index < 4; index++) {
        const struct rule rule = tables_rule(index < 2 ? RULE_MENACE : RULE_GUARD, index % 2);
        struct brain *brain = tables_played_by(&rule, index, 300);
        for (unsigned number = 0; number < PLAIN_DECISION_BOARDS; number += 7) {
            const struct view view = view_of(brain, plain_decision_board(number));
            uint64_t chosen[ROW_CELLS] = {0};
            uint64_t sum = 0;
            double probabilities[GAME_CELLS_MAX];
            walk_choices(&view, chosen);
            view_probabilities(&view, &policies[0], probabilities);
            for (unsigned cell = 0; cell < 9; cell++)
                sum += chosen[cell];
            for (unsigned cell = 0; cell < 9; cell++)
                if (!(fabs((double)chosen[cell] / (double)sum - probabilities[cell]) < 1e-14))
                    ck_abort_msg("brain %u: %s cell %u", index, plain_decision_board(number), cell);
        }
        brain_destroy(brain);
    }
}
END_TEST

START_TEST(test_thousands_of_choices_follow_the_probabilities_under_power)
{
    enum { DRAWS = 20000, MOST_OF_A_MILLION = 43 /* chi-square, 8 degrees of freedom */ };
    static const char *const boards[] = {"000000000", "000010000", "100020000", "120000000"};
    for (unsigned i = 0; i < BRAINS * 4; i++) {
        struct brain *brain = brain_at(i / 4);
        const struct view view = view_of(brain, boards[i % 4]);
        const struct policy *policy = &policies[1 + i % 2];
        uint64_t chosen[9] = {0};
        double expected[GAME_CELLS_MAX];
        struct rng rng;
        rng_seed(&rng, i);
        view_probabilities(&view, policy, expected);
        for (unsigned cell = 0; cell < 9; cell++)
            expected[cell] *= DRAWS;
        for (unsigned n = 0; n < DRAWS; n++)
            chosen[view_choose(&view, policy, rng_next(&rng))]++;
        ck_assert_double_lt(unit_chi_square(chosen, expected, 9), MOST_OF_A_MILLION);
        brain_destroy(brain);
    }
}
END_TEST

START_TEST(test_only_moves_that_are_possible_are_chosen_whatever_the_number)
{
    for (unsigned i = 0; i < BRAINS * POLICIES; i++) {
        struct brain *brain = brain_at(i / POLICIES);
        struct plain_strategy *strategy = plain_strategy_of(brain, &policies[i % POLICIES]);
        struct rng rng;
        rng_seed(&rng, i);
        for (unsigned number = 0; number < PLAIN_DECISION_BOARDS; number++) {
            const char *board = plain_decision_board(number);
            const struct view view = view_of(brain, board);
            const uint64_t randoms[] = {0, UINT64_MAX, UINT32_MAX, rng_next(&rng), rng_next(&rng)};
            for (unsigned n = 0; n < 5; n++) {
                unsigned cell = view_choose(&view, &policies[i % POLICIES], randoms[n]);
                if (!strategy->is_possible[plain_index(board)][cell])
                    ck_abort_msg("brain %u policy %u: %s cell %u", i / POLICIES, i % POLICIES,
                                 board, cell);
            }
        }
        free(strategy);
        brain_destroy(brain);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_each_cell_has_the_weight_and_the_proof_of_its_move,
        test_probabilities_are_the_policys_shared_by_equal_cells_and_sum_to_one,
        test_a_reduced_brain_knows_the_image_of_a_board_as_it_knows_the_board,
        test_greedy_takes_the_lowest_of_equal_cells,
        test_of_equal_weights_greedy_takes_the_first_of_the_row,
        test_under_sample_each_cell_is_chosen_for_just_its_share_of_all_numbers,
        test_thousands_of_choices_follow_the_probabilities_under_power,
        test_only_moves_that_are_possible_are_chosen_whatever_the_number,
        NULL,
    };
    return unit_run("view", tests);
}
