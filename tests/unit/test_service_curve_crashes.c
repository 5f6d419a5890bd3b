/*
 * Curves when the daemon is killed: no point is missing of what the brain on disk has lived, and
 * none shows that it has not got to. Of a job that is killed anywhere see test_service_resume.c.
 */
#include "service/matches.h"
#include "service/state.h"
#include "support/drill.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <stdio.h>

#include <stdlib.h>

START_TEST(test_no_point_shows_that_the_brain_has_not_got_to)
{
    static struct curve curve;
    struct served served;
    struct brain_info brain;
    struct job_order order = served_job_order(6, JOB_MATCHES_MAX);
    served_open(&served);
    int64_t id = served_begin(&served, &order);
    served_wait_matches(&served, id, 1000);
    served_shut(&served);
    /* As if the daemon had crashed when the brain was further than its last save. */
    stored_sql(served.path,
               "UPDATE job SET state = 'stopped';"
               " INSERT INTO curve_point SELECT 1, 1000000000, zeroblob(360), NULL" STORED_SEAL);
    served_start(&served);
    ck_assert_int_eq(service_get_brain(served.service, "default", &brain), ERR_OK);
    served_read_curve(&served, "default", &curve);
    ck_assert_uint_gt(curve.count, 30);
    ck_assert_uint_le(curve.points[curve.count - 1].matches, brain.matches);
    ck_assert_uint_gt(schedule_curve_point_after(curve.points[curve.count - 1].matches),
                      brain.matches);
    served_close(&served);
}
END_TEST

START_TEST(test_points_that_a_crash_left_ahead_are_replaced_by_what_is_passed_later)
{
    static struct curve curve;
    struct served served;
    struct brain *plain = tables_fresh(NULL);
    struct curve expected = {.count = 0};
    struct job_order order = served_job_order(7, 5000);
    served_open(&served);
    for (uint64_t point = 10; point < 100000; point = schedule_curve_point_after(point)) {
        char sql[80];
        snprintf(sql, sizeof sql,
                 "INSERT INTO curve_point SELECT 1, %" PRIu64 ", zeroblob(360), NULL", point);
        stored_sql(served.path, sql);
    }
    struct rounds_plan plan = served_plan(&order, 0);
    curves_play(plain, &plan, &expected);
    served_wait_over(&served, served_begin(&served, &order));
    served_read_curve(&served, "default", &curve);
    curves_assert(curve.points, curve.count, &expected, 0);
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

static const uint8_t won[] = {0, 3, 1, 4, 2};

static void learn_matches(struct served *served, const void *context)
{
    for (unsigned i = 0; i < *(const unsigned *)context; i++)
        served_learn(served, "default", won, sizeof won);
}

/* 10 and 12 are points, and 10 is a checkpoint. */
START_TEST(test_a_crash_right_after_a_match_leaves_its_point_and_checkpoint)
{
    static const unsigned counts[] = {9, 1, 1, 1};
    static struct curve curve;
    struct served served;
    struct brain_info brain;
    uint64_t matches = 0;
    served_open(&served);
    served_shut(&served);
    for (unsigned i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        served_kill_after(&served, learn_matches, &counts[i]);
        served_start(&served);
        matches += counts[i];
        ck_assert_int_eq(service_get_brain(served.service, "default", &brain), ERR_OK);
        ck_assert_uint_eq(brain.matches, matches);
        ck_assert_int_eq(stored_sql(served.path, "SELECT count(*) FROM checkpoint"), matches >= 10);
        served_read_curve(&served, "default", &curve);
        ck_assert_uint_eq(curve.count, matches < 10 ? 0 : matches < 12 ? 1 : 2);
        served_shut(&served);
    }
    folder_remove(&served.folder);
}
END_TEST

/* The trainer of the service that was opened last. */
static struct trainer *trainer;

enum err __real_trainer_create(const struct trainer_options *options, struct trainer **out);
enum err __wrap_trainer_create(const struct trainer_options *options, struct trainer **out);

enum err __wrap_trainer_create(const struct trainer_options *options, struct trainer **out)
{
    enum err err = __real_trainer_create(options, out);
    trainer = err == ERR_OK ? *out : NULL;
    return err;
}

static void train(struct served *served)
{
    struct job_order order = served_job_order(12, JOB_MATCHES_MAX);
    served_wait_matches(served, served_begin(served, &order), 20);
}

static void note_nothing(struct service_call *call)
{
    free(((struct match_call *)call)->changes);
}

static void learn(struct served *served)
{
    static struct match_call match = {.call.done = note_nothing};
    const struct match_order order = {
        .brain = "default",
        .position = {.form = POSITION_MOVES, .moves = won, .count = sizeof won},
        .learners = LEARN_BOTH};
    struct fault fault;
    ck_assert_int_eq(service_learn_match(served->service, &order, &match, &fault), ERR_OK);
}

/* What is sent to the disk after it, a brain, is there. */
static void work_while_no_point_is_evaluated(struct served *served, const void *context)
{
    void (*const *work)(struct served * served) = context;
    struct brain_order later = served_brain_order("later");
    drill_block_evaluator(trainer);
    (*work)(served);
    served_create(served, &later);
}

START_TEST(test_neither_a_jobs_save_nor_a_match_comes_to_the_disk_before_its_point)
{
    static void (*const works[])(struct served * served) = {train, learn};
    for (unsigned i = 0; i < 2; i++) {
        static struct curve curve;
        struct served served;
        struct brain_info brain;
        served_open(&served);
        learn_matches(&served, &(unsigned){i == 0 ? 0 : 9});
        served_shut(&served);
        served.save_interval_ms = 0;
        served_kill_after(&served, work_while_no_point_is_evaluated, &works[i]);
        stored_sql(served.path, "UPDATE job SET state = 'stopped'" STORED_SEAL);
        served_start(&served);
        ck_assert_int_eq(service_get_brain(served.service, "later", &brain), ERR_OK);
        ck_assert_int_eq(service_get_brain(served.service, "default", &brain), ERR_OK);
        ck_assert_uint_lt(brain.matches, 10);
        served_read_curve(&served, "default", &curve);
        ck_assert_uint_eq(curve.count, 0);
        served_close(&served);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_no_point_shows_that_the_brain_has_not_got_to,
        test_points_that_a_crash_left_ahead_are_replaced_by_what_is_passed_later,
        test_a_crash_right_after_a_match_leaves_its_point_and_checkpoint,
        test_neither_a_jobs_save_nor_a_match_comes_to_the_disk_before_its_point,
        NULL,
    };
    return unit_run("service_curve_crashes", tests);
}
