/* The points of a training's curve: those of plain rounds, all of them, in order. */
#include "engine/opponent.h"
#include "engine/selfplay.h"
#include "engine/table/table.h"
#include "support/curves.h"
#include "support/lesson.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <string.h>

static struct rule rule_of(enum rule_kind kind, bool symmetry)
{
    struct rule rule = rule_default(kind);
    rule.symmetry = symmetry;
    return rule;
}

/* Trains a copy of `table`, and holds its points and its end against plain rounds. */
static void assert_plain_points(unsigned threads, const struct brain *table,
                                struct rounds_plan plan)
{
    struct trainer *trainer = lesson_trainer(threads, LESSON_NEVER_MS);
    struct brain *plain = tables_copy(table);
    struct curve expected = {.count = 0};
    struct lesson lesson;
    curves_play(plain, &plan, &expected);
    ck_assert_uint_gt(expected.count, 0);
    lesson_open(&lesson, tables_copy(table), plan);
    lesson_submit(trainer, &lesson);
    lesson_wait(&lesson);
    ck_assert_int_eq(lesson.end, TRAINING_DONE);
    ck_assert_uint_eq(lesson.points_at_over, expected.count);
    curves_assert(lesson.point, lesson.points, &expected, 0);
    ck_assert(tables_same(lesson.training.table, plain));
    trainer_destroy(trainer);
    ck_assert_uint_eq(lesson.points, expected.count);
    brain_destroy(plain);
    lesson_close(&lesson);
}

static void assert_plain_points_from_fresh(struct rule rule, struct rounds_plan plan)
{
    static const unsigned threads[] = {1, 2, 4};
    struct brain *fresh = tables_fresh(&rule);
    for (unsigned i = 0; i < 3; i++)
        assert_plain_points(threads[i], fresh, plan);
    brain_destroy(fresh);
}

START_TEST(test_beads_passes_the_points_of_plain_rounds_whatever_the_number_of_threads)
{
    assert_plain_points_from_fresh(rule_of(RULE_BEADS, false), lesson_plan(1, 1, 3000));
    assert_plain_points_from_fresh(rule_of(RULE_BEADS, true), lesson_plan(2, 3, 20000));
}
END_TEST

START_TEST(test_menace_passes_the_points_of_plain_rounds_whatever_the_number_of_threads)
{
    assert_plain_points_from_fresh(rule_of(RULE_MENACE, false), lesson_plan(3, 4, 13000));
    assert_plain_points_from_fresh(rule_of(RULE_MENACE, true), lesson_plan(4, 1, 2000));
}
END_TEST

START_TEST(test_guard_passes_the_points_of_plain_rounds_whatever_the_number_of_threads)
{
    assert_plain_points_from_fresh(rule_of(RULE_GUARD, false), lesson_plan(5, 64, 12000));
    assert_plain_points_from_fresh(rule_of(RULE_GUARD, true), lesson_plan(6, 2, 11000));
}
END_TEST

START_TEST(test_points_are_passed_in_the_same_way_against_an_opponent)
{
    struct rule rule = rule_of(RULE_MENACE, false);
    struct rounds_plan plan = lesson_plan(7, 3, 12000);
    struct brain *perfect;
    ck_assert_int_eq(table_perfect(tables_solution_of(&rule), &perfect), ERR_OK);
    plan.learners = LEARN_PLAYER2;
    plan.opponent = perfect;
    assert_plain_points_from_fresh(rule, plan);
    brain_destroy(perfect);
}
END_TEST

START_TEST(test_where_a_training_begins_is_no_point_of_it_but_where_it_ends_is)
{
    struct brain *thousand = tables_played(8, 1000);
    struct trainer *trainer = lesson_trainer(2, LESSON_NEVER_MS);
    struct lesson lesson;
    ck_assert(schedule_is_curve_point(1000) && schedule_is_curve_point(10000));
    assert_plain_points(2, thousand, lesson_plan(8, 2, 10000));
    lesson_open(&lesson, tables_copy(thousand), lesson_plan(8, 2, 10000));
    lesson_submit(trainer, &lesson);
    lesson_wait(&lesson);
    ck_assert_uint_eq(lesson.points, 20);
    ck_assert_uint_eq(lesson.point[0].matches, 1123);
    ck_assert_uint_eq(lesson.point[19].matches, 10000);
    trainer_destroy(trainer);
    lesson_close(&lesson);
    brain_destroy(thousand);
}
END_TEST

START_TEST(test_a_training_that_passes_no_point_has_none)
{
    struct trainer *trainer = lesson_trainer(1, LESSON_NEVER_MS);
    struct lesson lesson;
    lesson_open(&lesson, tables_played(9, 1000), lesson_plan(9, 1, 1122));
    lesson_submit(trainer, &lesson);
    lesson_wait(&lesson);
    ck_assert_int_eq(lesson.end, TRAINING_DONE);
    ck_assert_uint_eq(lesson.points, 0);
    trainer_destroy(trainer);
    lesson_close(&lesson);
}
END_TEST

/* Of all three kinds and both kinds of states, on the same tables one after the other. */
START_TEST(test_trainings_that_take_turns_each_pass_their_own_points)
{
    enum { LESSONS = 4 };
    static struct lesson lessons[LESSONS];
    const struct rule rules[LESSONS] = {rule_of(RULE_BEADS, false), rule_of(RULE_GUARD, false),
                                        rule_of(RULE_MENACE, true), rule_of(RULE_MENACE, false)};
    struct trainer *trainer = lesson_trainer(2, LESSON_NEVER_MS);
    for (unsigned i = 0; i < LESSONS; i++)
        lesson_open(&lessons[i], tables_fresh(&rules[i]),
                    lesson_plan(20 + i, 1 + i, 11000 + 500 * i));
    lesson_block_evaluator(trainer);
    for (unsigned i = 0; i < LESSONS; i++)
        lesson_submit(trainer, &lessons[i]);
    lesson_wait_matches(&lessons[0], 10); /* and now all have begun, or soon will have */
    lesson_unblock_evaluator();
    for (unsigned i = 0; i < LESSONS; i++) {
        struct brain *plain = tables_fresh(&rules[i]);
        struct curve expected = {.count = 0};
        curves_play(plain, &lessons[i].plan, &expected);
        lesson_wait(&lessons[i]);
        ck_assert_int_eq(lessons[i].end, TRAINING_DONE);
        curves_assert(lessons[i].point, lessons[i].points, &expected, 0);
        ck_assert_msg(tables_same(lessons[i].training.table, plain), "lesson %u", i);
        brain_destroy(plain);
    }
    trainer_destroy(trainer);
    for (unsigned i = 0; i < LESSONS; i++)
        lesson_close(&lessons[i]);
}
END_TEST

/* The trainer gets to the first point for which there is no room, and no further. */
START_TEST(test_a_slow_evaluator_loses_no_point_and_keeps_their_order)
{
    struct rounds_plan plan = lesson_plan(30, 2, 10000);
    struct trainer *trainer = lesson_trainer(2, LESSON_NEVER_MS);
    struct brain *plain = tables_fresh(NULL);
    struct curve expected = {.count = 0};
    struct lesson lesson;
    curves_play(plain, &plan, &expected);
    lesson_open(&lesson, tables_fresh(NULL), plan);
    lesson_block_evaluator(trainer);
    lesson_submit(trainer, &lesson);
    lesson_wait_matches(&lesson, expected.points[8].matches); /* one more than it has room for */
    ck_assert_uint_eq(lesson.points, 0);
    lesson_unblock_evaluator();
    lesson_wait(&lesson);
    curves_assert(lesson.point, lesson.points, &expected, 0);
    ck_assert(tables_same(lesson.training.table, plain));
    trainer_destroy(trainer);
    brain_destroy(plain);
    lesson_close(&lesson);
}
END_TEST

START_TEST(test_a_training_is_over_only_after_its_last_point)
{
    struct trainer *trainer = lesson_trainer(1, LESSON_NEVER_MS);
    struct lesson lesson;
    lesson_open(&lesson, tables_fresh(NULL), lesson_plan(31, 1, 13));
    lesson_block_evaluator(trainer);
    lesson_submit(trainer, &lesson);
    lesson_wait_matches(&lesson, 13);
    lesson_unblock_evaluator();
    lesson_wait(&lesson);
    ck_assert_uint_eq(lesson.points_at_over, 3);
    ck_assert_uint_eq(lesson.point[2].matches, 13);
    trainer_destroy(trainer);
    lesson_close(&lesson);
}
END_TEST

START_TEST(test_a_suspended_training_is_over_only_after_its_last_point)
{
    for (unsigned i = 0; i < 20; i++) {
        struct trainer *trainer = lesson_trainer(2, LESSON_NEVER_MS);
        struct brain *plain = tables_fresh(NULL);
        struct curve expected = {.count = 0};
        struct lesson lesson;
        lesson_open(&lesson, tables_fresh(NULL), lesson_plan(40 + i, 2, 1000000000));
        lesson_submit(trainer, &lesson);
        lesson_wait_matches(&lesson, 100 * i);
        trainer_destroy(trainer);
        ck_assert_int_eq(lesson.end, TRAINING_SUSPENDED);
        lesson.plan.end = lesson.training.table->matches;
        curves_play(plain, &lesson.plan, &expected);
        ck_assert_uint_eq(lesson.points_at_over, expected.count);
        curves_assert(lesson.point, lesson.points, &expected, 0);
        brain_destroy(plain);
        lesson_close(&lesson);
    }
}
END_TEST

/* Takes a copy at one of the saves, which are asked for after each round. */
static unsigned copy_at;

static bool copy_at_save(struct lesson *lesson)
{
    if (lesson->saves == copy_at)
        lesson->copy = tables_copy(lesson->training.table);
    return true;
}

START_TEST(test_a_training_goes_on_from_any_saved_copy_with_the_points_that_are_left)
{
    struct rule rule = rule_of(RULE_GUARD, false);
    struct rounds_plan plan = lesson_plan(50, 3, 3000);
    struct trainer *trainer = lesson_trainer(2, 0);
    unsigned at_points = 0;
    unsigned saves = UINT32_MAX;
    for (copy_at = 1; copy_at <= saves; copy_at += 3) {
        struct lesson first;
        struct lesson second;
        lesson_open(&first, tables_fresh(&rule), plan);
        first.on_save = copy_at_save;
        lesson_submit(trainer, &first);
        lesson_wait(&first);
        saves = first.saves;
        uint64_t copied = first.copy->matches;
        at_points += schedule_is_curve_point(copied);
        lesson_open(&second, tables_copy(first.copy), plan);
        lesson_submit(trainer, &second);
        lesson_wait(&second);
        ck_assert_msg(tables_same(second.training.table, first.training.table), "from %" PRIu64,
                      copied);
        unsigned passed = 0;
        while (passed < first.points && first.point[passed].matches <= copied)
            passed++;
        struct curve whole = {.count = first.points};
        memcpy(whole.points, first.point, first.points * sizeof whole.points[0]);
        curves_assert(second.point, second.points, &whole, passed);
        lesson_close(&first);
        lesson_close(&second);
    }
    ck_assert_uint_gt(saves, 30);
    ck_assert_uint_gt(at_points, 5);
    trainer_destroy(trainer);
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
    lesson_open(&lesson, tables_fresh(NULL), lesson_plan(60, 2, 12000));
    lesson.on_save = send_witness;
    lesson_submit(trainer, &lesson);
    lesson_wait(&lesson);
    trainer_destroy(trainer);
    ck_assert_uint_lt(lesson.saves, LESSON_SAVES_MAX);
    for (unsigned i = 0; i < lesson.saves; i++)
        if (schedule_is_curve_point(witnesses[i].saved))
            ck_assert_uint_eq(witnesses[i].point, witnesses[i].saved);
    lesson_close(&lesson);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_beads_passes_the_points_of_plain_rounds_whatever_the_number_of_threads,
        test_menace_passes_the_points_of_plain_rounds_whatever_the_number_of_threads,
        test_guard_passes_the_points_of_plain_rounds_whatever_the_number_of_threads,
        test_points_are_passed_in_the_same_way_against_an_opponent,
        test_where_a_training_begins_is_no_point_of_it_but_where_it_ends_is,
        test_a_training_that_passes_no_point_has_none,
        test_trainings_that_take_turns_each_pass_their_own_points,
        test_a_slow_evaluator_loses_no_point_and_keeps_their_order,
        test_a_training_is_over_only_after_its_last_point,
        test_a_suspended_training_is_over_only_after_its_last_point,
        test_a_training_goes_on_from_any_saved_copy_with_the_points_that_are_left,
        test_a_point_is_sent_to_the_evaluator_before_a_save_is_asked_for,
        NULL,
    };
    return unit_run("trainer_points", tests);
}
