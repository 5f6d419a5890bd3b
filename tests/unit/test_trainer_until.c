/*
 * Trainings with a goal: each ends at the first curve point that fulfils it, with the table of that
 * very point, whatever the number of threads and whatever else goes on. Where that is, plain rounds
 * and plain evaluations say.
 */
#include "engine/selfplay.h"
#include "support/curves.h"
#include "support/lesson.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <math.h>

static struct rule rule_of(enum rule_kind kind, bool symmetry)
{
    struct rule rule = rule_default(kind);
    rule.symmetry = symmetry;
    return rule;
}

static const struct until never_loses = {.kind = UNTIL_NEVER_LOSES};

static struct until below(double exploitability, enum policy_kind kind, double power)
{
    return (struct until){.kind = UNTIL_EXPLOITABILITY_BELOW,
                          .below = exploitability,
                          .policy = {.kind = kind, .power = power}};
}

static void open_lesson(struct lesson *lesson, struct brain *table, struct rounds_plan plan,
                        struct until until)
{
    lesson_open(lesson, table, plan);
    lesson->training.until = until;
}

/* Trains a copy of `table` and holds its end and its points against plain rounds. Returns the
 * matches at its end. */
static uint64_t assert_ends_plainly(unsigned threads, const struct brain *table,
                                    struct rounds_plan plan, struct until until)
{
    struct trainer *trainer = lesson_trainer(threads, LESSON_NEVER_MS);
    struct brain *plain = tables_copy(table);
    struct curve expected = {.count = 0};
    struct lesson lesson;
    bool reached = curves_play_until(plain, &plan, &until, &expected);
    open_lesson(&lesson, tables_copy(table), plan, until);
    lesson_submit(trainer, &lesson);
    lesson_wait(&lesson);
    ck_assert_int_eq(lesson.end, reached ? TRAINING_REACHED : TRAINING_DONE);
    ck_assert_uint_eq(lesson.training.table->matches, plain->matches);
    ck_assert(tables_same(lesson.training.table, plain));
    struct edition *edition = published_hold(&lesson.published);
    ck_assert(tables_same(edition->table, plain));
    edition_let_go(edition);
    ck_assert_uint_eq(lesson.points_at_over, expected.count);
    curves_assert(lesson.point, lesson.points, &expected, 0);
    trainer_destroy(trainer);
    ck_assert_uint_eq(lesson.overs, 1);
    ck_assert_uint_eq(lesson.points, expected.count);
    brain_destroy(plain);
    lesson_close(&lesson);
    return expected.points[expected.count - 1].matches;
}

/* From a fresh table, with several numbers of threads; it must be reached well after the start. */
static void assert_reached_plainly(struct rule rule, struct rounds_plan plan, struct until until)
{
    static const unsigned threads[] = {1, 2, 4};
    struct brain *fresh = tables_fresh(&rule);
    for (unsigned i = 0; i < 3; i++) {
        uint64_t matches = assert_ends_plainly(threads[i], fresh, plan, until);
        ck_assert_uint_gt(matches, 100);
        ck_assert_uint_lt(matches, plan.end);
    }
    brain_destroy(fresh);
}

START_TEST(test_a_training_ends_where_its_brain_never_loses)
{
    assert_reached_plainly(rule_of(RULE_GUARD, false), lesson_plan(5, 3, 100000), never_loses);
    assert_reached_plainly(rule_of(RULE_MENACE, true), lesson_plan(5, 1, 100000), never_loses);
}
END_TEST

START_TEST(test_a_brain_that_is_safe_as_one_of_the_players_plays_on)
{
    struct rule rule = rule_of(RULE_GUARD, true);
    struct brain *fresh = tables_fresh(&rule);
    for (unsigned player = 0; player < 2; player++) {
        struct rounds_plan plan = lesson_plan(5, 1, 5000);
        plan.learners = player == 0 ? LEARN_PLAYER1 : LEARN_PLAYER2;
        plan.opponent = tables_uniform_of(&rule);
        struct brain *end = tables_copy(fresh);
        curves_play(end, &plan, NULL);
        struct curve_point point = curves_point(end);
        ck_assert(point.greedy.never_loses[player] && !point.greedy.never_loses[1 - player]);
        ck_assert_uint_gt(assert_ends_plainly(2, fresh, plan, never_loses), 4000);
        brain_destroy(end);
    }
    brain_destroy(fresh);
}
END_TEST

START_TEST(test_a_training_ends_where_it_is_hard_to_exploit_when_drawn_by_weight)
{
    assert_reached_plainly(rule_of(RULE_GUARD, true), lesson_plan(5, 1, 50000),
                           below(0.2, POLICY_SAMPLE, 0));
    assert_reached_plainly(rule_of(RULE_MENACE, true), lesson_plan(5, 2, 50000),
                           below(0.4, POLICY_SAMPLE, 0));
}
END_TEST

START_TEST(test_a_training_ends_where_it_is_hard_to_exploit_by_a_power_of_its_weights)
{
    assert_reached_plainly(rule_of(RULE_GUARD, true), lesson_plan(5, 1, 50000),
                           below(0.1, POLICY_POWER, 4));
    assert_reached_plainly(rule_of(RULE_MENACE, true), lesson_plan(5, 1, 50000),
                           below(0.7, POLICY_POWER, 0.5));
}
END_TEST

START_TEST(test_a_training_ends_where_it_is_hard_to_exploit_when_greedy)
{
    assert_reached_plainly(rule_of(RULE_GUARD, true), lesson_plan(5, 1, 50000),
                           below(0.75, POLICY_GREEDY, 0));
    assert_reached_plainly(rule_of(RULE_GUARD, false), lesson_plan(6, 4, 50000),
                           below(0.25, POLICY_GREEDY, 0));
}
END_TEST

/* The least exploitable point so far: nothing before it is below what it is. */
static struct curve_point deepest(const struct curve *curve)
{
    const struct curve_point *least = &curve->points[0];
    for (unsigned i = 1; i < curve->count; i++)
        if (curve->points[i].sample.exploitability < least->sample.exploitability)
            least = &curve->points[i];
    return *least;
}

START_TEST(test_below_means_less_than)
{
    struct rule rule = rule_of(RULE_MENACE, false);
    struct rounds_plan plan = lesson_plan(7, 1, 3000);
    struct brain *fresh = tables_fresh(&rule);
    struct brain *table = tables_copy(fresh);
    struct curve curve = {.count = 0};
    curves_play(table, &plan, &curve);
    struct curve_point least = deepest(&curve);
    double exact = least.sample.exploitability;
    ck_assert_uint_eq(assert_ends_plainly(1, fresh, plan, below(exact, POLICY_SAMPLE, 0)),
                      curve.points[curve.count - 1].matches);
    ck_assert_uint_eq(
        assert_ends_plainly(1, fresh, plan, below(nextafter(exact, 1), POLICY_SAMPLE, 0)),
        least.matches);
    brain_destroy(table);
    brain_destroy(fresh);
}
END_TEST

START_TEST(test_a_goal_that_is_not_reached_changes_nothing)
{
    struct rule rule = rule_of(RULE_BEADS, false); /* player 1 never becomes safe */
    struct brain *fresh = tables_fresh(&rule);
    assert_ends_plainly(2, fresh, lesson_plan(8, 2, 12000), never_loses);
    assert_ends_plainly(2, fresh, lesson_plan(8, 2, 10000), below(0, POLICY_GREEDY, 0));
    brain_destroy(fresh);
}
END_TEST

/* A brain that never loses, and where in the curve it stands. */
static struct brain *safe_brain(const struct rule *rule)
{
    struct brain *table = tables_fresh(rule);
    struct rounds_plan plan = lesson_plan(5, 1, 100000);
    ck_assert(curves_play_until(table, &plan, &never_loses, NULL));
    return table;
}

START_TEST(test_a_goal_is_judged_at_the_last_match_if_that_is_a_point)
{
    struct rule rule = rule_of(RULE_GUARD, true);
    struct brain *safe = safe_brain(&rule);
    struct brain *fresh = tables_fresh(&rule);
    for (unsigned threads = 1; threads <= 4; threads *= 2)
        ck_assert_uint_eq(
            assert_ends_plainly(threads, fresh, lesson_plan(5, 1, safe->matches), never_loses),
            safe->matches);
    brain_destroy(fresh);
    brain_destroy(safe);
}
END_TEST

START_TEST(test_a_goal_is_judged_nowhere_but_at_points)
{
    struct rule rule = rule_of(RULE_GUARD, true);
    struct brain *safe = safe_brain(&rule);
    struct trainer *trainer = lesson_trainer(1, LESSON_NEVER_MS);
    struct lesson lesson;
    uint64_t end = schedule_curve_point_after(safe->matches) - 1;
    open_lesson(&lesson, safe, lesson_plan(5, 1, end), never_loses);
    lesson_submit(trainer, &lesson);
    lesson_wait(&lesson);
    ck_assert(curves_fulfils(lesson.training.table, &never_loses));
    ck_assert_uint_eq(lesson.training.table->matches, end);
    ck_assert_int_eq(lesson.end, TRAINING_DONE);
    ck_assert_uint_eq(lesson.points, 0);
    trainer_destroy(trainer);
    lesson_close(&lesson);
}
END_TEST

/* A new training begins by playing. */
START_TEST(test_a_goal_that_is_fulfilled_at_the_start_is_judged_at_the_next_point)
{
    struct rule rule = rule_of(RULE_GUARD, true);
    struct brain *safe = safe_brain(&rule);
    ck_assert(schedule_is_curve_point(safe->matches));
    ck_assert_uint_eq(assert_ends_plainly(2, safe, lesson_plan(5, 1, 100000), never_loses),
                      schedule_curve_point_after(safe->matches));
    brain_destroy(safe);
}
END_TEST

static void submit_to_judge_first(struct trainer *trainer, struct lesson *lesson,
                                  struct brain *table, struct until until)
{
    open_lesson(lesson, table, lesson_plan(5, 1, 100000), until);
    lesson->training.judge_first = true;
    lesson_submit(trainer, lesson);
    lesson_wait(lesson);
}

START_TEST(test_a_training_that_goes_on_where_its_goal_is_reached_ends_right_there)
{
    struct rule rule = rule_of(RULE_GUARD, true);
    struct brain *safe = safe_brain(&rule);
    struct trainer *trainer = lesson_trainer(2, LESSON_NEVER_MS);
    struct lesson lesson;
    submit_to_judge_first(trainer, &lesson, tables_copy(safe), never_loses);
    ck_assert_int_eq(lesson.end, TRAINING_REACHED);
    ck_assert(tables_same(lesson.training.table, safe));
    ck_assert_uint_eq(lesson.points, 1); /* which may not have been kept when it was passed */
    ck_assert_uint_eq(lesson.point[0].matches, safe->matches);
    trainer_destroy(trainer);
    lesson_close(&lesson);
    brain_destroy(safe);
}
END_TEST

START_TEST(test_a_training_that_goes_on_where_its_goal_is_not_reached_plays_on)
{
    struct rule rule = rule_of(RULE_GUARD, true);
    struct rounds_plan plan = lesson_plan(5, 1, 1000);
    struct brain *early = tables_fresh(&rule);
    struct trainer *trainer = lesson_trainer(2, LESSON_NEVER_MS);
    struct lesson lesson;
    curves_play(early, &plan, NULL);
    ck_assert(!curves_fulfils(early, &never_loses));
    submit_to_judge_first(trainer, &lesson, early, never_loses);
    struct brain *safe = safe_brain(&rule);
    ck_assert_int_eq(lesson.end, TRAINING_REACHED);
    ck_assert(tables_same(lesson.training.table, safe));
    trainer_destroy(trainer);
    lesson_close(&lesson);
    brain_destroy(safe);
}
END_TEST

START_TEST(test_trainings_with_and_without_goals_take_turns_and_end_each_as_if_alone)
{
    enum { LESSONS = 4 };
    static struct lesson lessons[LESSONS];
    const struct rule rules[LESSONS] = {rule_of(RULE_GUARD, true), rule_of(RULE_BEADS, false),
                                        rule_of(RULE_MENACE, true), rule_of(RULE_GUARD, false)};
    const struct until untils[LESSONS] = {
        never_loses, {.kind = UNTIL_NOTHING}, never_loses, below(0.5, POLICY_SAMPLE, 0)};
    struct trainer *trainer = lesson_trainer(2, LESSON_NEVER_MS);
    for (unsigned i = 0; i < LESSONS; i++) {
        open_lesson(&lessons[i], tables_fresh(&rules[i]), lesson_plan(5, 1 + i, 20000), untils[i]);
        lesson_submit(trainer, &lessons[i]);
    }
    for (unsigned i = 0; i < LESSONS; i++) {
        struct brain *plain = tables_fresh(&rules[i]);
        struct curve expected = {.count = 0};
        bool reached = curves_play_until(plain, &lessons[i].plan, &untils[i], &expected);
        lesson_wait(&lessons[i]);
        ck_assert_int_eq(lessons[i].end, reached ? TRAINING_REACHED : TRAINING_DONE);
        ck_assert_int_eq(reached, i != 1);
        ck_assert_msg(tables_same(lessons[i].training.table, plain), "lesson %u", i);
        curves_assert(lessons[i].point, lessons[i].points, &expected, 0);
        brain_destroy(plain);
    }
    trainer_destroy(trainer);
    for (unsigned i = 0; i < LESSONS; i++)
        lesson_close(&lessons[i]);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_training_ends_where_its_brain_never_loses,
        test_a_brain_that_is_safe_as_one_of_the_players_plays_on,
        test_a_training_ends_where_it_is_hard_to_exploit_when_drawn_by_weight,
        test_a_training_ends_where_it_is_hard_to_exploit_by_a_power_of_its_weights,
        test_a_training_ends_where_it_is_hard_to_exploit_when_greedy,
        test_below_means_less_than,
        test_a_goal_that_is_not_reached_changes_nothing,
        test_a_goal_is_judged_at_the_last_match_if_that_is_a_point,
        test_a_goal_is_judged_nowhere_but_at_points,
        test_a_goal_that_is_fulfilled_at_the_start_is_judged_at_the_next_point,
        test_a_training_that_goes_on_where_its_goal_is_reached_ends_right_there,
        test_a_training_that_goes_on_where_its_goal_is_not_reached_plays_on,
        test_trainings_with_and_without_goals_take_turns_and_end_each_as_if_alone,
        NULL,
    };
    return unit_run("trainer_until", tests);
}
