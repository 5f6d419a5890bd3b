/*
 * What brains learn under each rule, evaluated exactly: the promises that are made of them, over
 * many seeds. They play round by round as jobs do, and are judged at the points of their curves, as
 * jobs with a goal are. Seeds are fixed, so what passes once passes always.
 */
#include "engine/evaluate.h"
#include "support/rounds.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Instrumented code learns the same, only slower: there fewer seeds will do. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SEEDS = 4, FEW_SEEDS = 2 };
#else
enum { SEEDS = 100, FEW_SEEDS = 20 };
#endif

static const struct policy sample = {.kind = POLICY_SAMPLE};
static const struct policy greedy = {.kind = POLICY_GREEDY};

/* A brain on its way, and what it is evaluated with. */
struct pupil {
    struct brain *table;
    struct rounds_plan plan;
    struct evaluate_space *space;
};

static struct pupil pupil_of(const struct rule *rule, unsigned workers, uint64_t seed)
{
    struct pupil pupil = {.table = tables_fresh(rule),
                          .plan = {.seed = seed, .workers = workers, .learners = LEARN_BOTH}};
    ck_assert_int_eq(evaluate_space_create(tables_solution_of(rule), &pupil.space), ERR_OK);
    return pupil;
}

static void pupil_free(struct pupil *pupil)
{
    evaluate_space_destroy(pupil->space);
    brain_destroy(pupil->table);
}

static void play_until(struct pupil *pupil, uint64_t matches)
{
    pupil->plan.end = matches;
    rounds_play(pupil->table, &pupil->plan);
}

static struct evaluation judged(const struct pupil *pupil, const struct policy *policy)
{
    const struct evaluate_order order = {.brain = pupil->table, .policy = policy};
    struct evaluation evaluation;
    evaluate(pupil->space, &order, &evaluation);
    return evaluation;
}

/* Plays from point to point of the curve until the brain never loses as either player under the
 * policy; returns at how many matches that is, or `most` + 1. */
static uint64_t play_until_safe(struct pupil *pupil, const struct policy *policy, uint64_t most)
{
    for (;;) {
        const uint64_t point = schedule_curve_point_after(pupil->table->matches);
        if (point > most)
            return most + 1;
        play_until(pupil, point);
        struct evaluation evaluation = judged(pupil, policy);
        if (evaluation.never_loses[0] && evaluation.never_loses[1])
            return point;
    }
}

static int compare_counts(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Prints how they are distributed and returns the largest. */
static uint64_t largest_of(const char *what, uint64_t matches[], unsigned count)
{
    qsort(matches, count, sizeof matches[0], compare_counts);
    printf("%s: never loses after %" PRIu64 " matches at best, median %" PRIu64 ", worst %" PRIu64
           " of %u seeds\n",
           what, matches[0], matches[count / 2], matches[count - 1], count);
    fflush(stdout);
    return matches[count - 1];
}

START_TEST(test_beads_makes_player_2_as_safe_as_its_known_curve_says_and_player_1_not)
{
    const struct rule rule = rule_default(RULE_BEADS);
    double loss = 0;
    double exploitability = 0;
    for (uint64_t seed = 1; seed <= FEW_SEEDS; seed++) {
        struct pupil pupil = pupil_of(&rule, 1, seed);
        play_until(&pupil, 1000000);
        struct evaluation evaluation = judged(&pupil, &sample);
        loss += evaluation.worst_case_loss[1] / FEW_SEEDS;
        exploitability += evaluation.exploitability / FEW_SEEDS;
        pupil_free(&pupil);
    }
    printf("beads, 1e6 matches, mean of %d seeds: worst-case loss of player 2 %.4f, "
           "exploitability %.4f\n",
           FEW_SEEDS, loss, exploitability);
    fflush(stdout);
    ck_assert_double_eq_tol(loss, .021, .003);
    ck_assert_double_eq_tol(exploitability, .46, .03);
}
END_TEST

START_TEST(test_beads_served_greedily_never_loses_as_player_2_from_100000_matches_on)
{
    const struct rule rule = rule_default(RULE_BEADS);
    for (uint64_t seed = 1; seed <= FEW_SEEDS; seed++) {
        struct pupil pupil = pupil_of(&rule, 1, seed);
        for (uint64_t point = 100000; point <= 1000000; point = schedule_curve_point_after(point)) {
            play_until(&pupil, point);
            if (!judged(&pupil, &greedy).never_loses[1])
                ck_abort_msg("seed %" PRIu64 ", %" PRIu64 " matches", seed, point);
        }
        pupil_free(&pupil);
    }
}
END_TEST

/* That a brain never loses under a policy after `most` matches at the latest. */
struct claim {
    const char *what;
    struct rule rule;
    unsigned workers;
    const struct policy *policy;
    uint64_t most;
    unsigned seeds;
};

static void assert_becomes_safe(const struct claim *claim)
{
    uint64_t matches[SEEDS];
    for (unsigned i = 0; i < claim->seeds; i++) {
        struct pupil pupil = pupil_of(&claim->rule, claim->workers, 1 + i);
        matches[i] = play_until_safe(&pupil, claim->policy, claim->most);
        pupil_free(&pupil);
    }
    ck_assert_uint_le(largest_of(claim->what, matches, claim->seeds), claim->most);
}

START_TEST(test_menace_served_greedily_never_loses_within_a_million_matches)
{
    assert_becomes_safe(&(struct claim){.what = "menace, greedy, W = 1",
                                        .rule = rule_default(RULE_MENACE),
                                        .workers = 1,
                                        .policy = &greedy,
                                        .most = 1000000,
                                        .seeds = SEEDS});
}
END_TEST

START_TEST(test_menace_with_four_workers_never_loses_within_a_million_matches)
{
    assert_becomes_safe(&(struct claim){.what = "menace, greedy, W = 4",
                                        .rule = rule_default(RULE_MENACE),
                                        .workers = 4,
                                        .policy = &greedy,
                                        .most = 1000000,
                                        .seeds = SEEDS});
}
END_TEST

START_TEST(test_guard_never_loses_however_it_is_served_within_a_million_matches)
{
    assert_becomes_safe(&(struct claim){.what = "guard, sample, W = 1",
                                        .rule = rule_default(RULE_GUARD),
                                        .workers = 1,
                                        .policy = &sample,
                                        .most = 1000000,
                                        .seeds = FEW_SEEDS});
}
END_TEST

START_TEST(test_guard_reduced_by_symmetry_never_loses_within_ten_thousand_matches)
{
    assert_becomes_safe(&(struct claim){.what = "guard, symmetry, greedy, W = 1",
                                        .rule = tables_rule(RULE_GUARD, true),
                                        .workers = 1,
                                        .policy = &greedy,
                                        .most = 10000,
                                        .seeds = SEEDS});
}
END_TEST

/* The winning rates against random play at 1e5 matches: the least of all seeds, and the mean. */
struct rates {
    double least[2];
    double sum[2];
};

static void add_rates(struct rates *rates, const struct evaluation *evaluation)
{
    for (unsigned as = 0; as < 2; as++) {
        rates->least[as] = fmin(rates->least[as], evaluation->random[as].win);
        rates->sum[as] += evaluation->random[as].win;
    }
}

static void assert_guard_becomes_strong(unsigned workers)
{
    const struct rule rule = rule_default(RULE_GUARD);
    struct rates rates = {.least = {1, 1}};
    uint64_t matches[SEEDS];
    char what[40];
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct pupil pupil = pupil_of(&rule, workers, seed);
        matches[seed - 1] = play_until_safe(&pupil, &greedy, 100000);
        play_until(&pupil, 100000);
        struct evaluation evaluation = judged(&pupil, &greedy);
        if (!evaluation.never_loses[0] || !evaluation.never_loses[1])
            ck_abort_msg("seed %" PRIu64 " can lose", seed);
        add_rates(&rates, &evaluation);
        pupil_free(&pupil);
    }
    snprintf(what, sizeof what, "guard, greedy, W = %u", workers);
    uint64_t largest = largest_of(what, matches, SEEDS);
    printf("%s: wins against random at 1e5 matches: %.4f / %.4f at least, %.4f / %.4f on average\n",
           what, rates.least[0], rates.least[1], rates.sum[0] / SEEDS, rates.sum[1] / SEEDS);
    fflush(stdout);
    ck_assert_uint_le(largest, 100000);
    ck_assert_double_ge(rates.least[0], .985);
    ck_assert_double_ge(rates.least[1], .90);
}

START_TEST(test_guard_served_greedily_never_loses_and_beats_random_players)
{
    assert_guard_becomes_strong(1);
}
END_TEST

START_TEST(test_guard_with_four_workers_never_loses_and_beats_random_players)
{
    assert_guard_becomes_strong(4);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_beads_makes_player_2_as_safe_as_its_known_curve_says_and_player_1_not,
        test_beads_served_greedily_never_loses_as_player_2_from_100000_matches_on,
        test_menace_served_greedily_never_loses_within_a_million_matches,
        test_menace_with_four_workers_never_loses_within_a_million_matches,
        test_guard_never_loses_however_it_is_served_within_a_million_matches,
        test_guard_reduced_by_symmetry_never_loses_within_ten_thousand_matches,
        test_guard_served_greedily_never_loses_and_beats_random_players,
        test_guard_with_four_workers_never_loses_and_beats_random_players,
        NULL,
    };
    return unit_run("learning_rules", tests);
}
