/* Files that are no database of ours, or not whole, or newer: refused and not touched. There are
 * more in tests/api/test_database_file.py and tests/fault/test_spoiled_files.c. */
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
        struct brain_record brain = stored_brain(id);
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
    struct brain_record brain = stored_brain(9);
    struct brain *table = tables_played(9, 90);
    ck_assert_int_eq(store_insert_brain(store, &brain, table), ERR_OK);
    stored_sql(other.path, sql);
    copy_file(other.path, fixture->path);
    copy_file(other.wal, fixture->wal);
    brain_destroy(table);
    store_close(store);
    close_fixture(&other);
}

/* Until it starts, whoever opened it may still find its content damaged. */
START_TEST(test_what_was_written_before_a_crash_is_there_and_the_files_stay_until_the_store_starts)
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
    ck_assert_uint_eq(stored.brains, 4);
    ck_assert_int_eq(stored.brain[3].id, 9);
    ck_assert_uint_eq(stored.tables[3]->matches, 90);
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

/* Each makes the nth file of its kind; false: there are no more. */
static bool make_strange(const struct fixture *fixture, unsigned n)
{
    static const size_t sizes[] = {1, 15, 16, 99, 100, 101, 300};
    char bytes[300];
    if (n > sizeof sizes / sizeof sizes[0])
        return false;
    memset(bytes, 'x', sizeof bytes);
    if (n == 0)
        memcpy(bytes, "SQLite format 3", 16);
    folder_write(fixture->path, bytes, n == 0 ? 99 : sizes[n - 1]); /* as far as the header goes */
    return true;
}

static bool make_newer(const struct fixture *fixture, unsigned n)
{
    if (n < 2)
        make_crashed(fixture,
                     n == 0 ? "PRAGMA user_version = 1000" : "PRAGMA user_version = 2147483647");
    return n < 2;
}

/* The header and index of a page. */
static bool make_damaged(const struct fixture *fixture, unsigned n)
{
    if (n == 0) {
        make_database(fixture->path);
        damage(fixture->path, 2 * (size_t)4096, 200);
    }
    return n == 0;
}

/* SQLite would open it, but for reading alone. */
static bool make_of_newer_sqlite(const struct fixture *fixture, unsigned n)
{
    enum { WRITERS_FORMAT_AT = 18 };
    size_t size;
    if (n == 2)
        return false;
    unlink(fixture->path);
    make_database(fixture->path);
    char *bytes = folder_read(fixture->path, &size);
    bytes[WRITERS_FORMAT_AT + n] = 3; /* the readers' stands behind it */
    folder_write(fixture->path, bytes, size);
    free(bytes);
    return true;
}

static const struct {
    bool (*make)(const struct fixture *fixture, unsigned n);
    enum err err;
    const char *word;
} kinds[] = {
    {make_strange, ERR_FOREIGN, "not a ttstd database"},
    {make_newer, ERR_FOREIGN, "newer"},
    {make_damaged, ERR_CORRUPT, "damaged"},
    {make_of_newer_sqlite, ERR_CORRUPT, "newer format"},
};

START_TEST(test_files_that_are_foreign_damaged_or_newer_are_refused_and_left_as_they_are)
{
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct fixture fixture;
        open_fixture(&fixture);
        for (unsigned n = 0; kinds[i].make(&fixture, n); n++)
            assert_refused(&fixture, kinds[i].err, kinds[i].word);
        close_fixture(&fixture);
    }
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

START_TEST(test_jobs_with_words_or_numbers_that_do_not_fit_are_damaged)
{
    static const char *const changes[] = {
        "workers = 4294967296",
        "schedule = -1",
        "error = printf('%.*c', 160, 'e')",
        "error = 'a' || char(0) || 'b'",
        "seed = 'abc'",
        "seed = ''",
        "seed = '-1'",
        "seed = '18446744073709551616'",
    };
    for (unsigned i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct fixture fixture;
        char sql[128];
        unsigned count = 0;
        open_fixture(&fixture);
        make_database(fixture.path);
        snprintf(sql, sizeof sql, "UPDATE job SET %s WHERE id = 3", changes[i]);
        stored_sql(fixture.path, sql);
        struct store *store = stored_open(fixture.path);
        enum err err = store_each_job(store, count_job, &count);
        ck_assert_msg(err == ERR_CORRUPT, "%s: %s", sql, err_name(err));
        store_close(store);
        close_fixture(&fixture);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_what_was_written_before_a_crash_is_there_and_the_files_stay_until_the_store_starts,
        test_files_that_are_foreign_damaged_or_newer_are_refused_and_left_as_they_are,
        test_a_folder_or_a_missing_folder_is_an_input_output_error,
        test_jobs_with_words_or_numbers_that_do_not_fit_are_damaged,
        NULL,
    };
    return unit_run("store_files", tests);
}
