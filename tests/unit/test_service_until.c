/* Jobs with a goal: each ends at the first curve point that fulfils it, whatever the daemon lived
 * through meanwhile; and says so. */
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct until never_loses = {.kind = UNTIL_NEVER_LOSES,
                                         .policy = {.kind = POLICY_GREEDY}};

/* It learns not to lose within some thousand matches; the other rule needs some more. */
static struct rule quick_rule(void)
{
    struct rule rule = rule_default(RULE_GUARD);
    rule.symmetry = true;
    return rule;
}

static struct rule slow_rule(void)
{
    return rule_default(RULE_GUARD);
}

static void open_with_brain(struct served *served, struct rule rule)
{
    struct brain_order order = served_brain_order("pupil");
    order.rule = rule;
    served_open(served);
    served_create(served, &order);
}

static struct job_order order_of(uint64_t seed, uint64_t matches, struct until until)
{
    struct job_order order = served_job_order(seed, matches);
    order.brain = "pupil";
    order.until = until;
    return order;
}

/* Does to a table what the job does to its brain, and adds to the curve; whether the goal was
 * reached. */
static bool play_plainly(struct brain *table, const struct job_order *order, struct curve *curve)
{
    struct rounds_plan plan = served_plan(order, table->matches);
    return curves_play_until(table, &plan, &order->until, curve);
}

static void assert_ended_by_goal(struct served *served, int64_t id, uint64_t matches)
{
    struct job job = served_job(served, id);
    ck_assert_int_eq(job.state, JOB_DONE);
    ck_assert_int_eq(job.ended_by, JOB_END_UNTIL);
    ck_assert_uint_eq(job.matches_done, matches);
    ck_assert_uint_eq(job.results[0] + job.results[1] + job.results[2], matches);
    ck_assert_int_gt(job.finished_at_ms, 0);
    ck_assert_str_eq(job.error, "");
}

static void assert_reached_plainly(struct rule rule, const struct job_order *order)
{
    struct served served;
    struct brain *plain = tables_fresh(&rule);
    struct curve expected = {.count = 0};
    static struct curve curve;
    ck_assert(play_plainly(plain, order, &expected));
    open_with_brain(&served, rule);
    int64_t id = served_begin(&served, order);
    served_wait_over(&served, id);
    for (unsigned life = 0; life < 2; life++) {
        assert_ended_by_goal(&served, id, plain->matches);
        ck_assert(served_has(&served, "pupil", plain));
        served_read_curve(&served, "pupil", &curve);
        curves_assert(curve.points, curve.count, &expected, 0);
        served_restart(&served);
    }
    brain_destroy(plain);
    served_close(&served);
}

START_TEST(test_a_job_ends_where_its_brain_never_loses)
{
    struct job_order order = order_of(1, 1000000, never_loses);
    assert_reached_plainly(quick_rule(), &order);
    order.workers = 3;
    assert_reached_plainly(slow_rule(), &order);
}
END_TEST

START_TEST(test_a_job_ends_where_its_brain_is_hard_to_exploit)
{
    struct until until = {.kind = UNTIL_EXPLOITABILITY_BELOW, .below = 0.2};
    struct job_order order = order_of(2, 1000000, until);
    assert_reached_plainly(quick_rule(), &order);
    order.until.policy = (struct policy){.kind = POLICY_POWER, .power = 4};
    assert_reached_plainly(quick_rule(), &order);
    order.until.policy = (struct policy){.kind = POLICY_GREEDY};
    assert_reached_plainly(quick_rule(), &order);
}
END_TEST

START_TEST(test_a_job_that_does_not_reach_its_goal_ends_by_its_matches)
{
    struct served served;
    struct job_order order = order_of(3, 12345, never_loses);
    struct rule rule = rule_default(RULE_BEADS); /* player 1 never becomes safe */
    struct brain *plain = tables_fresh(&rule);
    ck_assert(!play_plainly(plain, &order, NULL));
    open_with_brain(&served, rule);
    struct job job = served_wait_over(&served, served_begin(&served, &order));
    ck_assert_int_eq(job.state, JOB_DONE);
    ck_assert_int_eq(job.ended_by, JOB_END_MATCHES);
    ck_assert_uint_eq(job.matches_done, 12345);
    ck_assert(served_has(&served, "pupil", plain));
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

START_TEST(test_a_job_with_a_goal_can_be_stopped)
{
    struct served served;
    struct job_order order = order_of(4, JOB_MATCHES_MAX, never_loses);
    open_with_brain(&served, rule_default(RULE_BEADS));
    int64_t id = served_begin(&served, &order);
    served_wait_matches(&served, id, 3000);
    served_stop(&served, id);
    struct job job = served_wait_over(&served, id);
    ck_assert_int_eq(job.state, JOB_STOPPED);
    ck_assert_int_eq(job.ended_by, JOB_END_STOP);
    served_close(&served);
}
END_TEST

START_TEST(test_the_next_job_goes_on_from_where_the_goal_was_reached)
{
    struct served served;
    struct rule rule = quick_rule();
    struct job_order orders[2] = {order_of(5, 1000000, never_loses),
                                  order_of(6, 2000, (struct until){.kind = UNTIL_NOTHING})};
    struct brain *plain = tables_fresh(&rule);
    int64_t ids[2];
    open_with_brain(&served, rule);
    for (unsigned i = 0; i < 2; i++)
        ids[i] = served_begin(&served, &orders[i]);
    ck_assert(play_plainly(plain, &orders[0], NULL));
    play_plainly(plain, &orders[1], NULL);
    ck_assert_int_eq(served_wait_over(&served, ids[1]).state, JOB_DONE);
    ck_assert(served_has(&served, "pupil", plain));
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

START_TEST(test_a_job_keeps_its_goal_over_restarts)
{
    struct served served;
    struct until until = {.kind = UNTIL_EXPLOITABILITY_BELOW,
                          .below = 0.000123456789,
                          .policy = {.kind = POLICY_POWER, .power = 2.5}};
    struct job_order order = order_of(7, JOB_MATCHES_MAX, until);
    open_with_brain(&served, rule_default(RULE_BEADS));
    int64_t id = served_begin(&served, &order);
    order.until = never_loses;
    int64_t queued = served_begin(&served, &order);
    for (unsigned life = 0; life < 3; life++) {
        struct until kept = served_job(&served, id).until;
        ck_assert_int_eq(kept.kind, UNTIL_EXPLOITABILITY_BELOW);
        ck_assert(kept.below == until.below);
        ck_assert_int_eq(kept.policy.kind, POLICY_POWER);
        ck_assert(kept.policy.power == 2.5);
        ck_assert_int_eq(served_job(&served, queued).until.kind, UNTIL_NEVER_LOSES);
        served_restart(&served);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_a_job_reaches_its_goal_after_restarts_and_crashes_where_it_would_have)
{
    struct served served;
    struct rule rule = slow_rule();
    struct job_order order = order_of(5, 1000000, never_loses);
    struct brain *plain = tables_fresh(&rule);
    order.workers = 3;
    ck_assert(play_plainly(plain, &order, NULL));
    ck_assert_uint_gt(plain->matches, 10000);
    open_with_brain(&served, rule);
    int64_t id = served_begin(&served, &order);
    served_wait_matches(&served, id, 1000);
    served_restart(&served);
    served_shut(&served);
    for (uint64_t matches = 2000; matches < plain->matches; matches += 2000)
        served_run_and_kill(&served, id, matches);
    served_start(&served);
    served_wait_over(&served, id);
    assert_ended_by_goal(&served, id, plain->matches);
    ck_assert(served_has(&served, "pupil", plain));
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

/* As a crash leaves them whose last save was made between a point and its judgement: the job is
 * still running, and its brain stands where the goal is reached. */
START_TEST(test_a_job_cut_off_before_its_judgement_ends_right_there_when_it_goes_on)
{
    struct served served;
    struct rule rule = quick_rule();
    struct job_order order = order_of(9, 1000000, never_loses);
    struct brain *plain = tables_fresh(&rule);
    ck_assert(play_plainly(plain, &order, NULL));
    open_with_brain(&served, rule);
    int64_t id = served_begin(&served, &order);
    served_wait_over(&served, id);
    served_shut(&served);
    stored_sql(served.path, "UPDATE job SET state = 'running', ended_by = NULL, finished_at = NULL;"
                            " DELETE FROM curve_point WHERE matches > 1000" STORED_SEAL);
    served_start(&served);
    served_wait_over(&served, id);
    assert_ended_by_goal(&served, id, plain->matches);
    ck_assert(served_has(&served, "pupil", plain));
    static struct curve curve;
    served_read_curve(&served, "pupil", &curve);
    ck_assert_uint_eq(curve.points[curve.count - 1].matches, plain->matches);
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

/* A new job begins by playing, even from where its goal is reached; and so it does after a crash
 * that came before its first save. */
START_TEST(test_a_job_whose_goal_is_reached_at_its_start_plays_to_the_next_point)
{
    struct served served;
    struct rule rule = quick_rule();
    struct job_order first = order_of(10, 10000, (struct until){.kind = UNTIL_NOTHING});
    struct job_order order = order_of(11, 1000000, never_loses);
    struct brain *plain = tables_fresh(&rule);
    play_plainly(plain, &first, NULL);
    ck_assert(curves_fulfils(plain, &never_loses));
    open_with_brain(&served, rule);
    served_wait_over(&served, served_begin(&served, &first));
    for (unsigned crashed = 0; crashed < 2; crashed++) {
        uint64_t start = plain->matches;
        ck_assert(schedule_is_curve_point(start));
        ck_assert(play_plainly(plain, &order, NULL));
        ck_assert_uint_eq(plain->matches, schedule_curve_point_after(start));
        int64_t id;
        if (crashed) {
            served_shut(&served);
            stored_sql(served.path,
                       "INSERT INTO job (id, brain_id, state, matches, workers, seed, learners,"
                       " schedule, until, until_policy, created_at, started_at)"
                       " SELECT id + 1, brain_id, 'running', matches, workers, seed, learners,"
                       " schedule, until, until_policy, 1, 1 FROM job WHERE id = 2" STORED_SEAL);
            served_start(&served);
            id = 3;
        } else {
            id = served_begin(&served, &order);
        }
        served_wait_over(&served, id);
        assert_ended_by_goal(&served, id, plain->matches - start);
        ck_assert(served_has(&served, "pupil", plain));
    }
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_job_ends_where_its_brain_never_loses,
        test_a_job_ends_where_its_brain_is_hard_to_exploit,
        test_a_job_that_does_not_reach_its_goal_ends_by_its_matches,
        test_a_job_with_a_goal_can_be_stopped,
        test_the_next_job_goes_on_from_where_the_goal_was_reached,
        test_a_job_keeps_its_goal_over_restarts,
        test_a_job_reaches_its_goal_after_restarts_and_crashes_where_it_would_have,
        test_a_job_cut_off_before_its_judgement_ends_right_there_when_it_goes_on,
        test_a_job_whose_goal_is_reached_at_its_start_plays_to_the_next_point,
        NULL,
    };
    return unit_run("service_until", tests);
}
