/* Proofs: what a row makes of them, and that training proves nothing that is not true. */
#include "engine/opponent.h"
#include "engine/table/table.h"
#include "support/plain_game.h"
#include "support/rounds.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <stdio.h>

enum { MATCHES = 30000 };

/* A row whose moves 1, 4 and 7 are legal. */
static struct row row_of(row_set winning, row_set losing)
{
    struct row row = {.legal = 0x092, .winning = winning, .losing = losing};
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        row.sums[cell + 1] = row.sums[cell] + (row.legal >> cell & 1) * 6u;
    return row;
}

START_TEST(test_the_best_moves_are_winners_or_else_those_not_known_to_lose_or_else_all)
{
    static const struct {
        row_set winning, losing, best;
        int proof;
    } table[] = {
        {0x000, 0x000, 0x092, 0},  {0x010, 0x000, 0x010, 1}, {0x012, 0x000, 0x012, 1},
        {0x092, 0x000, 0x092, 1},  {0x000, 0x002, 0x090, 0}, {0x000, 0x090, 0x002, 0},
        {0x000, 0x092, 0x092, -1}, {0x080, 0x012, 0x080, 1}, {0x010, 0x002, 0x010, 1},
    };
    for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct row row = row_of(table[i].winning, table[i].losing);
        ck_assert_uint_eq(row_best(&row), table[i].best);
        ck_assert_int_eq(row_proof(&row), table[i].proof);
        for (unsigned cell = 0; cell < ROW_CELLS; cell++) {
            int proof = (table[i].winning >> cell & 1) - (table[i].losing >> cell & 1);
            ck_assert_int_eq(row_move_proof(&row, cell), proof);
        }
    }
}
END_TEST

START_TEST(test_a_proven_move_tells_who_moved_before_what_his_move_is_worth)
{
    struct row row = row_of(0, 0);
    ck_assert_int_eq(row_prove(&row, 1, 0, true), 0);
    ck_assert_int_eq(row_prove(&row, 1, -1, true), 0);
    ck_assert_int_eq(row_prove(&row, 4, -1, true), 0);
    ck_assert_int_eq(row_prove(&row, 4, 0, true), 0); /* what is proven stays so */
    ck_assert_uint_eq(row.losing, 0x012);
    ck_assert_int_eq(row_prove(&row, 7, -1, true), 1); /* nothing is left: won for him */
    ck_assert_int_eq(row_prove(&row, 1, 0, true), 1);
    struct row other = row_of(0, 0x012);
    ck_assert_int_eq(row_prove(&other, 7, 1, true), -1);
    ck_assert_uint_eq(other.winning, 0x080);
    ck_assert_uint_eq(other.losing, 0x012);
}
END_TEST

START_TEST(test_a_row_that_does_not_learn_stays_as_it_is_but_the_move_counts)
{
    struct row row = row_of(0, 0x012);
    const struct row before = row;
    ck_assert_int_eq(row_prove(&row, 7, 1, false), -1);
    ck_assert_int_eq(row_prove(&row, 7, -1, false), 1);
    ck_assert_int_eq(row_prove(&row, 7, 0, false), 0);
    ck_assert(row_is_same(&row, &before));
}
END_TEST

START_TEST(test_rows_with_other_proofs_are_not_the_same)
{
    const struct row row = row_of(0x010, 0x002);
    const struct row others[] = {row_of(0, 0x002), row_of(0x010, 0), row_of(0x010, 0x082)};
    ck_assert(row_is_same(&row, &row));
    for (unsigned i = 0; i < 3; i++)
        ck_assert(!row_is_same(&row, &others[i]));
}
END_TEST

/* The numbers of moves and rows that are proven. */
struct proven {
    unsigned moves;
    unsigned rows;
};

/* Holds every proof against the exact value, found by plain search. */
static struct proven assert_sound(const struct brain *brain, const char *what)
{
    const struct game *game = &brain->states->game;
    struct proven proven = {0, 0};
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        char board[PLAIN_TEXT_SIZE];
        plain_text(game, brain->states->boards[row], board);
        for (unsigned cell = 0; cell < brain->states->cells; cell++) {
            int proof = row_move_proof(&brain->rows[row], cell);
            if (proof != 0 && (board[cell] != '0' || proof != plain_move_value(game, board, cell)))
                ck_abort_msg("%s: %s cell %u is not %d", what, board, cell, proof);
            proven.moves += proof != 0;
        }
        int proof = row_proof(&brain->rows[row]);
        if (proof != 0 && proof != plain_value(game, board))
            ck_abort_msg("%s: %s is not %d", what, board, proof);
        proven.rows += proof != 0;
    }
    return proven;
}

static struct brain *opponent_of(unsigned kind, const struct rule *rule)
{
    struct brain *opponent = NULL;
    struct brain *learned = tables_played_by(rule, 5, 4000);
    if (kind == 1)
        ck_assert_int_eq(table_uniform(learned->states, &opponent), ERR_OK);
    if (kind == 2)
        ck_assert_int_eq(table_perfect(tables_solution_of(rule), &opponent), ERR_OK);
    if (kind == 3)
        ck_assert_int_eq(opponent_frozen(tables_atlas(), &learned->rule, learned, &opponent),
                         ERR_OK);
    brain_destroy(learned);
    return opponent;
}

/* Trains a guard of the seed's own kind: of full or reduced states, with another share of
 * exploring, with 1 to 3 workers. */
static void assert_training_is_sound(unsigned learners, unsigned opponent_kind, uint64_t seed)
{
    static const uint32_t explore[] = {19661, 0, RULE_SHARE_ONE};
    struct rule rule = rule_default(RULE_GUARD);
    rule.symmetry = seed % 2;
    rule.explore = explore[seed % 3];
    struct brain *brain = tables_fresh(&rule);
    struct brain *opponent = opponent_of(opponent_kind, &rule);
    const struct rounds_plan plan = {.seed = seed,
                                     .workers = 1 + (unsigned)(seed % 3),
                                     .learners = learners,
                                     .opponent = opponent,
                                     .end = MATCHES};
    char what[60];
    snprintf(what, sizeof what, "learners %u, opponent %u, seed %" PRIu64, learners, opponent_kind,
             seed);
    rounds_play(brain, &plan);
    struct proven proven = assert_sound(brain, what);
    ck_assert_msg(proven.moves > 50 && proven.rows > 5, "%s: %u moves in %u rows proven", what,
                  proven.moves, proven.rows);
    ck_assert_msg(tables_sound(brain), "%s", what);
    brain_destroy(opponent);
    brain_destroy(brain);
}

START_TEST(test_whatever_self_play_proves_is_true)
{
    for (uint64_t seed = 1; seed <= 12; seed++)
        assert_training_is_sound(LEARN_BOTH, 0, seed);
}
END_TEST

START_TEST(test_whatever_one_player_proves_against_any_opponent_is_true)
{
    for (unsigned kind = 0; kind <= 3; kind++)
        for (uint64_t seed = 1; seed <= 6; seed++) {
            assert_training_is_sound(LEARN_PLAYER1, kind, seed);
            assert_training_is_sound(LEARN_PLAYER2, kind, seed);
        }
}
END_TEST

START_TEST(test_a_player_that_does_not_learn_proves_nothing)
{
    const struct rule rule = rule_default(RULE_GUARD);
    for (unsigned learner = LEARN_PLAYER1; learner <= LEARN_PLAYER2; learner++) {
        struct brain *brain = tables_fresh(&rule);
        const struct rounds_plan plan = {
            .seed = 1, .workers = 1, .learners = learner, .end = MATCHES};
        rounds_play(brain, &plan);
        for (uint32_t row = 0; row < brain->states->rows; row++)
            if (board_player(brain->states->boards[row]) != learner &&
                (brain->rows[row].winning | brain->rows[row].losing) != 0)
                ck_abort_msg("row %u", row);
        brain_destroy(brain);
    }
}
END_TEST

START_TEST(test_what_is_proven_stays_proven)
{
    const struct rule rule = rule_default(RULE_GUARD);
    struct brain *brain = tables_fresh(&rule);
    for (uint64_t end = 1000; end <= 20000; end += 1000) {
        struct brain *before = tables_copy(brain);
        const struct rounds_plan plan = {
            .seed = 3, .workers = 4, .learners = LEARN_BOTH, .end = end};
        rounds_play(brain, &plan);
        for (uint32_t row = 0; row < brain->states->rows; row++)
            if ((before->rows[row].winning & ~brain->rows[row].winning) != 0 ||
                (before->rows[row].losing & ~brain->rows[row].losing) != 0)
                ck_abort_msg("row %u at %" PRIu64 " matches", row, end);
        brain_destroy(before);
    }
    brain_destroy(brain);
}
END_TEST

START_TEST(test_rules_without_proofs_prove_nothing)
{
    for (int kind = 0; kind < RULE_TABLE_KINDS; kind++) {
        const struct rule rule = rule_default((enum rule_kind)kind);
        struct brain *brain = tables_played_by(&rule, 1, MATCHES);
        struct proven proven = assert_sound(brain, rule_kind_name(rule.kind));
        ck_assert((proven.moves > 0) == rule_has_proofs(&rule));
        ck_assert((rule.kind == RULE_GUARD) == rule_has_proofs(&rule));
        brain_destroy(brain);
    }
}
END_TEST

START_TEST(test_with_all_moves_explored_for_long_all_that_is_won_or_lost_gets_proven)
{
    struct rule rule = rule_default(RULE_GUARD);
    rule.explore = RULE_SHARE_ONE;
    rule.symmetry = true;
    struct brain *brain = tables_played_by(&rule, 2, 400000);
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        char board[PLAIN_TEXT_SIZE];
        plain_text(&brain->states->game, brain->states->boards[row], board);
        if (row_proof(&brain->rows[row]) != plain_value(&brain->states->game, board))
            ck_abort_msg("%s", board);
    }
    brain_destroy(brain);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_the_best_moves_are_winners_or_else_those_not_known_to_lose_or_else_all,
        test_a_proven_move_tells_who_moved_before_what_his_move_is_worth,
        test_a_row_that_does_not_learn_stays_as_it_is_but_the_move_counts,
        test_rows_with_other_proofs_are_not_the_same,
        test_whatever_self_play_proves_is_true,
        test_whatever_one_player_proves_against_any_opponent_is_true,
        test_a_player_that_does_not_learn_proves_nothing,
        test_what_is_proven_stays_proven,
        test_rules_without_proofs_prove_nothing,
        test_with_all_moves_explored_for_long_all_that_is_won_or_lost_gets_proven,
        NULL,
    };
    return unit_run("proofs", tests);
}
