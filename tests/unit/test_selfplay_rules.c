/* The hot loop under every rule, reduced by symmetry, and against opponents: each as in plain play,
 * weight by weight and proof by proof. */
#include "engine/table/table.h"
#include "support/trial.h"
#include "support/unit.h"

enum { MATCHES = 2000, GAMES = 8 };

static const struct game tictactoe = {.width = 3, .height = 3, .run = 3};

/* Square and oblong, one cell high, more cells than tic-tac-toe. */
static const struct game games[GAMES] = {
    {.width = 1, .height = 1, .run = 1}, {.width = 2, .height = 2, .run = 2},
    {.width = 3, .height = 2, .run = 2}, {.width = 2, .height = 3, .run = 3},
    {.width = 1, .height = 5, .run = 3}, {.width = 9, .height = 1, .run = 4},
    {.width = 3, .height = 3, .run = 2}, {.width = 5, .height = 2, .run = 2},
};

/* A default rule, with symmetry or without. */
static struct rule rule_of(enum rule_kind kind, bool symmetry)
{
    struct rule rule = rule_default(kind);
    rule.symmetry = symmetry;
    return rule;
}

static struct trial trial_of(struct rule rule, unsigned learners, uint64_t seed)
{
    return (struct trial){.game = tictactoe,
                          .rule = rule,
                          .plan = {.seed = seed, .matches = MATCHES, .learners = learners}};
}

/* One of the ways in which self-play runs: K = 1, and K = 16 for a count that 16 divides and for
 * one that it does not. */
static void assert_plain_this_way(struct trial trial, unsigned way)
{
    trial.plan.lanes = way % 3 == 0 ? 1 : SELFPLAY_LANES;
    trial.plan.matches -= trial.plan.matches % SELFPLAY_LANES;
    trial.plan.matches += way % 3 == 2 ? 7 : 0;
    trial_assert_plain(&trial);
}

/* With every set of learning players, each in another way. */
static void assert_plain_whoever_learns(struct rule rule, uint64_t seed)
{
    for (unsigned learners = LEARN_PLAYER1; learners <= LEARN_BOTH; learners++)
        assert_plain_this_way(trial_of(rule, learners, seed + learners), learners);
}

START_TEST(test_menace_learns_as_in_plain_play)
{
    assert_plain_whoever_learns(rule_of(RULE_MENACE, false), 10);
}
END_TEST

START_TEST(test_guard_learns_and_proves_as_in_plain_play)
{
    assert_plain_whoever_learns(rule_of(RULE_GUARD, false), 20);
}
END_TEST

START_TEST(test_draws_that_pay_more_or_nothing_equal_plain_play_under_every_rule)
{
    static const uint32_t rewards[] = {0, 2, 255};
    for (unsigned i = 0; i < 3 * RULE_TABLE_KINDS; i++) {
        struct rule rule = rule_of((enum rule_kind)(i / 3), i % 2 == 1);
        rule.scoring = SCORING_STANDARD;
        rule.draw_reward = rewards[i % 3];
        assert_plain_this_way(trial_of(rule, LEARN_BOTH, 400 + i), i / 3 + i);
    }
}
END_TEST

START_TEST(test_any_share_of_exploring_equals_plain_play)
{
    static const uint32_t shares[] = {1, 655, 32768, RULE_SHARE_ONE - 1, RULE_SHARE_ONE};
    for (unsigned i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        struct rule rule = rule_of(i % 2 == 0 ? RULE_BEADS : RULE_MENACE, false);
        rule.explore = shares[i];
        assert_plain_this_way(trial_of(rule, LEARN_BOTH, 30 + i), i);
    }
}
END_TEST

START_TEST(test_guard_without_exploring_or_with_nothing_else_equals_plain_play)
{
    struct rule rule = rule_of(RULE_GUARD, false);
    rule.explore = 0;
    assert_plain_whoever_learns(rule, 40);
    rule.explore = RULE_SHARE_ONE;
    assert_plain_whoever_learns(rule, 45);
}
END_TEST

START_TEST(test_every_rule_reduced_by_symmetry_equals_plain_play)
{
    for (int kind = 0; kind < RULE_TABLE_KINDS; kind++)
        assert_plain_whoever_learns(rule_of((enum rule_kind)kind, true), 50 + 10 * (uint64_t)kind);
}
END_TEST

/* All rules, on every game that fits the rows. */
static void assert_games_are_plain(bool symmetry, uint64_t seed)
{
    for (unsigned i = 0; i < GAMES * RULE_TABLE_KINDS; i++) {
        struct rule rule = rule_of((enum rule_kind)(i % RULE_TABLE_KINDS), symmetry);
        struct trial trial = trial_of(rule, LEARN_BOTH, seed + i);
        trial.game = games[i / RULE_TABLE_KINDS];
        trial.plan.matches = 400;
        if (game_cells(&trial.game) <= ROW_CELLS)
            assert_plain_this_way(trial, i / RULE_TABLE_KINDS + i);
    }
}

START_TEST(test_every_rule_equals_plain_play_in_games_of_any_number_of_cells)
{
    assert_games_are_plain(false, 100);
}
END_TEST

START_TEST(test_symmetry_equals_plain_play_in_games_of_any_shape)
{
    assert_games_are_plain(true, 200);
}
END_TEST

/* Every rule, with symmetry and without, either player learning, in every way. */
static void assert_opponent_is_plain(enum trial_opponent opponent, uint64_t seed)
{
    for (unsigned i = 0; i < 4 * RULE_TABLE_KINDS; i++) {
        struct rule rule = rule_of((enum rule_kind)(i / 4), i & 1);
        struct trial trial = trial_of(rule, i & 2 ? LEARN_PLAYER2 : LEARN_PLAYER1, seed + i);
        trial.opponent = opponent;
        trial.plan.matches = 1000;
        assert_plain_this_way(trial, i);
    }
}

START_TEST(test_a_uniform_opponent_plays_as_in_plain_play)
{
    assert_opponent_is_plain(TRIAL_UNIFORM, 300);
}
END_TEST

START_TEST(test_a_perfect_opponent_plays_as_in_plain_play)
{
    assert_opponent_is_plain(TRIAL_PERFECT, 320);
}
END_TEST

START_TEST(test_a_frozen_opponent_plays_as_in_plain_play)
{
    assert_opponent_is_plain(TRIAL_FROZEN, 340);
}
END_TEST

START_TEST(test_an_opponent_is_not_asked_where_both_players_learn)
{
    struct trial trial = trial_of(rule_of(RULE_GUARD, false), LEARN_BOTH, 360);
    trial.opponent = TRIAL_PERFECT;
    assert_plain_this_way(trial, 1);
}
END_TEST

static void assert_absorbing_rows_have_no_say(enum rule_kind kind, unsigned learners)
{
    const struct rule rule = rule_of(kind, kind == RULE_MENACE);
    const struct selfplay plan = {
        .seed = 5, .matches = 2000, .lanes = SELFPLAY_LANES, .learners = learners};
    struct trial_end clean = trial_run(&rule, plan, 0);
    struct trial_end garbled = trial_run(&rule, plan, 123456789);
    ck_assert_str_eq(clean.digest, garbled.digest);
    trial_assert_same_tally(&clean.tally, &garbled.tally, plan.seed);
}

START_TEST(test_what_lies_in_absorbing_rows_has_no_say_under_any_rule)
{
    assert_absorbing_rows_have_no_say(RULE_MENACE, LEARN_BOTH);
    assert_absorbing_rows_have_no_say(RULE_GUARD, LEARN_BOTH);
    assert_absorbing_rows_have_no_say(RULE_GUARD, LEARN_PLAYER2);
}
END_TEST

/* As in test_selfplay.c: these values name brains for good. */
START_TEST(test_20000_matches_under_menace_keep_their_digest)
{
    const struct rule rule = rule_of(RULE_MENACE, false);
    ck_assert_str_eq(trial_of_seed_42(&rule, 1).digest,
                     "sha256:a42687fa9dcdd67be2723c5448c3d4fca2158224d5a94b8ba07634188d9c4892");
    ck_assert_str_eq(trial_of_seed_42(&rule, SELFPLAY_LANES).digest,
                     "sha256:9dcf720495f4312e32ba17ba9987c24f01f47b1d3d21eb7efa8a533e60a5e6b5");
}
END_TEST

START_TEST(test_20000_matches_under_guard_keep_their_digest)
{
    const struct rule rule = rule_of(RULE_GUARD, false);
    ck_assert_str_eq(trial_of_seed_42(&rule, 1).digest,
                     "sha256:af2575984684104ccc38cbfb3b56da170b3455fd11ebf7e26cb004152ffc0ed0");
    ck_assert_str_eq(trial_of_seed_42(&rule, SELFPLAY_LANES).digest,
                     "sha256:6cdf15dcaedebc0afe461b066a2fdef75b814b787e7940cade98f830f1a3f8f7");
}
END_TEST

START_TEST(test_20000_matches_reduced_by_symmetry_keep_their_digest)
{
    const struct rule rule = rule_of(RULE_BEADS, true);
    ck_assert_str_eq(trial_of_seed_42(&rule, 1).digest,
                     "sha256:210896b42a485cf77889485125874929183d01f871aed054dd9832d4c6d04cf7");
    ck_assert_str_eq(trial_of_seed_42(&rule, SELFPLAY_LANES).digest,
                     "sha256:0c8e26e73568ec614691b576463e987b309474553a457b38abb3a08b9de2dc58");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_menace_learns_as_in_plain_play,
        test_guard_learns_and_proves_as_in_plain_play,
        test_draws_that_pay_more_or_nothing_equal_plain_play_under_every_rule,
        test_any_share_of_exploring_equals_plain_play,
        test_guard_without_exploring_or_with_nothing_else_equals_plain_play,
        test_every_rule_reduced_by_symmetry_equals_plain_play,
        test_every_rule_equals_plain_play_in_games_of_any_number_of_cells,
        test_symmetry_equals_plain_play_in_games_of_any_shape,
        test_a_uniform_opponent_plays_as_in_plain_play,
        test_a_perfect_opponent_plays_as_in_plain_play,
        test_a_frozen_opponent_plays_as_in_plain_play,
        test_an_opponent_is_not_asked_where_both_players_learn,
        test_what_lies_in_absorbing_rows_has_no_say_under_any_rule,
        test_20000_matches_under_menace_keep_their_digest,
        test_20000_matches_under_guard_keep_their_digest,
        test_20000_matches_reduced_by_symmetry_keep_their_digest,
        NULL,
    };
    return unit_run("selfplay_rules", tests);
}
