/* Stops, restarts and crashes: a job is cut off at rounds only, and goes on to the very same end.
 */
#include "engine/selfplay.h"
#include "support/rounds.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <string.h>

/* Whether the default brain is what the job makes of a fresh one in so many matches. */
static bool is_plain(struct served *served, const struct job_order *order, uint64_t matches)
{
    struct rounds_plan plan = served_plan(order, 0);
    struct brain *plain = tables_fresh(NULL);
    plan.end = matches;
    rounds_play(plain, &plan);
    bool same = served_has(served, "default", plain);
    brain_destroy(plain);
    return same;
}

START_TEST(test_a_running_job_stops_at_a_rounds_end_and_the_next_one_goes_on_from_there)
{
    struct served served;
    served_open(&served);
    struct job_order order = served_job_order(1, JOB_MATCHES_MAX);
    struct job_order next = served_job_order(2, 5000);
    order.workers = 2;
    int64_t id = served_begin(&served, &order);
    int64_t next_id = served_begin(&served, &next);
    served_wait_matches(&served, id, 12000);
    served_stop(&served, id);
    struct job job = served_wait_over(&served, id);
    ck_assert_int_eq(job.state, JOB_STOPPED);
    ck_assert_int_eq(job.ended_by, JOB_END_STOP);
    ck_assert_int_gt(job.finished_at_ms, 0);
    ck_assert_uint_ge(job.matches_done, 12000);
    ck_assert_uint_eq(job.results[0] + job.results[1] + job.results[2], job.matches_done);
    struct rounds_plan plan = served_plan(&order, 0);
    ck_assert_msg(rounds_end_at(&plan, 0, job.matches_done), "at %" PRIu64, job.matches_done);

    ck_assert_int_eq(served_wait_over(&served, next_id).state, JOB_DONE);
    struct brain *plain = tables_fresh(NULL);
    plan.end = job.matches_done;
    rounds_play(plain, &plan);
    plan = served_plan(&next, 0);
    plan.end += job.matches_done;
    rounds_play(plain, &plan);
    ck_assert(served_has(&served, "default", plain));
    served_restart(&served);
    ck_assert(served_has(&served, "default", plain));
    ck_assert_int_eq(served_job(&served, id).state, JOB_STOPPED);
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

START_TEST(test_a_queued_job_that_is_stopped_never_runs)
{
    struct served served;
    served_open(&served);
    struct job_order endless = served_job_order(1, JOB_MATCHES_MAX);
    struct job_order order = served_job_order(2, 100);
    int64_t running = served_begin(&served, &endless);
    int64_t queued = served_begin(&served, &order);
    served_stop(&served, queued);
    for (unsigned life = 0; life < 2; life++) {
        struct job job = served_job(&served, queued);
        ck_assert_int_eq(job.state, JOB_STOPPED);
        ck_assert_int_eq(job.ended_by, JOB_END_STOP);
        ck_assert_uint_eq(job.matches_done, 0);
        ck_assert_int_eq(job.started_at_ms, 0);
        ck_assert_int_gt(job.finished_at_ms, 0);
        served_stop(&served, running);
        served_wait_over(&served, running);
        served_restart(&served);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_stopping_what_is_over_or_stopping_changes_nothing)
{
    struct served served;
    served_open(&served);
    struct job_order order = served_job_order(1, 100);
    int64_t id = served_begin(&served, &order);
    struct job before = served_wait_over(&served, id);
    served_stop(&served, id);
    struct job after = served_job(&served, id);
    ck_assert_mem_eq(&after, &before, sizeof before);
    order.matches = JOB_MATCHES_MAX;
    id = served_begin(&served, &order);
    served_stop(&served, id);
    served_stop(&served, id);
    ck_assert_int_eq(served_wait_over(&served, id).state, JOB_STOPPED);
    served_stop(&served, id);
    ck_assert_int_eq(served_job(&served, id).state, JOB_STOPPED);
    served_close(&served);
}
END_TEST

START_TEST(test_a_job_that_is_not_there_cannot_be_stopped)
{
    static const int64_t ids[] = {0, -1, 2, INT64_MAX};
    struct served served;
    served_open(&served);
    struct job_order order = served_job_order(1, 10);
    ck_assert_int_eq(served_begin(&served, &order), 1);
    for (unsigned i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct served_call call = served_call();
        struct fault fault;
        struct job_view view;
        ck_assert_int_eq(service_stop_job(served.service, ids[i], &call.call, &fault),
                         ERR_NOT_FOUND);
        ck_assert_int_eq(service_get_job(served.service, ids[i], &view), ERR_NOT_FOUND);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_a_job_goes_on_after_restarts_to_the_very_same_end)
{
    struct served served;
    served_open(&served);
    struct job_order order = served_job_order(77, 400000);
    order.workers = 3;
    int64_t id = served_begin(&served, &order);
    struct job job = served_job(&served, id);
    unsigned lives = 0;
    for (; !job_is_over(&job); lives++) {
        job = served_wait_matches(&served, id, 50000 * (lives + 1));
        uint64_t seen = job.matches_done;
        int64_t running_ms = job.running_ms;
        served.threads = 1 + lives % 4;
        served_restart(&served);
        job = served_job(&served, id);
        ck_assert_uint_ge(job.matches_done, seen);
        ck_assert_int_ge(job.running_ms, running_ms);
    }
    ck_assert_uint_gt(lives, 1); /* it was cut off at least once */
    ck_assert_int_eq(job.state, JOB_DONE);
    ck_assert_uint_eq(job.matches_done, order.matches);
    ck_assert_uint_eq(job.results[0] + job.results[1] + job.results[2], order.matches);
    ck_assert(is_plain(&served, &order, order.matches));
    served_close(&served);
}
END_TEST

START_TEST(test_queued_jobs_are_still_queued_after_a_restart_and_then_run_in_their_order)
{
    struct served served;
    int64_t ids[3];
    struct brain *plain = tables_fresh(NULL);
    served_open(&served);
    for (unsigned i = 0; i < 3; i++) {
        struct job_order order = served_job_order(i, i == 0 ? 150000 : 2000);
        struct rounds_plan plan = served_plan(&order, 0);
        ids[i] = served_begin(&served, &order);
        plan.end += plain->matches;
        rounds_play(plain, &plan);
    }
    served_restart(&served);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(served_wait_over(&served, ids[i]).state, JOB_DONE);
    ck_assert(served_has(&served, "default", plain));
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

START_TEST(test_a_stop_that_the_shutdown_overtakes_is_carried_out_at_the_next_start)
{
    struct served served;
    served_open(&served);
    struct job_order order = served_job_order(5, JOB_MATCHES_MAX);
    struct job_order next = served_job_order(6, 100);
    int64_t id = served_begin(&served, &order);
    int64_t next_id = served_begin(&served, &next);
    served_stop(&served, id);
    served_restart(&served);
    struct job job = served_job(&served, id);
    ck_assert_int_eq(job.state, JOB_STOPPED);
    ck_assert_int_eq(job.ended_by, JOB_END_STOP);
    ck_assert_int_gt(job.finished_at_ms, 0);
    ck_assert_int_eq(served_wait_over(&served, next_id).state, JOB_DONE);
    served_restart(&served);
    ck_assert_int_eq(served_job(&served, id).state, JOB_STOPPED);
    served_close(&served);
}
END_TEST

START_TEST(test_a_job_begun_under_another_schedule_fails_and_says_so)
{
    struct served served;
    served_open(&served);
    struct job_order endless = served_job_order(1, JOB_MATCHES_MAX);
    struct job_order order = served_job_order(2, 100);
    int64_t running = served_begin(&served, &endless);
    int64_t queued = served_begin(&served, &order);
    int64_t ours = served_begin(&served, &order);
    served_shut(&served);
    stored_sql(served.path, "UPDATE job SET schedule = 2 WHERE id < 3" STORED_SEAL);
    served_start(&served);
    served_wait_over(&served, ours);
    for (unsigned life = 0; life < 2; life++) {
        int64_t ids[2] = {running, queued};
        for (unsigned i = 0; i < 2; i++) {
            struct job job = served_job(&served, ids[i]);
            ck_assert_int_eq(job.state, JOB_FAILED);
            ck_assert_int_eq(job.ended_by, JOB_END_ERROR);
            ck_assert_ptr_nonnull(strstr(job.error, "another version of the training schedule"));
            ck_assert_int_gt(job.finished_at_ms, 0);
        }
        ck_assert_int_eq(served_job(&served, ours).state, JOB_DONE);
        served_restart(&served);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_a_job_goes_on_after_crashes_to_the_very_same_end)
{
    struct served served;
    served_open(&served);
    struct job_order order = served_job_order(88, 300000);
    order.workers = 4;
    int64_t id = served_begin(&served, &order);
    served_shut(&served);
    for (uint64_t matches = 20000; matches <= 200000; matches *= 2)
        served_run_and_kill(&served, id, matches);
    served_start(&served);
    struct job job = served_job(&served, id);
    ck_assert_uint_ge(job.matches_done, 160000); /* what was on the disk is there */
    job = served_wait_over(&served, id);
    ck_assert_int_eq(job.state, JOB_DONE);
    ck_assert_uint_eq(job.results[0] + job.results[1] + job.results[2], order.matches);
    ck_assert(is_plain(&served, &order, order.matches));
    served_close(&served);
}
END_TEST

START_TEST(test_saves_while_a_job_runs_keep_brain_and_job_together)
{
    struct served served;
    struct brain_info info;
    served_open(&served);
    served_shut(&served);
    served.save_interval_ms = 1;
    served_start(&served);
    struct job_order order = served_job_order(9, JOB_MATCHES_MAX);
    int64_t id = served_begin(&served, &order);
    int64_t saved_at_ms = 0;
    for (unsigned saves = 0; saves < 5;) {
        served_turn(&served);
        ck_assert_int_eq(service_get_brain(served.service, "default", &info), ERR_OK);
        bool is_new = info.saved_at_ms != saved_at_ms && info.matches > info.unsaved_matches;
        saves += is_new;
        saved_at_ms = is_new ? info.saved_at_ms : saved_at_ms;
        /* The table's matches stand at byte 16 of its blob, in five bytes and some zeros. */
        ck_assert_int_eq(
            stored_sql(served.path,
                       "SELECT matches_done = won_by_player1 + won_by_player2 + drawn AND"
                       " hex(substr(table_blob, 17, 5)) = printf('%02X%02X%02X%02X%02X',"
                       " matches_done & 255, matches_done >> 8 & 255, matches_done >> 16 & 255,"
                       " matches_done >> 24 & 255, matches_done >> 32)"
                       " FROM job JOIN brain ON brain.id = brain_id"),
            1);
    }
    served_stop(&served, id);
    served_wait_over(&served, id);
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_running_job_stops_at_a_rounds_end_and_the_next_one_goes_on_from_there,
        test_a_queued_job_that_is_stopped_never_runs,
        test_stopping_what_is_over_or_stopping_changes_nothing,
        test_a_job_that_is_not_there_cannot_be_stopped,
        test_a_job_goes_on_after_restarts_to_the_very_same_end,
        test_queued_jobs_are_still_queued_after_a_restart_and_then_run_in_their_order,
        test_a_stop_that_the_shutdown_overtakes_is_carried_out_at_the_next_start,
        test_a_job_begun_under_another_schedule_fails_and_says_so,
        test_a_job_goes_on_after_crashes_to_the_very_same_end,
        test_saves_while_a_job_runs_keep_brain_and_job_together,
        NULL,
    };
    return unit_run("service_resume", tests);
}
