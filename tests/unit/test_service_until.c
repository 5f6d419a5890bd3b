/* Jobs with a goal, where they begin and where the next one does. That each ends at the first curve
 * point that fulfils its goal, whatever the daemon lived through, see test_service_resume.c. */
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/schedule.h"

static const struct until never_loses = {.kind = UNTIL_NEVER_LOSES,
                                         .policy = {.kind = POLICY_GREEDY}};

/* A brain that learns not to lose within some thousand matches, and what it is plainly. */
static struct brain *open_with_brain(struct served *served)
{
    struct brain_order order = served_brain_order("pupil");
    order.rule = tables_rule(RULE_GUARD, true);
    served_open(served);
    served_create(served, &order);
    return tables_fresh(&order.rule);
}

static struct job_order order_of(uint64_t seed, uint64_t matches, struct until until)
{
    struct job_order order = served_job_order(seed, matches);
    order.brain = "pupil";
    order.until = until;
    return order;
}

/* Does to a table what the job does to its brain; whether the goal was reached. */
static bool play_plainly(struct brain *table, const struct job_order *order)
{
    struct rounds_plan plan = served_plan(order, table->matches);
    return curves_play_until(table, &plan, &order->until, NULL);
}

/* So many matches after its start, and with the brain as it is plainly. */
static void assert_ended_by_goal(struct served *served, int64_t id, uint64_t matches,
                                 const struct brain *plain)
{
    struct job job = served_wait_over(served, id);
    ck_assert_int_eq(job.state, JOB_DONE);
    ck_assert_int_eq(job.ended_by, JOB_END_UNTIL);
    ck_assert_uint_eq(job.matches_done, matches);
    ck_assert_uint_eq(job.results[0] + job.results[1] + job.results[2], matches);
    ck_assert(served_has(served, "pupil", plain));
}

/* As a crash leaves them whose last save was made between a point and its judgement: the job is
 * still running, and its brain stands where the goal is reached. */
START_TEST(test_a_job_cut_off_before_its_judgement_ends_right_there_when_it_goes_on)
{
    static struct curve curve;
    struct served served;
    struct job_order order = order_of(9, 1000000, never_loses);
    struct brain *plain = open_with_brain(&served);
    ck_assert(play_plainly(plain, &order));
    int64_t id = served_begin(&served, &order);
    served_wait_over(&served, id);
    served_shut(&served);
    stored_sql(served.path, "UPDATE job SET state = 'running', ended_by = NULL, finished_at = NULL;"
                            " DELETE FROM curve_point WHERE matches > 1000" STORED_SEAL);
    served_start(&served);
    assert_ended_by_goal(&served, id, plain->matches, plain);
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
    struct job_order first = order_of(10, 10000, (struct until){.kind = UNTIL_NOTHING});
    struct job_order order = order_of(11, 1000000, never_loses);
    struct brain *plain = open_with_brain(&served);
    play_plainly(plain, &first);
    ck_assert(curves_fulfils(plain, &never_loses));
    served_wait_over(&served, served_begin(&served, &first));
    for (unsigned crashed = 0; crashed < 2; crashed++) {
        uint64_t start = plain->matches;
        ck_assert(schedule_is_curve_point(start));
        ck_assert(play_plainly(plain, &order));
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
        assert_ended_by_goal(&served, id, plain->matches - start, plain);
    }
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

START_TEST(test_the_next_job_goes_on_from_where_the_goal_was_reached)
{
    struct served served;
    struct job_order orders[2] = {order_of(5, 1000000, never_loses),
                                  order_of(6, 2000, (struct until){.kind = UNTIL_NOTHING})};
    struct brain *plain = open_with_brain(&served);
    int64_t ids[2];
    for (unsigned i = 0; i < 2; i++)
        ids[i] = served_begin(&served, &orders[i]);
    ck_assert(play_plainly(plain, &orders[0]));
    play_plainly(plain, &orders[1]);
    ck_assert_int_eq(served_wait_over(&served, ids[1]).state, JOB_DONE);
    ck_assert(served_has(&served, "pupil", plain));
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_job_cut_off_before_its_judgement_ends_right_there_when_it_goes_on,
        test_a_job_whose_goal_is_reached_at_its_start_plays_to_the_next_point,
        test_the_next_job_goes_on_from_where_the_goal_was_reached,
        NULL,
    };
    return unit_run("service_until", tests);
}
