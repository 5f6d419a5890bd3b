/* How trainings end early, and what is asked to be saved meanwhile: always between two rounds. */
#include "base/clock.h"
#include "support/lesson.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>

enum { FOR_EVER = 1000000000 };

static bool stop_at_third_save(struct lesson *lesson)
{
    if (lesson->saves == 3)
        trainer_stop_training(&lesson->training);
    return true;
}

START_TEST(test_a_stop_between_two_rounds_lets_no_further_round_be_played)
{
    struct trainer *trainer = lesson_trainer(2, 0);
    struct lesson lesson;
    lesson_open(&lesson, tables_fresh(NULL), lesson_plan(1, 2, FOR_EVER));
    lesson.on_save = stop_at_third_save;
    lesson_submit(trainer, &lesson);
    lesson_wait(&lesson);
    ck_assert_int_eq(lesson.end, TRAINING_STOPPED);
    ck_assert_uint_eq(lesson.saves, 3);
    ck_assert_uint_eq(lesson.training.table->matches, lesson.saved_at[2]);
    trainer_destroy(trainer);
    ck_assert_uint_eq(lesson.overs, 1);
    lesson_close(&lesson);
}
END_TEST

START_TEST(test_a_stop_by_another_thread_takes_effect_at_a_rounds_end)
{
    struct trainer *trainer = lesson_trainer(2, LESSON_NEVER_MS);
    struct lesson lesson;
    lesson_open(&lesson, tables_fresh(NULL), lesson_plan(2, 3, FOR_EVER));
    lesson_submit(trainer, &lesson);
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
    struct lesson lesson;
    lesson_open(&lesson, tables_played(3, 500), lesson_plan(3, 1, FOR_EVER));
    struct brain *before = tables_copy(lesson.training.table);
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

START_TEST(test_a_stop_leaves_the_other_training_alone)
{
    struct trainer *trainer = lesson_trainer(2, 0);
    struct lesson lessons[2];
    lesson_open(&lessons[0], tables_fresh(NULL), lesson_plan(4, 2, FOR_EVER));
    lesson_open(&lessons[1], tables_fresh(NULL), lesson_plan(5, 2, 11000));
    lessons[0].on_save = stop_at_third_save;
    for (unsigned i = 0; i < 2; i++)
        lesson_submit(trainer, &lessons[i]);
    for (unsigned i = 0; i < 2; i++)
        lesson_wait(&lessons[i]);
    ck_assert_int_eq(lessons[0].end, TRAINING_STOPPED);
    ck_assert_int_eq(lessons[1].end, TRAINING_DONE);
    ck_assert(lesson_is_plain(&lessons[1]));
    trainer_destroy(trainer);
    for (unsigned i = 0; i < 2; i++)
        lesson_close(&lessons[i]);
}
END_TEST

/* From 10,000 matches on a round has a share for each worker: most are cut off in the midst of one.
 */
static void assert_suspended_at_rounds(unsigned seed)
{
    enum { LESSONS = 4 };
    struct trainer *trainer = lesson_trainer(3, LESSON_NEVER_MS);
    struct lesson lessons[LESSONS];
    for (unsigned i = 0; i < LESSONS; i++) {
        lesson_open(&lessons[i], tables_fresh(NULL), lesson_plan(seed + i, 64 >> i, FOR_EVER));
        lesson_submit(trainer, &lessons[i]);
    }
    lesson_wait_matches(&lessons[0], 10000 + 500 * seed);
    trainer_destroy(trainer);
    for (unsigned i = 0; i < LESSONS; i++) {
        struct lesson *lesson = &lessons[i];
        ck_assert_uint_eq(lesson->overs, 1);
        ck_assert_int_eq(lesson->end, TRAINING_SUSPENDED);
        uint64_t matches = lesson->training.table->matches;
        ck_assert_msg(rounds_end_at(&lesson->plan, 0, matches), "at %" PRIu64, matches);
        lesson->plan.end = matches;
        ck_assert_msg(lesson_is_plain(lesson), "at %" PRIu64, matches);
        lesson_close(lesson);
    }
}

START_TEST(test_destroying_the_trainer_suspends_each_training_once_at_a_rounds_end)
{
    for (unsigned seed = 0; seed < 5; seed++)
        assert_suspended_at_rounds(seed);
}
END_TEST

START_TEST(test_destroying_the_trainer_suspends_what_was_only_just_submitted)
{
    for (unsigned i = 0; i < 50; i++) {
        struct trainer *trainer = lesson_trainer(1, LESSON_NEVER_MS);
        struct lesson lesson;
        lesson_open(&lesson, tables_fresh(NULL), lesson_plan(i, 1, FOR_EVER));
        lesson_submit(trainer, &lesson);
        trainer_destroy(trainer);
        ck_assert_uint_eq(lesson.overs, 1);
        ck_assert_int_eq(lesson.end, TRAINING_SUSPENDED);
        lesson_close(&lesson);
    }
}
END_TEST

START_TEST(test_a_suspended_training_goes_on_to_the_same_end)
{
    struct rounds_plan plan = lesson_plan(6, 5, 60000);
    struct brain *table = tables_fresh(NULL);
    unsigned lives = 0;
    for (enum training_end end = TRAINING_SUSPENDED; end != TRAINING_DONE; lives++) {
        struct trainer *trainer = lesson_trainer(1 + lives % 3, LESSON_NEVER_MS);
        struct lesson lesson;
        lesson_open(&lesson, table, plan);
        lesson_submit(trainer, &lesson);
        if (lives < 3)
            lesson_wait_matches(&lesson, 10000 * (lives + 1));
        else
            lesson_wait(&lesson);
        trainer_destroy(trainer);
        end = lesson.end;
        table = tables_copy(lesson.training.table);
        if (end == TRAINING_DONE)
            ck_assert(lesson_is_plain(&lesson));
        lesson_close(&lesson);
    }
    ck_assert_uint_le(lives, 4);
    brain_destroy(table);
}
END_TEST

static bool copy_at_40th_save(struct lesson *lesson)
{
    if (lesson->saves == 40)
        lesson->copy = tables_copy(lesson->training.table);
    return true;
}

START_TEST(test_a_training_goes_on_from_a_saved_copy_to_the_same_end)
{
    struct rounds_plan plan = lesson_plan(7, 4, 30000);
    struct trainer *trainer = lesson_trainer(2, 0);
    struct lesson first;
    lesson_open(&first, tables_fresh(NULL), plan);
    first.on_save = copy_at_40th_save;
    lesson_submit(trainer, &first);
    lesson_wait(&first);
    ck_assert_ptr_nonnull(first.copy);
    ck_assert_uint_lt(first.copy->matches, plan.end);
    struct lesson second;
    lesson_open(&second, tables_copy(first.copy), plan);
    lesson_submit(trainer, &second);
    lesson_wait(&second);
    ck_assert(tables_same(second.training.table, first.training.table));
    ck_assert(lesson_is_plain(&second));
    trainer_destroy(trainer);
    lesson_close(&first);
    lesson_close(&second);
}
END_TEST

START_TEST(test_a_save_interval_of_0_asks_after_every_round_but_the_last)
{
    struct rounds_plan plan = lesson_plan(8, 1, 5000);
    struct trainer *trainer = lesson_trainer(1, 0);
    struct lesson lesson;
    lesson_open(&lesson, tables_fresh(NULL), plan);
    lesson_submit(trainer, &lesson);
    lesson_wait(&lesson);
    unsigned saves = 0;
    for (uint64_t at = rounds_next(&plan, 0); at < plan.end; at = rounds_next(&plan, at))
        ck_assert_uint_eq(lesson.saved_at[saves++], at);
    ck_assert_uint_eq(lesson.saves, saves);
    trainer_destroy(trainer);
    lesson_close(&lesson);
}
END_TEST

enum { INTERVAL_MS = 5 };

static bool stop_at_sixth_save(struct lesson *lesson)
{
    if (lesson->saves == 6)
        trainer_stop_training(&lesson->training);
    return true;
}

/* That saves come at all ends the training; that they do not come too often can be measured on a
 * machine that has other things to do. */
START_TEST(test_saves_come_again_and_again_but_an_interval_apart)
{
    int64_t begun_ms = clock_monotonic_ms();
    struct trainer *trainer = lesson_trainer(2, INTERVAL_MS);
    struct lesson lesson;
    lesson_open(&lesson, tables_fresh(NULL), lesson_plan(9, 2, FOR_EVER));
    lesson.on_save = stop_at_sixth_save;
    lesson_submit(trainer, &lesson);
    lesson_wait(&lesson);
    ck_assert_int_eq(lesson.end, TRAINING_STOPPED);
    ck_assert_uint_eq(lesson.saves, 6);
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
    lesson_open(&lesson, tables_fresh(NULL), lesson_plan(10, 1, FOR_EVER));
    lesson.on_save = refuse_three_times;
    lesson_submit(trainer, &lesson);
    lesson_wait(&lesson);
    ck_assert_uint_eq(lesson.saves, 4);
    for (unsigned i = 1; i < lesson.saves; i++)
        ck_assert_uint_eq(lesson.saved_at[i], rounds_next(&lesson.plan, lesson.saved_at[i - 1]));
    trainer_destroy(trainer);
    lesson_close(&lesson);
}
END_TEST

START_TEST(test_an_idle_trainer_can_be_destroyed)
{
    for (unsigned threads = 1; threads <= 4; threads++)
        trainer_destroy(lesson_trainer(threads, 0));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_stop_between_two_rounds_lets_no_further_round_be_played,
        test_a_stop_by_another_thread_takes_effect_at_a_rounds_end,
        test_a_training_stopped_before_its_first_round_keeps_its_table,
        test_a_stop_leaves_the_other_training_alone,
        test_destroying_the_trainer_suspends_each_training_once_at_a_rounds_end,
        test_destroying_the_trainer_suspends_what_was_only_just_submitted,
        test_a_suspended_training_goes_on_to_the_same_end,
        test_a_training_goes_on_from_a_saved_copy_to_the_same_end,
        test_a_save_interval_of_0_asks_after_every_round_but_the_last,
        test_saves_come_again_and_again_but_an_interval_apart,
        test_a_refused_save_is_asked_for_again_after_the_next_round,
        test_an_idle_trainer_can_be_destroyed,
        NULL,
    };
    return unit_run("trainer_ends", tests);
}
