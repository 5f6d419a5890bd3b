/* A service whose disk fails: nothing that was played is lost as long as it runs, and it says what
 * is not on the disk. */
#include "support/faulty_disk.h"
#include "support/rounds.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <sqlite3.h>
#include <string.h>

static void break_disk(void)
{
    faulty_disk_plan(&(struct faulty_disk_plan){
        .kind = FAULTY_CHANGES, .nth = 1, .for_good = true, .code = SQLITE_FULL});
}

/* A service that tries failed saves again at every turn. */
static void open_on_faulty_disk(struct served *served)
{
    faulty_disk_install();
    served_open(served);
    served_shut(served);
    served->save_interval_ms = 1;
    served_start(served);
}

static struct brain_info info_of(struct served *served)
{
    struct brain_info info;
    ck_assert_int_eq(service_get_brain(served->service, "default", &info), ERR_OK);
    return info;
}

static bool is_plain(struct served *served, uint64_t seed, uint64_t matches)
{
    struct rounds_plan plan = {.seed = seed, .workers = 1, .learners = 3, .end = matches};
    struct brain *plain = tables_fresh(NULL);
    rounds_play(plain, &plan);
    bool same = served_has(served, "default", plain);
    brain_destroy(plain);
    return same;
}

START_TEST(test_what_cannot_be_written_is_refused_and_is_not_there)
{
    struct served served;
    open_on_faulty_disk(&served);
    break_disk();
    struct job_order order = served_job_order(1, 100);
    struct brain_order brain = served_brain_order("late");
    struct served_call calls[2] = {served_call(), served_call()};
    struct fault fault;
    ck_assert_int_eq(service_start_job(served.service, &order, &calls[0].call, &fault), ERR_OK);
    ck_assert_int_eq(service_create_brain(served.service, &brain, &calls[1].call, &fault),
                     CREATED_LATER);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_int_eq(served_wait(&served, &calls[i]), ERR_STORE_FULL);
        ck_assert_str_ne(calls[i].call.fault.detail, "");
    }
    for (unsigned life = 0; life < 2; life++) {
        ck_assert_uint_eq(service_count_jobs(served.service), 0);
        ck_assert_uint_eq(service_count_brains(served.service), 1);
        faulty_disk_heal();
        served_restart(&served);
    }
    served_create(&served, &brain);
    served_wait_over(&served, served_begin(&served, &order));
    ck_assert(is_plain(&served, 1, 100));
    served_close(&served);
}
END_TEST

START_TEST(test_a_job_plays_on_while_its_saves_fail_and_recovers)
{
    struct served served;
    open_on_faulty_disk(&served);
    struct job_order order = served_job_order(2, JOB_MATCHES_MAX);
    int64_t id = served_begin(&served, &order);
    break_disk();
    while (info_of(&served).last_save_error == NULL)
        served_turn(&served);
    struct brain_info info = info_of(&served);
    uint64_t on_disk = info.matches - info.unsaved_matches;
    served_wait_matches(&served, id, info.matches + 100000);
    info = info_of(&served);
    ck_assert_uint_eq(info.matches - info.unsaved_matches, on_disk);
    ck_assert_ptr_nonnull(info.last_save_error);
    faulty_disk_heal();
    while (info_of(&served).last_save_error != NULL)
        served_turn(&served);
    info = info_of(&served);
    ck_assert_uint_gt(info.matches - info.unsaved_matches, on_disk);
    served_stop(&served, id);
    struct job job = served_wait_over(&served, id);
    ck_assert(is_plain(&served, 2, job.matches_done));
    served_restart(&served);
    ck_assert(is_plain(&served, 2, job.matches_done));
    served_close(&served);
}
END_TEST

/* Stops a job on a dead disk: that cannot be written, but the job does stop. */
static struct job stop_on_dead_disk(struct served *served, int64_t id)
{
    struct served_call call = served_call();
    struct fault fault;
    break_disk();
    ck_assert_int_eq(service_stop_job(served->service, id, &call.call, &fault), ERR_OK);
    ck_assert_int_eq(served_wait(served, &call), ERR_STORE_FULL);
    return served_wait_over(served, id);
}

START_TEST(test_a_last_save_that_fails_is_tried_again_and_the_next_job_waits_for_it)
{
    struct served served;
    open_on_faulty_disk(&served);
    struct job_order order = served_job_order(3, JOB_MATCHES_MAX);
    struct job_order next = served_job_order(4, 100);
    int64_t id = served_begin(&served, &order);
    int64_t next_id = served_begin(&served, &next);
    struct job job = stop_on_dead_disk(&served, id);
    ck_assert_int_eq(job.state, JOB_STOPPED); /* its matches are played */
    for (unsigned i = 0; i < 20; i++) {
        served_turn(&served);
        ck_assert_ptr_nonnull(info_of(&served).last_save_error);
        ck_assert_int_eq(served_job(&served, next_id).state, JOB_QUEUED);
    }
    ck_assert(is_plain(&served, 3, job.matches_done));
    faulty_disk_heal();
    ck_assert_int_eq(served_wait_over(&served, next_id).state, JOB_DONE);
    ck_assert_ptr_null(info_of(&served).last_save_error);
    ck_assert_uint_eq(info_of(&served).unsaved_matches, 0);
    served_restart(&served);
    struct job after = served_job(&served, id);
    ck_assert_mem_eq(&after, &job, sizeof job);
    ck_assert_uint_eq(info_of(&served).matches, job.matches_done + 100);
    served_close(&served);
}
END_TEST

/* Closes on a dead disk; the words say which brain lost how many matches. */
static void close_with_loss(struct served *served)
{
    struct fault fault = {.err = ERR_OK};
    break_disk();
    ck_assert_int_eq(service_close(served->service, &fault), ERR_IO);
    ck_assert_ptr_nonnull(strstr(fault.detail, "brain default"));
    ck_assert_ptr_nonnull(strstr(fault.detail, "matches are not on disk"));
    faulty_disk_heal();
}

START_TEST(test_closing_on_a_dead_disk_says_what_is_lost_and_the_job_starts_again_where_it_was)
{
    struct served served;
    faulty_disk_install();
    served_open(&served); /* saves at the end only */
    struct job_order order = served_job_order(5, JOB_MATCHES_MAX);
    int64_t id = served_begin(&served, &order);
    served_wait_matches(&served, id, 1000);
    close_with_loss(&served);
    served_start(&served);
    served_wait_matches(&served, id, 3000);
    served_stop(&served, id);
    struct job job = served_wait_over(&served, id);
    ck_assert_int_eq(job.state, JOB_STOPPED);
    ck_assert(is_plain(&served, 5, job.matches_done));
    served_close(&served);
}
END_TEST

START_TEST(test_a_last_save_that_failed_is_tried_once_more_when_closing)
{
    struct served served;
    faulty_disk_install();
    served_open(&served); /* no save but this one, and no second try while it runs */
    struct job_order order = served_job_order(6, JOB_MATCHES_MAX);
    int64_t id = served_begin(&served, &order);
    served_wait_matches(&served, id, 1000);
    struct job job = stop_on_dead_disk(&served, id);
    ck_assert_ptr_nonnull(info_of(&served).last_save_error);
    faulty_disk_heal();
    served_restart(&served);
    struct job after = served_job(&served, id);
    ck_assert_mem_eq(&after, &job, sizeof job);
    ck_assert(is_plain(&served, 6, job.matches_done));
    served_close(&served);
}
END_TEST

/* The job is on the disk, and nothing after it. */
static void break_disk_and_note(struct service_call *call)
{
    break_disk();
    ((struct served_call *)call)->is_done = true;
}

START_TEST(test_a_finished_job_lost_on_a_dead_disk_is_played_again_to_the_same_end)
{
    struct served served;
    struct served_call call = {.call.done = break_disk_and_note};
    struct fault fault;
    faulty_disk_install();
    served_open(&served);
    struct job_order order = served_job_order(7, 30000);
    ck_assert_int_eq(service_start_job(served.service, &order, &call.call, &fault), ERR_OK);
    ck_assert_int_eq(served_wait(&served, &call), ERR_OK);
    ck_assert_int_eq(served_wait_over(&served, call.call.job_id).state, JOB_DONE);
    ck_assert(is_plain(&served, 7, 30000));
    close_with_loss(&served);
    served_start(&served);
    ck_assert_uint_lt(info_of(&served).matches, 30000);
    ck_assert_int_eq(served_wait_over(&served, call.call.job_id).state, JOB_DONE);
    ck_assert(is_plain(&served, 7, 30000));
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_what_cannot_be_written_is_refused_and_is_not_there,
        test_a_job_plays_on_while_its_saves_fail_and_recovers,
        test_a_last_save_that_fails_is_tried_again_and_the_next_job_waits_for_it,
        test_closing_on_a_dead_disk_says_what_is_lost_and_the_job_starts_again_where_it_was,
        test_a_last_save_that_failed_is_tried_once_more_when_closing,
        test_a_finished_job_lost_on_a_dead_disk_is_played_again_to_the_same_end,
        NULL,
    };
    return unit_run("service_faults", tests);
}
