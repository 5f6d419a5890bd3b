/* How this process stands with the scheduler. */
#include "base/process.h"
#include "support/sandbox.h"
#include "support/unit.h"

#include <linux/sched/types.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct sched_attr attributes_of(pid_t thread)
{
    struct sched_attr attributes = {.size = sizeof attributes};
    ck_assert_int_eq(syscall(SYS_sched_getattr, thread, &attributes, sizeof attributes, 0), 0);
    return attributes;
}

START_TEST(test_being_prompt_changes_the_slices_alone)
{
    ck_assert_int_eq(setpriority(PRIO_PROCESS, 0, 3), 0);
    const struct sched_attr before = attributes_of(0);
    process_be_prompt();
    const struct sched_attr after = attributes_of(0);
    ck_assert_uint_eq(after.sched_policy, before.sched_policy);
    ck_assert_int_eq(after.sched_nice, before.sched_nice);
    if (before.sched_runtime > 0) /* a kernel that has slices of one's own */
        ck_assert_uint_lt(after.sched_runtime, before.sched_runtime);
}
END_TEST

static void be_prompt(void *context)
{
    (void)context;
    process_be_prompt();
}

static void be_prompt_although_forbidden(long call)
{
    char heard[256];
    sandbox_forbid(call);
    sandbox_listen(be_prompt, NULL, heard, sizeof heard);
    ck_assert_ptr_nonnull(strstr(heard, "level=warn event=cannot_be_prompt error="));
}

START_TEST(test_a_sandbox_that_forbids_it_is_logged_and_lived_with)
{
    be_prompt_although_forbidden(SYS_sched_setattr);
}
END_TEST

START_TEST(test_so_is_one_that_forbids_even_to_ask)
{
    be_prompt_although_forbidden(SYS_sched_getattr);
}
END_TEST

START_TEST(test_it_uses_memory_and_time)
{
    ck_assert_uint_gt(process_resident_bytes(), 100000);
    ck_assert(process_cpu_seconds() > 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_being_prompt_changes_the_slices_alone,
        test_a_sandbox_that_forbids_it_is_logged_and_lived_with,
        test_so_is_one_that_forbids_even_to_ask,
        test_it_uses_memory_and_time,
        NULL,
    };
    return unit_run("process", tests);
}
