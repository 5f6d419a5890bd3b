/* Rows that say something else than what was written: valid for all that can be seen, but not what
 * was asked for. */
#include "support/folder.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <stdio.h>

static void make_database(const struct folder *folder, char path[FOLDER_PATH_SIZE])
{
    folder_file(folder, "ttst.db", path);
    struct store *store = stored_open(path);
    struct brain *table = tables_played(1, 10);
    for (int64_t id = 1; id <= 2; id++) {
        struct store_brain brain = stored_brain(id);
        struct store_job job = stored_job(id, id);
        ck_assert_int_eq(store_insert_brain(store, &brain, table), ERR_OK);
        ck_assert_int_eq(store_insert_job(store, &job, NULL, 0), ERR_OK);
    }
    brain_destroy(table);
    store_close(store);
}

static enum err pass_brain(void *context, const struct store_brain *brain, const char *blob,
                           size_t blob_size)
{
    (void)context;
    (void)brain;
    (void)blob;
    (void)blob_size;
    return ERR_OK;
}

static enum err pass_job(void *context, const struct store_job *job, const char *opponent,
                         size_t opponent_size)
{
    (void)context;
    (void)job;
    (void)opponent;
    (void)opponent_size;
    return ERR_OK;
}

/* How reading all rows ends after that change. */
static enum err read_after(const char *sql)
{
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    folder_make(&folder);
    make_database(&folder, path);
    stored_sql(path, sql);
    struct store *store = stored_open(path);
    enum err err = store_each_brain(store, pass_brain, NULL);
    if (err == ERR_OK)
        err = store_each_job(store, pass_job, NULL);
    store_close(store);
    folder_remove(&folder);
    return err;
}

static void assert_noticed(const char *table, const char *const changes[], unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "UPDATE %s SET %s WHERE id = 2", table, changes[i]);
        enum err err = read_after(sql);
        ck_assert_msg(err == ERR_CORRUPT, "%s: %s", sql, err_name(err));
    }
}

START_TEST(test_a_brain_that_has_become_another_kind_of_brain_is_damaged)
{
    static const char *const changes[] = {"id = 3",
                                          "name = 'brain-3'",
                                          "game = 'tictactof'",
                                          "rule = 'guard'",
                                          "scoring = 'standard'",
                                          "start_weight = 7",
                                          "reward = 2",
                                          "penalty = 0",
                                          "draw_reward = 1",
                                          "halve_above = halve_above + 1",
                                          "explore = 1",
                                          "symmetry = 1"};
    assert_noticed("brain", changes, sizeof changes / sizeof changes[0]);
}
END_TEST

START_TEST(test_a_job_that_has_become_another_order_is_damaged)
{
    static const char *const changes[] = {"id = 3",
                                          "brain_id = 1",
                                          "matches = 1001",
                                          "workers = 2",
                                          "seed = '3'",
                                          "learners = 1",
                                          "schedule = 2",
                                          "opponent = 'random'",
                                          "opponent_brain = 'brain-1'",
                                          "until = 'never_loses'",
                                          "until_below = 0.5",
                                          "until_policy = 'sample'",
                                          "until_power = 2"};
    assert_noticed("job", changes, sizeof changes / sizeof changes[0]);
}
END_TEST

START_TEST(test_what_saves_change_may_change)
{
    ck_assert_int_eq(read_after("UPDATE brain SET saved_at = saved_at + 1"), ERR_OK);
    ck_assert_int_eq(read_after("UPDATE job SET state = 'running', matches_done = 10,"
                                " won_by_player1 = 10, running_ms = 5, started_at = 6"),
                     ERR_OK);
}
END_TEST

START_TEST(test_rows_from_before_there_were_digests_are_read)
{
    ck_assert_int_eq(read_after("UPDATE brain SET digest = NULL; UPDATE job SET digest = NULL"),
                     ERR_OK);
}
END_TEST

START_TEST(test_half_a_digest_is_damaged)
{
    ck_assert_int_eq(read_after("UPDATE brain SET digest = substr(digest, 1, 16)"), ERR_CORRUPT);
    ck_assert_int_eq(read_after("UPDATE job SET digest = x''"), ERR_CORRUPT);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_brain_that_has_become_another_kind_of_brain_is_damaged,
        test_a_job_that_has_become_another_order_is_damaged,
        test_what_saves_change_may_change,
        test_rows_from_before_there_were_digests_are_read,
        test_half_a_digest_is_damaged,
        NULL,
    };
    return unit_run("row_digest", tests);
}
