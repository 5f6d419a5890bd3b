/* A clock that was never set, or set to what no calendar has: all that is written then can be read.
 */
#include "base/clock.h"
#include "command/check.h"
#include "support/served.h"
#include "support/unit.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The date, for all of this program; the other clocks are the system's. */
static time_t date;

int clock_gettime(clockid_t id, struct timespec *out)
{
    if (id == CLOCK_REALTIME) {
        *out = (struct timespec){.tv_sec = date};
        return 0;
    }
    return (int)syscall(SYS_clock_gettime, id, out);
}

static void fail_with(void *context, const char *line)
{
    (void)context;
    ck_abort_msg("%s", line);
}

static void ignore(void *context, const char *line)
{
    (void)context;
    (void)line;
}

/* Writes something of everything, and reads it again. */
static void live_at(time_t seconds)
{
    static const uint8_t won[] = {0, 3, 1, 4, 2};
    const struct check_report report = {.found = fail_with, .said = ignore};
    struct served served;
    struct job_order order = served_job_order(1, 20);
    date = seconds;
    served_open(&served);
    struct brain_order brain = served_brain_order("other");
    served_create(&served, &brain);
    served_learn(&served, "other", won, sizeof won);
    ck_assert_int_eq(served_keep(&served, "default", "mine"), ERR_OK);
    int64_t job = served_begin(&served, &order);
    ck_assert_int_eq(served_wait_over(&served, job).state, JOB_DONE);
    order.matches = JOB_MATCHES_MAX;
    int64_t endless = served_begin(&served, &order);
    served_restart(&served);
    ck_assert_int_eq(served_job(&served, endless).state, JOB_RUNNING);
    ck_assert_int_gt(served_job(&served, job).finished_at_ms, 0);
    served_shut(&served);
    ck_assert_int_eq(service_check(served.path, &report), ERR_OK);
    folder_remove(&served.folder);
}

START_TEST(test_what_is_written_before_1970_can_be_read)
{
    live_at(-86400);
    live_at(-1);
    live_at(0);
}
END_TEST

START_TEST(test_what_is_written_after_9999_can_be_read)
{
    live_at(CLOCK_UNIX_MS_MAX / 1000 + 86400);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_what_is_written_before_1970_can_be_read,
        test_what_is_written_after_9999_can_be_read,
        NULL,
    };
    return unit_run("unset_clock", tests);
}
