/* Matches as lists of moves: which are ones, and what a brain learns from them. */
#include "engine/match.h"
#include "engine/selfplay.h"
#include "engine/table/table.h"
#include "support/boards.h"
#include "support/tables.h"
#include "support/unit.h"

#include <string.h>

enum { MOVES_MAX = 12 };

struct moves {
    size_t count;
    uint8_t move[MOVES_MAX];
};

/* Of a text of digits. */
static struct moves moves_of(const char *digits)
{
    struct moves moves = {.count = strlen(digits)};
    for (size_t i = 0; i < moves.count; i++)
        moves.move[i] = (uint8_t)(digits[i] - '0');
    return moves;
}

static struct match match_of(const char *digits)
{
    struct moves moves = moves_of(digits);
    struct match match;
    struct fault fault = {.detail = ""};
    ck_assert_msg(match_read(game_at(0), moves.move, moves.count, &match, &fault) == ERR_OK,
                  "%s: %s", digits, fault.detail);
    return match;
}

static void assert_refused(const char *digits, const char *field, const char *detail)
{
    struct moves moves = moves_of(digits);
    struct match match;
    struct fault fault = {.err = ERR_OK};
    ck_assert_int_eq(match_read(game_at(0), moves.move, moves.count, &match, &fault),
                     ERR_IMPOSSIBLE);
    ck_assert_str_eq(fault.field, field);
    ck_assert_str_eq(fault.detail, detail);
}

START_TEST(test_a_match_is_read_board_by_board)
{
    const struct states *states = tables_states();
    static const char *const boards[] = {"000000000", "100000000", "100200000", "110200000",
                                         "110220000"};
    struct match match = match_of("03142");
    struct board board = {{0, 0}};
    ck_assert_uint_eq(match.plies, 5);
    for (unsigned ply = 0; ply < match.plies; ply++) {
        ck_assert_int_eq(board_compare(board, boards_parsed(&states->game, boards[ply])), 0);
        ck_assert_uint_eq(match.moves[ply], (unsigned)("03142"[ply] - '0'));
        board = board_play(board, match.moves[ply]);
    }
}
END_TEST

START_TEST(test_a_match_ends_with_what_stands_on_the_board)
{
    ck_assert_int_eq(match_of("03142").result, RESULT_PLAYER1);
    ck_assert_int_eq(match_of("304182").result, RESULT_PLAYER2);
    ck_assert_int_eq(match_of("408217356").result, RESULT_DRAW);
}
END_TEST

START_TEST(test_a_match_that_is_not_over_is_refused)
{
    assert_refused("", "moves", "the match is not over after 0 moves");
    assert_refused("0314", "moves", "the match is not over after 4 moves");
    assert_refused("40821735", "moves", "the match is not over after 8 moves");
}
END_TEST

START_TEST(test_the_first_move_that_cannot_be_made_is_named)
{
    assert_refused("00", "moves[1]", "the cell is taken");
    assert_refused("0314309", "moves[4]", "the cell is taken");
    assert_refused("9", "moves[0]", "the board has no such cell");
    assert_refused("031429", "moves[5]", "the match was over before");
    assert_refused("4082173560", "moves[9]", "the match was over before");
}
END_TEST

/* What a plain reading of the rule makes of a match. */
static uint32_t expected_after(uint32_t before, int32_t change)
{
    int64_t after = (int64_t)before + change;
    return after < 1 ? 1 : (uint32_t)after;
}

static void assert_learned(const struct rule *rule, const char *digits, unsigned learners,
                           const int32_t changes[2])
{
    struct brain *brain = tables_fresh(rule);
    struct brain *before = tables_copy(brain);
    struct match match = match_of(digits);
    struct match_change told[ROW_CELLS];
    unsigned count = match_learn(brain, &match, learners, told);
    unsigned index = 0;
    struct board board = {{0, 0}};
    for (unsigned ply = 0; ply < match.plies; ply++) {
        uint32_t row = states_find(brain->states, board);
        unsigned move = match.moves[ply];
        uint32_t old = tables_weight(before, row, move);
        const struct board there = board;
        board = board_play(board, move);
        if ((learners >> (ply & 1) & 1) == 0)
            continue;
        ck_assert_int_eq(board_compare(told[index].board, there), 0);
        ck_assert_uint_eq(told[index].move, move);
        ck_assert_uint_eq(told[index].before, old);
        ck_assert_uint_eq(told[index++].after, expected_after(old, changes[ply & 1]));
        tables_set_weight(before, row, move, expected_after(old, changes[ply & 1]));
    }
    ck_assert_uint_eq(count, index);
    before->matches++;
    before->results[match.result - 1]++;
    ck_assert(tables_same(brain, before));
    brain_destroy(before);
    brain_destroy(brain);
}

START_TEST(test_the_winner_s_moves_gain_and_the_loser_s_lose)
{
    assert_learned(NULL, "03142", LEARN_BOTH, (int32_t[]){3, -1});
    assert_learned(NULL, "304182", LEARN_BOTH, (int32_t[]){-1, 3});
}
END_TEST

START_TEST(test_a_draw_is_scored_as_the_rule_says)
{
    struct rule standard = rule_default(RULE_BEADS);
    standard.scoring = SCORING_STANDARD;
    standard.draw_reward = 7;
    assert_learned(NULL, "408217356", LEARN_BOTH, (int32_t[]){-1, 3});
    assert_learned(&standard, "408217356", LEARN_BOTH, (int32_t[]){7, 7});
}
END_TEST

START_TEST(test_only_the_learning_players_moves_change)
{
    assert_learned(NULL, "03142", LEARN_PLAYER1, (int32_t[]){3, -1});
    assert_learned(NULL, "03142", LEARN_PLAYER2, (int32_t[]){3, -1});
}
END_TEST

START_TEST(test_no_weight_falls_below_one)
{
    struct rule harsh = rule_default(RULE_BEADS);
    harsh.penalty = 255;
    assert_learned(&harsh, "03142", LEARN_BOTH, (int32_t[]){3, -255});
}
END_TEST

START_TEST(test_a_row_that_has_grown_too_heavy_is_halved_and_told_as_it_is_then)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.halve_above = RULE_HALVE_ABOVE_MIN;
    rule.reward = 255;
    struct brain *brain = tables_fresh(&rule);
    struct match match = match_of("03142");
    struct match_change told[ROW_CELLS];
    ck_assert_uint_eq(match_learn(brain, &match, LEARN_PLAYER1, told), 3);
    ck_assert_uint_eq(told[0].before, 6);
    ck_assert_uint_eq(told[0].after, 130); /* (6 + 255) / 2 */
    ck_assert(tables_sound(brain));
    brain_destroy(brain);
}
END_TEST

START_TEST(test_learning_matches_one_by_one_is_what_self_play_does_with_one_lane)
{
    /* A brain whose weights leave no choice plays the match that it is told. */
    static const char *const matches[] = {"03142", "304182", "408217356"};
    for (unsigned i = 0; i < 3; i++) {
        struct match match = match_of(matches[i]);
        struct brain *told = tables_fresh(NULL);
        uint32_t rows[ROW_CELLS];
        struct board board = {{0, 0}};
        for (unsigned ply = 0; ply < match.plies; ply++) {
            rows[ply] = states_find(told->states, board);
            tables_set_weight(told, rows[ply], match.moves[ply], 1u << 29);
            board = board_play(board, match.moves[ply]);
        }
        struct brain *played = tables_copy(told);
        struct match_change changes[ROW_CELLS];
        struct selfplay plan = {.seed = 5, .matches = 1, .lanes = 1, .learners = LEARN_BOTH};
        struct tally tally;
        selfplay_run(played, &plan, &tally);
        match_learn(told, &match, LEARN_BOTH, changes);
        ck_assert_uint_eq(tally.results[match.result - 1], 1);
        for (unsigned ply = 0; ply < match.plies; ply++)
            ck_assert_uint_eq(tables_weight(told, rows[ply], match.moves[ply]),
                              tables_weight(played, rows[ply], match.moves[ply]));
        brain_destroy(played);
        brain_destroy(told);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_match_is_read_board_by_board,
        test_a_match_ends_with_what_stands_on_the_board,
        test_a_match_that_is_not_over_is_refused,
        test_the_first_move_that_cannot_be_made_is_named,
        test_the_winner_s_moves_gain_and_the_loser_s_lose,
        test_a_draw_is_scored_as_the_rule_says,
        test_only_the_learning_players_moves_change,
        test_no_weight_falls_below_one,
        test_a_row_that_has_grown_too_heavy_is_halved_and_told_as_it_is_then,
        test_learning_matches_one_by_one_is_what_self_play_does_with_one_lane,
        NULL,
    };
    return unit_run("match", tests);
}
