/*
 * Curves when the daemon is killed: no point is missing of what the brain on disk has lived, and
 * none shows that it has not got to.
 */
#include "service/matches.h"
#include "service/state.h"
#include "support/lesson.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <stdio.h>

static const uint8_t won[] = {0, 3, 1, 4, 2};

/* Does to a table what the job, the brain's first, does to it up to so many matches, and adds to
 * the curve. */
static void play_plainly(struct brain *table, const struct job_order *order, uint64_t matches,
                         struct curve *curve)
{
    struct rounds_plan plan = served_plan(order, 0);
    plan.end = matches;
    curves_play(table, &plan, curve);
}

static void assert_curve(struct served *served, const struct curve *expected)
{
    static struct curve curve;
    served_read_curve(served, "default", &curve);
    curves_assert(curve.points, curve.count, expected, 0);
}

static uint64_t matches_of_brain(struct served *served)
{
    struct brain_info brain;
    ck_assert_int_eq(service_get_brain(served->service, "default", &brain), ERR_OK);
    return brain.matches;
}

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
    play_plainly(plain, &order, 5000, &expected);
    served_wait_over(&served, served_begin(&served, &order));
    assert_curve(&served, &expected);
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

/* There is one at each power of ten that the brain has passed, from 10 on. */
static void assert_checkpoints(const struct served *served, uint64_t matches)
{
    for (uint64_t power = 10; power <= matches; power *= 10) {
        char sql[80];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM checkpoint WHERE name = '%" PRIu64 "'",
                 power);
        ck_assert_msg(stored_sql(served->path, sql) == 1, "none at %" PRIu64, power);
    }
}

/* Wherever the daemon is killed, what its brain has lived so far is on the disk with all its
 * points and automatic checkpoints. */
START_TEST(test_crashes_of_a_job_leave_no_gap)
{
    struct served served;
    struct brain *plain = tables_fresh(NULL);
    struct curve expected = {.count = 0};
    struct job_order order = served_job_order(8, JOB_MATCHES_MAX);
    order.workers = 2;
    served_open(&served);
    int64_t id = served_begin(&served, &order);
    served_shut(&served);
    for (uint64_t matches = 10; matches < 300000; matches += 1 + matches / 3) {
        served_run_and_kill(&served, id, matches);
        stored_sql(served.path,
                   "UPDATE job SET state = 'stopped'" STORED_SEAL); /* to see it as it is */
        served_start(&served);
        play_plainly(plain, &order, matches_of_brain(&served), &expected);
        ck_assert(served_has(&served, "default", plain));
        assert_curve(&served, &expected);
        assert_checkpoints(&served, plain->matches);
        served_shut(&served);
        stored_sql(served.path, "UPDATE job SET state = 'running'" STORED_SEAL);
    }
    brain_destroy(plain);
    folder_remove(&served.folder);
}
END_TEST

static void learn_matches(struct served *served, const void *context)
{
    for (unsigned i = 0; i < *(const unsigned *)context; i++)
        served_learn(served, "default", won, sizeof won);
}

START_TEST(test_a_crash_right_after_a_match_leaves_its_point)
{
    static struct curve curve;
    struct served served;
    served_open(&served);
    served_shut(&served);
    for (unsigned i = 0; i < 10; i++) {
        const unsigned count = i == 0 ? 10 : 1;
        served_kill_after(&served, learn_matches, &count);
        served_start(&served);
        uint64_t matches = matches_of_brain(&served);
        ck_assert_uint_eq(matches, 10 + i);
        assert_checkpoints(&served, matches);
        served_read_curve(&served, "default", &curve);
        ck_assert_uint_gt(curve.count, 0);
        uint64_t last = curve.points[curve.count - 1].matches;
        ck_assert_uint_le(last, matches);
        ck_assert_uint_gt(schedule_curve_point_after(last), matches);
        served_shut(&served);
    }
    folder_remove(&served.folder);
}
END_TEST

/* All that was sent to the disk before is there. */
static void wait_for_disk(struct served *served)
{
    struct brain_order order = served_brain_order("later");
    served_create(served, &order);
}

static void train_while_no_point_is_evaluated(struct served *served, const void *context)
{
    const struct job_order *order = context;
    lesson_block_evaluator(served->service->trainer);
    served_wait_matches(served, served_begin(served, order), 20);
    wait_for_disk(served);
}

START_TEST(test_no_save_of_a_job_comes_to_the_disk_before_its_points)
{
    struct served served;
    struct curve expected = {.count = 0};
    struct job_order order = served_job_order(12, JOB_MATCHES_MAX);
    served_open(&served);
    served_shut(&served);
    served.save_interval_ms = 0;
    served_kill_after(&served, train_while_no_point_is_evaluated, &order);
    stored_sql(served.path, "UPDATE job SET state = 'stopped'" STORED_SEAL);
    served_start(&served);
    ck_assert_uint_lt(matches_of_brain(&served), 10);
    assert_curve(&served, &expected);
    served_close(&served);
}
END_TEST

static void note_nothing(struct service_call *call)
{
    (void)call;
}

static void learn_while_no_point_is_evaluated(struct served *served, const void *context)
{
    static struct match_call match = {.call.done = note_nothing};
    struct fault fault;
    lesson_block_evaluator(served->service->trainer);
    ck_assert_int_eq(service_learn_match(served->service, context, &match, &fault), ERR_OK);
    wait_for_disk(served);
}

START_TEST(test_no_match_comes_to_the_disk_before_its_point)
{
    struct served served;
    struct curve expected = {.count = 0};
    struct match_order order = {
        .brain = "default", .moves = won, .count = sizeof won, .learners = LEARN_BOTH};
    served_open(&served);
    learn_matches(&served, &(unsigned){9});
    served_shut(&served);
    served_kill_after(&served, learn_while_no_point_is_evaluated, &order);
    served_start(&served);
    ck_assert_uint_eq(matches_of_brain(&served), 9);
    assert_curve(&served, &expected);
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_no_point_shows_that_the_brain_has_not_got_to,
        test_points_that_a_crash_left_ahead_are_replaced_by_what_is_passed_later,
        test_crashes_of_a_job_leave_no_gap,
        test_a_crash_right_after_a_match_leaves_its_point,
        test_no_save_of_a_job_comes_to_the_disk_before_its_points,
        test_no_match_comes_to_the_disk_before_its_point,
        NULL,
    };
    return unit_run("service_curve_crashes", tests);
}
