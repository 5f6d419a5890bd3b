/*
 * The curve points, by their definition and with whole numbers alone: p = ceil(10^(i/20)) says that
 * p^20 >= 10^i > (p - 1)^20, and a number is at least 10^i where it has more than i digits.
 */
#include "base/rng.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <stdbool.h>

enum {
    FIRST = 20,              /* the i of the first point, 10 */
    COUNT = 19 * 20 - FIRST, /* up to the last that fits 64 bits */
    DIGITS = 20 * 20 + 20    /* of a 64-bit number's 20th power, and a factor more */
};

/* A decimal number, its lowest digit first. */
struct decimal {
    unsigned count;
    uint8_t digits[DIGITS];
};

static struct decimal decimal_of(uint64_t number)
{
    struct decimal decimal = {.count = 0};
    for (; number != 0; number /= 10)
        decimal.digits[decimal.count++] = (uint8_t)(number % 10);
    return decimal;
}

static struct decimal product(const struct decimal *a, const struct decimal *b)
{
    unsigned sums[DIGITS] = {0};
    for (unsigned i = 0; i < a->count; i++)
        for (unsigned j = 0; j < b->count; j++)
            sums[i + j] += (unsigned)a->digits[i] * b->digits[j];
    struct decimal result = {.count = 0};
    unsigned carry = 0;
    for (unsigned i = 0; i < DIGITS; i++) {
        carry += sums[i];
        result.digits[i] = (uint8_t)(carry % 10);
        carry /= 10;
        if (result.digits[i] != 0)
            result.count = i + 1;
    }
    ck_assert_uint_eq(carry, 0);
    return result;
}

/* Whether number^20 >= 10^exponent. */
static bool reaches(uint64_t number, unsigned exponent)
{
    struct decimal factor = decimal_of(number);
    struct decimal power = factor;
    for (unsigned i = 1; i < 20; i++)
        power = product(&power, &factor);
    return power.count > exponent;
}

START_TEST(test_each_point_is_the_ceiling_of_its_root_of_ten)
{
    uint64_t point = 0;
    for (unsigned i = FIRST; i < FIRST + COUNT; i++) {
        point = schedule_curve_point_after(point);
        ck_assert_msg(reaches(point, i), "point %u is %" PRIu64 ", too small", i, point);
        ck_assert_msg(!reaches(point - 1, i), "point %u is %" PRIu64 ", too large", i, point);
    }
    ck_assert_uint_eq(schedule_curve_point_after(point), UINT64_MAX);
}
END_TEST

START_TEST(test_the_first_decade_is_as_written_down)
{
    static const uint64_t decade[] = {10, 12, 13, 15, 16, 18, 20, 23, 26, 29, 32,
                                      36, 40, 45, 51, 57, 64, 71, 80, 90, 100};
    uint64_t point = 0;
    for (unsigned i = 0; i < sizeof decade / sizeof decade[0]; i++) {
        point = schedule_curve_point_after(point);
        ck_assert_uint_eq(point, decade[i]);
    }
}
END_TEST

START_TEST(test_every_power_of_ten_is_a_point)
{
    uint64_t power = 1;
    for (unsigned exponent = 1; exponent <= 18; exponent++) {
        power *= 10;
        ck_assert_uint_eq(schedule_curve_point_after(power - 1), power);
    }
}
END_TEST

START_TEST(test_points_ascend_and_no_two_are_equal)
{
    uint64_t point = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        uint64_t next = schedule_curve_point_after(point);
        ck_assert_msg(next > point, "%" PRIu64 " after %" PRIu64, next, point);
        point = next;
    }
}
END_TEST

START_TEST(test_from_anywhere_between_two_points_the_second_comes_next)
{
    enum { SEED = 1, TRIES = 20 };
    struct rng rng;
    rng_seed(&rng, SEED);
    uint64_t before = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        uint64_t point = schedule_curve_point_after(before);
        ck_assert_uint_eq(schedule_curve_point_after(point - 1), point);
        for (unsigned n = 0; n < TRIES; n++) {
            uint64_t between = before + rng_next(&rng) % (point - before);
            uint64_t next = schedule_curve_point_after(between);
            if (next != point)
                ck_abort_msg("seed %d: %" PRIu64 " after %" PRIu64, SEED, next, between);
        }
        before = point;
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_each_point_is_the_ceiling_of_its_root_of_ten,
        test_the_first_decade_is_as_written_down,
        test_every_power_of_ten_is_a_point,
        test_points_ascend_and_no_two_are_equal,
        test_from_anywhere_between_two_points_the_second_comes_next,
        NULL,
    };
    return unit_run("curve_points", tests);
}
