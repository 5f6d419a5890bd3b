/* How rows become moves: the probabilities, and that choosing agrees with them. */
#include "base/rng.h"
#include "engine/policy.h"
#include "support/unit.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>

enum { CELLS = 9, ROWS = 5000 };

static const struct policy sample = {.kind = POLICY_SAMPLE};
static const struct policy greedy = {.kind = POLICY_GREEDY};

static const struct policy policies[] = {
    {.kind = POLICY_SAMPLE},
    {.kind = POLICY_POWER, .power = 0.01},
    {.kind = POLICY_POWER, .power = 0.5},
    {.kind = POLICY_POWER, .power = 1},
    {.kind = POLICY_POWER, .power = 4},
    {.kind = POLICY_POWER, .power = POLICY_POWER_MAX},
    {.kind = POLICY_GREEDY},
};
enum { POLICIES = sizeof policies / sizeof policies[0] };

/* Chi-square with 8 degrees of freedom is above this once in a million times. Seeds are fixed, so
 * a failure is no accident. */
static const double CRITICAL_8 = 42.7;

/* A row as play makes them, with zeros but not only; every fourth one holds the extremes. */
static void random_row(uint64_t seed, uint32_t out[CELLS])
{
    struct rng rng;
    rng_seed(&rng, seed);
    for (unsigned i = 0; i < CELLS; i++)
        out[i] = rng_next(&rng) % 3 == 0 ? 0 : (uint32_t)(rng_next(&rng) % 5000 + 1);
    unsigned special = (unsigned)(rng_next(&rng) % CELLS);
    out[special] = seed % 4 == 0 ? (uint32_t)1 << 30 : 1;
    if (seed % 4 == 0)
        out[(special + 4) % CELLS] = 1;
}

static double total(const uint32_t weights[CELLS])
{
    double sum = 0;
    for (unsigned i = 0; i < CELLS; i++)
        sum += weights[i];
    return sum;
}

START_TEST(test_every_name_parses_to_its_own_kind)
{
    static const char *const names[] = {"sample", "power", "greedy"};
    for (unsigned i = 0; i < POLICY_KIND_COUNT; i++) {
        enum policy_kind kind = POLICY_KIND_COUNT;
        ck_assert_str_eq(policy_kind_name((enum policy_kind)i), names[i]);
        ck_assert_int_eq(policy_kind_parse(names[i], &kind), ERR_OK);
        ck_assert_uint_eq(kind, i);
    }
}
END_TEST

START_TEST(test_unknown_names_are_not_found_and_leave_the_result)
{
    static const char *const unknown[] = {"", "Sample", "sampl", "samples", "power 4"};
    for (unsigned i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        enum policy_kind kind = POLICY_KIND_COUNT;
        ck_assert_int_eq(policy_kind_parse(unknown[i], &kind), ERR_NOT_FOUND);
        ck_assert_int_eq(kind, POLICY_KIND_COUNT);
    }
}
END_TEST

START_TEST(test_probabilities_sum_to_one_under_every_policy)
{
    for (uint64_t seed = 0; seed < ROWS; seed++) {
        uint32_t weights[CELLS];
        double probabilities[CELLS];
        random_row(seed, weights);
        policy_probabilities(&policies[seed % POLICIES], weights, CELLS, probabilities);
        double sum = 0;
        for (unsigned i = 0; i < CELLS; i++)
            sum += probabilities[i];
        if (!(fabs(sum - 1) < 1e-14))
            ck_abort_msg("seed %" PRIu64 ": %.17g", seed, sum);
    }
}
END_TEST

START_TEST(test_a_weight_of_zero_has_probability_zero_and_no_other_under_sample_and_power)
{
    for (uint64_t seed = 0; seed < ROWS; seed++) {
        uint32_t weights[CELLS];
        double probabilities[CELLS];
        random_row(seed, weights);
        policy_probabilities(&policies[seed % (POLICIES - 1)], weights, CELLS, probabilities);
        for (unsigned i = 0; i < CELLS; i++)
            if ((probabilities[i] > 0) != (weights[i] > 0))
                ck_abort_msg("seed %" PRIu64 " cell %u", seed, i);
    }
}
END_TEST

START_TEST(test_sample_gives_each_move_its_share_of_the_total)
{
    for (uint64_t seed = 0; seed < ROWS; seed++) {
        uint32_t weights[CELLS];
        double probabilities[CELLS];
        random_row(seed, weights);
        policy_probabilities(&sample, weights, CELLS, probabilities);
        for (unsigned i = 0; i < CELLS; i++)
            if (fabs(probabilities[i] - weights[i] / total(weights)) >
                DBL_EPSILON * probabilities[i])
                ck_abort_msg("seed %" PRIu64 " cell %u", seed, i);
    }
}
END_TEST

START_TEST(test_sample_keeps_totals_beyond_32_bits_exact)
{
    static const uint32_t weights[4] = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
    double probabilities[4];
    policy_probabilities(&sample, weights, 4, probabilities);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_double_eq(probabilities[i], 0.25);
}
END_TEST

START_TEST(test_power_raises_the_ratio_of_weights_to_its_power)
{
    static const uint32_t weights[] = {1, 2, 3, 10};
    static const double powers[] = {0.25, 0.5, 1, 2, 3.5, 4, 16};
    for (unsigned p = 0; p < sizeof powers / sizeof powers[0]; p++) {
        const struct policy policy = {.kind = POLICY_POWER, .power = powers[p]};
        double probabilities[4];
        policy_probabilities(&policy, weights, 4, probabilities);
        for (unsigned i = 1; i < 4; i++) {
            double expected = pow(weights[i], powers[p]);
            double ratio = probabilities[i] / probabilities[0];
            ck_assert_msg(fabs(ratio / expected - 1) < 1e-12, "power %g cell %u: %g, not %g",
                          powers[p], i, ratio, expected);
        }
    }
}
END_TEST

START_TEST(test_power_two_gives_the_probabilities_counted_by_hand)
{
    static const uint32_t weights[] = {1, 0, 2, 2}; /* squares 1 + 4 + 4 */
    const struct policy policy = {.kind = POLICY_POWER, .power = 2};
    double probabilities[4];
    policy_probabilities(&policy, weights, 4, probabilities);
    ck_assert_double_eq_tol(probabilities[0], 1.0 / 9, 1e-15);
    ck_assert_double_eq(probabilities[1], 0);
    ck_assert_double_eq_tol(probabilities[2], 4.0 / 9, 1e-15);
    ck_assert_double_eq_tol(probabilities[3], 4.0 / 9, 1e-15);
}
END_TEST

START_TEST(test_the_largest_power_leaves_support_to_the_lightest_move)
{
    static const uint32_t heaviest[] = {(uint32_t)1 << 30, UINT32_MAX};
    const struct policy policy = {.kind = POLICY_POWER, .power = POLICY_POWER_MAX};
    for (unsigned i = 0; i < 2; i++) {
        const uint32_t weights[] = {1, heaviest[i], 0, 1};
        double probabilities[4];
        policy_probabilities(&policy, weights, 4, probabilities);
        ck_assert_double_gt(probabilities[0], 0);
        ck_assert_double_gt(probabilities[3], 0);
        ck_assert_double_eq(probabilities[1], 1);
        ck_assert_double_eq(probabilities[2], 0);
    }
}
END_TEST

START_TEST(test_greedy_takes_the_largest_weight_and_of_equals_the_lowest_cell)
{
    static const struct {
        uint32_t weights[CELLS];
        unsigned best;
    } table[] = {
        {{1, 2, 3, 4, 5, 6, 7, 8, 9}, 8}, {{9, 8, 7, 6, 5, 4, 3, 2, 1}, 0},
        {{6, 6, 6, 6, 6, 6, 6, 6, 6}, 0}, {{0, 0, 1, 0, 1, 0, 0, 1, 0}, 2},
        {{0, 3, 9, 0, 9, 0, 0, 9, 1}, 2}, {{1, 0, 0, 0, 0, 0, 0, 0, (uint32_t)1 << 30}, 8},
    };
    for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++) {
        double probabilities[CELLS];
        policy_probabilities(&greedy, table[i].weights, CELLS, probabilities);
        for (unsigned cell = 0; cell < CELLS; cell++)
            ck_assert_double_eq(probabilities[cell], cell == table[i].best ? 1 : 0);
        ck_assert_uint_eq(policy_choose(&greedy, table[i].weights, CELLS, 0), table[i].best);
        ck_assert_uint_eq(policy_choose(&greedy, table[i].weights, CELLS, UINT64_MAX),
                          table[i].best);
    }
}
END_TEST

START_TEST(test_choosing_never_takes_a_zero_weight)
{
    for (uint64_t seed = 0; seed < ROWS; seed++) {
        uint32_t weights[CELLS];
        random_row(seed, weights);
        struct rng rng;
        rng_seed(&rng, ~seed);
        const uint64_t numbers[] = {0, UINT64_MAX, rng_next(&rng), rng_next(&rng)};
        for (unsigned i = 0; i < 4; i++)
            if (weights[policy_choose(&policies[seed % POLICIES], weights, CELLS, numbers[i])] == 0)
                ck_abort_msg("seed %" PRIu64 " number %" PRIu64, seed, numbers[i]);
    }
}
END_TEST

START_TEST(test_the_only_legal_move_is_always_chosen)
{
    for (unsigned cell = 0; cell < CELLS; cell++) {
        uint32_t weights[CELLS] = {0};
        weights[cell] = 1 + cell;
        for (unsigned i = 0; i < POLICIES; i++) {
            ck_assert_uint_eq(policy_choose(&policies[i], weights, CELLS, 0), cell);
            ck_assert_uint_eq(policy_choose(&policies[i], weights, CELLS, UINT64_MAX), cell);
        }
    }
}
END_TEST

/* The smallest number that chooses a move at or behind `move`, in parts of 2^64; 1 if there is
 * none. The move grows with the number, so halving finds it. */
static double first_number(const struct policy *policy, const uint32_t weights[CELLS],
                           unsigned move)
{
    if (policy_choose(policy, weights, CELLS, UINT64_MAX) < move)
        return 1;
    uint64_t low = 0;
    uint64_t high = UINT64_MAX;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (policy_choose(policy, weights, CELLS, middle) >= move)
            high = middle;
        else
            low = middle + 1;
    }
    return (double)low * 0x1p-64;
}

START_TEST(test_each_moves_share_of_all_numbers_is_its_probability)
{
    for (uint64_t seed = 0; seed < 700; seed++) {
        const struct policy *policy = &policies[seed % POLICIES];
        double rounding = policy->kind == POLICY_SAMPLE ? 0x1p-32 : 0x1p-50;
        uint32_t weights[CELLS];
        double probabilities[CELLS];
        random_row(seed, weights);
        policy_probabilities(policy, weights, CELLS, probabilities);
        for (unsigned move = 0; move < CELLS; move++) {
            double end = move + 1 < CELLS ? first_number(policy, weights, move + 1) : 1;
            double share = end - first_number(policy, weights, move);
            if (!(fabs(share - probabilities[move]) <= rounding))
                ck_abort_msg("seed %" PRIu64 " move %u: %.17g, not %.17g", seed, move, share,
                             probabilities[move]);
        }
    }
}
END_TEST

static double statistic(const struct policy *policy, const uint32_t weights[CELLS], uint64_t seed)
{
    enum { DRAWS = 100000 };
    uint64_t chosen[CELLS] = {0};
    double expected[CELLS];
    policy_probabilities(policy, weights, CELLS, expected);
    for (unsigned i = 0; i < CELLS; i++)
        expected[i] *= DRAWS;
    struct rng rng;
    rng_seed(&rng, seed);
    for (unsigned i = 0; i < DRAWS; i++)
        chosen[policy_choose(policy, weights, CELLS, rng_next(&rng))]++;
    return unit_chi_square(chosen, expected, CELLS);
}

START_TEST(test_a_hundred_thousand_choices_follow_the_probabilities)
{
    static const uint32_t weights[CELLS] = {9, 8, 7, 6, 9, 8, 7, 6, 9};
    for (unsigned i = 0; i < POLICIES - 1; i++) { /* all but greedy */
        double chi_square = statistic(&policies[i], weights, i + 1);
        ck_assert_msg(chi_square < CRITICAL_8, "policy %u seed %u: %g", i, i + 1, chi_square);
    }
}
END_TEST

START_TEST(test_rows_of_64_cells_are_served_too)
{
    uint32_t weights[64] = {0};
    weights[63] = 5;
    double probabilities[64];
    for (unsigned i = 0; i < POLICIES; i++) {
        policy_probabilities(&policies[i], weights, 64, probabilities);
        ck_assert_double_eq(probabilities[63], 1);
        ck_assert_uint_eq(policy_choose(&policies[i], weights, 64, UINT64_MAX / 2), 63);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_every_name_parses_to_its_own_kind,
        test_unknown_names_are_not_found_and_leave_the_result,
        test_probabilities_sum_to_one_under_every_policy,
        test_a_weight_of_zero_has_probability_zero_and_no_other_under_sample_and_power,
        test_sample_gives_each_move_its_share_of_the_total,
        test_sample_keeps_totals_beyond_32_bits_exact,
        test_power_raises_the_ratio_of_weights_to_its_power,
        test_power_two_gives_the_probabilities_counted_by_hand,
        test_the_largest_power_leaves_support_to_the_lightest_move,
        test_greedy_takes_the_largest_weight_and_of_equals_the_lowest_cell,
        test_choosing_never_takes_a_zero_weight,
        test_the_only_legal_move_is_always_chosen,
        test_each_moves_share_of_all_numbers_is_its_probability,
        test_a_hundred_thousand_choices_follow_the_probabilities,
        test_rows_of_64_cells_are_served_too,
        NULL,
    };
    return unit_run("policy", tests);
}
