/* What brains of every rule, full or reduced by symmetry, show of boards and make of them, under
 * every policy. */
#include "base/rng.h"
#include "engine/table/table.h"
#include "engine/view.h"
#include "service/moves.h"
#include "support/served.h"
#include "support/tables.h"
#include "support/unit.h"

#include <math.h>
#include <string.h>

enum { BOARDS = 4520, MATCHES = 3000, SEED = 12 };

static const struct policy policies[] = {{.kind = POLICY_SAMPLE},
                                         {.kind = POLICY_POWER, .power = 0.5},
                                         {.kind = POLICY_POWER, .power = 4},
                                         {.kind = POLICY_GREEDY}};
enum { POLICIES = sizeof policies / sizeof policies[0] };

/* A service with a brain, "b", that has learned, and its table. */
struct fixture {
    struct served served;
    struct brain *table;
};

static void open_fixture(struct fixture *fixture, enum rule_kind kind, bool symmetry)
{
    struct brain_order brain = served_brain_order("b");
    struct job_order job = served_job_order(SEED, MATCHES);
    struct rounds_plan plan = served_plan(&job, 0);
    brain.rule = rule_default(kind);
    brain.rule.symmetry = symmetry;
    job.brain = "b";
    served_open(&fixture->served);
    served_create(&fixture->served, &brain);
    served_wait_over(&fixture->served, served_begin(&fixture->served, &job));
    fixture->table = tables_fresh(&brain.rule);
    rounds_play(fixture->table, &plan);
    ck_assert(served_has(&fixture->served, "b", fixture->table));
}

static void close_fixture(struct fixture *fixture)
{
    brain_destroy(fixture->table);
    served_close(&fixture->served);
}

/* All decision boards, as texts. */
static struct position_text boards[BOARDS];
static char digits[BOARDS * 9];

static void list_boards(void)
{
    const struct states *states = tables_states();
    for (uint32_t row = 0; row < BOARDS; row++) {
        board_format(&states->game, states->boards[row], digits + (size_t)9 * row);
        boards[row] = (struct position_text){.text = digits + (size_t)9 * row, .size = 9};
    }
}

static struct view view_of(const struct brain *table, uint32_t board)
{
    struct view view;
    ck_assert(view_open(table, tables_states()->boards[board], &view));
    return view;
}

static struct board_view look(struct fixture *fixture, struct position_text board,
                              struct policy policy)
{
    struct board_order order = {.brain = "b", .position = board, .policy = policy};
    struct board_view view;
    struct fault fault = {.err = ERR_OK};
    enum err err = service_view_board(fixture->served.service, &order, &view, &fault);
    ck_assert_msg(err == ERR_OK, "%.9s: %s", board.text, fault.detail);
    return view;
}

/* What the last choices were made by. */
static struct move_detail details[BOARDS];

static struct move_choice *choose_all(struct fixture *fixture, struct policy policy)
{
    static struct move_choice choices[BOARDS];
    const struct game *game;
    struct fault fault;
    struct move_order order = {.brain = "b",
                               .positions = boards,
                               .count = BOARDS,
                               .is_batch = true,
                               .policy = policy,
                               .seed = SEED};
    ck_assert_int_eq(
        service_choose_moves(fixture->served.service, &order, choices, details, &game, &fault),
        ERR_OK);
    return choices;
}

/* The numbers that the service shows, against the engine's own on the same table. */
static bool is_shown(const struct view *view, const struct policy *policy,
                     const struct move_detail *detail)
{
    uint32_t weights[GAME_CELLS_MAX];
    double probabilities[GAME_CELLS_MAX];
    view_weights(view, weights);
    view_probabilities(view, policy, probabilities);
    return memcmp(detail->weights, weights, 9 * sizeof weights[0]) == 0 &&
           memcmp(detail->probabilities, probabilities, 9 * sizeof probabilities[0]) == 0;
}

static void assert_moves(struct fixture *fixture, const struct policy *policy)
{
    const struct game *game = &tables_states()->game;
    const struct move_choice *choices = choose_all(fixture, *policy);
    struct rng rng;
    rng_seed(&rng, SEED);
    for (uint32_t i = 0; i < BOARDS; i++) {
        const struct move_choice *choice = &choices[i];
        const struct view seen = view_of(fixture->table, i);
        struct board next = board_play(seen.board, choice->move);
        if (choice->move != view_choose(&seen, policy, rng_next(&rng)) ||
            !(details[i].probabilities[choice->move] > 0) ||
            board_compare(next, choice->next) != 0 || choice->result != game_result(game, next) ||
            choice->player != board_player(seen.board) || !is_shown(&seen, policy, &details[i]))
            ck_abort_msg("seed %d: board %.9s, policy %u", SEED, boards[i].text, policy->kind);
    }
}

static void assert_views(struct fixture *fixture, const struct policy *policy)
{
    for (uint32_t i = 0; i < BOARDS; i += 7) {
        struct board_view view = look(fixture, boards[i], *policy);
        const struct view seen = view_of(fixture->table, i);
        int8_t proofs[GAME_CELLS_MAX];
        double sum = 0;
        view_proofs(&seen, proofs);
        for (unsigned cell = 0; cell < 9; cell++)
            sum += view.detail.probabilities[cell];
        if (!is_shown(&seen, policy, &view.detail) || memcmp(view.proofs, proofs, 9) != 0 ||
            fabs(sum - 1) > 1e-12 || view.has_proofs != (fixture->table->rule.kind == RULE_GUARD))
            ck_abort_msg("board %.9s, policy %u", boards[i].text, policy->kind);
    }
}

static void assert_moves_and_views(enum rule_kind kind)
{
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        struct fixture fixture;
        list_boards();
        open_fixture(&fixture, kind, symmetry);
        for (unsigned i = 0; i < POLICIES; i++) {
            assert_moves(&fixture, &policies[i]);
            assert_views(&fixture, &policies[i]);
        }
        close_fixture(&fixture);
    }
}

START_TEST(test_moves_and_views_of_beads_are_those_of_its_table)
{
    assert_moves_and_views(RULE_BEADS);
}
END_TEST

START_TEST(test_moves_and_views_of_menace_are_those_of_its_table)
{
    assert_moves_and_views(RULE_MENACE);
}
END_TEST

START_TEST(test_moves_and_views_of_guard_are_those_of_its_table)
{
    assert_moves_and_views(RULE_GUARD);
}
END_TEST

START_TEST(test_values_are_those_of_the_game_whatever_the_brain)
{
    const struct rule full = {.symmetry = false};
    const struct solution *solution = tables_solution_of(&full);
    list_boards();
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        struct fixture fixture;
        open_fixture(&fixture, RULE_MENACE, symmetry);
        for (uint32_t i = 0; i < BOARDS; i++) {
            struct board_view view = look(&fixture, boards[i], policies[0]);
            bool same = view.value == solution_value(solution, i);
            for (unsigned cell = 0; cell < 9; cell++) {
                bool empty = boards[i].text[cell] == '0';
                same = same &&
                       view.values[cell] == (empty ? solution_move_value(solution, i, cell) : 0);
            }
            if (!same)
                ck_abort_msg("board %.9s, symmetry %u", boards[i].text, symmetry);
        }
        close_fixture(&fixture);
    }
}
END_TEST

/* Player 1 to move, with a win in cell 2, and player 2 threatening cell 5. */
static const struct position_text won_board = {.text = "110220000", .size = 9};

START_TEST(test_guard_makes_none_but_a_proven_winner)
{
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        struct fixture fixture;
        open_fixture(&fixture, RULE_GUARD, symmetry);
        for (unsigned i = 0; i < POLICIES; i++) {
            struct board_view view = look(&fixture, won_board, policies[i]);
            ck_assert(view.has_proofs);
            for (unsigned cell = 0; cell < 9; cell++)
                ck_assert((view.detail.probabilities[cell] > 0) == (view.proofs[cell] == 1));
            ck_assert_int_eq(view.proofs[2], 1);
            ck_assert_uint_ge(view.detail.weights[5], 1); /* it has weights there all the same */
            ck_assert_int_eq(view.value, 1);
        }
        close_fixture(&fixture);
    }
}
END_TEST

START_TEST(test_brains_without_proofs_show_none)
{
    struct fixture fixture;
    open_fixture(&fixture, RULE_MENACE, false);
    struct board_view view = look(&fixture, won_board, policies[0]);
    ck_assert(!view.has_proofs);
    for (unsigned cell = 0; cell < 9; cell++)
        ck_assert_int_eq(view.proofs[cell], 0);
    close_fixture(&fixture);
}
END_TEST

/* A quarter turn: the cell where each cell's content goes. */
static const unsigned turned[9] = {2, 5, 8, 1, 4, 7, 0, 3, 6};

START_TEST(test_a_symmetric_brain_sees_a_turned_board_as_the_same)
{
    struct fixture fixture;
    list_boards();
    open_fixture(&fixture, RULE_GUARD, true);
    for (uint32_t i = 0; i < BOARDS; i += 3) {
        char text[9];
        for (unsigned cell = 0; cell < 9; cell++)
            text[turned[cell]] = boards[i].text[cell];
        struct board_view view = look(&fixture, boards[i], policies[0]);
        struct board_view other =
            look(&fixture, (struct position_text){.text = text, .size = 9}, policies[0]);
        for (unsigned cell = 0; cell < 9; cell++)
            if (view.detail.weights[cell] != other.detail.weights[turned[cell]] ||
                view.detail.probabilities[cell] != other.detail.probabilities[turned[cell]] ||
                view.proofs[cell] != other.proofs[turned[cell]] ||
                view.values[cell] != other.values[turned[cell]])
                ck_abort_msg("board %.9s, cell %u", boards[i].text, cell);
    }
    close_fixture(&fixture);
}
END_TEST

/* How often each cell is chosen on the empty board, by seeds 0, 1, ... */
static void assert_drawn_by_probability(struct fixture *fixture, const struct policy *policy)
{
    enum { DRAWS = 4096 };
    static struct position_text empty[DRAWS];
    static struct move_choice choices[DRAWS];
    const struct game *game;
    struct fault fault;
    uint64_t counts[9] = {0};
    double expected[9];
    for (unsigned i = 0; i < DRAWS; i++)
        empty[i] = (struct position_text){.text = "000000000", .size = 9};
    struct move_order order = {
        .brain = "b", .positions = empty, .count = DRAWS, .policy = *policy, .seed = SEED};
    ck_assert_int_eq(
        service_choose_moves(fixture->served.service, &order, choices, details, &game, &fault),
        ERR_OK);
    for (unsigned i = 0; i < DRAWS; i++)
        counts[choices[i].move]++;
    for (unsigned cell = 0; cell < 9; cell++)
        expected[cell] = DRAWS * details[0].probabilities[cell];
    double chi_square = unit_chi_square(counts, expected, 9);
    ck_assert_msg(chi_square < 35, "policy %u: %f", policy->kind, chi_square); /* 8: 1 in 40,000 */
}

START_TEST(test_moves_are_drawn_as_often_as_their_probabilities_say)
{
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        struct fixture fixture;
        open_fixture(&fixture, RULE_MENACE, symmetry);
        for (unsigned i = 0; i < POLICIES; i++)
            assert_drawn_by_probability(&fixture, &policies[i]);
        close_fixture(&fixture);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_moves_and_views_of_beads_are_those_of_its_table,
        test_moves_and_views_of_menace_are_those_of_its_table,
        test_moves_and_views_of_guard_are_those_of_its_table,
        test_values_are_those_of_the_game_whatever_the_brain,
        test_guard_makes_none_but_a_proven_winner,
        test_brains_without_proofs_show_none,
        test_a_symmetric_brain_sees_a_turned_board_as_the_same,
        test_moves_are_drawn_as_often_as_their_probabilities_say,
        NULL,
    };
    return unit_run("service_views", tests);
}
