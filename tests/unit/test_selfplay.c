/* The hot loop, against a plain way of the same play. */
#include "engine/selfplay.h"
#include "engine/table/table.h"
#include "support/trial.h"
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

enum { MATCHES = 10000 };

static const struct game tictactoe = {.width = 3, .height = 3, .run = 3};

/* A training of tic-tac-toe, both players learning from each other. */
static struct trial trial_of(const struct rule *rule, uint64_t seed)
{
    return (struct trial){
        .game = tictactoe,
        .rule = *rule,
        .plan = {.seed = seed, .matches = MATCHES, .lanes = 1, .learners = LEARN_BOTH}};
}

static void assert_plain_each_way(const struct rule *rule, unsigned learners, uint64_t seed)
{
    struct trial trial = trial_of(rule, seed);
    trial.plan.learners = learners;
    trial_assert_plain_each_way(trial);
}

START_TEST(test_a_match_at_a_time_equals_plain_play)
{
    const struct rule rule = rule_default(RULE_BEADS);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        const struct trial trial = trial_of(&rule, seed);
        trial_assert_plain(&trial);
    }
}
END_TEST

START_TEST(test_sixteen_matches_in_lock_step_equal_plain_play)
{
    const struct rule rule = rule_default(RULE_BEADS);
    for (uint64_t seed = 11; seed <= 13; seed++) {
        struct trial trial = trial_of(&rule, seed);
        trial.plan.lanes = SELFPLAY_LANES;
        trial_assert_plain(&trial);
    }
}
END_TEST

START_TEST(test_what_sixteen_does_not_divide_is_played_singly_at_the_end)
{
    static const uint64_t counts[] = {1, 2, 3, 15, 16, 17, 31, 47, MATCHES + 1, MATCHES + 15};
    const struct rule rule = rule_default(RULE_BEADS);
    for (unsigned i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct trial trial = trial_of(&rule, 21 + i);
        trial.plan.lanes = SELFPLAY_LANES;
        trial.plan.matches = counts[i];
        trial_assert_plain(&trial);
    }
}
END_TEST

START_TEST(test_one_player_alone_learns_as_in_plain_play)
{
    const struct rule rule = rule_default(RULE_BEADS);
    assert_plain_each_way(&rule, LEARN_PLAYER1, 31);
    assert_plain_each_way(&rule, LEARN_PLAYER2, 32);
}
END_TEST

START_TEST(test_standard_scoring_rewards_draws_as_in_plain_play)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.scoring = SCORING_STANDARD;
    rule.draw_reward = 1;
    assert_plain_each_way(&rule, LEARN_BOTH, 41);
    rule.draw_reward = 255;
    assert_plain_each_way(&rule, LEARN_PLAYER2, 42);
}
END_TEST

START_TEST(test_standard_scoring_without_draw_reward_equals_plain_play)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.scoring = SCORING_STANDARD;
    assert_plain_each_way(&rule, LEARN_BOTH, 51);
}
END_TEST

START_TEST(test_penalties_above_one_stop_at_the_floor_as_in_plain_play)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.penalty = 4;
    assert_plain_each_way(&rule, LEARN_BOTH, 61);
    rule.penalty = 255;
    rule.reward = 200;
    assert_plain_each_way(&rule, LEARN_BOTH, 62);
}
END_TEST

START_TEST(test_a_reward_or_penalty_of_zero_equals_plain_play)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.reward = 0;
    assert_plain_each_way(&rule, LEARN_BOTH, 71);
    rule.reward = 3;
    rule.penalty = 0;
    assert_plain_each_way(&rule, LEARN_BOTH, 72);
}
END_TEST

START_TEST(test_the_least_and_the_largest_start_weight_equal_plain_play)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.start_weight = 1;
    assert_plain_each_way(&rule, LEARN_BOTH, 81);
    rule.start_weight = RULE_START_WEIGHT_MAX;
    rule.reward = RULE_CHANGE_MAX;
    assert_plain_each_way(&rule, LEARN_BOTH, 82);
}
END_TEST

START_TEST(test_rows_near_the_bound_equal_plain_play)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.reward = RULE_CHANGE_MAX;
    struct states *states = trial_states(&tictactoe, &rule);
    struct brain *brain = trial_brain(states, &rule);
    struct plain_selfplay *plain = plain_selfplay_create(&tictactoe, &rule);
    for (uint32_t row = 0; row < states->rows; row += 3) {
        uint32_t weights[ROW_CELLS];
        char board[PLAIN_TEXT_SIZE];
        plain_text(&tictactoe, states->boards[row], board);
        uint32_t *heavy = plain_selfplay_row(plain, board)->weights;
        table_weights(brain, row, weights);
        unsigned cell = (unsigned)strcspn(board, "0");
        weights[cell] = heavy[cell] = RULE_HALVE_ABOVE_MAX - 8 * rule.start_weight;
        table_set_weights(brain, row, weights);
    }
    const struct selfplay plan = {
        .seed = 91, .matches = 2000, .lanes = SELFPLAY_LANES, .learners = LEARN_BOTH};
    struct tally tally;
    selfplay_run(brain, &plan, &tally);
    plain_selfplay_train(plain, &plan);
    trial_assert_same(brain, plain, plan.seed);
    trial_assert_same_tally(&tally, &plain->tally, plan.seed);
    free(plain);
    brain_destroy(brain);
    states_destroy(states);
}
END_TEST

START_TEST(test_games_of_any_number_of_cells_equal_plain_play)
{
    static const struct game games[] = {
        {.width = 1, .height = 1, .run = 1}, {.width = 2, .height = 1, .run = 2},
        {.width = 2, .height = 2, .run = 2}, {.width = 3, .height = 2, .run = 2},
        {.width = 2, .height = 3, .run = 3}, {.width = 1, .height = 5, .run = 3},
        {.width = 4, .height = 2, .run = 3}, {.width = 9, .height = 1, .run = 4},
        {.width = 3, .height = 3, .run = 2}, {.width = 5, .height = 2, .run = 2},
    };
    const struct rule rule = rule_default(RULE_BEADS);
    for (unsigned i = 0; i < sizeof games / sizeof games[0]; i++) {
        struct trial trial = trial_of(&rule, 100 + i);
        trial.game = games[i];
        trial.plan.matches = 1600;
        if (game_cells(&games[i]) <= ROW_CELLS)
            trial_assert_plain_each_way(trial);
    }
}
END_TEST

START_TEST(test_what_lies_in_absorbing_rows_has_no_say)
{
    const struct selfplay plan = {
        .seed = 5, .matches = 4000, .lanes = SELFPLAY_LANES, .learners = LEARN_BOTH};
    const struct rule rule = rule_default(RULE_BEADS);
    struct trial_end clean = trial_run(&rule, plan, 0);
    struct trial_end garbled = trial_run(&rule, plan, 123456789);
    ck_assert_str_eq(clean.digest, garbled.digest);
    trial_assert_same_tally(&clean.tally, &garbled.tally, plan.seed);
}
END_TEST

static unsigned changed_rows(const struct brain *brain, const struct brain *before, unsigned player)
{
    unsigned changed = 0;
    for (uint32_t row = 0; row < brain->states->rows; row++)
        if (board_player(brain->states->boards[row]) == player)
            changed += memcmp(&brain->rows[row], &before->rows[row], sizeof(struct row)) != 0;
    return changed;
}

static void assert_only_learns(unsigned learner, unsigned frozen_player, unsigned lanes)
{
    const struct rule rule = rule_default(RULE_BEADS);
    struct states *states = trial_states(&tictactoe, &rule);
    struct brain *brain = trial_brain(states, &rule);
    struct brain *before = trial_brain(states, &rule);
    const struct selfplay plan = {.seed = 7, .matches = 5000, .lanes = lanes, .learners = learner};
    struct tally tally;
    selfplay_run(brain, &plan, &tally);
    ck_assert_uint_eq(changed_rows(brain, before, frozen_player), 0);
    ck_assert_uint_gt(changed_rows(brain, before, 3 - frozen_player), 500);
    brain_destroy(before);
    brain_destroy(brain);
    states_destroy(states);
}

START_TEST(test_a_frozen_players_rows_stay_as_they_are)
{
    assert_only_learns(LEARN_PLAYER1, 2, 1);
    assert_only_learns(LEARN_PLAYER1, 2, SELFPLAY_LANES);
    assert_only_learns(LEARN_PLAYER2, 1, 1);
    assert_only_learns(LEARN_PLAYER2, 1, SELFPLAY_LANES);
}
END_TEST

START_TEST(test_the_callers_share_of_the_brain_stays)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.halve_above = RULE_HALVE_ABOVE_MIN;
    struct states *states = trial_states(&tictactoe, &rule);
    struct brain *brain = trial_brain(states, &rule);
    brain->matches = 7;
    const struct selfplay plan = {
        .seed = 8, .matches = 3200, .lanes = SELFPLAY_LANES, .learners = LEARN_BOTH};
    struct tally tally;
    selfplay_run(brain, &plan, &tally);
    ck_assert_uint_eq(brain->matches, 7);
    for (unsigned i = 0; i < RESULT_COUNT; i++)
        ck_assert_uint_eq(brain->results[i], 0);
    ck_assert_uint_gt(row_total(&brain->rows[0]), rule.halve_above); /* nothing halved it */
    brain_destroy(brain);
    states_destroy(states);
}
END_TEST

START_TEST(test_no_matches_change_nothing_and_replace_the_tally)
{
    const struct selfplay none = {.seed = 9, .lanes = SELFPLAY_LANES, .learners = LEARN_BOTH};
    const struct rule rule = rule_default(RULE_BEADS);
    struct states *states = trial_states(&tictactoe, &rule);
    struct brain *brain = trial_brain(states, &rule);
    struct brain *before = trial_brain(states, &rule);
    struct tally tally = {.results = {1, 2, 3}, .plies = 4};
    selfplay_run(brain, &none, &tally);
    ck_assert_uint_eq(changed_rows(brain, before, 1) + changed_rows(brain, before, 2), 0);
    ck_assert_uint_eq(tally.results[0] + tally.results[1] + tally.results[2] + tally.plies, 0);
    brain_destroy(before);
    brain_destroy(brain);
    states_destroy(states);
}
END_TEST

/* A seed names a brain for good, on every kernel and machine: a change of the next two values must
 * be meant, and would make every saved job end in another brain than it promised. */
START_TEST(test_20000_matches_one_at_a_time_keep_their_digest)
{
    const struct rule rule = rule_default(RULE_BEADS);
    ck_assert_str_eq(trial_of_seed_42(&rule, 1).digest,
                     "sha256:d410c9f2160814d8280b97c94b109a185e9acd78a03708ce920e0200a636efa9");
}
END_TEST

START_TEST(test_20000_matches_in_lock_step_keep_their_digest)
{
    const struct rule rule = rule_default(RULE_BEADS);
    ck_assert_str_eq(trial_of_seed_42(&rule, SELFPLAY_LANES).digest,
                     "sha256:1fd73c6b53a042ce4b67a9789d55f1bb9819764c550890af93a282cb3ea5284e");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_match_at_a_time_equals_plain_play,
        test_sixteen_matches_in_lock_step_equal_plain_play,
        test_what_sixteen_does_not_divide_is_played_singly_at_the_end,
        test_one_player_alone_learns_as_in_plain_play,
        test_standard_scoring_rewards_draws_as_in_plain_play,
        test_standard_scoring_without_draw_reward_equals_plain_play,
        test_penalties_above_one_stop_at_the_floor_as_in_plain_play,
        test_a_reward_or_penalty_of_zero_equals_plain_play,
        test_the_least_and_the_largest_start_weight_equal_plain_play,
        test_rows_near_the_bound_equal_plain_play,
        test_games_of_any_number_of_cells_equal_plain_play,
        test_what_lies_in_absorbing_rows_has_no_say,
        test_a_frozen_players_rows_stay_as_they_are,
        test_the_callers_share_of_the_brain_stays,
        test_no_matches_change_nothing_and_replace_the_tally,
        test_20000_matches_one_at_a_time_keep_their_digest,
        test_20000_matches_in_lock_step_keep_their_digest,
        NULL,
    };
    return unit_run("selfplay", tests);
}
