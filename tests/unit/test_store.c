/* Brains and jobs in their file: they come back as they went. */
#include "base/clock.h"
#include "engine/selfplay.h"
#include "support/folder.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <string.h>

/* A store in a folder of its own. */
struct fixture {
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    struct store *store;
};

static void open_fixture(struct fixture *fixture)
{
    folder_make(&fixture->folder);
    folder_file(&fixture->folder, "ttst.db", fixture->path);
    fixture->store = stored_open(fixture->path);
}

static void reopen(struct fixture *fixture)
{
    store_close(fixture->store);
    fixture->store = stored_open(fixture->path);
}

static void close_fixture(struct fixture *fixture)
{
    store_close(fixture->store);
    folder_remove(&fixture->folder);
}

static void insert_brain(struct fixture *fixture, const struct store_brain *brain)
{
    struct brain *table = tables_fresh(&brain->rule);
    ck_assert_int_eq(store_insert_brain(fixture->store, brain, table), ERR_OK);
    brain_destroy(table);
}

static void insert_job(struct fixture *fixture, const struct job *job)
{
    ck_assert_int_eq(store_insert_job(fixture->store, job, NULL, 0), ERR_OK);
}

START_TEST(test_a_new_file_holds_nothing)
{
    struct fixture fixture;
    struct stored stored;
    open_fixture(&fixture);
    stored_load(fixture.store, &stored);
    ck_assert_uint_eq(stored.brains, 0);
    ck_assert_uint_eq(stored.jobs, 0);
    reopen(&fixture);
    stored_load(fixture.store, &stored);
    ck_assert_uint_eq(stored.brains, 0);
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_brains_come_back_as_they_went_in_order_of_their_ids)
{
    struct fixture fixture;
    struct store_brain brains[3] = {stored_brain((int64_t)1 << 53), stored_brain(1),
                                    stored_brain(7)};
    memset(brains[0].name, 'n', sizeof brains[0].name - 1);
    brains[1].rule = (struct rule){.kind = RULE_BEADS,
                                   .scoring = SCORING_STANDARD,
                                   .start_weight = RULE_START_WEIGHT_MAX,
                                   .reward = RULE_CHANGE_MAX,
                                   .penalty = 0,
                                   .draw_reward = 1,
                                   .halve_above = 1 << 24};
    brains[2].created_at_ms = CLOCK_UNIX_MS_MAX;
    struct brain *tables[3] = {tables_played(1, 2000), tables_fresh(&brains[1].rule),
                               tables_played(2, 10)};
    open_fixture(&fixture);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(store_insert_brain(fixture.store, &brains[i], tables[i]), ERR_OK);
    reopen(&fixture);
    struct stored stored;
    stored_load(fixture.store, &stored);
    ck_assert_uint_eq(stored.brains, 3);
    static const unsigned order[3] = {1, 2, 0};
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_msg(stored_same_brain(&stored.brain[i], &brains[order[i]]), "brain %u", i);
        ck_assert_msg(tables_same(stored.tables[i], tables[order[i]]), "brain %u", i);
        brain_destroy(tables[order[i]]);
    }
    stored_free(&stored);
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_jobs_come_back_as_they_went_in_order_of_their_ids)
{
    struct fixture fixture;
    struct job jobs[3] = {stored_job(9, 1), stored_job(2, 1), stored_job(3, 1)};
    jobs[0].seed = UINT64_MAX;
    jobs[0].matches = (uint64_t)1 << 53;
    jobs[0].matches_done = ((uint64_t)1 << 53) - 1;
    jobs[0].workers = 64;
    jobs[0].learners = LEARN_PLAYER1;
    jobs[0].schedule = UINT32_MAX;
    jobs[0].state = JOB_FAILED;
    jobs[0].ended_by = JOB_END_MATCHES;
    memset(jobs[0].error, 'e', sizeof jobs[0].error - 1);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        jobs[0].results[result] = ((uint64_t)1 << 52) + result;
    jobs[0].running_ms = CLOCK_UNIX_MS_MAX;
    jobs[0].created_at_ms = 1;
    jobs[0].started_at_ms = 2;
    jobs[0].finished_at_ms = CLOCK_UNIX_MS_MAX;
    open_fixture(&fixture);
    struct store_brain brain = stored_brain(1);
    insert_brain(&fixture, &brain);
    for (unsigned i = 0; i < 3; i++)
        insert_job(&fixture, &jobs[i]);
    reopen(&fixture);
    struct stored stored;
    stored_load(fixture.store, &stored);
    ck_assert_uint_eq(stored.jobs, 3);
    ck_assert(stored_same_job(&stored.job[0], &jobs[1]));
    ck_assert(stored_same_job(&stored.job[1], &jobs[2]));
    ck_assert(stored_same_job(&stored.job[2], &jobs[0]));
    stored_free(&stored);
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_what_has_not_happened_is_null_in_the_file)
{
    struct fixture fixture;
    struct store_brain brain = stored_brain(1);
    struct job job = stored_job(1, 1);
    open_fixture(&fixture);
    insert_brain(&fixture, &brain);
    insert_job(&fixture, &job);
    ck_assert_int_eq(stored_sql(fixture.path,
                                "SELECT count(*) FROM job WHERE started_at IS NULL AND"
                                " finished_at IS NULL AND ended_by IS NULL AND error IS NULL"),
                     1);
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_saving_a_brain_replaces_its_table_and_date_alone)
{
    struct fixture fixture;
    struct store_brain brains[2] = {stored_brain(1), stored_brain(2)};
    open_fixture(&fixture);
    insert_brain(&fixture, &brains[0]);
    insert_brain(&fixture, &brains[1]);
    struct store_brain other = brains[0];
    strcpy(other.name, "renamed");
    other.rule.reward = 200;
    other.created_at_ms = 5;
    other.saved_at_ms = 6;
    struct brain *table = tables_played(1, 500);
    struct brain *fresh = tables_fresh(NULL);
    ck_assert_int_eq(store_save_brain(fixture.store, &other, table), ERR_OK);
    brains[0].saved_at_ms = 6;
    reopen(&fixture);
    struct stored stored;
    stored_load(fixture.store, &stored);
    ck_assert(stored_same_brain(&stored.brain[0], &brains[0]));
    ck_assert(stored_same_brain(&stored.brain[1], &brains[1]));
    ck_assert(tables_same(stored.tables[0], table));
    ck_assert(tables_same(stored.tables[1], fresh));
    stored_free(&stored);
    brain_destroy(fresh);
    brain_destroy(table);
    close_fixture(&fixture);
}
END_TEST

/* A job in which everything differs from stored_job(1, 1) but its id. */
static struct job changed_job(void)
{
    return (struct job){.id = 1,
                        .brain_id = 2,
                        .state = JOB_STOPPED,
                        .ended_by = JOB_END_STOP,
                        .matches = 77,
                        .workers = 5,
                        .seed = 78,
                        .learners = LEARN_PLAYER2,
                        .schedule = 79,
                        .opponent = JOB_OPPONENT_RANDOM,
                        .until.kind = UNTIL_NEVER_LOSES,
                        .matches_done = 60,
                        .results = {10, 20, 30},
                        .running_ms = 80,
                        .created_at_ms = 81,
                        .started_at_ms = 82,
                        .finished_at_ms = 83,
                        .error = "an error"};
}

static void assert_saved(enum err (*save)(struct store *, const struct job *),
                         const struct job *expected)
{
    struct fixture fixture;
    struct store_brain brains[2] = {stored_brain(1), stored_brain(2)};
    struct job jobs[2] = {stored_job(1, 1), stored_job(2, 1)};
    struct job changed = changed_job();
    open_fixture(&fixture);
    for (unsigned i = 0; i < 2; i++)
        insert_brain(&fixture, &brains[i]);
    for (unsigned i = 0; i < 2; i++)
        insert_job(&fixture, &jobs[i]);
    ck_assert_int_eq(save(fixture.store, &changed), ERR_OK);
    reopen(&fixture);
    struct stored stored;
    stored_load(fixture.store, &stored);
    ck_assert(stored_same_job(&stored.job[0], expected));
    ck_assert(stored_same_job(&stored.job[1], &jobs[1]));
    stored_free(&stored);
    close_fixture(&fixture);
}

START_TEST(test_saving_a_job_replaces_what_changes_while_it_lives)
{
    struct job expected = changed_job();
    struct job before = stored_job(1, 1);
    expected.brain_id = before.brain_id;
    expected.matches = before.matches;
    expected.workers = before.workers;
    expected.seed = before.seed;
    expected.learners = before.learners;
    expected.schedule = before.schedule;
    expected.opponent = before.opponent;
    expected.until = before.until;
    expected.created_at_ms = before.created_at_ms;
    assert_saved(store_save_job, &expected);
}
END_TEST

START_TEST(test_saving_progress_replaces_how_far_a_job_is_and_no_more)
{
    struct job expected = stored_job(1, 1);
    struct job changed = changed_job();
    expected.matches_done = changed.matches_done;
    memcpy(expected.results, changed.results, sizeof expected.results);
    expected.running_ms = changed.running_ms;
    assert_saved(store_save_progress, &expected);
}
END_TEST

START_TEST(test_pruning_keeps_the_newest_finished_jobs_and_all_others)
{
    static const enum job_state states[] = {JOB_DONE,    JOB_QUEUED, JOB_FAILED,   JOB_RUNNING,
                                            JOB_STOPPED, JOB_QUEUED, JOB_STOPPING, JOB_DONE,
                                            JOB_FAILED,  JOB_STOPPED};
    enum { JOBS = sizeof states / sizeof states[0] };
    struct fixture fixture;
    struct store_brain brain = stored_brain(1);
    open_fixture(&fixture);
    insert_brain(&fixture, &brain);
    for (unsigned i = 0; i < JOBS; i++) {
        struct job job = stored_job(i + 1, 1);
        job.state = states[i];
        insert_job(&fixture, &job);
    }
    struct stored stored;
    ck_assert_int_eq(store_prune_jobs(fixture.store, 6), ERR_OK);
    stored_load(fixture.store, &stored);
    ck_assert_uint_eq(stored.jobs, JOBS);
    stored_free(&stored);
    ck_assert_int_eq(store_prune_jobs(fixture.store, 2), ERR_OK);
    stored_load(fixture.store, &stored);
    static const int64_t left[] = {2, 4, 6, 7, 9, 10};
    ck_assert_uint_eq(stored.jobs, sizeof left / sizeof left[0]);
    for (unsigned i = 0; i < stored.jobs; i++)
        ck_assert_int_eq(stored.job[i].id, left[i]);
    stored_free(&stored);
    ck_assert_int_eq(store_prune_jobs(fixture.store, 0), ERR_OK);
    stored_load(fixture.store, &stored);
    ck_assert_uint_eq(stored.jobs, 4);
    stored_free(&stored);
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_what_the_schema_does_not_allow_is_a_conflict_and_changes_nothing)
{
    struct fixture fixture;
    struct store_brain brain = stored_brain(1);
    struct job job = stored_job(1, 1);
    struct brain *table = tables_played(1, 10);
    open_fixture(&fixture);
    insert_brain(&fixture, &brain);
    insert_job(&fixture, &job);

    struct store_brain same_id = stored_brain(1);
    strcpy(same_id.name, "other");
    ck_assert_int_eq(store_insert_brain(fixture.store, &same_id, table), ERR_CONFLICT);
    ck_assert_ptr_nonnull(strstr(store_error(fixture.store), "brain.id"));
    struct store_brain same_name = brain;
    same_name.id = 2;
    ck_assert_int_eq(store_insert_brain(fixture.store, &same_name, table), ERR_CONFLICT);
    ck_assert_ptr_nonnull(strstr(store_error(fixture.store), "brain.name"));

    ck_assert_int_eq(store_insert_job(fixture.store, &job, NULL, 0), ERR_CONFLICT);
    struct job wrong = stored_job(2, 99); /* no such brain */
    ck_assert_int_eq(store_insert_job(fixture.store, &wrong, NULL, 0), ERR_CONFLICT);
    wrong = stored_job(2, 1);
    wrong.matches = 0;
    ck_assert_int_eq(store_insert_job(fixture.store, &wrong, NULL, 0), ERR_CONFLICT);

    struct stored stored;
    stored_load(fixture.store, &stored);
    ck_assert_uint_eq(stored.brains, 1);
    ck_assert_uint_eq(stored.jobs, 1);
    ck_assert_uint_eq(stored.tables[0]->matches, 0);
    stored_free(&stored);
    brain_destroy(table);
    close_fixture(&fixture);
}
END_TEST

static enum err count_and_fail_at_second(void *context, const struct store_brain *brain,
                                         const char *blob, size_t blob_size)
{
    (void)brain;
    (void)blob;
    (void)blob_size;
    unsigned *count = context;
    return ++*count == 2 ? ERR_UNSUPPORTED : ERR_OK;
}

START_TEST(test_looking_through_brains_ends_at_the_callers_first_failure)
{
    struct fixture fixture;
    open_fixture(&fixture);
    for (int64_t id = 1; id <= 3; id++) {
        struct store_brain brain = stored_brain(id);
        insert_brain(&fixture, &brain);
    }
    unsigned count = 0;
    ck_assert_int_eq(store_each_brain(fixture.store, count_and_fail_at_second, &count),
                     ERR_UNSUPPORTED);
    ck_assert_uint_eq(count, 2);
    close_fixture(&fixture);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_new_file_holds_nothing,
        test_brains_come_back_as_they_went_in_order_of_their_ids,
        test_jobs_come_back_as_they_went_in_order_of_their_ids,
        test_what_has_not_happened_is_null_in_the_file,
        test_saving_a_brain_replaces_its_table_and_date_alone,
        test_saving_a_job_replaces_what_changes_while_it_lives,
        test_saving_progress_replaces_how_far_a_job_is_and_no_more,
        test_pruning_keeps_the_newest_finished_jobs_and_all_others,
        test_what_the_schema_does_not_allow_is_a_conflict_and_changes_nothing,
        test_looking_through_brains_ends_at_the_callers_first_failure,
        NULL,
    };
    return unit_run("store", tests);
}
