/* How trainings end early, what is asked to be saved meanwhile, always between two rounds; and in
 * which order points, saves and ends come. */
#include "base/clock.h"
#include "support/curves.h"
#include "support/drill.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <inttypes.h>

enum { FOR_EVER = 1000000000, INTERVAL_MS = 5 };

/* Submits a training from a fresh brain. */
static void submit(struct trainer *trainer, struct drill *drill, struct rounds_plan plan,
                   bool (*on_save)(struct drill *drill))
{
    drill_open(drill, tables_fresh(NULL), plan);
    drill->on_save = on_save;
    drill_submit(trainer, drill);
}

static bool stop_at_third_save(struct drill *drill)
{
    if (drill->saves == 3)
        trainer_stop_training(&drill->training);
    return true;
}

START_TEST(test_a_stop_lets_no_further_round_be_played_and_leaves_the_other_training_alone)
{
    struct trainer *trainer = drill_trainer(2, 0);
    struct drill drills[2];
    submit(trainer, &drills[0], drill_plan(1, 2, FOR_EVER), stop_at_third_save);
    submit(trainer, &drills[1], drill_plan(5, 2, 11000), NULL);
    for (unsigned i = 0; i < 2; i++)
        drill_wait(&drills[i]);
    ck_assert_int_eq(drills[0].end, TRAINING_STOPPED);
    ck_assert_uint_eq(drills[0].saves, 3);
    ck_assert_uint_eq(drills[0].training.table->matches, drills[0].saved_at[2]);
    ck_assert_int_eq(drills[1].end, TRAINING_DONE);
    ck_assert(drill_is_plain(&drills[1]));
    trainer_destroy(trainer);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_uint_eq(drills[i].overs, 1);
        drill_close(&drills[i]);
    }
}
END_TEST

START_TEST(test_a_stop_by_another_thread_takes_effect_at_a_rounds_end)
{
    struct trainer *trainer = drill_trainer(2, DRILL_NEVER_MS);
    struct drill drill;
    submit(trainer, &drill, drill_plan(2, 3, FOR_EVER), NULL);
    drill_wait_matches(&drill, 15000);
    trainer_stop_training(&drill.training);
    drill_wait(&drill);
    ck_assert_int_eq(drill.end, TRAINING_STOPPED);
    uint64_t matches = drill.training.table->matches;
    ck_assert_msg(rounds_end_at(&drill.plan, 0, matches), "at %" PRIu64, matches);
    struct edition *edition = published_hold(&drill.published);
    ck_assert(tables_same(edition->table, drill.training.table));
    edition_let_go(edition);
    drill.plan.end = matches;
    ck_assert(drill_is_plain(&drill));
    trainer_destroy(trainer);
    drill_close(&drill);
}
END_TEST

START_TEST(test_a_training_stopped_before_its_first_round_keeps_its_table)
{
    struct trainer *trainer = drill_trainer(1, DRILL_NEVER_MS);
    struct brain *before = tables_played(3, 500);
    struct drill drill;
    drill_open(&drill, tables_copy(before), drill_plan(3, 1, FOR_EVER));
    trainer_stop_training(&drill.training);
    drill_submit(trainer, &drill);
    drill_wait(&drill);
    ck_assert_int_eq(drill.end, TRAINING_STOPPED);
    ck_assert(tables_same(drill.training.table, before));
    trainer_destroy(trainer);
    brain_destroy(before);
    drill_close(&drill);
}
END_TEST

START_TEST(test_a_trainer_is_destroyed_idle_or_with_what_was_only_just_submitted)
{
    for (unsigned i = 0; i < 20; i++) {
        struct trainer *trainer = drill_trainer(1 + i % 4, DRILL_NEVER_MS);
        struct drill drill;
        if (i >= 4) {
            submit(trainer, &drill, drill_plan(i, 1, FOR_EVER), NULL);
            trainer_destroy(trainer);
            ck_assert_uint_eq(drill.overs, 1);
            ck_assert_int_eq(drill.end, TRAINING_SUSPENDED);
            drill_close(&drill);
        } else {
            trainer_destroy(trainer);
        }
    }
}
END_TEST

START_TEST(test_a_save_interval_of_0_asks_after_every_round_but_the_last)
{
    struct rounds_plan plan = drill_plan(8, 1, 5000);
    struct trainer *trainer = drill_trainer(1, 0);
    struct drill drill;
    submit(trainer, &drill, plan, NULL);
    drill_wait(&drill);
    unsigned saves = 0;
    for (uint64_t at = rounds_next(&plan, 0); at < plan.end; at = rounds_next(&plan, at))
        ck_assert_uint_eq(drill.saved_at[saves++], at);
    ck_assert_uint_eq(drill.saves, saves);
    trainer_destroy(trainer);
    drill_close(&drill);
}
END_TEST

/* That saves come at all ends the training; that they do not come too often can be measured on a
 * machine that has other things to do. */
START_TEST(test_saves_come_again_and_again_but_an_interval_apart)
{
    int64_t begun_ms = clock_monotonic_ms();
    struct trainer *trainer = drill_trainer(2, INTERVAL_MS);
    struct drill drill;
    submit(trainer, &drill, drill_plan(9, 2, FOR_EVER), stop_at_third_save);
    drill_wait(&drill);
    ck_assert_uint_eq(drill.saves, 3);
    for (unsigned i = 0; i < drill.saves; i++)
        ck_assert_int_ge(drill.saved_ms[i] - begun_ms, (i + 1) * INTERVAL_MS);
    trainer_destroy(trainer);
    drill_close(&drill);
}
END_TEST

static bool refuse_three_times(struct drill *drill)
{
    if (drill->saves > 3)
        trainer_stop_training(&drill->training);
    return drill->saves > 3;
}

START_TEST(test_a_refused_save_is_asked_for_again_after_the_next_round)
{
    struct trainer *trainer = drill_trainer(1, INTERVAL_MS);
    struct drill drill;
    submit(trainer, &drill, drill_plan(10, 1, FOR_EVER), refuse_three_times);
    drill_wait(&drill);
    ck_assert_uint_eq(drill.saves, 4);
    for (unsigned i = 1; i < drill.saves; i++)
        ck_assert_uint_eq(drill.saved_at[i], rounds_next(&drill.plan, drill.saved_at[i - 1]));
    trainer_destroy(trainer);
    drill_close(&drill);
}
END_TEST

/* The trainer gets to the first point for which there is no room, and no further; or to its end,
 * which comes behind the points. */
START_TEST(test_a_slow_evaluator_loses_no_point_and_keeps_their_order_before_the_end)
{
    for (unsigned to_end = 0; to_end < 2; to_end++) {
        struct rounds_plan plan = drill_plan(30, 2, to_end ? 13 : 3000);
        struct trainer *trainer = drill_trainer(2, DRILL_NEVER_MS);
        struct brain *plain = tables_fresh(NULL);
        struct curve expected = {.count = 0};
        struct drill drill;
        curves_play(plain, &plan, &expected);
        drill_open(&drill, tables_fresh(NULL), plan);
        drill_block_evaluator(trainer);
        drill_submit(trainer, &drill);
        /* one more than it has room for */
        drill_wait_matches(&drill, to_end ? 13 : expected.points[8].matches);
        ck_assert_uint_eq(drill.points, 0);
        ck_assert_uint_eq(drill.overs, 0);
        drill_unblock_evaluator();
        drill_wait(&drill);
        ck_assert_uint_eq(drill.points_at_over, expected.count);
        curves_assert(drill.point, drill.points, &expected, 0);
        trainer_destroy(trainer);
        brain_destroy(plain);
        drill_close(&drill);
    }
}
END_TEST

/* What the evaluator had come to when it came to a save. */
struct witness {
    struct evaluator_task task; /* first */
    struct drill *drill;
    uint64_t saved;
    uint64_t point; /* the last one */
};

static struct witness witnesses[DRILL_SAVES_MAX];

static void note_last_point(struct evaluator_task *task)
{
    struct witness *witness = (struct witness *)task;
    const struct drill *drill = witness->drill;
    witness->point = drill->points > 0 ? drill->point[drill->points - 1].matches : 0;
}

static bool send_witness(struct drill *drill)
{
    struct witness *witness = &witnesses[drill->saves - 1];
    *witness = (struct witness){
        .task.perform = note_last_point, .drill = drill, .saved = drill->training.table->matches};
    evaluator_post(trainer_evaluator(drill->training.trainer), &witness->task);
    return true;
}

/* So what saves a table by way of the evaluator finds all its points saved. */
START_TEST(test_a_point_is_sent_to_the_evaluator_before_a_save_is_asked_for)
{
    struct trainer *trainer = drill_trainer(2, 0);
    struct drill drill;
    submit(trainer, &drill, drill_plan(60, 2, 3000), send_witness);
    drill_wait(&drill);
    trainer_destroy(trainer);
    unsigned at_points = 0;
    for (unsigned i = 0; i < drill.saves; i++) {
        if (schedule_is_curve_point(witnesses[i].saved)) {
            ck_assert_uint_eq(witnesses[i].point, witnesses[i].saved);
            at_points++;
        }
    }
    ck_assert_uint_gt(at_points, 20);
    drill_close(&drill);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_stop_lets_no_further_round_be_played_and_leaves_the_other_training_alone,
        test_a_stop_by_another_thread_takes_effect_at_a_rounds_end,
        test_a_training_stopped_before_its_first_round_keeps_its_table,
        test_a_trainer_is_destroyed_idle_or_with_what_was_only_just_submitted,
        test_a_save_interval_of_0_asks_after_every_round_but_the_last,
        test_saves_come_again_and_again_but_an_interval_apart,
        test_a_refused_save_is_asked_for_again_after_the_next_round,
        test_a_slow_evaluator_loses_no_point_and_keeps_their_order_before_the_end,
        test_a_point_is_sent_to_the_evaluator_before_a_save_is_asked_for,
        NULL,
    };
    return unit_run("trainer_ends", tests);
}
