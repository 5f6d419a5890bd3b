/* The buckets of a histogram of durations: each limit belongs to the bucket below it. */
#include "base/durations.h"
#include "support/unit.h"

START_TEST(test_a_limit_is_the_longest_of_its_bucket)
{
    for (unsigned i = 0; i < DURATIONS_BUCKETS; i++) {
        struct durations durations = {.total_us = 0};
        durations_add(&durations, durations_us[i]);
        durations_add(&durations, durations_us[i] + 1);
        ck_assert_uint_eq(durations.counts[i], 1);
        ck_assert_uint_eq(durations.counts[i + 1], 1);
        ck_assert_uint_eq(durations.total_us, 2 * (uint64_t)durations_us[i] + 1);
    }
}
END_TEST

START_TEST(test_the_shortest_and_the_longest_have_a_bucket)
{
    struct durations durations = {.total_us = 0};
    durations_add(&durations, 0);
    durations_add(&durations, INT64_MAX);
    ck_assert_uint_eq(durations.counts[0], 1);
    ck_assert_uint_eq(durations.counts[DURATIONS_BUCKETS], 1);
    ck_assert_uint_eq(durations.total_us, INT64_MAX);
}
END_TEST

START_TEST(test_limits_ascend)
{
    for (unsigned i = 1; i < DURATIONS_BUCKETS; i++)
        ck_assert_int_lt(durations_us[i - 1], durations_us[i]);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_limit_is_the_longest_of_its_bucket,
        test_the_shortest_and_the_longest_have_a_bucket,
        test_limits_ascend,
        NULL,
    };
    return unit_run("durations", tests);
}
