/* The hot loop, against a plain way of the same play. */
#include "engine/selfplay.h"
#include "support/plain_selfplay.h"
#include "support/unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MATCHES = 10000 };

static const struct game tictactoe = {.width = 3, .height = 3, .run = 3};

static struct states *created_states(const struct game *game)
{
    struct states *states;
    ck_assert_int_eq(states_create(game, &states), ERR_OK);
    return states;
}

static struct brain *created_brain(const struct states *states, const struct rule *rule)
{
    struct brain *brain;
    ck_assert_int_eq(brain_create(states, rule, &brain), ERR_OK);
    return brain;
}

static void assert_same_weights(const struct brain *brain, const struct plain_selfplay *plain,
                                uint64_t seed)
{
    const struct states *states = brain->states;
    for (uint32_t row = 0; row < states->rows; row++) {
        char board[PLAIN_SELFPLAY_CELLS];
        board_format(&states->game, states->boards[row], board);
        const uint32_t *expected = plain->weights[plain_selfplay_index(board, states->cells)];
        uint32_t weights[ROW_CELLS];
        brain_weights(brain, row, weights);
        for (unsigned cell = 0; cell < states->cells; cell++)
            if (weights[cell] != expected[cell])
                ck_abort_msg("seed %" PRIu64 ": board %.*s cell %u weighs %" PRIu32
                             ", not %" PRIu32,
                             seed, (int)states->cells, board, cell, weights[cell], expected[cell]);
    }
}

static void assert_same_tally(const struct tally *tally, const struct tally *expected,
                              uint64_t seed)
{
    for (unsigned i = 0; i < RESULT_COUNT; i++)
        ck_assert_msg(tally->results[i] == expected->results[i], "seed %" PRIu64, seed);
    ck_assert_msg(tally->plies == expected->plies, "seed %" PRIu64, seed);
}

/* The kernels that this processor can run. */
static unsigned usable_kernels(const struct kernel *out[8])
{
    unsigned count = 0;
    for (unsigned i = 0; i < kernel_count(); i++)
        if (kernel_is_usable(kernel_at(i)))
            out[count++] = kernel_at(i);
    return count;
}

/* Trains both twice, so that the second run begins with what the first has learned. */
static void assert_kernel_plain(const struct game *game, const struct rule *rule,
                                struct selfplay plan)
{
    struct states *states = created_states(game);
    struct brain *brain = created_brain(states, rule);
    struct plain_selfplay *plain = plain_selfplay_create(game, rule);
    for (unsigned run = 0; run < 2; run++, plan.seed += 1000) {
        struct tally tally;
        selfplay_run(brain, &plan, &tally);
        plain_selfplay_train(plain, &plan);
        assert_same_weights(brain, plain, plan.seed);
        assert_same_tally(&tally, &plain->tally, plan.seed);
    }
    free(plain);
    brain_destroy(brain);
    states_destroy(states);
}

/* With every kernel. */
static void assert_plain(const struct game *game, const struct rule *rule, struct selfplay plan)
{
    const struct kernel *kernels[8];
    unsigned count = usable_kernels(kernels);
    for (unsigned i = 0; i < count; i++) {
        plan.kernel = kernels[i];
        assert_kernel_plain(game, rule, plan);
    }
}

/* With K = 1 and K = 16, and for a count that 16 divides and one that it does not. */
static void assert_plain_each_way(const struct game *game, const struct rule *rule,
                                  unsigned learners, uint64_t matches, uint64_t seed)
{
    struct selfplay plan = {.seed = seed, .matches = matches, .lanes = 1, .learners = learners};
    assert_plain(game, rule, plan);
    plan.lanes = SELFPLAY_LANES;
    assert_plain(game, rule, plan);
    plan.matches += 7;
    assert_plain(game, rule, plan);
}

START_TEST(test_a_match_at_a_time_equals_plain_play)
{
    const struct rule rule = rule_default(RULE_BEADS);
    for (uint64_t seed = 1; seed <= 3; seed++)
        assert_plain(&tictactoe, &rule,
                     (struct selfplay){
                         .seed = seed, .matches = MATCHES, .lanes = 1, .learners = LEARN_BOTH});
}
END_TEST

START_TEST(test_sixteen_matches_in_lock_step_equal_plain_play)
{
    const struct rule rule = rule_default(RULE_BEADS);
    for (uint64_t seed = 11; seed <= 13; seed++)
        assert_plain(&tictactoe, &rule,
                     (struct selfplay){
                         .seed = seed, .matches = MATCHES, .lanes = 16, .learners = LEARN_BOTH});
}
END_TEST

START_TEST(test_what_sixteen_does_not_divide_is_played_singly_at_the_end)
{
    static const uint64_t counts[] = {1, 2, 3, 15, 16, 17, 31, 47, MATCHES + 1, MATCHES + 15};
    const struct rule rule = rule_default(RULE_BEADS);
    for (unsigned i = 0; i < sizeof counts / sizeof counts[0]; i++)
        assert_plain(&tictactoe, &rule,
                     (struct selfplay){.seed = 21 + i,
                                       .matches = counts[i],
                                       .lanes = SELFPLAY_LANES,
                                       .learners = LEARN_BOTH});
}
END_TEST

START_TEST(test_one_player_alone_learns_as_in_plain_play)
{
    const struct rule rule = rule_default(RULE_BEADS);
    assert_plain_each_way(&tictactoe, &rule, LEARN_PLAYER1, MATCHES, 31);
    assert_plain_each_way(&tictactoe, &rule, LEARN_PLAYER2, MATCHES, 32);
}
END_TEST

START_TEST(test_standard_scoring_rewards_draws_as_in_plain_play)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.scoring = SCORING_STANDARD;
    rule.draw_reward = 1;
    assert_plain_each_way(&tictactoe, &rule, LEARN_BOTH, MATCHES, 41);
    rule.draw_reward = 255;
    assert_plain_each_way(&tictactoe, &rule, LEARN_PLAYER2, MATCHES, 42);
}
END_TEST

START_TEST(test_standard_scoring_without_draw_reward_equals_plain_play)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.scoring = SCORING_STANDARD;
    assert_plain_each_way(&tictactoe, &rule, LEARN_BOTH, MATCHES, 51);
}
END_TEST

START_TEST(test_penalties_above_one_stop_at_the_floor_as_in_plain_play)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.penalty = 4;
    assert_plain_each_way(&tictactoe, &rule, LEARN_BOTH, MATCHES, 61);
    rule.penalty = 255;
    rule.reward = 200;
    assert_plain_each_way(&tictactoe, &rule, LEARN_BOTH, MATCHES, 62);
}
END_TEST

START_TEST(test_a_reward_or_penalty_of_zero_equals_plain_play)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.reward = 0;
    assert_plain_each_way(&tictactoe, &rule, LEARN_BOTH, MATCHES, 71);
    rule.reward = 3;
    rule.penalty = 0;
    assert_plain_each_way(&tictactoe, &rule, LEARN_BOTH, MATCHES, 72);
}
END_TEST

START_TEST(test_the_least_and_the_largest_start_weight_equal_plain_play)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.start_weight = 1;
    assert_plain_each_way(&tictactoe, &rule, LEARN_BOTH, MATCHES, 81);
    rule.start_weight = RULE_START_WEIGHT_MAX;
    rule.reward = RULE_CHANGE_MAX;
    assert_plain_each_way(&tictactoe, &rule, LEARN_BOTH, MATCHES, 82);
}
END_TEST

START_TEST(test_rows_near_the_bound_equal_plain_play)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.reward = RULE_CHANGE_MAX;
    struct states *states = created_states(&tictactoe);
    struct brain *brain = created_brain(states, &rule);
    struct plain_selfplay *plain = plain_selfplay_create(&tictactoe, &rule);
    for (uint32_t row = 0; row < states->rows; row += 3) {
        uint32_t weights[ROW_CELLS];
        char board[PLAIN_SELFPLAY_CELLS];
        board_format(&tictactoe, states->boards[row], board);
        uint32_t *heavy = plain->weights[plain_selfplay_index(board, 9)];
        brain_weights(brain, row, weights);
        unsigned cell = (unsigned)((char *)memchr(board, '0', 9) - board);
        weights[cell] = heavy[cell] = RULE_HALVE_ABOVE_MAX - 8 * rule.start_weight;
        brain_set_weights(brain, row, weights);
    }
    const struct selfplay plan = {
        .seed = 91, .matches = 2000, .lanes = SELFPLAY_LANES, .learners = LEARN_BOTH};
    struct tally tally;
    selfplay_run(brain, &plan, &tally);
    plain_selfplay_train(plain, &plan);
    assert_same_weights(brain, plain, plan.seed);
    assert_same_tally(&tally, &plain->tally, plan.seed);
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
    for (unsigned i = 0; i < sizeof games / sizeof games[0]; i++)
        if (game_cells(&games[i]) <= ROW_CELLS)
            assert_plain_each_way(&games[i], &rule, LEARN_BOTH, 1600, 100 + i);
}
END_TEST

/* Plays against what another brain has learned. */
static void assert_plain_against(const struct kernel *kernel, unsigned learners, unsigned lanes)
{
    const struct rule rule = rule_default(RULE_BEADS);
    struct states *states = created_states(&tictactoe);
    struct brain *brain = created_brain(states, &rule);
    struct brain *opponent = created_brain(states, &rule);
    struct plain_selfplay *plain = plain_selfplay_create(&tictactoe, &rule);
    struct plain_selfplay *plain_opponent = plain_selfplay_create(&tictactoe, &rule);
    const struct selfplay lesson = {
        .seed = 201, .matches = 3000, .lanes = 1, .learners = LEARN_BOTH, .kernel = kernel};
    const struct selfplay plan = {.seed = 202,
                                  .matches = MATCHES + 3,
                                  .lanes = lanes,
                                  .learners = learners,
                                  .opponent = opponent,
                                  .kernel = kernel};
    struct tally tally;
    selfplay_run(opponent, &lesson, &tally);
    plain_selfplay_train(plain_opponent, &lesson);
    plain->opponent = plain_opponent;
    selfplay_run(brain, &plan, &tally);
    plain_selfplay_train(plain, &plan);
    assert_same_weights(brain, plain, plan.seed);
    assert_same_tally(&tally, &plain->tally, plan.seed);
    assert_same_weights(opponent, plain_opponent, lesson.seed); /* it learned nothing */
    free(plain_opponent);
    free(plain);
    brain_destroy(opponent);
    brain_destroy(brain);
    states_destroy(states);
}

START_TEST(test_a_frozen_opponent_plays_as_in_plain_play)
{
    const struct kernel *kernels[8];
    unsigned count = usable_kernels(kernels);
    for (unsigned i = 0; i < count; i++) {
        assert_plain_against(kernels[i], LEARN_PLAYER1, 1);
        assert_plain_against(kernels[i], LEARN_PLAYER1, SELFPLAY_LANES);
        assert_plain_against(kernels[i], LEARN_PLAYER2, SELFPLAY_LANES);
    }
}
END_TEST

/* Trains a fresh tic-tac-toe brain and digests it. */
static void train_and_digest(const struct selfplay *plan, uint32_t garbage, struct tally *tally,
                             char digest[BRAIN_DIGEST_SIZE])
{
    const struct rule rule = rule_default(RULE_BEADS);
    struct states *states = created_states(&tictactoe);
    struct brain *brain = created_brain(states, &rule);
    for (uint32_t row = states->rows; row < states_all_rows(states); row++)
        for (unsigned i = 0; i <= ROW_CELLS; i++)
            brain->rows[row].sums[i] = garbage * (i * 7 % 5);
    selfplay_run(brain, plan, tally);
    brain_digest(brain, digest);
    brain_destroy(brain);
    states_destroy(states);
}

START_TEST(test_what_lies_in_absorbing_rows_has_no_say)
{
    const struct selfplay plan = {
        .seed = 5, .matches = 4000, .lanes = SELFPLAY_LANES, .learners = LEARN_BOTH};
    struct tally tallies[2];
    char digests[2][BRAIN_DIGEST_SIZE];
    train_and_digest(&plan, 0, &tallies[0], digests[0]);
    train_and_digest(&plan, 123456789, &tallies[1], digests[1]);
    ck_assert_str_eq(digests[0], digests[1]);
    assert_same_tally(&tallies[0], &tallies[1], plan.seed);
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
    struct states *states = created_states(&tictactoe);
    struct brain *brain = created_brain(states, &rule);
    struct brain *before = created_brain(states, &rule);
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
    struct states *states = created_states(&tictactoe);
    struct brain *brain = created_brain(states, &rule);
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
    struct states *states = created_states(&tictactoe);
    struct brain *brain = created_brain(states, &rule);
    struct brain *before = created_brain(states, &rule);
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
    const struct selfplay plan = {.seed = 42, .matches = 20000, .lanes = 1, .learners = LEARN_BOTH};
    struct tally tally;
    char digest[BRAIN_DIGEST_SIZE];
    train_and_digest(&plan, 0, &tally, digest);
    ck_assert_str_eq(digest,
                     "sha256:d410c9f2160814d8280b97c94b109a185e9acd78a03708ce920e0200a636efa9");
}
END_TEST

START_TEST(test_20000_matches_in_lock_step_keep_their_digest)
{
    const struct selfplay plan = {
        .seed = 42, .matches = 20000, .lanes = SELFPLAY_LANES, .learners = LEARN_BOTH};
    struct tally tally;
    char digest[BRAIN_DIGEST_SIZE];
    train_and_digest(&plan, 0, &tally, digest);
    ck_assert_str_eq(digest,
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
        test_a_frozen_opponent_plays_as_in_plain_play,
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
