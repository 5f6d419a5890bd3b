/*
 * The thread that leads training: its results, its points and where a goal ends it are those of
 * plain rounds and plain evaluations, one after the other, whatever the number of threads, whatever
 * else is trained meanwhile, and wherever it was cut off.
 */
#include "engine/opponent.h"
#include "engine/selfplay.h"
#include "engine/table/table.h"
#include "support/curves.h"
#include "support/drill.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <math.h>

enum { FOR_EVER = 1000000000 };

#define NEVER_LOSES                                                                                \
    {                                                                                              \
        .kind = UNTIL_NEVER_LOSES                                                                  \
    }
#define BELOW(exploitability, ...)                                                                 \
    {                                                                                              \
        .kind = UNTIL_EXPLOITABILITY_BELOW, .below = (exploitability), .policy = { __VA_ARGS__ }   \
    }

static const struct until never_loses = NEVER_LOSES;

enum opponent { ITSELF, UNIFORM, PERFECT };

/* A training from a fresh brain. */
struct course {
    enum rule_kind kind;
    bool symmetry;
    struct rounds_plan plan;
    enum opponent opponent;
    struct until until;
    bool is_reached;
};

static const struct course courses[] = {
    {RULE_BEADS, false, {1, 1, LEARN_BOTH, 3000, NULL, 0}, ITSELF, {0}, false},
    {RULE_BEADS, true, {2, 3, LEARN_BOTH, 20011, NULL, 0}, ITSELF, {0}, false},
    {RULE_BEADS, true, {3, 2, LEARN_PLAYER1, 11000, NULL, 0}, ITSELF, {0}, false},
    {RULE_MENACE, true, {UINT64_MAX, 64, LEARN_BOTH, 12001, NULL, 0}, ITSELF, {0}, false},
    {RULE_MENACE, false, {7, 3, LEARN_PLAYER2, 12000, NULL, 0}, PERFECT, {0}, false},
    {RULE_GUARD, true, {5, 64, LEARN_BOTH, 12000, NULL, 0}, UNIFORM, {0}, false},
    {RULE_GUARD, false, {5, 3, LEARN_BOTH, 100000, NULL, 0}, ITSELF, NEVER_LOSES, true},
    {RULE_MENACE, true, {5, 1, LEARN_BOTH, 100000, NULL, 0}, ITSELF, NEVER_LOSES, true},
    {RULE_GUARD, true, {5, 1, LEARN_BOTH, 50000, NULL, 0}, ITSELF, BELOW(0.2, POLICY_SAMPLE), true},
    {RULE_MENACE,
     true,
     {5, 2, LEARN_BOTH, 50000, NULL, 0},
     ITSELF,
     BELOW(0.4, POLICY_SAMPLE),
     true},
    {RULE_GUARD,
     true,
     {5, 1, LEARN_BOTH, 50000, NULL, 0},
     ITSELF,
     BELOW(0.1, POLICY_POWER, 4),
     true},
    {RULE_MENACE,
     true,
     {5, 1, LEARN_BOTH, 50000, NULL, 0},
     ITSELF,
     BELOW(0.7, POLICY_POWER, 0.5),
     true},
    {RULE_GUARD,
     true,
     {6, 1, LEARN_BOTH, 50000, NULL, 0},
     ITSELF,
     BELOW(0.75, POLICY_GREEDY),
     true},
    /* Player 1 never becomes safe. */
    {RULE_BEADS, true, {8, 2, LEARN_BOTH, 12000, NULL, 0}, ITSELF, NEVER_LOSES, false},
    {RULE_BEADS, true, {8, 2, LEARN_BOTH, 1000, NULL, 0}, ITSELF, BELOW(0, POLICY_GREEDY), false},
    /* These two are safe as the player that learns, and not as the other one. */
    {RULE_GUARD, true, {5, 1, LEARN_PLAYER1, 5000, NULL, 0}, UNIFORM, NEVER_LOSES, false},
    {RULE_GUARD, true, {5, 1, LEARN_PLAYER2, 5000, NULL, 0}, UNIFORM, NEVER_LOSES, false},
};

enum { COURSES = sizeof courses / sizeof courses[0] };

/* A course with its opponent, and what plain rounds make of it. */
struct plainly {
    struct rule rule;
    struct rounds_plan plan;
    struct until until;
    struct brain *perfect;
    struct brain *table;
    struct curve curve;
    bool is_reached;
};

static void play_plainly(const struct course *course, struct plainly *out)
{
    *out = (struct plainly){.rule = tables_rule(course->kind, course->symmetry),
                            .plan = course->plan,
                            .until = course->until};
    out->table = tables_fresh(&out->rule);
    if (course->opponent == PERFECT)
        ck_assert_int_eq(table_perfect(tables_solution_of(&out->rule), &out->perfect), ERR_OK);
    if (course->plan.learners != LEARN_BOTH)
        out->plan.opponent =
            course->opponent == UNIFORM ? tables_uniform_of(&out->rule) : out->perfect;
    out->is_reached = curves_play_until(out->table, &out->plan, &out->until, &out->curve);
}

/* Or the test below would not be one of goals that are reached in the midst of a training, and of
 * goals that half is not enough for. */
static void assert_as_meant(const struct plainly *plainly, const struct course *course)
{
    const unsigned player = plainly->plan.learners == LEARN_PLAYER1 ? 0 : 1;
    ck_assert_int_eq(plainly->is_reached, course->is_reached);
    if (plainly->is_reached) {
        ck_assert_uint_gt(plainly->table->matches, 100);
        ck_assert_uint_lt(plainly->table->matches, plainly->plan.end);
    } else if (plainly->until.kind == UNTIL_NEVER_LOSES && plainly->plan.learners != LEARN_BOTH) {
        const struct curve_point point = curves_point(plainly->table);
        ck_assert(point.greedy.never_loses[player] && !point.greedy.never_loses[1 - player]);
    }
}

static void free_plainly(struct plainly *plainly)
{
    brain_destroy(plainly->perfect);
    brain_destroy(plainly->table);
}

static void submit(struct trainer *trainer, struct drill *drill, const struct plainly *plainly)
{
    drill_open(drill, tables_fresh(&plainly->rule), plainly->plan);
    drill->training.until = plainly->until;
    drill_submit(trainer, drill);
}

/* Of a drill that is over: all points came before its end, and its table is the published one. */
static void assert_ended_plainly(struct drill *drill, const struct plainly *plainly, unsigned i)
{
    const struct brain *table = drill->training.table;
    ck_assert_msg(tables_same(table, plainly->table), "course %u, at %" PRIu64 " not %" PRIu64, i,
                  table->matches, plainly->table->matches);
    ck_assert(tables_sound(table));
    ck_assert_int_eq(drill->end, plainly->is_reached ? TRAINING_REACHED : TRAINING_DONE);
    ck_assert_uint_eq(drill->points_at_over, plainly->curve.count);
    curves_assert(drill->point, drill->points, &plainly->curve, 0);
    struct edition *edition = published_hold(&drill->published);
    ck_assert(tables_same(edition->table, table));
    edition_let_go(edition);
}

START_TEST(test_trainings_end_as_plain_rounds_do_alone_and_beside_each_other)
{
    static struct plainly plainly[COURSES];
    static struct drill drills[COURSES];
    struct drill *alone = &drills[0];
    for (unsigned i = 0; i < COURSES; i++) {
        struct trainer *trainer = drill_trainer(1 + i % 4, DRILL_NEVER_MS);
        play_plainly(&courses[i], &plainly[i]);
        assert_as_meant(&plainly[i], &courses[i]);
        submit(trainer, alone, &plainly[i]);
        drill_wait(alone);
        assert_ended_plainly(alone, &plainly[i], i);
        trainer_destroy(trainer);
        ck_assert_uint_eq(alone->overs, 1);
        ck_assert_uint_eq(alone->saves, 0);
        ck_assert_uint_eq(alone->points, plainly[i].curve.count);
        drill_close(alone);
    }
    struct trainer *trainer = drill_trainer(3, DRILL_NEVER_MS);
    for (unsigned i = 0; i < COURSES; i++)
        submit(trainer, &drills[i], &plainly[i]);
    for (unsigned i = 0; i < COURSES; i++) {
        drill_wait(&drills[i]);
        assert_ended_plainly(&drills[i], &plainly[i], i);
    }
    trainer_destroy(trainer);
    for (unsigned i = 0; i < COURSES; i++) {
        drill_close(&drills[i]);
        free_plainly(&plainly[i]);
    }
}
END_TEST

/* Keeps the trainer in its first save until the gate opens: all that is submitted until then takes
 * part from the next round on. */
static sem_t gate;

/* The drills in the order of their rounds; the trainer's until all are over. */
static const struct drill *turns[DRILL_SAVES_MAX];
static unsigned turn_count;

static bool note_turn(struct drill *drill)
{
    if (turn_count < DRILL_SAVES_MAX)
        turns[turn_count++] = drill;
    while (turn_count == 1 && sem_wait(&gate) != 0)
        ; /* a signal */
    return true;
}

/* A save interval of 0 asks for a save after each round but the last. */
START_TEST(test_trainings_take_turns_a_round_each)
{
    struct drill drills[3];
    struct trainer *trainer = drill_trainer(2, 0);
    sem_init(&gate, 0, 0);
    for (unsigned i = 0; i < 3; i++) {
        drill_open(&drills[i], tables_fresh(NULL), drill_plan(i, 1, 2000));
        drills[i].on_save = note_turn;
        drill_submit(trainer, &drills[i]);
    }
    sem_post(&gate);
    for (unsigned i = 0; i < 3; i++)
        drill_wait(&drills[i]);
    trainer_destroy(trainer);
    /* From the third turn on all three have begun, and as they are equally long, none is over
     * before the last three turns. */
    ck_assert_uint_gt(turn_count, 60);
    for (unsigned turn = 1; turn + 5 < turn_count; turn++)
        ck_assert_msg(turns[turn] != turns[turn + 1] && turns[turn] != turns[turn + 2] &&
                          turns[turn + 1] != turns[turn + 2],
                      "turn %u of %u", turn, turn_count);
    for (unsigned i = 0; i < 3; i++)
        drill_close(&drills[i]);
}
END_TEST

START_TEST(test_a_reader_beside_four_workers_sees_rounds_only_in_order_and_the_end)
{
    struct trainer *trainer = drill_trainer(4, DRILL_NEVER_MS);
    struct drill drill;
    uint64_t seen = 0;
    drill_open(&drill, tables_fresh(NULL), drill_plan(5, 4, 100000));
    drill_submit(trainer, &drill);
    while (atomic_load(&drill.overs) == 0) {
        struct edition *edition = published_hold(&drill.published);
        const uint64_t matches = edition->table->matches;
        const bool is_sound = tables_sound(edition->table);
        edition_let_go(edition);
        if (!is_sound || matches < seen || !rounds_end_at(&drill.plan, seen, matches))
            ck_abort_msg("%" PRIu64 " matches after %" PRIu64, matches, seen);
        seen = matches;
    }
    drill_wait(&drill); /* it has been; but over() may still be on its way out */
    trainer_destroy(trainer);
    ck_assert(drill_is_plain(&drill));
    drill_close(&drill);
}
END_TEST

START_TEST(test_where_a_training_begins_is_no_point_of_it_but_where_it_ends_is)
{
    static const struct {
        uint64_t end;
        unsigned points;
    } cases[] = {{1122, 0}, {1123, 1}, {10000, 20}};
    ck_assert(schedule_is_curve_point(1000) && schedule_is_curve_point(10000));
    for (unsigned i = 0; i < 3; i++) {
        struct trainer *trainer = drill_trainer(2, DRILL_NEVER_MS);
        struct drill drill;
        drill_open(&drill, tables_played(8, 1000), drill_plan(8, 2, cases[i].end));
        drill_submit(trainer, &drill);
        drill_wait(&drill);
        ck_assert_uint_eq(drill.points, cases[i].points);
        if (drill.points > 0) {
            ck_assert_uint_eq(drill.point[0].matches, 1123);
            ck_assert_uint_eq(drill.point[drill.points - 1].matches, cases[i].end);
        }
        trainer_destroy(trainer);
        drill_close(&drill);
    }
}
END_TEST

/* The least exploitable point of a training ends it where the goal is the next number above. */
START_TEST(test_below_means_less_than)
{
    struct course course = {.kind = RULE_MENACE,
                            .symmetry = true,
                            .plan = {7, 1, LEARN_BOTH, 3000, NULL, 0},
                            .until = BELOW(0, POLICY_SAMPLE)};
    static struct plainly plainly;
    play_plainly(&course, &plainly);
    const struct curve_point *least = &plainly.curve.points[0];
    for (unsigned i = 1; i < plainly.curve.count; i++)
        if (plainly.curve.points[i].sample.exploitability < least->sample.exploitability)
            least = &plainly.curve.points[i];
    const double exact = least->sample.exploitability;
    for (unsigned above = 0; above < 2; above++) {
        struct trainer *trainer = drill_trainer(1, DRILL_NEVER_MS);
        struct drill drill;
        plainly.until.below = above ? nextafter(exact, 1) : exact;
        submit(trainer, &drill, &plainly);
        drill_wait(&drill);
        ck_assert_uint_eq(drill.training.table->matches, above ? least->matches : 3000);
        trainer_destroy(trainer);
        drill_close(&drill);
    }
    free_plainly(&plainly);
}
END_TEST

/* A rule under which a brain learns not to lose within some thousand matches, and such a brain. */
static struct rule quick_rule(void)
{
    return tables_rule(RULE_GUARD, true);
}

static struct brain *played(uint64_t end)
{
    struct rule rule = quick_rule();
    struct brain *table = tables_fresh(&rule);
    struct rounds_plan plan = drill_plan(5, 1, end);
    curves_play_until(table, &plan, &never_loses, NULL);
    return table;
}

/* A new training begins by playing; one that goes on may stand where its goal is reached, and its
 * last point may not have been kept. */
START_TEST(test_a_goal_is_judged_at_points_and_at_the_start_of_what_goes_on_and_nowhere_else)
{
    struct brain *safe = played(FOR_EVER);
    const uint64_t next = schedule_curve_point_after(safe->matches);
    const struct {
        uint64_t from, end;
        bool goes_on;
        enum training_end how;
        uint64_t matches;
        uint64_t first_point; /* 0: none */
    } cases[] = {
        {0, safe->matches, false, TRAINING_REACHED, safe->matches, 10},
        {safe->matches, next - 1, false, TRAINING_DONE, next - 1, 0},
        {safe->matches, FOR_EVER, false, TRAINING_REACHED, next, next},
        {safe->matches, FOR_EVER, true, TRAINING_REACHED, safe->matches, safe->matches},
        {1000, FOR_EVER, true, TRAINING_REACHED, safe->matches, 1000},
    };
    ck_assert_uint_gt(safe->matches, 1000);
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct trainer *trainer = drill_trainer(2, DRILL_NEVER_MS);
        struct drill drill;
        drill_open(&drill, played(cases[i].from), drill_plan(5, 1, cases[i].end));
        drill.training.until = never_loses;
        drill.training.judge_first = cases[i].goes_on;
        drill_submit(trainer, &drill);
        drill_wait(&drill);
        ck_assert_msg(drill.end == cases[i].how, "case %u", i);
        ck_assert_uint_eq(drill.training.table->matches, cases[i].matches);
        ck_assert_uint_eq(drill.points > 0 ? drill.point[0].matches : 0, cases[i].first_point);
        ck_assert(curves_fulfils(drill.training.table, &never_loses));
        trainer_destroy(trainer);
        drill_close(&drill);
    }
    brain_destroy(safe);
}
END_TEST

/* The tables of one training after each of its rounds but the last. */
static struct brain *copies[DRILL_SAVES_MAX];

static bool keep_copy(struct drill *drill)
{
    copies[drill->saves - 1] = tables_copy(drill->training.table);
    return true;
}

/* As a daemon goes on from what it has saved: its points are those that are left, from where it
 * stands if it has to be judged there. */
static void assert_goes_on(struct trainer *trainer, struct brain *copy, const struct plainly *whole)
{
    struct drill drill;
    const uint64_t from = copy->matches;
    const bool is_judged = whole->until.kind != UNTIL_NOTHING && schedule_is_curve_point(from);
    unsigned passed = 0;
    while (passed < whole->curve.count && whole->curve.points[passed].matches < from + !is_judged)
        passed++;
    drill_open(&drill, copy, whole->plan);
    drill.training.until = whole->until;
    drill.training.judge_first = is_judged;
    drill_submit(trainer, &drill);
    drill_wait(&drill);
    ck_assert_int_eq(drill.end, whole->is_reached ? TRAINING_REACHED : TRAINING_DONE);
    ck_assert_msg(tables_same(drill.training.table, whole->table), "from %" PRIu64, from);
    curves_assert(drill.point, drill.points, &whole->curve, passed);
    drill_close(&drill);
}

START_TEST(test_a_training_goes_on_from_what_was_saved_at_any_round_to_the_same_end)
{
    static const struct course goings[] = {
        {RULE_GUARD, true, {50, 3, LEARN_BOTH, 13000, NULL, 0}, ITSELF, {0}, false},
        {RULE_GUARD, true, {5, 1, LEARN_BOTH, FOR_EVER, NULL, 0}, ITSELF, NEVER_LOSES, true}};
    for (unsigned i = 0; i < 2; i++) {
        static struct plainly plainly;
        struct trainer *trainer = drill_trainer(2, 0);
        struct drill drill;
        unsigned at_points = 0;
        play_plainly(&goings[i], &plainly);
        drill_open(&drill, tables_fresh(&plainly.rule), plainly.plan);
        drill.training.until = plainly.until;
        drill.on_save = keep_copy;
        drill_submit(trainer, &drill);
        drill_wait(&drill);
        ck_assert_uint_gt(drill.saves, 50);
        for (unsigned save = 0; save < drill.saves; save++) {
            at_points += schedule_is_curve_point(copies[save]->matches);
            if (save % 3 == i || save + 1 == drill.saves) /* it may stand at the very end */
                assert_goes_on(trainer, copies[save], &plainly);
            else
                brain_destroy(copies[save]);
        }
        ck_assert_uint_gt(at_points, 30);
        trainer_destroy(trainer);
        drill_close(&drill);
        free_plainly(&plainly);
    }
}
END_TEST

/* Most are cut off in the midst of a round, and from 10,000 matches on in the midst of shares. */
START_TEST(test_destroying_the_trainer_suspends_each_training_at_a_rounds_end_to_go_on_later)
{
    enum { DRILLS = 4, LIVES = 4 };
    static struct drill drills[DRILLS];
    struct brain *tables[DRILLS];
    const struct rule rule = tables_rule(RULE_BEADS, true);
    for (unsigned i = 0; i < DRILLS; i++)
        tables[i] = tables_fresh(&rule);
    for (unsigned life = 0; life < LIVES; life++) {
        struct trainer *trainer = drill_trainer(1 + life % 3, DRILL_NEVER_MS);
        for (unsigned i = 0; i < DRILLS; i++) {
            drill_open(&drills[i], tables_copy(tables[i]), drill_plan(i, 64 >> i, FOR_EVER));
            drill_submit(trainer, &drills[i]);
        }
        drill_wait_matches(&drills[0], 4000 * life);
        trainer_destroy(trainer);
        for (unsigned i = 0; i < DRILLS; i++) {
            struct drill *drill = &drills[i];
            struct rounds_plan plan = drill->plan;
            struct curve expected = {.count = 0};
            plan.end = drill->training.table->matches;
            ck_assert_uint_eq(drill->overs, 1);
            ck_assert_int_eq(drill->end, TRAINING_SUSPENDED);
            ck_assert_msg(rounds_end_at(&drill->plan, 0, plan.end), "at %" PRIu64, plan.end);
            curves_play(tables[i], &plan, &expected);
            ck_assert_msg(tables_same(drill->training.table, tables[i]), "at %" PRIu64, plan.end);
            ck_assert_uint_eq(drill->points_at_over, expected.count);
            curves_assert(drill->point, drill->points, &expected, 0);
            drill_close(drill);
        }
    }
    ck_assert_uint_ge(tables[0]->matches, 4000 * (LIVES - 1));
    for (unsigned i = 0; i < DRILLS; i++)
        brain_destroy(tables[i]);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_trainings_end_as_plain_rounds_do_alone_and_beside_each_other,
        test_trainings_take_turns_a_round_each,
        test_a_reader_beside_four_workers_sees_rounds_only_in_order_and_the_end,
        test_where_a_training_begins_is_no_point_of_it_but_where_it_ends_is,
        test_below_means_less_than,
        test_a_goal_is_judged_at_points_and_at_the_start_of_what_goes_on_and_nowhere_else,
        test_a_training_goes_on_from_what_was_saved_at_any_round_to_the_same_end,
        test_destroying_the_trainer_suspends_each_training_at_a_rounds_end_to_go_on_later,
        NULL,
    };
    return unit_run("trainer", tests);
}
