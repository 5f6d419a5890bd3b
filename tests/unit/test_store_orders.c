/* What jobs were asked for, in their file: opponents and goals come back as they went. */
#include "support/folder.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

/* A store in a folder of its own, with brain 1. */
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
    struct store_brain brain = stored_brain(1);
    struct brain *table = tables_fresh(NULL);
    ck_assert_int_eq(store_insert_brain(fixture->store, &brain, table), ERR_OK);
    brain_destroy(table);
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

enum { BLOB_SIZE = 70000 }; /* more than a few pages of the file */

/* The bytes of job `id`'s opponent; the caller frees them. */
static char *blob_of(int64_t id)
{
    char *bytes = malloc(BLOB_SIZE);
    ck_assert_ptr_nonnull(bytes);
    for (unsigned i = 0; i < BLOB_SIZE; i++)
        bytes[i] = (char)(i * 31 + (unsigned)id);
    return bytes;
}

static enum err insert(struct store *store, const struct job *job)
{
    char *blob = blob_of(job->id);
    bool has_blob = job->opponent == JOB_OPPONENT_BRAIN;
    enum err err = store_insert_job(store, job, has_blob ? blob : NULL, has_blob ? BLOB_SIZE : 0);
    free(blob);
    return err;
}

static const struct {
    enum job_opponent opponent;
    const char *brain;
} opponents[] = {
    {JOB_OPPONENT_SELF, ""},
    {JOB_OPPONENT_RANDOM, ""},
    {JOB_OPPONENT_PERFECT, ""},
    {JOB_OPPONENT_BRAIN, "x"},
    {JOB_OPPONENT_BRAIN, "a234567890123456789012345678901234567890123456789012345678901234"}};

static const struct until goals[] = {
    {.kind = UNTIL_NOTHING},
    {.kind = UNTIL_NEVER_LOSES, .policy.kind = POLICY_GREEDY},
    {.kind = UNTIL_EXPLOITABILITY_BELOW, .below = 0.1},
    {.kind = UNTIL_EXPLOITABILITY_BELOW, .below = 1, .policy.kind = POLICY_GREEDY},
    {.kind = UNTIL_EXPLOITABILITY_BELOW,
     .below = 0x1.23456789abcdep-40,
     .policy = {.kind = POLICY_POWER, .power = 0x1.fedcba9876543p-3}},
};

enum {
    OPPONENTS = sizeof opponents / sizeof opponents[0],
    GOALS = sizeof goals / sizeof goals[0],
    JOBS = OPPONENTS * GOALS
};

static struct job job_of(unsigned opponent, unsigned goal)
{
    struct job job = stored_job(1 + opponent * GOALS + goal, 1);
    job.opponent = opponents[opponent].opponent;
    strcpy(job.opponent_brain, opponents[opponent].brain);
    job.until = goals[goal];
    job.learners = 1 + opponent % 2;
    return job;
}

static void assert_as_inserted(const struct stored *stored)
{
    ck_assert_uint_eq(stored->jobs, JOBS);
    for (unsigned i = 0; i < JOBS; i++) {
        struct job job = job_of(i / GOALS, i % GOALS);
        const struct text *blob = &stored->opponents[i];
        ck_assert_msg(stored_same_job(&stored->job[i], &job), "opponent %u, goal %u", i / GOALS,
                      i % GOALS);
        ck_assert_uint_eq(blob->size, job.opponent == JOB_OPPONENT_BRAIN ? BLOB_SIZE : 0);
        if (blob->size > 0) {
            char *bytes = blob_of(job.id);
            ck_assert(memcmp(blob->bytes, bytes, BLOB_SIZE) == 0);
            free(bytes);
        }
    }
}

START_TEST(test_every_opponent_with_every_goal_comes_back_as_it_went)
{
    struct fixture fixture;
    open_fixture(&fixture);
    for (unsigned i = 0; i < JOBS; i++) {
        struct job job = job_of(i / GOALS, i % GOALS);
        ck_assert_int_eq(insert(fixture.store, &job), ERR_OK);
    }
    for (unsigned life = 0; life < 2; life++) {
        struct stored stored;
        stored_load(fixture.store, &stored);
        assert_as_inserted(&stored);
        stored_free(&stored);
        reopen(&fixture);
    }
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_what_is_not_asked_for_is_null_in_the_file)
{
    struct fixture fixture;
    struct job job = stored_job(1, 1);
    open_fixture(&fixture);
    ck_assert_int_eq(insert(fixture.store, &job), ERR_OK);
    ck_assert_int_eq(stored_sql(fixture.path,
                                "SELECT count(*) FROM job WHERE opponent = 'self' AND"
                                " opponent_brain IS NULL AND opponent_blob IS NULL AND"
                                " until IS NULL AND until_policy IS NULL"),
                     1);
    close_fixture(&fixture);
}
END_TEST

static size_t opponent_size(struct store *store)
{
    struct stored stored;
    stored_load(store, &stored);
    ck_assert_uint_eq(stored.jobs, 1);
    size_t size = stored.opponents[0].size;
    stored_free(&stored);
    return size;
}

START_TEST(test_a_jobs_opponent_is_kept_while_it_lives_and_dropped_when_it_is_over)
{
    struct fixture fixture;
    struct job job = job_of(3, 0);
    open_fixture(&fixture);
    ck_assert_int_eq(insert(fixture.store, &job), ERR_OK);
    job.state = JOB_RUNNING;
    job.started_at_ms = 1;
    ck_assert_int_eq(store_save_job(fixture.store, &job), ERR_OK);
    ck_assert_int_eq(store_save_progress(fixture.store, &job), ERR_OK);
    ck_assert_uint_eq(opponent_size(fixture.store), BLOB_SIZE);
    job.state = JOB_DONE;
    job.finished_at_ms = 2;
    ck_assert_int_eq(store_save_job(fixture.store, &job), ERR_OK);
    for (unsigned life = 0; life < 2; life++) {
        ck_assert_uint_eq(opponent_size(fixture.store), 0);
        reopen(&fixture);
    }
    ck_assert_int_eq(stored_sql(fixture.path,
                                "SELECT count(*) FROM job WHERE opponent_blob IS NULL AND"
                                " opponent = 'brain' AND opponent_brain = 'x'"),
                     1);
    close_fixture(&fixture);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_every_opponent_with_every_goal_comes_back_as_it_went,
        test_what_is_not_asked_for_is_null_in_the_file,
        test_a_jobs_opponent_is_kept_while_it_lives_and_dropped_when_it_is_over,
        NULL,
    };
    return unit_run("store_orders", tests);
}
