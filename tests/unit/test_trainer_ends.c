/* How trainings end early, what is asked to be saved meanwhile, always between two rounds; and in
 * which order points, saves and ends come. */
#include "base/clock.h"
#include "support/curves.h"
#include "support/lesson.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <inttypes.h>

enum { FOR_EVER = 1000000000, INTERVAL_MS = 5 };

/* Submits a training from a fresh brain. */
static void submit(struct trainer *trainer, struct lesson *lesson, struct rounds_plan plan,
                   bool (*on_save)(struct lesson *lesson))
{
    lesson_open(lesson, tables_fresh(NULL), plan);
    lesson->on_save = on_save;
    lesson_submit(trainer, lesson);
}

static bool stop_at_third_save(struct lesson *lesson)
{
    if (lesson->saves == 3)
        trainer_stop_training(&lesson->training);
    return true;
}

START_TEST(test_a_stop_lets_no_further_round_be_played_and_leaves_the_other_training_alone)
{
    struct trainer *trainer = lesson_trainer(2, 0);
    struct lesson lessons[2];
    submit(trainer, &lessons[0], lesson_plan(1, 2, FOR_EVER), stop_at_third_save);
    submit(trainer, &lessons[1], lesson_plan(5, 2, 11000), NULL);
    for (unsigned i = 0; i < 2; i++)
        lesson_wait(&lessons[i]);
    ck_assert_int_eq(lessons[0].end, TRAINING_STOPPED);
    ck_assert_uint_eq(lessons[0].saves, 3);
    ck_assert_uint_eq(lessons[0].training.table->matches, lessons[0].saved_at[2]);
    ck_assert_int_eq(lessons[1].end, TRAINING_DONE);
    ck_assert(lesson_is_plain(&lessons[1]));
    trainer_destroy(trainer);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_uint_eq(lessons[i].overs, 1);
        lesson_close(&lessons[i]);
    }
}
END_TEST

START_TEST(test_a_stop_by_another_thread_takes_effect_at_a_rounds_end)
{
    struct trainer *trainer = lesson_trainer(2, LESSON_NEVER_MS);
    struct lesson lesson;
    submit(trainer, &lesson, lesson_plan(2, 3, FOR_EVER), NULL);
    lesson_wait_matches(&lesson, 15000);
    trainer_stop_training(&lesson.training);
    lesson_wait(&lesson);
    ck_assert_int_eq(lesson.end, TRAINING_STOPPED);
    uint64_t matches = lesson.training.table->matches;
    ck_assert_msg(rounds_end_at(&lesson.plan, 0, matches), "at %" PRIu64, matches);
    struct edition *edition = published_hold(&lesson.published);
    ck_assert(tables_same(edition->table, lesson.training.table));
    edition_let_go(edition);
    lesson.plan.end = matches;
    ck_assert(lesson_is_plain(&lesson));
    trainer_destroy(trainer);
    lesson_close(&lesson);
}
END_TEST

START_TEST(test_a_training_stopped_before_its_first_round_keeps_its_table)
{
    struct trainer *trainer = lesson_trainer(1, LESSON_NEVER_MS);
    struct brain *before = tables_played(3, 500);
    struct lesson lesson;
    lesson_open(&lesson, tables_copy(before), lesson_plan(3, 1, FOR_EVER));
    trainer_stop_training(&lesson.training);
    lesson_submit(trainer, &lesson);
    lesson_wait(&lesson);
    ck_assert_int_eq(lesson.end, TRAINING_STOPPED);
    ck_assert(tables_same(lesson.training.table, before));
    trainer_destroy(trainer);
    brain_destroy(before);
    lesson_close(&lesson);
}
END_TEST

START_TEST(test_a_trainer_is_destroyed_idle_or_with_what_was_only_just_submitted)
{
    for (unsigned i = 0; i < 20; i++) {
        struct trainer *trainer = lesson_trainer(1 + i % 4, LESSON_NEVER_MS);
        struct lesson lesson;
        if (i >= 4) {
            submit(trainer, &lesson, lesson_plan(i, 1, FOR_EVER), NULL);
            trainer_destroy(trainer);
            ck_assert_uint_eq(lesson.overs, 1);
            ck_assert_int_eq(lesson.end, TRAINING_SUSPENDED);
            lesson_close(&lesson);
        } else {
            trainer_destroy(trainer);
        }
    }
}
END_TEST

START_TEST(test_a_save_interval_of_0_asks_after_every_round_but_the_last)
{
    struct rounds_plan plan = lesson_plan(8, 1, 5000);
    struct trainer *trainer = lesson_trainer(1, 0);
    struct lesson lesson;
    submit(trainer, &lesson, plan, NULL);
    lesson_wait(&lesson);
    unsigned saves = 0;
    for (uint64_t at = rounds_next(&plan, 0); at < plan.end; at = rounds_next(&plan, at))
        ck_assert_uint_eq(lesson.saved_at[saves++], at);
    ck_assert_uint_eq(lesson.saves, saves);
    trainer_destroy(trainer);
    lesson_close(&lesson);
}
END_TEST

/* That saves come at all ends the training; that they do not come too often can be measured on a
 * machine that has other things to do. */
START_TEST(test_saves_come_again_and_again_but_an_interval_apart)
{
    int64_t begun_ms = clock_monotonic_ms();
    struct trainer *trainer = lesson_trainer(2, INTERVAL_MS);
    struct lesson lesson;
    submit(trainer, &lesson, lesson_plan(9, 2, FOR_EVER), stop_at_third_save);
    lesson_wait(&lesson);
    ck_assert_uint_eq(lesson.saves, 3);
    for (unsigned i = 0; i < lesson.saves; i++)
        ck_assert_int_ge(lesson.saved_ms[i] - begun_ms, (i + 1) * INTERVAL_MS);
    trainer_destroy(trainer);
    lesson_close(&lesson);
}
END_TEST

static bool refuse_three_times(struct lesson *lesson)
{
    if (lesson->saves > 3)
        trainer_stop_training(&lesson->training);
    return lesson->saves > 3;
}

START_TEST(test_a_refused_save_is_asked_for_again_after_the_next_round)
{
    struct trainer *trainer = lesson_trainer(1, INTERVAL_MS);
    struct lesson lesson;
    submit(trainer, &lesson, lesson_plan(10, 1, FOR_EVER), refuse_three_times);
    lesson_wait(&lesson);
    ck_assert_uint_eq(lesson.saves, 4);
    for (unsigned i = 1; i < lesson.saves; i++)
        ck_assert_uint_eq(lesson.saved_at[i], rounds_next(&lesson.plan, lesson.saved_at[i - 1]));
    trainer_destroy(trainer);
    lesson_close(&lesson);
}
END_TEST

/* The trainer gets to the first point for which there is no room, and no further; or to its end,
 * which comes behind the points. */
START_TEST(test_a_slow_evaluator_loses_no_point_and_keeps_their_order_before_the_end)
{
    for (unsigned to_end = 0; to_end < 2; to_end++) {
        struct rounds_plan plan = lesson_plan(30, 2, to_end ? 13 : 3000);
        struct trainer *trainer = lesson_trainer(2, LESSON_NEVER_MS);
        struct brain *plain = tables_fresh(NULL);
        struct curve expected = {.count = 0};
        struct lesson lesson;
        curves_play(plain, &plan, &expected);
        lesson_open(&lesson, tables_fresh(NULL), plan);
        lesson_block_evaluator(trainer);
        lesson_submit(trainer, &lesson);
        /* one more than it has room for */
        lesson_wait_matches(&lesson, to_end ? 13 : expected.points[8].matches);
        ck_assert_uint_eq(lesson.points, 0);
        ck_assert_uint_eq(lesson.overs, 0);
        lesson_unblock_evaluator();
        lesson_wait(&lesson);
        ck_assert_uint_eq(lesson.points_at_over, expected.count);
        curves_assert(lesson.point, lesson.points, &expected, 0);
        trainer_destroy(trainer);
        brain_destroy(plain);
        lesson_close(&lesson);
    }
}
END_TEST

/* What the evaluator had come to when it came to a save. */
struct witness {
    struct evaluator_task task; /* first */
    struct lesson *lesson;
    uint64_t saved;
    uint64_t point; /* the last one */
};

static struct witness witnesses[LESSON_SAVES_MAX];

static void note_last_point(struct evaluator_task *task)
{
    struct witness *witness = (struct witness *)task;
    const struct lesson *lesson = witness->lesson;
    witness->point = lesson->points > 0 ? lesson->point[lesson->points - 1].matches : 0;
}

static bool send_witness(struct lesson *lesson)
{
    struct witness *witness = &witnesses[lesson->saves - 1];
    *witness = (struct witness){.task.perform = note_last_point,
                                .lesson = lesson,
                                .saved = lesson->training.table->matches};
    evaluator_post(trainer_evaluator(lesson->training.trainer), &witness->task);
    return true;
}

/* So what saves a table by way of the evaluator finds all its points saved. */
START_TEST(test_a_point_is_sent_to_the_evaluator_before_a_save_is_asked_for)
{
    struct trainer *trainer = lesson_trainer(2, 0);
    struct lesson lesson;
    submit(trainer, &lesson, lesson_plan(60, 2, 3000), send_witness);
    lesson_wait(&lesson);
    trainer_destroy(trainer);
    unsigned at_points = 0;
    for (unsigned i = 0; i < lesson.saves; i++) {
        if (schedule_is_curve_point(witnesses[i].saved)) {
            ck_assert_uint_eq(witnesses[i].point, witnesses[i].saved);
            at_points++;
        }
    }
    ck_assert_uint_gt(at_points, 20);
    lesson_close(&lesson);
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
