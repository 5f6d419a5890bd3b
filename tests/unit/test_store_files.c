/* Files that are no database of ours, or not whole, or somebody else's now: refused and not
 * touched. */
#include "base/embedded.h"
#include "support/folder.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder with one file, which may not be there yet. */
struct fixture {
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    char wal[FOLDER_PATH_SIZE];
};

static void open_fixture(struct fixture *fixture)
{
    folder_make(&fixture->folder);
    folder_file(&fixture->folder, "ttst.db", fixture->path);
    folder_file(&fixture->folder, "ttst.db-wal", fixture->wal);
}

static void close_fixture(struct fixture *fixture)
{
    folder_remove(&fixture->folder);
}

/* A database with a few brains and jobs, closed. */
static void make_database(const char *path)
{
    struct store *store = stored_open(path);
    struct brain *table = tables_played(1, 100);
    for (int64_t id = 1; id <= 3; id++) {
        struct store_brain brain = stored_brain(id);
        struct job job = stored_job(id, id);
        ck_assert_int_eq(store_insert_brain(store, &brain, table), ERR_OK);
        ck_assert_int_eq(store_insert_job(store, &job, NULL, 0), ERR_OK);
    }
    brain_destroy(table);
    ck_assert_int_eq(store_start(store), ERR_OK); /* or closing would not write to the file */
    store_stop(store);
    store_close(store);
}

/* The outcome of opening a file that is not to open; its words in `fault`. */
static enum err refused(const char *path, struct fault *fault)
{
    struct store *const untouched = (struct store *)fault;
    struct store *store = untouched;
    *fault = (struct fault){.err = ERR_OK};
    enum err err = store_open(path, &store, fault);
    ck_assert_int_ne(err, ERR_OK);
    ck_assert_int_eq(fault->err, err);
    ck_assert_ptr_eq(store, untouched);
    ck_assert_str_ne(fault->detail, "");
    return err;
}

static bool is_file_of(const char *path, const char *bytes, size_t size)
{
    size_t size_now = 0;
    char *now = folder_read(path, &size_now);
    bool same = now != NULL && size_now == size && memcmp(now, bytes, size) == 0;
    free(now);
    return same;
}

/* Opening fails just so, and the file, and its log if there is one, stay as they are. */
static void assert_refused(const struct fixture *fixture, enum err err, const char *word)
{
    size_t size = 0;
    size_t wal_size = 0;
    char *bytes = folder_read(fixture->path, &size);
    char *wal = folder_read(fixture->wal, &wal_size);
    struct fault fault;
    ck_assert_ptr_nonnull(bytes);
    enum err got = refused(fixture->path, &fault);
    ck_assert_msg(got == err, "%s: %s", err_name(got), fault.detail);
    ck_assert_msg(strstr(fault.detail, word) != NULL, "%s", fault.detail);
    ck_assert(is_file_of(fixture->path, bytes, size));
    if (wal != NULL)
        ck_assert(is_file_of(fixture->wal, wal, wal_size));
    free(wal);
    free(bytes);
}

START_TEST(test_files_that_are_not_sqlites_are_foreign)
{
    struct fixture fixture;
    open_fixture(&fixture);
    char bytes[300];
    memset(bytes, 'x', sizeof bytes);
    static const size_t sizes[] = {1, 15, 16, 99, 100, 101, 300};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        folder_write(fixture.path, bytes, sizes[i]);
        assert_refused(&fixture, ERR_FOREIGN, "not a ttstd database");
    }
    memcpy(bytes, "SQLite format 3", 16);
    folder_write(fixture.path, bytes, 99); /* as far as the header goes */
    assert_refused(&fixture, ERR_FOREIGN, "not a ttstd database");
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_databases_of_other_programs_are_foreign)
{
    struct fixture fixture;
    open_fixture(&fixture);
    stored_sql(fixture.path, "CREATE TABLE note (text); INSERT INTO note VALUES ('mine')");
    assert_refused(&fixture, ERR_FOREIGN, "not a ttstd database");
    stored_sql(fixture.path, "PRAGMA application_id = 1953723251");
    assert_refused(&fixture, ERR_FOREIGN, "not a ttstd database");
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_nothing_is_put_beside_a_foreign_file)
{
    struct fixture fixture;
    char lock[FOLDER_PATH_SIZE];
    open_fixture(&fixture);
    folder_file(&fixture.folder, "ttst.db.lock", lock);
    folder_write(fixture.path, "a letter", 8);
    assert_refused(&fixture, ERR_FOREIGN, "not a ttstd database");
    ck_assert_int_ne(access(lock, F_OK), 0);
    ck_assert_int_ne(access(fixture.wal, F_OK), 0);
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_a_database_of_a_newer_version_is_foreign)
{
    struct fixture fixture;
    char sql[64];
    open_fixture(&fixture);
    make_database(fixture.path);
    snprintf(sql, sizeof sql, "PRAGMA user_version = %zu", embedded_migration_count + 1);
    stored_sql(fixture.path, sql);
    assert_refused(&fixture, ERR_FOREIGN, "newer");
    stored_sql(fixture.path, "PRAGMA user_version = 2147483647");
    assert_refused(&fixture, ERR_FOREIGN, "newer");
    close_fixture(&fixture);
}
END_TEST

static void copy_file(const char *from, const char *to)
{
    size_t size;
    char *bytes = folder_read(from, &size);
    ck_assert_ptr_nonnull(bytes);
    folder_write(to, bytes, size);
    free(bytes);
}

/* The files as a crash leaves them: the last changes, and what `sql` does, are in the log alone. */
static void make_crashed(const struct fixture *fixture, const char *sql)
{
    struct fixture other;
    open_fixture(&other);
    make_database(other.path);
    struct store *store = stored_open(other.path);
    struct store_brain brain = stored_brain(9);
    struct brain *table = tables_played(9, 90);
    ck_assert_int_eq(store_insert_brain(store, &brain, table), ERR_OK);
    stored_sql(other.path, sql);
    copy_file(other.path, fixture->path);
    copy_file(other.wal, fixture->wal);
    brain_destroy(table);
    store_close(store);
    close_fixture(&other);
}

START_TEST(test_what_was_written_before_a_crash_is_there_after_it)
{
    struct fixture fixture;
    open_fixture(&fixture);
    make_crashed(&fixture, "");
    struct store *store = stored_open(fixture.path);
    struct stored stored;
    stored_load(store, &stored);
    ck_assert_uint_eq(stored.brains, 4);
    ck_assert_int_eq(stored.brain[3].id, 9);
    ck_assert_uint_eq(stored.tables[3]->matches, 90);
    stored_free(&stored);
    store_close(store);
    close_fixture(&fixture);
}
END_TEST

/* Until it starts, whoever opened it may still find its content damaged. */
START_TEST(test_a_store_that_is_closed_before_it_starts_leaves_a_crashed_file_as_it_was)
{
    struct fixture fixture;
    open_fixture(&fixture);
    make_crashed(&fixture, "");
    size_t size;
    size_t wal_size;
    char *bytes = folder_read(fixture.path, &size);
    char *wal = folder_read(fixture.wal, &wal_size);
    struct store *store = stored_open(fixture.path);
    struct stored stored;
    stored_load(store, &stored);
    stored_free(&stored);
    store_close(store);
    ck_assert(is_file_of(fixture.path, bytes, size));
    ck_assert(is_file_of(fixture.wal, wal, wal_size));
    free(wal);
    free(bytes);
    close_fixture(&fixture);
}
END_TEST

static void damage(const char *path, size_t at, size_t size)
{
    size_t whole;
    char *bytes = folder_read(path, &whole);
    ck_assert_uint_le(at + size, whole);
    memset(bytes + at, 0xa5, size);
    folder_write(path, bytes, whole);
    free(bytes);
}

START_TEST(test_a_damaged_database_is_refused)
{
    static const size_t pages[] = {1, 2, 3};
    for (unsigned i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        struct fixture fixture;
        open_fixture(&fixture);
        make_database(fixture.path);
        damage(fixture.path, pages[i] * 4096, 200); /* the page's header and index */
        assert_refused(&fixture, ERR_CORRUPT, "damaged");
        close_fixture(&fixture);
    }
}
END_TEST

START_TEST(test_a_database_cut_off_is_refused)
{
    struct fixture fixture;
    open_fixture(&fixture);
    make_database(fixture.path);
    size_t size;
    char *bytes = folder_read(fixture.path, &size);
    ck_assert_uint_gt(size, (size_t)8 * 4096);
    static const size_t lefts[] = {100, 4095, 4096, 2 * 4096, 6 * 4096};
    for (unsigned i = 0; i < sizeof lefts / sizeof lefts[0]; i++) {
        folder_write(fixture.path, bytes, lefts[i]);
        assert_refused(&fixture, ERR_CORRUPT, "damaged");
    }
    free(bytes);
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_a_damaged_database_with_a_crashs_log_is_left_as_it_is)
{
    struct fixture fixture;
    open_fixture(&fixture);
    make_crashed(&fixture, "");
    size_t size;
    free(folder_read(fixture.path, &size));
    damage(fixture.path, (size_t)2 * 4096, size - (size_t)2 * 4096);
    assert_refused(&fixture, ERR_CORRUPT, "damaged");
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_a_newer_database_with_a_crashs_log_is_left_as_it_is)
{
    struct fixture fixture;
    open_fixture(&fixture);
    make_crashed(&fixture, "PRAGMA user_version = 1000");
    assert_refused(&fixture, ERR_FOREIGN, "newer");
    close_fixture(&fixture);
}
END_TEST

/* SQLite would open it, but for reading alone. */
START_TEST(test_a_database_in_a_newer_format_of_sqlites_is_refused)
{
    enum { WRITERS_FORMAT_AT = 18, READERS_FORMAT_AT = 19 };
    struct fixture fixture;
    size_t size;
    open_fixture(&fixture);
    make_database(fixture.path);
    char *bytes = folder_read(fixture.path, &size);
    for (unsigned at = WRITERS_FORMAT_AT; at <= READERS_FORMAT_AT; at++) {
        const char format = bytes[at];
        bytes[at] = 3;
        folder_write(fixture.path, bytes, size);
        assert_refused(&fixture, ERR_CORRUPT, "newer format");
        bytes[at] = format;
    }
    free(bytes);
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_an_empty_file_as_a_crash_at_its_birth_leaves_it_becomes_a_database)
{
    struct fixture fixture;
    open_fixture(&fixture);
    folder_write(fixture.path, "", 0);
    make_database(fixture.path);
    struct store *store = stored_open(fixture.path);
    struct stored stored;
    stored_load(store, &stored);
    ck_assert_uint_eq(stored.brains, 3);
    stored_free(&stored);
    store_close(store);
    close_fixture(&fixture);
}
END_TEST

START_TEST(test_a_folder_or_a_missing_folder_is_an_input_output_error)
{
    struct fixture fixture;
    char path[FOLDER_PATH_SIZE];
    struct fault fault;
    open_fixture(&fixture);
    ck_assert_int_eq(refused(fixture.folder.path, &fault), ERR_IO);
    folder_file(&fixture.folder, "no-folder/ttst.db", path);
    ck_assert_int_eq(refused(path, &fault), ERR_IO);
    ck_assert_ptr_nonnull(strstr(fault.detail, "no-folder/ttst.db"));
    close_fixture(&fixture);
}
END_TEST

/* Numbers that a job's row cannot hold, put there by other hands. */
static enum err count_job(void *context, const struct job *job, const char *opponent,
                          size_t opponent_size)
{
    (void)job;
    (void)opponent;
    (void)opponent_size;
    ++*(unsigned *)context;
    return ERR_OK;
}

static void assert_row_is_damaged(const char *sql)
{
    struct fixture fixture;
    open_fixture(&fixture);
    make_database(fixture.path);
    stored_sql(fixture.path, sql);
    struct store *store = stored_open(fixture.path);
    unsigned count = 0;
    enum err err = store_each_job(store, count_job, &count);
    ck_assert_msg(err == ERR_CORRUPT, "%s: %s", sql, err_name(err));
    store_close(store);
    close_fixture(&fixture);
}

START_TEST(test_jobs_with_words_or_numbers_that_do_not_fit_are_damaged)
{
    assert_row_is_damaged("UPDATE job SET workers = 4294967296 WHERE id = 3");
    assert_row_is_damaged("UPDATE job SET schedule = -1 WHERE id = 3");
    assert_row_is_damaged("UPDATE job SET error = printf('%.*c', 160, 'e') WHERE id = 3");
    assert_row_is_damaged("UPDATE job SET error = 'a' || char(0) || 'b' WHERE id = 3");
}
END_TEST

START_TEST(test_jobs_with_a_seed_that_is_no_64_bit_number_are_damaged)
{
    assert_row_is_damaged("UPDATE job SET seed = 'abc' WHERE id = 3");
    assert_row_is_damaged("UPDATE job SET seed = '' WHERE id = 3");
    assert_row_is_damaged("UPDATE job SET seed = '-1' WHERE id = 3");
    assert_row_is_damaged("UPDATE job SET seed = '18446744073709551616' WHERE id = 3");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_files_that_are_not_sqlites_are_foreign,
        test_databases_of_other_programs_are_foreign,
        test_nothing_is_put_beside_a_foreign_file,
        test_a_database_of_a_newer_version_is_foreign,
        test_what_was_written_before_a_crash_is_there_after_it,
        test_a_store_that_is_closed_before_it_starts_leaves_a_crashed_file_as_it_was,
        test_a_damaged_database_is_refused,
        test_a_database_cut_off_is_refused,
        test_a_damaged_database_with_a_crashs_log_is_left_as_it_is,
        test_a_newer_database_with_a_crashs_log_is_left_as_it_is,
        test_a_database_in_a_newer_format_of_sqlites_is_refused,
        test_an_empty_file_as_a_crash_at_its_birth_leaves_it_becomes_a_database,
        test_a_folder_or_a_missing_folder_is_an_input_output_error,
        test_jobs_with_words_or_numbers_that_do_not_fit_are_damaged,
        test_jobs_with_a_seed_that_is_no_64_bit_number_are_damaged,
        NULL,
    };
    return unit_run("store_files", tests);
}
