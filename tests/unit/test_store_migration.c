/* Databases of earlier schemas: each is brought up to date whole or not at all, and nothing that it
 * holds is lost. */
#include "base/embedded.h"
#include "support/faulty_disk.h"
#include "support/folder.h"
#include "support/old_database.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* A folder with an old database. */
struct fixture {
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
};

static void open_fixture(struct fixture *fixture, const struct old_database *old)
{
    folder_prefer_memory();
    folder_make(&fixture->folder);
    folder_file(&fixture->folder, "ttst.db", fixture->path);
    old_database_write(old, fixture->path);
}

static void close_fixture(struct fixture *fixture)
{
    folder_remove(&fixture->folder);
}

/* The store has all that the old file had. */
static void assert_nothing_lost(struct store *store, const struct old_database *old)
{
    struct stored stored;
    stored_load(store, &stored);
    ck_assert_uint_eq(stored.brains, old->brain_count);
    for (unsigned i = 0; i < stored.brains; i++) {
        char digest[BRAIN_DIGEST_SIZE];
        brain_digest(stored.tables[i], digest);
        ck_assert_str_eq(digest, old->digests[i]);
        ck_assert_uint_eq(stored.tables[i]->matches, old->matches[i]);
        ck_assert_msg(stored_same_brain(&stored.brain[i], &old->brains[i]), "brain %u", i);
    }
    ck_assert_uint_eq(stored.jobs, old->job_count);
    for (unsigned i = 0; i < stored.jobs; i++) {
        bool has_opponent = old->jobs[i].opponent_brain[0] != '\0';
        ck_assert_msg(stored_same_job(&stored.job[i], &old->jobs[i]), "job %u", i);
        ck_assert_int_eq(stored.opponents[i].size > 0, has_opponent);
    }
    stored_free(&stored);
}

/* What a database is made of, as a text; the caller frees it. Its tables' definitions were written
 * by different statements, so what they come to is compared. */
static char *shape_of(const char *path)
{
    static const char *const sql =
        "SELECT group_concat(line, char(10)) FROM ("
        " SELECT t.name || '.' || c.name || ' ' || c.type || c.'notnull' || c.pk ||"
        "  ifnull(c.dflt_value, '') || t.strict || t.wr AS line"
        "  FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c"
        "  WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%'"
        " UNION ALL SELECT t.name || ' refers to ' || f.'table' || f.'from' || f.on_delete"
        "  FROM pragma_table_list AS t JOIN pragma_foreign_key_list(t.name) AS f"
        " UNION ALL SELECT t.name || ' index ' || i.name || i.'unique' || ii.name"
        "  FROM pragma_table_list AS t JOIN pragma_index_list(t.name) AS i"
        "  JOIN pragma_index_info(i.name) AS ii ORDER BY line)";
    sqlite3 *database;
    sqlite3_stmt *statement;
    ck_assert_int_eq(sqlite3_open(path, &database), SQLITE_OK);
    int code = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);
    ck_assert_msg(code == SQLITE_OK, "%s", sqlite3_errmsg(database));
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    char *shape = strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return shape;
}

static void assert_takes_what_is_new(struct store *store)
{
    const char evaluations[POINT_SIZE] = {0};
    struct checkpoint_record checkpoint = {.name = "kept", .matches = 1};
    struct brain *table = tables_fresh(NULL);
    struct job job = stored_job(6, 2);
    struct job next = stored_job(7, 2);
    job.opponent = JOB_OPPONENT_BRAIN;
    job.until.kind = UNTIL_NEVER_LOSES;
    next.opponent = JOB_OPPONENT_LOOK;
    next.opponent_look = 2;
    next.until = (struct until){.kind = UNTIL_EXAM_ABOVE, .above = 0.9};
    ck_assert_int_eq(store_put_point(store, 1, 10, evaluations), ERR_OK);
    ck_assert_int_eq(store_put_checkpoint(store, 1, &checkpoint, table), ERR_OK);
    ck_assert_int_eq(store_insert_job(store, &job, "blob", 4), ERR_OK);
    ck_assert_int_eq(store_insert_job(store, &next, NULL, 0), ERR_OK);
    brain_destroy(table);
}

static void assert_has_shape_of(const char *path, const char *new_path)
{
    store_close(stored_open(new_path));
    char *shape = shape_of(path);
    char *new_shape = shape_of(new_path);
    ck_assert_str_eq(shape, new_shape);
    ck_assert_ptr_nonnull(strstr(shape, "job.opponent TEXT"));
    ck_assert_ptr_nonnull(strstr(shape, "job index job_by_state"));
    ck_assert_ptr_nonnull(strstr(shape, "job index job_by_brain"));
    ck_assert_ptr_nonnull(strstr(shape, "job refers to brain"));
    ck_assert_ptr_nonnull(strstr(shape, "curve_point refers to brain"));
    ck_assert_ptr_nonnull(strstr(shape, "checkpoint refers to brain"));
    free(new_shape);
    free(shape);
}

START_TEST(test_a_migrated_database_has_lost_nothing_and_is_as_a_new_one)
{
    for (unsigned i = 0; i < OLD_DATABASES; i++) {
        const struct old_database *old = old_databases[i];
        struct fixture fixture;
        char new_path[FOLDER_PATH_SIZE];
        struct store *store;
        open_fixture(&fixture, old);
        folder_file(&fixture.folder, "new.db", new_path);
        ck_assert_int_eq(stored_sql(fixture.path, "PRAGMA user_version"), old->schema);
        for (unsigned life = 0; life < 2; life++) {
            store = stored_open(fixture.path);
            assert_nothing_lost(store, old);
            store_close(store);
            ck_assert_int_eq(stored_sql(fixture.path, "PRAGMA user_version"),
                             (int64_t)embedded_migration_count);
        }
        assert_has_shape_of(fixture.path, new_path);
        ck_assert_int_eq(stored_sql(fixture.path,
                                    "SELECT count(*) FROM pragma_integrity_check WHERE"
                                    " integrity_check = 'ok'"),
                         1);
        ck_assert_int_eq(stored_sql(fixture.path, "SELECT count(*) FROM pragma_foreign_key_check"),
                         0);
        store = stored_open(fixture.path);
        assert_takes_what_is_new(store);
        store_close(store);
        close_fixture(&fixture);
    }
}
END_TEST

START_TEST(test_points_of_an_old_database_are_those_that_it_had)
{
    static const char *const sum =
        "SELECT sum(matches * brain_id + length(evaluations)) FROM curve_point";
    struct fixture fixture;
    open_fixture(&fixture, &old_database_2);
    const int64_t points = stored_sql(fixture.path, sum);
    ck_assert_int_gt(points, 0);
    store_close(stored_open(fixture.path));
    ck_assert_int_eq(stored_sql(fixture.path, sum), points);
    close_fixture(&fixture);
}
END_TEST

/* The first daemon's own words for what it reads at its start. */
static void assert_first_daemon_could_read(const char *path)
{
    ck_assert_int_eq(
        stored_sql(path, "SELECT count(*) FROM (SELECT id, name, game, rule, scoring, start_weight,"
                         " reward, penalty, draw_reward, halve_above, created_at, saved_at,"
                         " table_blob FROM brain WHERE length(table_blob) = 64748)"),
        old_database_1.brain_count);
    ck_assert_int_eq(
        stored_sql(path, "SELECT count(*) FROM (SELECT id, brain_id, state, ended_by, matches,"
                         " workers, seed, learners, schedule, matches_done, won_by_player1,"
                         " won_by_player2, drawn, running_ms, created_at, started_at, finished_at,"
                         " error FROM job)"),
        old_database_1.job_count);
    ck_assert_int_eq(stored_sql(path, "SELECT count(*) FROM pragma_table_info('job')"), 18);
    ck_assert_int_eq(stored_sql(path, "SELECT count(*) FROM pragma_table_info('brain')"), 13);
}

/* Returns whether the disk failed. */
static bool migrate_on_failing_disk(const struct faulty_disk_plan *plan, unsigned *failures)
{
    struct fixture fixture;
    struct store *store;
    struct fault fault = {.err = ERR_OK};
    open_fixture(&fixture, &old_database_1);
    faulty_disk_plan(plan);
    enum err err = store_open(fixture.path, &store, &fault);
    if (err == ERR_OK)
        store_close(store);
    bool has_failed = faulty_disk_has_failed();
    faulty_disk_heal();
    if (err != ERR_OK) {
        ck_assert_msg(err == ERR_IO || err == ERR_STORE_FULL, "%s: %s", err_name(err),
                      fault.detail);
        if (stored_sql(fixture.path, "PRAGMA user_version") == 1)
            assert_first_daemon_could_read(fixture.path);
        ++*failures;
    }
    store = stored_open(fixture.path);
    assert_nothing_lost(store, &old_database_1);
    store_close(store);
    close_fixture(&fixture);
    return has_failed;
}

/* At each change in turn: by an error that passes, or by a disk that is full from there on. */
START_TEST(test_a_migration_that_a_disk_cuts_off_leaves_the_old_file_usable)
{
    unsigned failures = 0;
    bool has_failed = true;
    unsigned nth = 0;
    faulty_disk_install();
    while (has_failed) {
        const bool is_full = ++nth % 2 == 0;
        const struct faulty_disk_plan plan = {.kind = FAULTY_CHANGES,
                                              .nth = nth,
                                              .for_good = is_full,
                                              .code = is_full ? SQLITE_FULL : SQLITE_IOERR};
        has_failed = migrate_on_failing_disk(&plan, &failures);
    }
    ck_assert_uint_gt(nth, 3);
    ck_assert_uint_gt(failures, 1);
}
END_TEST

START_TEST(test_a_database_that_cannot_be_migrated_is_as_it_was)
{
    struct fixture fixture;
    struct store *store;
    struct fault fault;
    open_fixture(&fixture, &old_database_1);
    stored_sql(fixture.path, "CREATE TABLE curve_point (mine)"); /* in the way of ours */
    ck_assert_int_ne(store_open(fixture.path, &store, &fault), ERR_OK);
    ck_assert_ptr_nonnull(strstr(fault.detail, "curve_point"));
    ck_assert_int_eq(stored_sql(fixture.path, "PRAGMA user_version"), 1);
    assert_first_daemon_could_read(fixture.path);
    close_fixture(&fixture);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_migrated_database_has_lost_nothing_and_is_as_a_new_one,
        test_points_of_an_old_database_are_those_that_it_had,
        test_a_migration_that_a_disk_cuts_off_leaves_the_old_file_usable,
        test_a_database_that_cannot_be_migrated_is_as_it_was,
        NULL,
    };
    return unit_run("store_migration", tests);
}
