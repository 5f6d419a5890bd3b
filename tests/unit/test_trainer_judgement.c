/*
 * A training with a goal stands still at each curve point until it is judged. What happens
 * meanwhile: stops, the trainer's end, other trainings, crashes.
 */
#include "support/curves.h"
#include "support/lesson.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <pthread.h>

enum { SEED = 5, FOR_EVER = 1000000000 };

static const struct until never_loses = {.kind = UNTIL_NEVER_LOSES};

/* It learns not to lose within some thousand matches. */
static struct rule quick_rule(void)
{
    struct rule rule = rule_default(RULE_GUARD);
    rule.symmetry = true;
    return rule;
}

static struct brain *fresh_brain(void)
{
    struct rule rule = quick_rule();
    return tables_fresh(&rule);
}

/* As the training of that plan ends. */
static struct brain *safe_brain(void)
{
    struct brain *table = fresh_brain();
    struct rounds_plan plan = lesson_plan(SEED, 1, FOR_EVER);
    ck_assert(curves_play_until(table, &plan, &never_loses, NULL));
    return table;
}

/* Goes on from `table`, which the lesson takes over. */
static void open_lesson(struct lesson *lesson, struct brain *table, uint64_t end)
{
    lesson_open(lesson, table, lesson_plan(SEED, 1, end));
    lesson->training.until = never_loses;
}

/* At which point the next lesson stops itself while it stands still there. */
static uint64_t stop_at;

static void stop_at_point(struct lesson *lesson)
{
    if (lesson->point[lesson->points - 1].matches == stop_at)
        trainer_stop_training(&lesson->training);
}

START_TEST(test_a_stop_while_it_stands_still_takes_effect_there_unless_its_goal_is_reached)
{
    struct brain *safe = safe_brain();
    for (unsigned is_safe = 0; is_safe < 2; is_safe++) {
        const uint64_t matches = is_safe ? safe->matches : 1000;
        struct trainer *trainer = lesson_trainer(2, LESSON_NEVER_MS);
        struct lesson lesson;
        stop_at = matches;
        open_lesson(&lesson, fresh_brain(), FOR_EVER);
        lesson.on_point = stop_at_point;
        lesson_submit(trainer, &lesson);
        lesson_wait(&lesson);
        trainer_destroy(trainer);
        ck_assert_uint_eq(lesson.overs, 1);
        ck_assert_uint_eq(lesson.training.table->matches, matches);
        ck_assert_int_eq(lesson.end, is_safe ? TRAINING_REACHED : TRAINING_STOPPED);
        lesson.plan.end = matches;
        ck_assert(lesson_is_plain(&lesson));
        lesson_close(&lesson);
    }
    brain_destroy(safe);
}
END_TEST

START_TEST(test_other_trainings_play_on_while_one_stands_still)
{
    struct trainer *trainer = lesson_trainer(1, LESSON_NEVER_MS);
    struct lesson lessons[2];
    open_lesson(&lessons[0], fresh_brain(), FOR_EVER);
    lesson_open(&lessons[1], tables_fresh(NULL), lesson_plan(SEED, 1, 15)); /* four points */
    lesson_block_evaluator(trainer);
    lesson_submit(trainer, &lessons[0]);
    lesson_wait_matches(&lessons[0], 10);
    lesson_submit(trainer, &lessons[1]);
    lesson_wait_matches(&lessons[1], 15);
    struct edition *edition = published_hold(&lessons[0].published);
    ck_assert_uint_eq(edition->table->matches, 10);
    edition_let_go(edition);
    lesson_unblock_evaluator();
    for (unsigned i = 0; i < 2; i++)
        lesson_wait(&lessons[i]);
    ck_assert_int_eq(lessons[0].end, TRAINING_REACHED);
    ck_assert_int_eq(lessons[1].end, TRAINING_DONE);
    trainer_destroy(trainer);
    for (unsigned i = 0; i < 2; i++)
        lesson_close(&lessons[i]);
}
END_TEST

/* Where a daemon goes on from: its brain as it was saved, perhaps not judged yet. */
static void go_on(struct trainer *trainer, struct lesson *lesson)
{
    lesson->training.judge_first = schedule_is_curve_point(lesson->training.table->matches);
    lesson_submit(trainer, lesson);
}

/* At which point a lesson is kept standing still until the trainer is about to end. */
static uint64_t stand_at;
static sem_t standing;
static sem_t ending;

static void stand_still(struct lesson *lesson)
{
    if (lesson->point[lesson->points - 1].matches != stand_at)
        return;
    sem_post(&standing);
    while (sem_wait(&ending) != 0)
        ; /* a signal */
}

static void *let_go(void *unused)
{
    sem_post(&ending);
    return unused;
}

/* One life of the daemon, which ends while the training stands still at that point. */
static void live_until(struct lesson *lesson, uint64_t point)
{
    struct trainer *trainer = lesson_trainer(2, LESSON_NEVER_MS);
    pthread_t thread;
    sem_init(&standing, 0, 0);
    sem_init(&ending, 0, 0);
    stand_at = point;
    lesson->on_point = stand_still;
    go_on(trainer, lesson);
    while (sem_wait(&standing) != 0)
        ; /* a signal */
    ck_assert_int_eq(pthread_create(&thread, NULL, let_go, NULL), 0);
    trainer_destroy(trainer);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(lesson->overs, 1);
}

START_TEST(test_a_training_suspended_while_it_stands_still_ends_later_where_it_would_have)
{
    struct brain *safe = safe_brain();
    for (unsigned stride = 2; stride <= 7; stride += 5) {
        struct brain *table = fresh_brain();
        enum training_end end = TRAINING_SUSPENDED;
        while (end == TRAINING_SUSPENDED) {
            struct lesson lesson;
            uint64_t point = table->matches;
            for (unsigned i = 0; i < stride && point < safe->matches; i++)
                point = schedule_curve_point_after(point);
            open_lesson(&lesson, table, FOR_EVER);
            live_until(&lesson, point);
            ck_assert(rounds_end_at(&lesson.plan, 0, lesson.training.table->matches));
            end = lesson.end;
            table = tables_copy(lesson.training.table);
            lesson_close(&lesson);
        }
        ck_assert_int_eq(end, TRAINING_REACHED);
        ck_assert_msg(tables_same(table, safe), "at %" PRIu64 " matches", table->matches);
        brain_destroy(table);
    }
    brain_destroy(safe);
}
END_TEST

/* It is over, and nobody would judge it later. */
START_TEST(test_a_training_that_stands_still_after_its_last_match_is_never_suspended)
{
    struct brain *safe = safe_brain();
    const uint64_t ends[2] = {1000, safe->matches};
    for (unsigned try = 0; try < 6; try++) {
        struct lesson lesson;
        open_lesson(&lesson, fresh_brain(), ends[try % 2]);
        live_until(&lesson, ends[try % 2]);
        ck_assert_uint_eq(lesson.training.table->matches, ends[try % 2]);
        ck_assert_int_eq(lesson.end, try % 2 ? TRAINING_REACHED : TRAINING_DONE);
        lesson_close(&lesson);
    }
    brain_destroy(safe);
}
END_TEST

static void *unblock(void *unused)
{
    lesson_unblock_evaluator();
    return unused;
}

START_TEST(test_destroying_the_trainer_judges_all_that_stand_still)
{
    enum { LESSONS = 5 };
    static struct lesson lessons[LESSONS];
    struct brain *safe = safe_brain();
    for (unsigned try = 0; try < 6; try++) {
        struct trainer *trainer = lesson_trainer(1, LESSON_NEVER_MS);
        pthread_t thread;
        lesson_block_evaluator(trainer);
        for (unsigned i = 0; i < LESSONS; i++) {
            open_lesson(&lessons[i], tables_copy(safe), FOR_EVER);
            go_on(trainer, &lessons[i]); /* to be judged first */
        }
        ck_assert_int_eq(pthread_create(&thread, NULL, unblock, NULL), 0);
        trainer_destroy(trainer);
        pthread_join(thread, NULL);
        for (unsigned i = 0; i < LESSONS; i++) {
            ck_assert_uint_eq(lessons[i].overs, 1);
            /* What stood still was judged; what did not yet has something to look forward to. */
            ck_assert_uint_eq(lessons[i].points, lessons[i].end == TRAINING_REACHED);
            ck_assert(tables_same(lessons[i].training.table, safe));
            lesson_close(&lessons[i]);
        }
    }
    brain_destroy(safe);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_stop_while_it_stands_still_takes_effect_there_unless_its_goal_is_reached,
        test_other_trainings_play_on_while_one_stands_still,
        test_a_training_suspended_while_it_stands_still_ends_later_where_it_would_have,
        test_a_training_that_stands_still_after_its_last_match_is_never_suspended,
        test_destroying_the_trainer_judges_all_that_stand_still,
        NULL,
    };
    return unit_run("trainer_judgement", tests);
}
