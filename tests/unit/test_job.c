/* What a job may become, and what its states are called. */
#include "model/job.h"
#include "support/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* As model/job.h draws it; and a job that cannot go on fails, wherever it is. */
static const bool may[JOB_STATE_COUNT][JOB_STATE_COUNT] = {
    [JOB_QUEUED][JOB_RUNNING] = true,   [JOB_QUEUED][JOB_STOPPED] = true,
    [JOB_QUEUED][JOB_FAILED] = true,    [JOB_RUNNING][JOB_STOPPING] = true,
    [JOB_RUNNING][JOB_DONE] = true,     [JOB_RUNNING][JOB_FAILED] = true,
    [JOB_STOPPING][JOB_STOPPED] = true, [JOB_STOPPING][JOB_DONE] = true,
    [JOB_STOPPING][JOB_FAILED] = true,
};

START_TEST(test_a_job_moves_along_the_diagram)
{
    for (unsigned from = 0; from < JOB_STATE_COUNT; from++) {
        for (unsigned to = 0; to < JOB_STATE_COUNT; to++) {
            if (!may[from][to])
                continue;
            struct job job = {.state = (enum job_state)from};
            job_move(&job, (enum job_state)to);
            ck_assert_int_eq(job.state, to);
        }
    }
}
END_TEST

/* Whether the move ends the process by abort(), tried in another one. */
static bool aborts(enum job_state from, enum job_state to)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO); /* the assert's line */
        signal(SIGABRT, SIG_DFL);
        struct job job = {.state = from};
        job_move(&job, to);
        _exit(0);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

START_TEST(test_any_other_move_is_a_programmers_error)
{
    for (unsigned from = 0; from < JOB_STATE_COUNT; from++)
        for (unsigned to = 0; to < JOB_STATE_COUNT; to++)
            if (!may[from][to])
                ck_assert_msg(aborts((enum job_state)from, (enum job_state)to), "%s to %s",
                              job_state_name((enum job_state)from),
                              job_state_name((enum job_state)to));
}
END_TEST

START_TEST(test_done_stopped_and_failed_jobs_are_over)
{
    static const bool over[JOB_STATE_COUNT] = {
        [JOB_DONE] = true, [JOB_STOPPED] = true, [JOB_FAILED] = true};
    for (unsigned state = 0; state < JOB_STATE_COUNT; state++) {
        struct job job = {.state = (enum job_state)state};
        ck_assert_int_eq(job_is_over(&job), over[state]);
    }
}
END_TEST

START_TEST(test_states_are_called_as_in_the_contract_and_are_found_by_their_names)
{
    static const char *const names[JOB_STATE_COUNT] = {"queued", "running", "stopping",
                                                       "done",   "stopped", "failed"};
    for (unsigned state = 0; state < JOB_STATE_COUNT; state++) {
        enum job_state parsed = JOB_STATE_COUNT;
        ck_assert_str_eq(job_state_name((enum job_state)state), names[state]);
        ck_assert_int_eq(job_state_parse(names[state], &parsed), ERR_OK);
        ck_assert_int_eq(parsed, state);
    }
}
END_TEST

START_TEST(test_ends_are_called_as_in_the_contract_and_are_found_by_their_names)
{
    static const char *const names[JOB_END_COUNT] = {NULL, "matches", "until", "stop", "error"};
    for (unsigned end = JOB_END_NONE + 1; end < JOB_END_COUNT; end++) {
        enum job_end parsed = JOB_END_NONE;
        ck_assert_str_eq(job_end_name((enum job_end)end), names[end]);
        ck_assert_int_eq(job_end_parse(names[end], &parsed), ERR_OK);
        ck_assert_int_eq(parsed, end);
    }
    ck_assert_ptr_null(job_end_name(JOB_END_NONE));
}
END_TEST

START_TEST(test_other_names_are_not_found_and_leave_the_result_alone)
{
    static const char *const names[] = {"",      "Queued", "queue", "queued ",
                                        "stops", "none",   "untill"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        enum job_state state = JOB_FAILED;
        enum job_end end = JOB_END_STOP;
        ck_assert_int_eq(job_state_parse(names[i], &state), ERR_NOT_FOUND);
        ck_assert_int_eq(job_end_parse(names[i], &end), ERR_NOT_FOUND);
        ck_assert_int_eq(state, JOB_FAILED);
        ck_assert_int_eq(end, JOB_END_STOP);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_job_moves_along_the_diagram,
        test_any_other_move_is_a_programmers_error,
        test_done_stopped_and_failed_jobs_are_over,
        test_states_are_called_as_in_the_contract_and_are_found_by_their_names,
        test_ends_are_called_as_in_the_contract_and_are_found_by_their_names,
        test_other_names_are_not_found_and_leave_the_result_alone,
        NULL,
    };
    return unit_run("job", tests);
}
