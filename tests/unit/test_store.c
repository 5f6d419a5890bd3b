/* Brains and jobs in their file: they come back as they went. */
#include "base/clock.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(test_a_new_file_holds_nothing)
{
    struct stored_file file;
    struct stored stored;
    stored_make(&file, 0);
    for (unsigned life = 0; life < 2; life++) {
        stored_load(file.store, &stored);
        ck_assert_uint_eq(stored.brains, 0);
        ck_assert_uint_eq(stored.jobs, 0);
        stored_reopen(&file);
    }
    stored_remove(&file);
}
END_TEST

START_TEST(test_brains_come_back_as_they_went_in_order_of_their_ids)
{
    static const unsigned order[3] = {1, 2, 0};
    struct stored_file file;
    struct stored stored;
    struct brain_record brains[3] = {stored_brain((int64_t)1 << 53), stored_brain(1),
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
    brains[2].rule.step_size = 1;
    brains[2].rule.trace_decay = RULE_SHARE_ONE;
    struct brain *tables[3] = {tables_played(1, 2000), tables_fresh(&brains[1].rule),
                               tables_played(2, 10)};
    stored_make(&file, 0);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(store_insert_brain(file.store, &brains[i], tables[i]), ERR_OK);
    stored_reopen(&file);
    stored_load(file.store, &stored);
    ck_assert_uint_eq(stored.brains, 3);
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_msg(stored_same_brain(&stored.brain[i], &brains[order[i]]), "brain %u", i);
        ck_assert_msg(tables_same(stored.tables[i], tables[order[i]]), "brain %u", i);
        brain_destroy(tables[order[i]]);
    }
    stored_free(&stored);
    stored_remove(&file);
}
END_TEST

START_TEST(test_saving_a_brain_replaces_its_table_and_date_alone)
{
    struct stored_file file;
    struct stored stored;
    struct brain_record other = stored_brain(1);
    struct brain *tables[2] = {tables_played(1, 500), tables_fresh(NULL)};
    strcpy(other.name, "renamed");
    other.rule.reward = 200;
    other.created_at_ms = 5;
    other.saved_at_ms = 6;
    stored_make(&file, 2);
    ck_assert_int_eq(store_save_brain(file.store, &other, tables[0]), ERR_OK);
    stored_reopen(&file);
    stored_load(file.store, &stored);
    for (unsigned i = 0; i < 2; i++) {
        struct brain_record brain = stored_brain(i + 1);
        brain.saved_at_ms = i == 0 ? 6 : brain.saved_at_ms;
        ck_assert(stored_same_brain(&stored.brain[i], &brain));
        ck_assert(tables_same(stored.tables[i], tables[i]));
        brain_destroy(tables[i]);
    }
    stored_free(&stored);
    stored_remove(&file);
}
END_TEST

static const struct {
    enum job_opponent opponent;
    const char *brain;
    unsigned look;
} opponents[] = {
    {JOB_OPPONENT_SELF, "", 0},
    {JOB_OPPONENT_RANDOM, "", 0},
    {JOB_OPPONENT_PERFECT, "", 0},
    {JOB_OPPONENT_LOOK, "", 1},
    {JOB_OPPONENT_LOOK, "", JOB_LOOK_MAX},
    {JOB_OPPONENT_BRAIN, "x", 0},
    {JOB_OPPONENT_BRAIN, "a234567890123456789012345678901234567890123456789012345678901234", 0}};

static const struct until goals[] = {
    {.kind = UNTIL_NOTHING},
    {.kind = UNTIL_NEVER_LOSES, .policy.kind = POLICY_GREEDY},
    {.kind = UNTIL_EXPLOITABILITY_BELOW, .below = 0.1},
    {.kind = UNTIL_EXPLOITABILITY_BELOW, .below = 1, .policy.kind = POLICY_GREEDY},
    {.kind = UNTIL_EXPLOITABILITY_BELOW,
     .below = 0x1.23456789abcdep-40,
     .policy = {.kind = POLICY_POWER, .power = 0x1.fedcba9876543p-3}},
    {.kind = UNTIL_EXAM_ABOVE, .above = 0x1.edcba98765432p-1},
};

enum {
    OPPONENTS = sizeof opponents / sizeof opponents[0],
    GOALS = sizeof goals / sizeof goals[0],
    JOBS = OPPONENTS * GOALS,
    BLOB_SIZE = 70000 /* more than a few pages of the file */
};

/* One for each id from 1 on: every opponent with every goal. */
static struct job job_of(int64_t id)
{
    const unsigned opponent = (unsigned)(id - 1) / GOALS;
    struct job job = stored_job(id, 1);
    job.opponent = opponents[opponent].opponent;
    strcpy(job.opponent_brain, opponents[opponent].brain);
    job.opponent_look = opponents[opponent].look;
    job.until = goals[(id - 1) % GOALS];
    job.learners = 1 + opponent % 2;
    return job;
}

/* The last one, with the greatest numbers and the longest text. */
static struct job greatest_job(void)
{
    struct job job = stored_job(JOBS + 1, 1);
    job.seed = UINT64_MAX;
    job.matches = (uint64_t)1 << 53;
    job.matches_done = ((uint64_t)1 << 53) - 1;
    job.workers = 64;
    job.schedule = UINT32_MAX;
    job.state = JOB_FAILED;
    job.ended_by = JOB_END_MATCHES;
    memset(job.error, 'e', sizeof job.error - 1);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        job.results[result] = ((uint64_t)1 << 52) + result;
    job.running_ms = CLOCK_UNIX_MS_MAX;
    job.created_at_ms = 1;
    job.started_at_ms = 2;
    job.finished_at_ms = CLOCK_UNIX_MS_MAX;
    return job;
}

/* Each job against a brain has bytes of its own. */
static char *blob_of(int64_t id)
{
    static char bytes[BLOB_SIZE];
    for (unsigned i = 0; i < BLOB_SIZE; i++)
        bytes[i] = (char)(i * 31 + (unsigned)id);
    return bytes;
}

static enum err insert(struct store *store, const struct job *job)
{
    const bool has_blob = job->opponent == JOB_OPPONENT_BRAIN;
    return store_insert_job(store, job, has_blob ? blob_of(job->id) : NULL,
                            has_blob ? BLOB_SIZE : 0);
}

START_TEST(test_jobs_come_back_as_they_went_in_order_of_their_ids)
{
    struct stored_file file;
    stored_make(&file, 1);
    for (int64_t id = JOBS + 1; id >= 1; id--) {
        struct job job = id > JOBS ? greatest_job() : job_of(id);
        ck_assert_int_eq(insert(file.store, &job), ERR_OK);
    }
    for (unsigned life = 0; life < 2; life++) {
        struct stored stored;
        stored_load(file.store, &stored);
        ck_assert_uint_eq(stored.jobs, JOBS + 1);
        for (unsigned i = 0; i <= JOBS; i++) {
            struct job job = i == JOBS ? greatest_job() : job_of(i + 1);
            const struct text *blob = &stored.opponents[i];
            ck_assert_msg(stored_same_job(&stored.job[i], &job), "job %u", i + 1);
            ck_assert_uint_eq(blob->size, job.opponent == JOB_OPPONENT_BRAIN ? BLOB_SIZE : 0);
            ck_assert(blob->size == 0 || memcmp(blob->bytes, blob_of(i + 1), BLOB_SIZE) == 0);
        }
        stored_free(&stored);
        stored_reopen(&file);
    }
    stored_remove(&file);
}
END_TEST

START_TEST(test_what_has_not_happened_or_is_not_asked_for_is_null_in_the_file)
{
    struct stored_file file;
    struct job job = stored_job(1, 1);
    stored_make(&file, 1);
    ck_assert_int_eq(insert(file.store, &job), ERR_OK);
    ck_assert_int_eq(stored_sql(file.path,
                                "SELECT count(*) FROM job WHERE started_at IS NULL AND"
                                " finished_at IS NULL AND ended_by IS NULL AND error IS NULL AND"
                                " opponent = 'self' AND opponent_brain IS NULL AND"
                                " opponent_look IS NULL AND opponent_blob IS NULL AND until IS NULL"
                                " AND until_above IS NULL AND until_policy IS NULL"),
                     1);
    stored_remove(&file);
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
                        .opponent = JOB_OPPONENT_LOOK,
                        .opponent_look = 3,
                        .until = {.kind = UNTIL_EXAM_ABOVE, .above = 0.5},
                        .matches_done = 60,
                        .results = {10, 20, 30},
                        .running_ms = 80,
                        .created_at_ms = 81,
                        .started_at_ms = 82,
                        .finished_at_ms = 83,
                        .error = "an error"};
}

START_TEST(test_saving_a_job_or_its_progress_replaces_what_changes_by_then_and_no_more)
{
    for (unsigned is_progress = 0; is_progress < 2; is_progress++) {
        const struct job changed = changed_job();
        struct job expected = stored_job(1, 1);
        struct job other = stored_job(2, 1);
        struct stored_file file;
        struct stored stored;
        expected.matches_done = changed.matches_done;
        memcpy(expected.results, changed.results, sizeof expected.results);
        expected.running_ms = changed.running_ms;
        if (!is_progress) {
            expected.state = changed.state;
            expected.ended_by = changed.ended_by;
            expected.started_at_ms = changed.started_at_ms;
            expected.finished_at_ms = changed.finished_at_ms;
            strcpy(expected.error, changed.error);
        }
        stored_make(&file, 2);
        for (int64_t id = 1; id <= 2; id++) {
            struct job job = stored_job(id, 1);
            ck_assert_int_eq(insert(file.store, &job), ERR_OK);
        }
        ck_assert_int_eq(is_progress ? store_save_progress(file.store, &changed)
                                     : store_save_job(file.store, &changed),
                         ERR_OK);
        stored_reopen(&file);
        stored_load(file.store, &stored);
        ck_assert_msg(stored_same_job(&stored.job[0], &expected), "progress: %u", is_progress);
        ck_assert(stored_same_job(&stored.job[1], &other));
        stored_free(&stored);
        stored_remove(&file);
    }
}
END_TEST

START_TEST(test_a_jobs_opponent_is_kept_while_it_lives_and_dropped_when_it_is_over)
{
    struct stored_file file;
    struct job job = job_of(JOBS);
    stored_make(&file, 1);
    ck_assert_int_eq(insert(file.store, &job), ERR_OK);
    for (unsigned is_over = 0; is_over < 2; is_over++) {
        struct stored stored;
        job.state = is_over ? JOB_DONE : JOB_RUNNING;
        job.started_at_ms = 1;
        job.finished_at_ms = is_over ? 2 : 0;
        ck_assert_int_eq(store_save_job(file.store, &job), ERR_OK);
        ck_assert_int_eq(store_save_progress(file.store, &job), ERR_OK);
        stored_reopen(&file);
        stored_load(file.store, &stored);
        ck_assert_uint_eq(stored.opponents[0].size, is_over ? 0 : BLOB_SIZE);
        ck_assert(stored_same_job(&stored.job[0], &job)); /* it says whom still */
        stored_free(&stored);
    }
    stored_remove(&file);
}
END_TEST

START_TEST(test_pruning_keeps_the_newest_finished_jobs_and_all_others)
{
    static const enum job_state states[] = {JOB_DONE,    JOB_QUEUED, JOB_FAILED,   JOB_RUNNING,
                                            JOB_STOPPED, JOB_QUEUED, JOB_STOPPING, JOB_DONE,
                                            JOB_FAILED,  JOB_STOPPED};
    static const struct {
        unsigned kept, left;
        int64_t ids[10];
    } cases[] = {{6, 10, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
                 {2, 6, {2, 4, 6, 7, 9, 10}},
                 {0, 4, {2, 4, 6, 7}}};
    struct stored_file file;
    stored_make(&file, 1);
    for (unsigned i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct job job = stored_job(i + 1, 1);
        job.state = states[i];
        ck_assert_int_eq(insert(file.store, &job), ERR_OK);
    }
    for (unsigned n = 0; n < 3; n++) {
        struct stored stored;
        ck_assert_int_eq(store_prune_jobs(file.store, cases[n].kept), ERR_OK);
        stored_load(file.store, &stored);
        ck_assert_uint_eq(stored.jobs, cases[n].left);
        for (unsigned i = 0; i < stored.jobs; i++)
            ck_assert_int_eq(stored.job[i].id, cases[n].ids[i]);
        stored_free(&stored);
    }
    stored_remove(&file);
}
END_TEST

START_TEST(test_what_the_schema_does_not_allow_is_a_conflict_and_changes_nothing)
{
    static const struct {
        int64_t id, brain_id;
        uint64_t matches;
    } wrong[] = {{1, 1, 1000}, {2, 99, 1000}, {2, 1, 0}}; /* there; of no brain; of nothing */
    struct stored_file file;
    struct stored stored;
    struct brain *table = tables_played(1, 10);
    struct job job = stored_job(1, 1);
    stored_make(&file, 1);
    ck_assert_int_eq(insert(file.store, &job), ERR_OK);
    for (unsigned same_name = 0; same_name < 2; same_name++) {
        struct brain_record brain = stored_brain(1);
        brain.id += same_name;
        if (!same_name)
            strcpy(brain.name, "other");
        ck_assert_int_eq(store_insert_brain(file.store, &brain, table), ERR_CONFLICT);
        ck_assert_ptr_nonnull(
            strstr(store_error(file.store), same_name ? "brain.name" : "brain.id"));
    }
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        job = stored_job(wrong[i].id, wrong[i].brain_id);
        job.matches = wrong[i].matches;
        ck_assert_int_eq(insert(file.store, &job), ERR_CONFLICT);
    }
    stored_load(file.store, &stored);
    ck_assert_uint_eq(stored.brains, 1);
    ck_assert_uint_eq(stored.jobs, 1);
    ck_assert_uint_eq(stored.tables[0]->matches, 0);
    stored_free(&stored);
    brain_destroy(table);
    stored_remove(&file);
}
END_TEST

/* So many are kept that they come from SQL, all but one. */
START_TEST(test_of_kept_answers_the_oldest_go_when_there_are_too_many)
{
    struct stored_file file;
    char sql[512];
    struct receipt_record receipt = {
        .token = "t", .key = "last", .status = 200, .created_at_ms = 2 * STORE_RECEIPTS_MAX};
    folder_prefer_memory();
    stored_make(&file, 0);
    snprintf(sql, sizeof sql,
             "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
             " INSERT INTO receipt SELECT 't', i, zeroblob(32), 200, NULL, x'', i / 2, NULL FROM n",
             STORE_RECEIPTS_MAX + 5);
    stored_sql(file.path, sql);
    text_add_string(&receipt.body, "{}");
    ck_assert_int_eq(store_put_receipt(file.store, &receipt), ERR_OK);
    text_free(&receipt.body);
    ck_assert_int_eq(stored_sql(file.path, "SELECT count(*) FROM receipt"), STORE_RECEIPTS_MAX);
    ck_assert_int_eq(stored_sql(file.path, "SELECT min(CAST(key AS INTEGER)) FROM receipt"
                                           " WHERE key <> 'last'"),
                     7);
    ck_assert_int_eq(stored_sql(file.path, "SELECT count(*) FROM receipt WHERE key = 'last'"), 1);
    stored_remove(&file);
}
END_TEST

static enum err count_and_fail_at_second(void *context, const struct brain_record *brain,
                                         const struct brain_counts *counts)
{
    (void)brain;
    (void)counts;
    unsigned *count = context;
    return ++*count == 2 ? ERR_UNSUPPORTED : ERR_OK;
}

START_TEST(test_looking_through_brains_ends_at_the_callers_first_failure)
{
    struct stored_file file;
    unsigned count = 0;
    stored_make(&file, 3);
    ck_assert_int_eq(store_each_brain(file.store, count_and_fail_at_second, &count),
                     ERR_UNSUPPORTED);
    ck_assert_uint_eq(count, 2);
    stored_remove(&file);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_new_file_holds_nothing,
        test_brains_come_back_as_they_went_in_order_of_their_ids,
        test_saving_a_brain_replaces_its_table_and_date_alone,
        test_jobs_come_back_as_they_went_in_order_of_their_ids,
        test_what_has_not_happened_or_is_not_asked_for_is_null_in_the_file,
        test_saving_a_job_or_its_progress_replaces_what_changes_by_then_and_no_more,
        test_a_jobs_opponent_is_kept_while_it_lives_and_dropped_when_it_is_over,
        test_pruning_keeps_the_newest_finished_jobs_and_all_others,
        test_what_the_schema_does_not_allow_is_a_conflict_and_changes_nothing,
        test_looking_through_brains_ends_at_the_callers_first_failure,
        test_of_kept_answers_the_oldest_go_when_there_are_too_many,
        NULL,
    };
    return unit_run("store", tests);
}
