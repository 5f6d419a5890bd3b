/* Databases of earlier schemas under today's service: the same brains, the same jobs, and what was
 * cut off ends as the daemon of that schema would have ended it. */
#include "support/old_database.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <string.h>

enum { SCHEMA_OF_STATE_DIGESTS = 5 };

/* Puts the old database where the service's was. */
static void prepare(struct served *served, const struct old_database *old)
{
    served_open(served);
    served_shut(served);
    old_database_write(old, served->path);
}

static void assert_digest(struct served *served, const char *name, const char *expected)
{
    struct brain_info info;
    struct fault fault;
    ck_assert_int_eq(service_digest_brain(served->service, name, served_nobody(), &info, &fault),
                     ERR_OK);
    ck_assert_str_eq(info.digest, expected);
}

static void assert_brains(struct served *served, const struct old_database *old)
{
    ck_assert_uint_eq(service_count_brains(served->service), old->brain_count);
    for (unsigned i = 0; i < old->brain_count; i++) {
        const struct brain_record *brain = &old->brains[i];
        const int64_t learned_at_ms = old->learned_at_ms != NULL ? old->learned_at_ms[i] : 0;
        struct brain_info info;
        ck_assert_int_eq(service_get_brain(served->service, brain->name, &info), ERR_OK);
        assert_digest(served, brain->name, old->digests[i]);
        ck_assert_uint_eq(info.matches, old->matches[i]);
        ck_assert(rule_is_same(&info.rule, &brain->rule));
        ck_assert_int_eq(info.created_at_ms, brain->created_at_ms);
        ck_assert_int_eq(info.saved_at_ms, learned_at_ms != 0 ? learned_at_ms : brain->saved_at_ms);
    }
}

START_TEST(test_brains_of_an_old_schema_are_what_they_were)
{
    for (unsigned i = 0; i < OLD_DATABASES; i++) {
        struct served served;
        prepare(&served, old_databases[i]);
        stored_sql(served.path, "UPDATE job SET state = 'stopped'"); /* or they would learn on */
        if (old_databases[i]->schema >= SCHEMA_OF_STATE_DIGESTS)
            stored_sql(served.path, "UPDATE job SET state_digest = " JOB_STATE_DIGEST);
        served_start(&served);
        assert_brains(&served, old_databases[i]);
        served_restart(&served);
        assert_brains(&served, old_databases[i]);
        served_close(&served);
    }
}
END_TEST

static void assert_job(const struct job *job, const struct job *old)
{
    ck_assert_int_eq(job->opponent, old->opponent);
    ck_assert_str_eq(job->opponent_brain, old->opponent_brain);
    ck_assert_uint_eq(job->opponent_look, old->opponent_look);
    ck_assert_int_eq(job->until.kind, old->until.kind);
    ck_assert(job->until.below == old->until.below);
    ck_assert(job->until.above == old->until.above);
    ck_assert_uint_eq(job->matches, old->matches);
    ck_assert_uint_eq(job->workers, old->workers);
    ck_assert_uint_eq(job->seed, old->seed);
    ck_assert_uint_eq(job->learners, old->learners);
    ck_assert_int_eq(job->created_at_ms, old->created_at_ms);
    if (old->finished_at_ms == 0)
        return;
    ck_assert_int_eq(job->state, old->state);
    ck_assert_int_eq(job->ended_by, old->ended_by);
    ck_assert_uint_eq(job->matches_done, old->matches_done);
    ck_assert_int_eq(job->finished_at_ms, old->finished_at_ms);
}

START_TEST(test_jobs_of_an_old_schema_are_what_they_were)
{
    for (unsigned i = 0; i < OLD_DATABASES; i++) {
        const struct old_database *old = old_databases[i];
        struct served served;
        prepare(&served, old);
        served_start(&served);
        ck_assert_uint_eq(service_count_jobs(served.service), old->job_count);
        for (unsigned k = 0; k < old->job_count; k++) {
            struct job job = served_job(&served, old->jobs[k].id);
            assert_job(&job, &old->jobs[k]);
        }
        served_close(&served);
    }
}
END_TEST

static void assert_old_end(struct served *served, const struct old_database *old)
{
    const int64_t ids[] = {old->running, old->queued};
    for (unsigned i = 0; i < 2; i++) {
        struct job job = served_wait_over(served, ids[i]);
        ck_assert_int_eq(job.state, JOB_DONE);
        ck_assert_int_eq(job.ended_by, JOB_END_MATCHES);
        ck_assert_uint_eq(job.matches_done, job.matches);
    }
    for (unsigned i = 0; i < old->brain_count; i++) {
        bool has_learned = old->brains[i].id == old->jobs[old->running - 1].brain_id;
        assert_digest(served, old->brains[i].name, has_learned ? old->end : old->digests[i]);
    }
}

START_TEST(test_what_was_running_and_queued_ends_as_it_would_have)
{
    for (unsigned i = 0; i < OLD_DATABASES; i++) {
        const struct old_database *old = old_databases[i];
        struct served served;
        prepare(&served, old);
        served_start(&served);
        ck_assert_uint_ge(served_job(&served, old->running).matches_done,
                          old->jobs[old->running - 1].matches_done);
        assert_old_end(&served, old);
        served_restart(&served);
        assert_old_end(&served, old);
        served_close(&served);
    }
}
END_TEST

START_TEST(test_what_was_running_ends_as_it_would_have_even_if_it_is_cut_off_again)
{
    for (unsigned i = 0; i < OLD_DATABASES; i++) {
        const struct old_database *old = old_databases[i];
        struct served served;
        prepare(&served, old);
        served_run_and_kill(&served, old->running, 850000);
        served_run_and_kill(&served, old->running, 900000);
        served_start(&served);
        assert_old_end(&served, old);
        served_close(&served);
    }
}
END_TEST

START_TEST(test_a_curve_begins_where_a_database_without_curves_ends)
{
    static struct curve curve;
    struct served served;
    prepare(&served, &old_database_1);
    served_start(&served);
    served_wait_over(&served, old_database_1.queued);
    served_read_curve(&served, "default", &curve);
    ck_assert_uint_eq(curve.count, 2);
    ck_assert_uint_eq(curve.points[0].matches, 891251);
    ck_assert_uint_eq(curve.points[1].matches, 1000000);
    served_read_curve(&served, "careful", &curve);
    ck_assert_uint_eq(curve.count, 0);
    served_close(&served);
}
END_TEST

START_TEST(test_a_curve_goes_on_where_that_of_an_old_database_ends)
{
    static struct curve curve;
    struct served served;
    prepare(&served, &old_database_2);
    served_start(&served);
    served_wait_over(&served, old_database_2.queued);
    served_read_curve(&served, "pupil", &curve);
    ck_assert_uint_eq(curve.count, 101);
    for (unsigned i = 0; i + 1 < curve.count; i++)
        ck_assert_uint_eq(curve.points[i + 1].matches,
                          schedule_curve_point_after(curve.points[i].matches));
    ck_assert_uint_eq(curve.points[100].matches, 1000000);
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_brains_of_an_old_schema_are_what_they_were,
        test_jobs_of_an_old_schema_are_what_they_were,
        test_what_was_running_and_queued_ends_as_it_would_have,
        test_what_was_running_ends_as_it_would_have_even_if_it_is_cut_off_again,
        test_a_curve_begins_where_a_database_without_curves_ends,
        test_a_curve_goes_on_where_that_of_an_old_database_ends,
        NULL,
    };
    return unit_run("service_migration", tests);
}
