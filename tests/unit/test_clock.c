/* Dates as text, and clocks that agree with the system's. */
#include "base/clock.h"
#include "support/unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void assert_text(int64_t unix_ms, const char *expected)
{
    char text[CLOCK_TEXT_SIZE];
    clock_format(unix_ms, text);
    ck_assert_msg(strcmp(text, expected) == 0, "%" PRId64 ": %s, not %s", unix_ms, text, expected);
}

START_TEST(test_known_instants_have_their_known_dates)
{
    assert_text(0, "1970-01-01T00:00:00.000Z");
    assert_text(951782400000, "2000-02-29T00:00:00.000Z");
    assert_text(1234567890123, "2009-02-13T23:31:30.123Z");
    assert_text(1483228799999, "2016-12-31T23:59:59.999Z");
    assert_text(1483228800000, "2017-01-01T00:00:00.000Z");
    assert_text(2147483648000, "2038-01-19T03:14:08.000Z");
    assert_text(4107542400000, "2100-03-01T00:00:00.000Z"); /* 2100 is no leap year */
    assert_text(253402300799999, "9999-12-31T23:59:59.999Z");
}
END_TEST

START_TEST(test_milliseconds_have_three_digits)
{
    assert_text(1, "1970-01-01T00:00:00.001Z");
    assert_text(1010, "1970-01-01T00:00:01.010Z");
    assert_text(59999, "1970-01-01T00:00:59.999Z");
}
END_TEST

START_TEST(test_dates_do_not_depend_on_the_time_zone)
{
    ck_assert_int_eq(setenv("TZ", "XXX-9:30", 1), 0);
    tzset();
    assert_text(1234567890123, "2009-02-13T23:31:30.123Z");
}
END_TEST

static int64_t system_ms(clockid_t id)
{
    struct timespec now;
    ck_assert_int_eq(clock_gettime(id, &now), 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

START_TEST(test_the_date_is_the_systems)
{
    int64_t before = system_ms(CLOCK_REALTIME);
    int64_t now = clock_unix_ms();
    int64_t after = system_ms(CLOCK_REALTIME);
    ck_assert_int_le(before, now);
    ck_assert_int_le(now, after);
}
END_TEST

START_TEST(test_the_monotonic_clock_never_goes_back)
{
    int64_t start = clock_monotonic_ms();
    int64_t last = start;
    while (last < start + 20) { /* long enough to see it go on */
        int64_t now = clock_monotonic_ms();
        if (now < last)
            ck_abort_msg("%" PRId64 " after %" PRId64, now, last);
        last = now;
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_known_instants_have_their_known_dates, test_milliseconds_have_three_digits,
        test_dates_do_not_depend_on_the_time_zone,  test_the_date_is_the_systems,
        test_the_monotonic_clock_never_goes_back,   NULL,
    };
    return unit_run("clock", tests);
}
