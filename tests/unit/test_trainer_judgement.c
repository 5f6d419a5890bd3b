/*
 * A training with a goal stands still at each curve point until it is judged. What happens
 * meanwhile: stops, the trainer's end, other trainings, crashes.
 */
#include "support/curves.h"
#include "support/drill.h"
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
    struct rounds_plan plan = drill_plan(SEED, 1, FOR_EVER);
    ck_assert(curves_play_until(table, &plan, &never_loses, NULL));
    return table;
}

/* Goes on from `table`, which the drill takes over. */
static void open_drill(struct drill *drill, struct brain *table, uint64_t end)
{
    drill_open(drill, table, drill_plan(SEED, 1, end));
    drill->training.until = never_loses;
}

/* At which point the next drill stops itself while it stands still there. */
static uint64_t stop_at;

static void stop_at_point(struct drill *drill)
{
    if (drill->point[drill->points - 1].matches == stop_at)
        trainer_stop_training(&drill->training);
}

START_TEST(test_a_stop_while_it_stands_still_takes_effect_there_unless_its_goal_is_reached)
{
    struct brain *safe = safe_brain();
    for (unsigned is_safe = 0; is_safe < 2; is_safe++) {
        const uint64_t matches = is_safe ? safe->matches : 1000;
        struct trainer *trainer = drill_trainer(2, DRILL_NEVER_MS);
        struct drill drill;
        stop_at = matches;
        open_drill(&drill, fresh_brain(), FOR_EVER);
        drill.on_point = stop_at_point;
        drill_submit(trainer, &drill);
        drill_wait(&drill);
        trainer_destroy(trainer);
        ck_assert_uint_eq(drill.overs, 1);
        ck_assert_uint_eq(drill.training.table->matches, matches);
        ck_assert_int_eq(drill.end, is_safe ? TRAINING_REACHED : TRAINING_STOPPED);
        drill.plan.end = matches;
        ck_assert(drill_is_plain(&drill));
        drill_close(&drill);
    }
    brain_destroy(safe);
}
END_TEST

START_TEST(test_other_trainings_play_on_while_one_stands_still)
{
    struct trainer *trainer = drill_trainer(1, DRILL_NEVER_MS);
    struct drill drills[2];
    open_drill(&drills[0], fresh_brain(), FOR_EVER);
    drill_open(&drills[1], tables_fresh(NULL), drill_plan(SEED, 1, 15)); /* four points */
    drill_block_evaluator(trainer);
    drill_submit(trainer, &drills[0]);
    drill_wait_matches(&drills[0], 10);
    drill_submit(trainer, &drills[1]);
    drill_wait_matches(&drills[1], 15);
    struct edition *edition = published_hold(&drills[0].published);
    ck_assert_uint_eq(edition->table->matches, 10);
    edition_let_go(edition);
    drill_unblock_evaluator();
    for (unsigned i = 0; i < 2; i++)
        drill_wait(&drills[i]);
    ck_assert_int_eq(drills[0].end, TRAINING_REACHED);
    ck_assert_int_eq(drills[1].end, TRAINING_DONE);
    trainer_destroy(trainer);
    for (unsigned i = 0; i < 2; i++)
        drill_close(&drills[i]);
}
END_TEST

/* Where a daemon goes on from: its brain as it was saved, perhaps not judged yet. */
static void go_on(struct trainer *trainer, struct drill *drill)
{
    drill->training.judge_first = schedule_is_curve_point(drill->training.table->matches);
    drill_submit(trainer, drill);
}

/* At which point a drill is kept standing still until the trainer is about to end. */
static uint64_t stand_at;
static sem_t standing;
static sem_t ending;

static void stand_still(struct drill *drill)
{
    if (drill->point[drill->points - 1].matches != stand_at)
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
static void live_until(struct drill *drill, uint64_t point)
{
    struct trainer *trainer = drill_trainer(2, DRILL_NEVER_MS);
    pthread_t thread;
    sem_init(&standing, 0, 0);
    sem_init(&ending, 0, 0);
    stand_at = point;
    drill->on_point = stand_still;
    go_on(trainer, drill);
    while (sem_wait(&standing) != 0)
        ; /* a signal */
    ck_assert_int_eq(pthread_create(&thread, NULL, let_go, NULL), 0);
    trainer_destroy(trainer);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(drill->overs, 1);
}

START_TEST(test_a_training_suspended_while_it_stands_still_ends_later_where_it_would_have)
{
    struct brain *safe = safe_brain();
    for (unsigned stride = 2; stride <= 7; stride += 5) {
        struct brain *table = fresh_brain();
        enum training_end end = TRAINING_SUSPENDED;
        while (end == TRAINING_SUSPENDED) {
            struct drill drill;
            uint64_t point = table->matches;
            for (unsigned i = 0; i < stride && point < safe->matches; i++)
                point = schedule_curve_point_after(point);
            open_drill(&drill, table, FOR_EVER);
            live_until(&drill, point);
            ck_assert(rounds_end_at(&drill.plan, 0, drill.training.table->matches));
            end = drill.end;
            table = tables_copy(drill.training.table);
            drill_close(&drill);
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
        struct drill drill;
        open_drill(&drill, fresh_brain(), ends[try % 2]);
        live_until(&drill, ends[try % 2]);
        ck_assert_uint_eq(drill.training.table->matches, ends[try % 2]);
        ck_assert_int_eq(drill.end, try % 2 ? TRAINING_REACHED : TRAINING_DONE);
        drill_close(&drill);
    }
    brain_destroy(safe);
}
END_TEST

static void *unblock(void *unused)
{
    drill_unblock_evaluator();
    return unused;
}

START_TEST(test_destroying_the_trainer_judges_all_that_stand_still)
{
    enum { DRILLS = 5 };
    static struct drill drills[DRILLS];
    struct brain *safe = safe_brain();
    for (unsigned try = 0; try < 6; try++) {
        struct trainer *trainer = drill_trainer(1, DRILL_NEVER_MS);
        pthread_t thread;
        drill_block_evaluator(trainer);
        for (unsigned i = 0; i < DRILLS; i++) {
            open_drill(&drills[i], tables_copy(safe), FOR_EVER);
            go_on(trainer, &drills[i]); /* to be judged first */
        }
        ck_assert_int_eq(pthread_create(&thread, NULL, unblock, NULL), 0);
        trainer_destroy(trainer);
        pthread_join(thread, NULL);
        for (unsigned i = 0; i < DRILLS; i++) {
            ck_assert_uint_eq(drills[i].overs, 1);
            /* What stood still was judged; what did not yet has something to look forward to. */
            ck_assert_uint_eq(drills[i].points, drills[i].end == TRAINING_REACHED);
            ck_assert(tables_same(drills[i].training.table, safe));
            drill_close(&drills[i]);
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
