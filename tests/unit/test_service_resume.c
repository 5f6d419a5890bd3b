/*
 * Stops, restarts and crashes: a job is cut off at rounds only, and goes on to the very same end.
 */
#include "base/rng.h"
#include "engine/opponent.h"
#include "engine/table/table.h"
#include "support/rounds.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MOST_MATCHES = 30000, TRIALS = 16, OPPONENTS = JOB_OPPONENT_LOOK /* not yet */ };

static const uint8_t won[] = {0, 3, 1, 4, 2};

static const struct until goals[] = {
    {.kind = UNTIL_NOTHING},
    {.kind = UNTIL_NEVER_LOSES, .policy.kind = POLICY_GREEDY},
    {.kind = UNTIL_EXPLOITABILITY_BELOW,
     .below = 0.8,
     .policy = {.kind = POLICY_POWER, .power = 3}},
};

enum { GOALS = sizeof goals / sizeof goals[0] };

/* A job of a brain that has lived nothing before, where it lives, and what it comes to plainly. */
struct trial {
    uint64_t seed;
    struct rng rng;
    struct served served;
    struct rule rule;
    struct job_order order;
    struct brain *teacher;  /* as it was when the job was accepted */
    struct brain *opponent; /* NULL: the pupil itself */
    struct brain *pupil;
    struct curve curve;
    bool is_reached;
    int64_t id;
};

/* Every two of rule, opponent and goal come together; the rest is drawn. */
static void draw_order(struct trial *trial)
{
    const unsigned n = (unsigned)trial->seed;
    rng_seed(&trial->rng, trial->seed);
    trial->rule = rule_default((enum rule_kind)(n % RULE_KIND_COUNT));
    trial->rule.symmetry = n % 5 != 0 && rule_has_table(&trial->rule);
    trial->order = served_job_order(rng_next(&trial->rng),
                                    MOST_MATCHES / 2 + rng_next(&trial->rng) % (MOST_MATCHES / 2));
    trial->order.brain = "pupil";
    trial->order.workers = 1 + (unsigned)(rng_next(&trial->rng) % 5);
    trial->order.opponent = (enum job_opponent)(n / RULE_KIND_COUNT % OPPONENTS);
    trial->order.opponent_brain = "teacher";
    trial->order.until = goals[(n + n / RULE_KIND_COUNT) % GOALS];
    if (trial->order.opponent != JOB_OPPONENT_SELF)
        trial->order.learners = rng_next(&trial->rng) % 2 ? LEARN_PLAYER1 : LEARN_PLAYER2;
}

static struct brain *plain_opponent(const struct trial *trial)
{
    struct brain *opponent = NULL;
    enum err err = ERR_OK;
    if (trial->order.opponent == JOB_OPPONENT_RANDOM)
        err = opponent_uniform(tables_atlas(), &trial->rule, &opponent);
    else if (trial->order.opponent == JOB_OPPONENT_PERFECT)
        err = opponent_perfect(tables_atlas(), &trial->rule, &opponent);
    else if (trial->order.opponent == JOB_OPPONENT_BRAIN)
        err = opponent_frozen(tables_atlas(), &trial->rule, trial->teacher, &opponent);
    ck_assert_int_eq(err, ERR_OK);
    return opponent;
}

/* The teacher's rule is one under which some moves are never made, or keeps its weights otherwise;
 * it has learned a little. */
static void open_trial(struct trial *trial, uint64_t seed)
{
    *trial = (struct trial){.seed = seed};
    draw_order(trial);
    served_open(&trial->served);
    struct brain_order brains[2] = {served_brain_order("pupil"), served_brain_order("teacher")};
    brains[0].rule = trial->rule;
    brains[1].rule =
        seed % 3 == 0 ? rule_default(RULE_PATTERNS) : tables_rule(RULE_GUARD, trial->rule.symmetry);
    for (unsigned i = 0; i < 2; i++)
        served_create(&trial->served, &brains[i]);
    struct job_order lesson = served_job_order(1, 500);
    lesson.brain = "teacher";
    served_wait_over(&trial->served, served_begin(&trial->served, &lesson));
    const struct rounds_plan plan = served_plan(&lesson, 0);
    trial->teacher = tables_fresh(&brains[1].rule);
    rounds_play(trial->teacher, &plan);
    trial->opponent = plain_opponent(trial);
    trial->pupil = tables_fresh(&trial->rule);
    trial->id = served_begin(&trial->served, &trial->order);
    ck_assert(served_has(&trial->served, "teacher", trial->teacher));
    served_learn(&trial->served, "teacher", won, sizeof won); /* too late for this job */
    served_shut(&trial->served);
}

static void close_trial(struct trial *trial)
{
    brain_destroy(trial->pupil);
    brain_destroy(trial->opponent);
    brain_destroy(trial->teacher);
    served_close(&trial->served);
}

static struct rounds_plan plan_of(const struct trial *trial)
{
    struct rounds_plan plan = served_plan(&trial->order, 0);
    plan.opponent = trial->opponent;
    return plan;
}

/* There is a checkpoint at each power of ten that the brain has passed, from its first one on. */
static void assert_checkpoints(const struct trial *trial)
{
    for (uint64_t power = brain_first_checkpoint(&trial->rule); power <= trial->pupil->matches;
         power *= 10) {
        char sql[160];
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM checkpoint JOIN brain ON brain.id = brain_id"
                 " WHERE brain.name = 'pupil' AND checkpoint.name = '%" PRIu64 "'",
                 power);
        ck_assert_msg(stored_sql(trial->served.path, sql) == 1,
                      "seed %" PRIu64 ": none at %" PRIu64, trial->seed, power);
    }
}

/* What is served is what plain rounds have come to, with no gap in its curve and nothing in it that
 * the brain has not got to. */
static void assert_plain(struct trial *trial)
{
    static struct curve curve;
    const struct job job = served_job(&trial->served, trial->id);
    served_read_curve(&trial->served, "pupil", &curve);
    ck_assert_msg(served_has(&trial->served, "pupil", trial->pupil) &&
                      job.matches_done == trial->pupil->matches &&
                      memcmp(job.results, trial->pupil->results, sizeof job.results) == 0,
                  "seed %" PRIu64 ": at %" PRIu64 " of the job, plainly %" PRIu64, trial->seed,
                  job.matches_done, trial->pupil->matches);
    ck_assert_msg(curve.count == trial->curve.count, "seed %" PRIu64 ": %u points, not %u",
                  trial->seed, curve.count, trial->curve.count);
    curves_assert(curve.points, curve.count, &trial->curve, 0);
    assert_checkpoints(trial);
}

/* Has a daemon play on to some match, by a number of threads of its own, and kills it, or shuts it
 * as it should be. */
static void cut_off(struct trial *trial, uint64_t matches)
{
    trial->served.threads = 1 + (unsigned)(rng_next(&trial->rng) % 4);
    if (rng_next(&trial->rng) % 4 > 0) {
        served_run_and_kill(&trial->served, trial->id, matches);
    } else {
        served_start(&trial->served);
        served_wait_matches(&trial->served, trial->id, matches);
        served_shut(&trial->served);
    }
}

/* Looks at what is on the disk as at that of a job that is stopped; whether it is over by now. */
static bool look(struct trial *trial, uint64_t at_least)
{
    static const char *const stop = "UPDATE job SET state = 'stopped' WHERE state = 'running'";
    static const char *const go_on = "UPDATE job SET state = 'running' WHERE state = 'stopped'";
    char sealed[4096];
    snprintf(sealed, sizeof sealed, "%s%s", stop, STORED_SEAL);
    stored_sql(trial->served.path, sealed);
    served_start(&trial->served);
    const struct job job = served_job(&trial->served, trial->id);
    const bool is_over = job.state != JOB_STOPPED;
    struct rounds_plan plan = plan_of(trial);
    if (!is_over) {
        plan.end = job.matches_done;
        ck_assert_msg(plan.end >= at_least, "seed %" PRIu64, trial->seed);
        curves_play(trial->pupil, &plan, &trial->curve);
        assert_plain(trial);
    }
    served_shut(&trial->served);
    snprintf(sealed, sizeof sealed, "%s%s", go_on, STORED_SEAL);
    stored_sql(trial->served.path, sealed);
    return is_over;
}

/* From where the plain side stands, which may be where the goal is reached but not yet judged. */
static void finish(struct trial *trial)
{
    const struct rounds_plan plan = plan_of(trial);
    trial->is_reached = (schedule_is_judged(game_at(0), &trial->rule, trial->pupil->matches) &&
                         curves_fulfils(trial->pupil, &trial->order.until)) ||
                        curves_play_until(trial->pupil, &plan, &trial->order.until, &trial->curve);
    served_start(&trial->served);
    served_wait_over(&trial->served, trial->id);
    for (unsigned life = 0; life < 2; life++) {
        const struct job job = served_job(&trial->served, trial->id);
        ck_assert_int_eq(job.state, JOB_DONE);
        ck_assert_int_eq(job.ended_by, trial->is_reached ? JOB_END_UNTIL : JOB_END_MATCHES);
        ck_assert_int_gt(job.finished_at_ms, 0);
        ck_assert_str_eq(job.error, "");
        assert_plain(trial);
        served_restart(&trial->served);
    }
}

/* Under every rule, against everybody, with every goal: whatever the daemon lives through, what is
 * on the disk is what plain rounds have come to by then, and what the job ends with is what it
 * would have ended with. */
START_TEST(test_a_job_goes_on_after_crashes_and_restarts_to_the_very_same_end)
{
    unsigned cuts = 0;
    unsigned reached = 0;
    folder_prefer_memory();
    for (uint64_t seed = 0; seed < TRIALS; seed++) {
        static struct trial trial;
        open_trial(&trial, seed);
        uint64_t matches = 10u << rng_next(&trial.rng) % 11;
        for (bool is_over = false; !is_over && matches < trial.order.matches;) {
            cut_off(&trial, matches);
            is_over = look(&trial, matches);
            matches += matches + rng_next(&trial.rng) % MOST_MATCHES;
            cuts += !is_over;
        }
        finish(&trial);
        reached += trial.is_reached;
        close_trial(&trial);
    }
    ck_assert_uint_gt(cuts, TRIALS / 4);
    ck_assert_uint_gt(reached, 1);
    ck_assert_uint_lt(reached, TRIALS - 5);
}
END_TEST

START_TEST(test_a_running_job_stops_at_a_rounds_end_and_the_next_one_goes_on_from_there)
{
    struct served served;
    served_open(&served);
    struct job_order order = served_job_order(1, JOB_MATCHES_MAX);
    struct job_order next = served_job_order(2, 5000);
    order.workers = 2;
    int64_t id = served_begin(&served, &order);
    int64_t next_id = served_begin(&served, &next);
    served_wait_matches(&served, id, 12000);
    served_stop(&served, id);
    struct job job = served_wait_over(&served, id);
    ck_assert_int_eq(job.state, JOB_STOPPED);
    ck_assert_int_eq(job.ended_by, JOB_END_STOP);
    ck_assert_int_gt(job.finished_at_ms, 0);
    ck_assert_uint_ge(job.matches_done, 12000);
    ck_assert_uint_eq(job.results[0] + job.results[1] + job.results[2], job.matches_done);
    struct rounds_plan plan = served_plan(&order, 0);
    ck_assert_msg(rounds_end_at(&plan, 0, job.matches_done), "at %" PRIu64, job.matches_done);

    ck_assert_int_eq(served_wait_over(&served, next_id).state, JOB_DONE);
    struct brain *plain = tables_fresh(NULL);
    plan.end = job.matches_done;
    rounds_play(plain, &plan);
    plan = served_plan(&next, 0);
    plan.end += job.matches_done;
    rounds_play(plain, &plan);
    ck_assert(served_has(&served, "default", plain));
    served_restart(&served);
    ck_assert(served_has(&served, "default", plain));
    ck_assert_int_eq(served_job(&served, id).state, JOB_STOPPED);
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

START_TEST(test_a_queued_job_that_is_stopped_never_runs_and_stopping_anything_else_changes_nothing)
{
    static const int64_t nobodys[] = {0, -1, 3, INT64_MAX};
    struct served served;
    served_open(&served);
    struct job_order endless = served_job_order(1, JOB_MATCHES_MAX);
    struct job_order order = served_job_order(2, 100);
    int64_t running = served_begin(&served, &endless);
    int64_t queued = served_begin(&served, &order);
    served_stop(&served, queued);
    for (unsigned life = 0; life < 2; life++) {
        const struct job job = served_job(&served, queued);
        ck_assert_int_eq(job.state, JOB_STOPPED);
        ck_assert_int_eq(job.ended_by, JOB_END_STOP);
        ck_assert_uint_eq(job.matches_done, 0);
        ck_assert_int_eq(job.started_at_ms, 0);
        ck_assert_int_gt(job.finished_at_ms, 0);
        served_stop(&served, running);
        served_stop(&served, running);
        ck_assert_int_eq(served_wait_over(&served, running).state, JOB_STOPPED);
        served_stop(&served, queued);
        const struct job after = served_job(&served, queued);
        ck_assert_mem_eq(&after, &job, sizeof job);
        served_restart(&served);
    }
    for (unsigned i = 0; i < sizeof nobodys / sizeof nobodys[0]; i++) {
        struct served_call call = served_call();
        struct fault fault;
        struct job_view view;
        ck_assert_int_eq(service_stop_job(served.service, nobodys[i], &call.call, &fault),
                         ERR_NOT_FOUND);
        ck_assert_int_eq(service_get_job(served.service, nobodys[i], &view), ERR_NOT_FOUND);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_queued_jobs_are_still_queued_after_a_restart_and_then_run_in_their_order)
{
    struct served served;
    int64_t ids[3];
    struct brain *plain = tables_fresh(NULL);
    served_open(&served);
    for (unsigned i = 0; i < 3; i++) {
        struct job_order order = served_job_order(i, i == 0 ? 150000 : 2000);
        struct rounds_plan plan = served_plan(&order, 0);
        ids[i] = served_begin(&served, &order);
        plan.end += plain->matches;
        rounds_play(plain, &plan);
    }
    served_restart(&served);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(served_wait_over(&served, ids[i]).state, JOB_DONE);
    ck_assert(served_has(&served, "default", plain));
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

/* The first job may be quick enough to stop before it; the second is left as one that was not. */
START_TEST(test_a_stop_that_the_shutdown_overtakes_is_carried_out_at_the_next_start)
{
    struct served served;
    served_open(&served);
    for (unsigned is_certain = 0; is_certain < 2; is_certain++) {
        struct job_order order = served_job_order(5, JOB_MATCHES_MAX);
        struct job_order next = served_job_order(6, 100);
        int64_t id = served_begin(&served, &order);
        int64_t next_id = served_begin(&served, &next);
        if (!is_certain)
            served_stop(&served, id);
        served_shut(&served);
        if (is_certain)
            stored_sql(served.path,
                       "UPDATE job SET state = 'stopping' WHERE state = 'running'" STORED_SEAL);
        served_start(&served);
        struct job job = served_job(&served, id);
        ck_assert_int_eq(job.state, JOB_STOPPED);
        ck_assert_int_eq(job.ended_by, JOB_END_STOP);
        ck_assert_int_gt(job.finished_at_ms, 0);
        ck_assert_int_eq(served_wait_over(&served, next_id).state, JOB_DONE);
        served_restart(&served);
        ck_assert_int_eq(served_job(&served, id).state, JOB_STOPPED);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_a_job_begun_under_another_schedule_fails_and_says_so)
{
    struct served served;
    served_open(&served);
    struct job_order endless = served_job_order(1, JOB_MATCHES_MAX);
    struct job_order order = served_job_order(2, 100);
    int64_t running = served_begin(&served, &endless);
    int64_t queued = served_begin(&served, &order);
    int64_t ours = served_begin(&served, &order);
    served_shut(&served);
    stored_sql(served.path, "UPDATE job SET schedule = 2 WHERE id < 3" STORED_SEAL);
    served_start(&served);
    served_wait_over(&served, ours);
    for (unsigned life = 0; life < 2; life++) {
        int64_t ids[2] = {running, queued};
        for (unsigned i = 0; i < 2; i++) {
            struct job job = served_job(&served, ids[i]);
            ck_assert_int_eq(job.state, JOB_FAILED);
            ck_assert_int_eq(job.ended_by, JOB_END_ERROR);
            ck_assert_ptr_nonnull(strstr(job.error, "another version of the training schedule"));
            ck_assert_int_gt(job.finished_at_ms, 0);
        }
        ck_assert_int_eq(served_job(&served, ours).state, JOB_DONE);
        served_restart(&served);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_saves_while_a_job_runs_keep_brain_and_job_together)
{
    struct served served;
    struct brain_info info;
    served_open(&served);
    served_shut(&served);
    served.save_interval_ms = 1;
    served_start(&served);
    struct job_order order = served_job_order(9, JOB_MATCHES_MAX);
    int64_t id = served_begin(&served, &order);
    int64_t saved_at_ms = 0;
    for (unsigned saves = 0; saves < 5;) {
        served_turn(&served);
        ck_assert_int_eq(service_get_brain(served.service, "default", &info), ERR_OK);
        bool is_new = info.saved_at_ms != saved_at_ms && info.matches > info.unsaved_matches;
        saves += is_new;
        saved_at_ms = is_new ? info.saved_at_ms : saved_at_ms;
        /* The table's matches stand at byte 16 of its blob, in five bytes and some zeros. */
        ck_assert_int_eq(
            stored_sql(served.path,
                       "SELECT matches_done = won_by_player1 + won_by_player2 + drawn AND"
                       " hex(ifnull(substr(table_blob, 17, 5), zeroblob(5))) = "
                       "printf('%02X%02X%02X%02X%02X',"
                       " matches_done & 255, matches_done >> 8 & 255, matches_done >> 16 & 255,"
                       " matches_done >> 24 & 255, matches_done >> 32)"
                       " FROM job LEFT JOIN brain_table USING (brain_id)"),
            1);
    }
    served_stop(&served, id);
    served_wait_over(&served, id);
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_job_goes_on_after_crashes_and_restarts_to_the_very_same_end,
        test_a_running_job_stops_at_a_rounds_end_and_the_next_one_goes_on_from_there,
        test_a_queued_job_that_is_stopped_never_runs_and_stopping_anything_else_changes_nothing,
        test_queued_jobs_are_still_queued_after_a_restart_and_then_run_in_their_order,
        test_a_stop_that_the_shutdown_overtakes_is_carried_out_at_the_next_start,
        test_a_job_begun_under_another_schedule_fails_and_says_so,
        test_saves_while_a_job_runs_keep_brain_and_job_together,
        NULL,
    };
    return unit_run("service_resume", tests);
}
