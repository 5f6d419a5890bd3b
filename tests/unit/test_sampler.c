/* The weighted draw: which move each of the 2^32 random numbers draws. */
#include "base/rng.h"
#include "engine/table/sampler.h"
#include "support/unit.h"

#include <inttypes.h>

enum { CELLS = 9, ROWS = 20000, KINDS = 5 };

/* Chi-square with 8 degrees of freedom is above this once in a million times. Seeds are fixed, so
 * a failure is no accident. */
static const double CRITICAL_8 = 42.7;

static uint32_t random_below(struct rng *rng, uint64_t bound)
{
    return (uint32_t)(rng_next(rng) % bound);
}

static uint64_t total(const uint32_t weights[CELLS])
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < CELLS; i++)
        sum += weights[i];
    return sum;
}

static void to_sums(const uint32_t weights[CELLS], uint32_t sums[CELLS + 1])
{
    sums[0] = 0;
    for (unsigned i = 0; i < CELLS; i++)
        sums[i + 1] = sums[i] + weights[i];
}

static unsigned draw_sums(const uint32_t weights[CELLS], uint32_t random)
{
    uint32_t sums[CELLS + 1];
    to_sums(weights, sums);
    return (unsigned)sampler_draw_sums(sums, CELLS, random);
}

/* The draw on plain weights, which must be ones that can be drawn from. */
static unsigned draw_weights(const uint32_t weights[], unsigned count, uint32_t random)
{
    int drawn = sampler_draw(weights, count, random);
    if (drawn < 0)
        ck_abort_msg("no draw from %u weights", count);
    return (unsigned)drawn;
}

/* Rows as play makes them, and the extremes of what a row may hold. Some weights are 0, not all. */
static void random_row(struct rng *rng, unsigned kind, uint32_t out[CELLS])
{
    static const uint64_t bounds[KINDS] = {8, 5000, 2, UINT32_MAX / CELLS, 1};
    for (unsigned i = 0; i < CELLS; i++)
        out[i] = rng_next(rng) % 3 == 0 ? 0 : 1 + random_below(rng, bounds[kind]);
    unsigned special = random_below(rng, CELLS);
    out[special] = 1;
    if (kind == 2)
        out[special] = (uint32_t)1 << 30;
    if (kind == 4) /* the largest total, but for less than 256 */
        out[special] = UINT32_MAX - (uint32_t)total(out) + 1 - random_below(rng, 256);
}

/* The smallest number that draws a move at or behind `move`; 2^32 if there is none. The move grows
 * with the number, so halving finds it. */
static uint64_t first_number(const uint32_t weights[CELLS], unsigned move)
{
    uint64_t low = 0;
    uint64_t high = (uint64_t)1 << 32;
    while (low < high) {
        uint64_t middle = (low + high) / 2;
        if (draw_weights(weights, CELLS, (uint32_t)middle) >= move)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The extremes, both sides of a border between two moves, and some in between. */
static void interesting_numbers(struct rng *rng, const uint32_t weights[CELLS], uint32_t out[8])
{
    uint32_t border = (uint32_t)first_number(weights, 1 + random_below(rng, CELLS - 1));
    out[0] = 0;
    out[1] = UINT32_MAX;
    out[2] = border - 1;
    out[3] = border;
    for (unsigned i = 4; i < 8; i++)
        out[i] = random_below(rng, (uint64_t)1 << 32);
}

START_TEST(test_sampler_never_picks_a_zero_weight)
{
    for (uint64_t seed = 0; seed < ROWS; seed++) {
        struct rng rng;
        rng_seed(&rng, seed);
        uint32_t weights[CELLS];
        random_row(&rng, (unsigned)(seed % KINDS), weights);
        uint32_t numbers[8];
        interesting_numbers(&rng, weights, numbers);
        for (unsigned i = 0; i < 8; i++)
            if (weights[draw_weights(weights, CELLS, numbers[i])] == 0 ||
                weights[draw_sums(weights, numbers[i])] == 0)
                ck_abort_msg("seed %" PRIu64 " number %" PRIu32, seed, numbers[i]);
    }
}
END_TEST

START_TEST(test_drawing_over_sums_equals_drawing_over_weights)
{
    for (uint64_t seed = 0; seed < ROWS; seed++) {
        struct rng rng;
        rng_seed(&rng, seed);
        uint32_t weights[CELLS];
        random_row(&rng, (unsigned)(seed % KINDS), weights);
        uint32_t numbers[8];
        interesting_numbers(&rng, weights, numbers);
        for (unsigned i = 0; i < 8; i++)
            if (draw_sums(weights, numbers[i]) != draw_weights(weights, CELLS, numbers[i]))
                ck_abort_msg("seed %" PRIu64 " number %" PRIu32, seed, numbers[i]);
    }
}
END_TEST

START_TEST(test_the_extreme_numbers_draw_the_first_and_the_last_legal_move)
{
    for (uint64_t seed = 0; seed < ROWS; seed++) {
        struct rng rng;
        rng_seed(&rng, seed);
        uint32_t weights[CELLS];
        random_row(&rng, (unsigned)(seed % KINDS), weights);
        unsigned first = 0;
        unsigned last = CELLS - 1;
        while (weights[first] == 0)
            first++;
        while (weights[last] == 0)
            last--;
        if (draw_weights(weights, CELLS, 0) != first ||
            draw_weights(weights, CELLS, UINT32_MAX) != last)
            ck_abort_msg("seed %" PRIu64, seed);
    }
}
END_TEST

START_TEST(test_a_row_of_other_than_nine_weights_is_drawn_from_too)
{
    static const uint32_t weights[] = {0, 1, 0, 2, 1};
    static const uint32_t sums[] = {0, 0, 1, 1, 3, 4};
    static const unsigned expected[] = {1, 3, 3, 4};
    for (unsigned quarter = 0; quarter < 4; quarter++) {
        uint32_t number = (uint32_t)quarter << 30;
        ck_assert_uint_eq(draw_weights(weights, 5, number), expected[quarter]);
        ck_assert_uint_eq(sampler_draw_sums(sums, 5, number), expected[quarter]);
    }
    ck_assert_uint_eq(draw_weights((const uint32_t[]){7}, 1, UINT32_MAX), 0);
    ck_assert_uint_eq(sampler_draw_sums((const uint32_t[]){0, 7}, 1, UINT32_MAX), 0);
}
END_TEST

START_TEST(test_sums_of_nothing_but_zeros_draw_the_last_cell)
{
    static const uint32_t zeros[CELLS] = {0};
    ck_assert_uint_eq(draw_sums(zeros, 0), CELLS - 1);
    ck_assert_uint_eq(draw_sums(zeros, UINT32_MAX), CELLS - 1);
}
END_TEST

/* As many of the 2^32 numbers draw each move as its weight asks for: 2^32 weight / total, rounded
 * down or, where that is no whole number, up. */
static void assert_exact(const uint32_t weights[CELLS], uint64_t seed)
{
    uint64_t sum = total(weights);
    for (unsigned move = 0; move < CELLS; move++) {
        uint64_t end = move + 1 < CELLS ? first_number(weights, move + 1) : (uint64_t)1 << 32;
        uint64_t count = end - first_number(weights, move);
        uint64_t down = ((uint64_t)weights[move] << 32) / sum;
        uint64_t up = down + (((uint64_t)weights[move] << 32) % sum != 0);
        if (count != down && count != up)
            ck_abort_msg("seed %" PRIu64 " move %u: %" PRIu64 " numbers for %" PRIu32
                         " of %" PRIu64,
                         seed, move, count, weights[move], sum);
    }
}

START_TEST(test_each_moves_share_of_all_numbers_is_exact)
{
    static const uint32_t rows[][CELLS] = {
        {6, 6, 6, 6, 6, 6, 6, 6, 6}, {1, 2, 3, 4, 5, 6, 7, 8, 9}, {5, 0, 1, 0, 0, 7, 0, 0, 0},
        {0, 0, 0, 0, 0, 0, 0, 0, 1}, {0, 3, 0, 0, 0, 0, 0, 4, 0}, {1, 1, 0, 0, 0, 0, 0, 0, 1}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_exact(rows[i], i);
    for (uint64_t seed = 100; seed < 1100; seed++) {
        struct rng rng;
        rng_seed(&rng, seed);
        uint32_t weights[CELLS];
        random_row(&rng, (unsigned)(seed % KINDS), weights);
        assert_exact(weights, seed);
    }
}
END_TEST

START_TEST(test_shares_of_a_power_of_two_are_exact_to_the_number)
{
    static const uint32_t weights[CELLS] = {1, 0, 2, 5, 0, 0, 4, 3, 1}; /* 16 in all */
    for (unsigned move = 0; move + 1 < CELLS; move++) {
        uint64_t count = first_number(weights, move + 1) - first_number(weights, move);
        ck_assert_uint_eq(count, (uint64_t)weights[move] << 28);
    }
}
END_TEST

/* The statistic over a million draws. */
static double statistic(const uint32_t weights[CELLS], uint64_t seed)
{
    enum { DRAWS = 1000000 };
    uint64_t drawn[CELLS] = {0};
    double expected[CELLS];
    for (unsigned i = 0; i < CELLS; i++)
        expected[i] = (double)DRAWS * weights[i] / (double)total(weights);
    struct rng rng;
    rng_seed(&rng, seed);
    for (unsigned i = 0; i < DRAWS; i++)
        drawn[draw_sums(weights, (uint32_t)(rng_next(&rng) >> 32))]++;
    return unit_chi_square(drawn, expected, CELLS);
}

START_TEST(test_a_million_draws_follow_the_weights)
{
    static const uint32_t rows[][CELLS] = {{6, 6, 6, 6, 6, 6, 6, 6, 6},
                                           {4218, 618, 894, 1233, 2791, 225, 25, 311, 3839},
                                           {9, 8, 7, 6, 5, 4, 3, 2, 1}};
    for (unsigned row = 0; row < 3; row++) {
        double chi_square = statistic(rows[row], row + 1);
        ck_assert_msg(chi_square < CRITICAL_8, "seed %u: %g", row + 1, chi_square);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_sampler_never_picks_a_zero_weight,
        test_drawing_over_sums_equals_drawing_over_weights,
        test_the_extreme_numbers_draw_the_first_and_the_last_legal_move,
        test_a_row_of_other_than_nine_weights_is_drawn_from_too,
        test_sums_of_nothing_but_zeros_draw_the_last_cell,
        test_each_moves_share_of_all_numbers_is_exact,
        test_shares_of_a_power_of_two_are_exact_to_the_number,
        test_a_million_draws_follow_the_weights,
        NULL,
    };
    return unit_run("sampler", tests);
}
