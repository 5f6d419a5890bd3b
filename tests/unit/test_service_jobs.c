/* Training jobs: what they make of a brain is what plain rounds make of it, whatever comes between.
 */
#include "engine/selfplay.h"
#include "support/rounds.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Does to a table what the job does to its brain. */
static void play_plainly(struct brain *table, const struct job_order *order)
{
    struct rounds_plan plan = served_plan(order, table->matches);
    rounds_play(table, &plan);
}

START_TEST(test_a_job_trains_its_brain_to_the_end)
{
    struct served served;
    served_open(&served);
    struct job_order order = served_job_order(1, 12345);
    order.workers = 3;
    int64_t id = served_begin(&served, &order);
    struct job job = served_wait_over(&served, id);
    ck_assert_int_eq(job.state, JOB_DONE);
    ck_assert_int_eq(job.ended_by, JOB_END_MATCHES);
    ck_assert_uint_eq(job.matches_done, 12345);
    ck_assert_uint_eq(job.results[0] + job.results[1] + job.results[2], 12345);
    ck_assert_str_eq(job.error, "");
    ck_assert_int_ge(job.running_ms, 0);
    ck_assert_int_gt(job.created_at_ms, 0);
    ck_assert_int_ge(job.started_at_ms, job.created_at_ms);
    ck_assert_int_ge(job.finished_at_ms, job.started_at_ms);
    struct brain *plain = tables_fresh(NULL);
    play_plainly(plain, &order);
    ck_assert(served_has(&served, "default", plain));
    served_restart(&served);
    ck_assert(served_has(&served, "default", plain));
    struct job after = served_job(&served, id);
    ck_assert_mem_eq(&after, &job, sizeof job);
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

START_TEST(test_a_job_keeps_what_was_asked_for)
{
    struct served served;
    served_open(&served);
    struct brain_order other = served_brain_order("other");
    served_create(&served, &other);
    struct job_order order = {.brain = "other",
                              .matches = JOB_MATCHES_MAX,
                              .workers = 64,
                              .seed = UINT64_MAX,
                              .learners = LEARN_PLAYER2};
    int64_t id = served_begin(&served, &order);
    served_restart(&served);
    struct job_view view;
    ck_assert_int_eq(service_get_job(served.service, id, &view), ERR_OK);
    ck_assert_str_eq(view.brain, "other");
    ck_assert_uint_eq(view.job.matches, JOB_MATCHES_MAX);
    ck_assert_uint_eq(view.job.workers, 64);
    ck_assert_uint_eq(view.job.seed, UINT64_MAX);
    ck_assert_uint_eq(view.job.learners, LEARN_PLAYER2);
    ck_assert_uint_eq(view.job.schedule, 1);
    ck_assert_int_eq(view.job.state, JOB_RUNNING);
    served_close(&served);
}
END_TEST

START_TEST(test_only_the_players_named_learn)
{
    struct served served;
    served_open(&served);
    struct job_order order = served_job_order(2, 3000);
    order.learners = LEARN_PLAYER1;
    served_wait_over(&served, served_begin(&served, &order));
    struct brain *plain = tables_fresh(NULL);
    play_plainly(plain, &order);
    ck_assert(served_has(&served, "default", plain));
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

static unsigned count_running(struct served *served)
{
    unsigned running = 0;
    for (unsigned i = 0; i < service_count_jobs(served->service); i++) {
        struct job_view view;
        service_job_at(served->service, i, &view);
        running += view.job.state == JOB_RUNNING;
    }
    return running;
}

START_TEST(test_jobs_on_one_brain_run_one_after_the_other_in_their_order)
{
    enum { JOBS = 5 };
    struct served served;
    int64_t ids[JOBS];
    struct brain *plain = tables_fresh(NULL);
    served_open(&served);
    for (unsigned i = 0; i < JOBS; i++) {
        struct job_order order = served_job_order(100 - i, 3000 + i);
        order.workers = 1 + i;
        ids[i] = served_begin(&served, &order);
        play_plainly(plain, &order);
        if (i > 0)
            ck_assert_int_gt(ids[i], ids[i - 1]);
    }
    struct job job = served_job(&served, ids[JOBS - 1]);
    while (!job_is_over(&job)) {
        ck_assert_uint_le(count_running(&served), 1);
        served_turn(&served);
        job = served_job(&served, ids[JOBS - 1]);
    }
    for (unsigned i = 0; i < JOBS; i++)
        ck_assert_int_eq(served_job(&served, ids[i]).state, JOB_DONE);
    ck_assert(served_has(&served, "default", plain));
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

START_TEST(test_jobs_on_different_brains_run_at_the_same_time_and_do_not_mix)
{
    enum { BRAINS = 3 };
    static const char *const names[BRAINS] = {"default", "a", "b"};
    struct served served;
    struct job_order orders[BRAINS];
    int64_t ids[BRAINS];
    served_open(&served);
    for (unsigned i = 0; i < BRAINS; i++) {
        struct brain_order brain = served_brain_order(names[i]);
        if (i > 0)
            served_create(&served, &brain);
        orders[i] = served_job_order(50 + i, 40000 + i);
        orders[i].brain = names[i];
        orders[i].workers = 1 + 2 * i;
    }
    struct job_order endless = orders[0];
    endless.matches = JOB_MATCHES_MAX;
    ids[0] = served_begin(&served, &endless);
    for (unsigned i = 1; i < BRAINS; i++)
        ids[i] = served_begin(&served, &orders[i]);
    for (unsigned i = 1; i < BRAINS; i++)
        ck_assert_int_eq(served_wait_over(&served, ids[i]).state, JOB_DONE);
    ck_assert_int_eq(served_job(&served, ids[0]).state, JOB_RUNNING);
    for (unsigned i = 1; i < BRAINS; i++) {
        struct brain *plain = tables_fresh(NULL);
        play_plainly(plain, &orders[i]);
        ck_assert_msg(served_has(&served, names[i], plain), "%s", names[i]);
        brain_destroy(plain);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_a_brain_says_which_job_trains_it_or_is_next)
{
    struct served served;
    struct brain_info info;
    served_open(&served);
    struct job_order endless = served_job_order(1, JOB_MATCHES_MAX);
    struct job_order order = served_job_order(2, 100);
    int64_t first = served_begin(&served, &endless);
    int64_t second = served_begin(&served, &order);
    ck_assert_int_eq(service_get_brain(served.service, "default", &info), ERR_OK);
    ck_assert_int_eq(info.training, first);
    served_stop(&served, first);
    served_wait_over(&served, first);
    served_wait_over(&served, second);
    ck_assert_int_eq(service_get_brain(served.service, "default", &info), ERR_OK);
    ck_assert_int_eq(info.training, 0);
    ck_assert_int_eq(served_job(&served, second).state, JOB_DONE);
    served_close(&served);
}
END_TEST

static void assert_refused(struct served *served, struct job_order order, enum err err,
                           const char *field)
{
    struct served_call call = served_call();
    struct fault fault = {.err = ERR_OK};
    enum err got = service_start_job(served->service, &order, &call.call, &fault);
    ck_assert_msg(got == err, "%s: %s", err_name(got), fault.detail);
    ck_assert_int_eq(fault.err, err);
    ck_assert_str_eq(fault.field, field);
    ck_assert_str_ne(fault.detail, "");
}

START_TEST(test_a_brain_is_not_deleted_under_a_job_on_its_way_to_the_disk)
{
    struct served served;
    struct served_call job = served_call();
    struct served_call deletion = served_call();
    struct fault fault;
    served_open(&served);
    struct job_order order = served_job_order(1, 1000);
    ck_assert_int_eq(service_start_job(served.service, &order, &job.call, &fault), ERR_OK);
    ck_assert_int_eq(service_delete_brain(served.service, order.brain, &deletion.call, &fault),
                     ERR_BUSY);
    ck_assert_int_eq(served_wait(&served, &job), ERR_OK);
    ck_assert_int_eq(served_wait_over(&served, job.call.job_id).state, JOB_DONE);
    ck_assert_int_eq(service_delete_brain(served.service, order.brain, &deletion.call, &fault),
                     ERR_OK);
    ck_assert_int_eq(served_wait(&served, &deletion), ERR_OK);
    served_close(&served);
}
END_TEST

START_TEST(test_impossible_jobs_are_refused_and_the_field_is_named)
{
    struct served served;
    served_open(&served);
    struct job_order order = served_job_order(1, 0);
    assert_refused(&served, order, ERR_IMPOSSIBLE, "matches");
    order.matches = JOB_MATCHES_MAX + 1;
    assert_refused(&served, order, ERR_IMPOSSIBLE, "matches");
    order.matches = 1;
    order.workers = 0;
    assert_refused(&served, order, ERR_IMPOSSIBLE, "workers");
    order.workers = 65;
    assert_refused(&served, order, ERR_IMPOSSIBLE, "workers");
    order.workers = 1;
    order.brain = "nobody";
    assert_refused(&served, order, ERR_NOT_FOUND, "brain");
    ck_assert_uint_eq(service_count_jobs(served.service), 0);
    served_close(&served);
}
END_TEST

START_TEST(test_there_is_an_end_to_how_many_jobs_can_wait)
{
    struct served served;
    static struct served_call calls[JOBS_ACTIVE_MAX];
    served_open(&served);
    struct job_order order = served_job_order(1, JOB_MATCHES_MAX);
    for (unsigned i = 0; i < JOBS_ACTIVE_MAX; i++) {
        struct fault fault;
        calls[i] = served_call();
        ck_assert_int_eq(service_start_job(served.service, &order, &calls[i].call, &fault), ERR_OK);
    }
    assert_refused(&served, order, ERR_BUSY, ""); /* on their way to the disk */
    for (unsigned i = 0; i < JOBS_ACTIVE_MAX; i++)
        ck_assert_int_eq(served_wait(&served, &calls[i]), ERR_OK);
    assert_refused(&served, order, ERR_BUSY, "");
    served_stop(&served, calls[100].call.job_id);
    served_begin(&served, &order);
    assert_refused(&served, order, ERR_BUSY, "");
    served_restart(&served);
    assert_refused(&served, order, ERR_BUSY, "");
    served_close(&served);
}
END_TEST

START_TEST(test_only_the_newest_finished_jobs_are_kept)
{
    struct served served;
    served_open(&served);
    struct job_order order = served_job_order(1, JOB_MATCHES_MAX);
    int64_t oldest = served_begin(&served, &order); /* 1, and it is not over */
    served_shut(&served);
    stored_sql(served.path,
               "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1005)"
               "INSERT INTO job (id, brain_id, state, ended_by, matches, workers, seed, learners,"
               " schedule, created_at) SELECT i, 1, 'done', 'matches', 1, 1, '1', 3, 1, 1 FROM "
               "n" STORED_SEAL);
    served_start(&served);
    ck_assert_uint_eq(service_count_jobs(served.service), 1005);
    int64_t newest = served_begin(&served, &order); /* prunes */
    for (unsigned life = 0; life < 2; life++) {
        struct job_view view;
        ck_assert_uint_eq(service_count_jobs(served.service), JOBS_FINISHED_KEPT + 2);
        service_job_at(served.service, 0, &view);
        ck_assert_int_eq(view.job.id, newest);
        service_job_at(served.service, JOBS_FINISHED_KEPT + 1, &view);
        ck_assert_int_eq(view.job.id, oldest);
        service_job_at(served.service, JOBS_FINISHED_KEPT, &view);
        ck_assert_int_eq(view.job.id, 1005 - JOBS_FINISHED_KEPT + 1);
        ck_assert_int_eq(service_get_job(served.service, 5, &view), ERR_NOT_FOUND);
        served_restart(&served);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_jobs_are_listed_newest_first)
{
    struct served served;
    served_open(&served);
    int64_t ids[4];
    for (unsigned i = 0; i < 4; i++) {
        struct job_order order = served_job_order(i, 10);
        ids[i] = served_begin(&served, &order);
    }
    for (unsigned life = 0; life < 2; life++) {
        ck_assert_uint_eq(service_count_jobs(served.service), 4);
        for (unsigned i = 0; i < 4; i++) {
            struct job_view view;
            service_job_at(served.service, i, &view);
            ck_assert_int_eq(view.job.id, ids[3 - i]);
            ck_assert_str_eq(view.brain, "default");
        }
        served_wait_over(&served, ids[3]);
        served_restart(&served);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_the_end_of_each_job_is_counted)
{
    struct served served;
    served_open(&served);
    struct job_order endless = served_job_order(1, JOB_MATCHES_MAX);
    struct job_order order = served_job_order(1, 100);
    ck_assert_uint_eq(service_jobs_ended(served.service), 0);
    int64_t running = served_begin(&served, &endless);
    int64_t queued = served_begin(&served, &order);
    int64_t next = served_begin(&served, &order);
    ck_assert_uint_eq(service_jobs_ended(served.service), 0);
    served_stop(&served, queued);
    ck_assert_uint_eq(service_jobs_ended(served.service), 1);
    served_stop(&served, running);
    served_wait_over(&served, running);
    served_wait_over(&served, next);
    ck_assert_uint_eq(service_jobs_ended(served.service), 3);
    served_stop(&served, next);
    ck_assert_uint_eq(service_jobs_ended(served.service), 3);
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_job_trains_its_brain_to_the_end,
        test_a_job_keeps_what_was_asked_for,
        test_only_the_players_named_learn,
        test_jobs_on_one_brain_run_one_after_the_other_in_their_order,
        test_jobs_on_different_brains_run_at_the_same_time_and_do_not_mix,
        test_a_brain_says_which_job_trains_it_or_is_next,
        test_a_brain_is_not_deleted_under_a_job_on_its_way_to_the_disk,
        test_impossible_jobs_are_refused_and_the_field_is_named,
        test_there_is_an_end_to_how_many_jobs_can_wait,
        test_only_the_newest_finished_jobs_are_kept,
        test_jobs_are_listed_newest_first,
        test_the_end_of_each_job_is_counted,
        NULL,
    };
    return unit_run("service_jobs", tests);
}
