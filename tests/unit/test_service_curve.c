/*
 * The curve of a brain: every curve point that it passes, by jobs or by matches one by one, as
 * plain rounds pass it, and there as soon as the brain is.
 */
#include "engine/table/table.h"
#include "service/matches.h"
#include "support/served.h"
#include "support/tables.h"
#include "support/unit.h"

#include <stdlib.h>

static const uint8_t won[] = {0, 3, 1, 4, 2};
static const uint8_t drawn[] = {4, 0, 8, 2, 1, 7, 3, 5, 6};

static void assert_curve(struct served *served, const char *brain, const struct curve *expected)
{
    static struct curve curve;
    served_read_curve(served, brain, &curve);
    curves_assert(curve.points, curve.count, expected, 0);
}

/* Does to a table what the job does to its brain, and adds to the curve. */
static void play_plainly(struct brain *table, const struct job_order *order, struct curve *curve)
{
    struct rounds_plan plan = served_plan(order, table->matches);
    curves_play(table, &plan, curve);
}

static struct job run_job(struct served *served, const struct job_order *order)
{
    return served_wait_over(served, served_begin(served, order));
}

START_TEST(test_a_brain_has_no_points_at_first)
{
    struct served served;
    const struct curve none = {.count = 0};
    served_open(&served);
    assert_curve(&served, "default", &none);
    served_close(&served);
}
END_TEST

START_TEST(test_all_points_of_a_job_are_there_when_it_is_over_and_after_a_restart)
{
    for (unsigned kind = 0; kind < RULE_TABLE_KINDS; kind++) {
        struct served served;
        struct brain_order brain = served_brain_order("pupil");
        struct curve expected = {.count = 0};
        brain.rule = rule_default((enum rule_kind)kind);
        brain.rule.symmetry = kind != RULE_BEADS;
        struct brain *plain = tables_fresh(&brain.rule);
        struct job_order order = served_job_order(kind, 12345);
        order.brain = "pupil";
        order.workers = 1 + kind;
        play_plainly(plain, &order, &expected);
        served_open(&served);
        served_create(&served, &brain);
        run_job(&served, &order);
        assert_curve(&served, "pupil", &expected);
        served_restart(&served);
        assert_curve(&served, "pupil", &expected);
        brain_destroy(plain);
        served_close(&served);
    }
}
END_TEST

START_TEST(test_brains_that_train_at_once_have_curves_of_their_own)
{
    static const char *const names[2] = {"default", "other"};
    struct served served;
    struct brain_order other = served_brain_order("other");
    struct job_order orders[2] = {served_job_order(1, 11000), served_job_order(2, 13000)};
    int64_t ids[2];
    served_open(&served);
    served_create(&served, &other);
    orders[1].brain = "other";
    for (unsigned i = 0; i < 2; i++)
        ids[i] = served_begin(&served, &orders[i]);
    for (unsigned i = 0; i < 2; i++) {
        struct brain *plain = tables_fresh(NULL);
        struct curve expected = {.count = 0};
        play_plainly(plain, &orders[i], &expected);
        served_wait_over(&served, ids[i]);
        assert_curve(&served, names[i], &expected);
        brain_destroy(plain);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_the_next_job_continues_the_curve)
{
    struct served served;
    struct brain *plain = tables_fresh(NULL);
    struct curve expected = {.count = 0};
    served_open(&served);
    for (unsigned i = 0; i < 3; i++) {
        struct job_order order = served_job_order(i, 3000 + i);
        play_plainly(plain, &order, &expected);
        run_job(&served, &order);
        assert_curve(&served, "default", &expected);
    }
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

START_TEST(test_a_stopped_job_has_its_points)
{
    struct served served;
    struct brain *plain = tables_fresh(NULL);
    struct curve expected = {.count = 0};
    struct job_order order = served_job_order(4, JOB_MATCHES_MAX);
    served_open(&served);
    int64_t id = served_begin(&served, &order);
    served_wait_matches(&served, id, 15000);
    served_stop(&served, id);
    order.matches = served_wait_over(&served, id).matches_done;
    play_plainly(plain, &order, &expected);
    assert_curve(&served, "default", &expected);
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

static void learn_plainly(struct brain *table, const uint8_t *moves, size_t count,
                          struct curve *curve)
{
    struct match match;
    struct match_change changes[ROW_CELLS];
    struct fault fault;
    ck_assert_int_eq(match_read(game_at(0), moves, count, &match, &fault), ERR_OK);
    match_learn(table, &match, LEARN_BOTH, changes);
    curves_note(curve, table);
}

START_TEST(test_matches_learned_one_by_one_pass_the_same_points)
{
    struct served served;
    struct brain *plain = tables_fresh(NULL);
    struct curve expected = {.count = 0};
    served_open(&served);
    for (unsigned i = 0; i < 30; i++) {
        const uint8_t *moves = i % 3 == 0 ? drawn : won;
        size_t count = i % 3 == 0 ? sizeof drawn : sizeof won;
        learn_plainly(plain, moves, count, &expected);
        served_learn(&served, "default", moves, count);
        assert_curve(&served, "default", &expected);
    }
    ck_assert_uint_eq(expected.count, 10); /* 10, 12, 13, 15, 16, 18, 20, 23, 26, 29 */
    served_restart(&served);
    assert_curve(&served, "default", &expected);
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

/* A match among others. */
struct told {
    struct match_call match; /* first */
    unsigned *left;
};

static void count_down(struct service_call *call)
{
    ck_assert_int_eq(call->fault.err, ERR_OK);
    free(((struct told *)call)->match.changes);
    --*((struct told *)call)->left;
}

START_TEST(test_matches_that_arrive_together_miss_no_point)
{
    enum { MATCHES = 40 };
    static struct told told[MATCHES];
    struct served served;
    struct brain *plain = tables_fresh(NULL);
    struct curve expected = {.count = 0};
    unsigned left = MATCHES;
    served_open(&served);
    for (unsigned i = 0; i < MATCHES; i++) {
        struct match_order order = {.brain = "default",
                                    .position = {.form = POSITION_MOVES,
                                                 .moves = i % 2 ? won : drawn,
                                                 .count = i % 2 ? sizeof won : sizeof drawn},
                                    .learners = LEARN_BOTH};
        struct fault fault;
        told[i] = (struct told){.match.call.done = count_down, .left = &left};
        ck_assert_int_eq(service_learn_match(served.service, &order, &told[i].match, &fault),
                         ERR_OK);
        learn_plainly(plain, order.position.moves, order.position.count, &expected);
    }
    while (left > 0)
        served_turn(&served);
    assert_curve(&served, "default", &expected);
    ck_assert(served_has(&served, "default", plain));
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

START_TEST(test_a_curve_goes_on_from_matches_to_a_job_and_back)
{
    struct served served;
    struct brain *plain = tables_fresh(NULL);
    struct curve expected = {.count = 0};
    struct job_order order = served_job_order(5, 986); /* to 998 */
    served_open(&served);
    for (unsigned i = 0; i < 14; i++) {
        if (i == 12) {
            play_plainly(plain, &order, &expected);
            run_job(&served, &order);
        }
        learn_plainly(plain, won, sizeof won, &expected);
        served_learn(&served, "default", won, sizeof won);
    }
    ck_assert_uint_eq(plain->matches, 1000);
    ck_assert_uint_eq(expected.points[expected.count - 1].matches, 1000);
    assert_curve(&served, "default", &expected);
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_brain_has_no_points_at_first,
        test_all_points_of_a_job_are_there_when_it_is_over_and_after_a_restart,
        test_brains_that_train_at_once_have_curves_of_their_own,
        test_the_next_job_continues_the_curve,
        test_a_stopped_job_has_its_points,
        test_matches_learned_one_by_one_pass_the_same_points,
        test_matches_that_arrive_together_miss_no_point,
        test_a_curve_goes_on_from_matches_to_a_job_and_back,
        NULL,
    };
    return unit_run("service_curve", tests);
}
