/* A bit that is not what was written, in whatever column of whatever table: `ttstd check` notices.
 */
#include "command/check.h"
#include "support/old_database.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SQL_SIZE = 16384, NAMES_MAX = 32, COLUMN_NAME_SIZE = 64 };

/* A database with something in every table and a value in every column, closed. */
struct original {
    struct served served;
    char *bytes;
    size_t size;
    unsigned tried;
};

/* Leaves all in the one file. */
static void close_store(struct store *store)
{
    ck_assert_int_eq(store_start(store), ERR_OK);
    store_stop(store);
    store_close(store);
}

static void add_receipt(const char *path)
{
    struct store *store = stored_open(path);
    struct receipt_record receipt = {
        .token = "t", .key = "key", .status = 202, .location = "/train/1", .created_at_ms = 1};
    text_add_string(&receipt.body, "{}");
    ck_assert_int_eq(store_put_receipt(store, &receipt), ERR_OK);
    text_free(&receipt.body);
    close_store(store);
}

static void open_original(struct original *original)
{
    struct served *served = &original->served;
    char digest[BRAIN_DIGEST_SIZE];
    *original = (struct original){.tried = 0};
    folder_prefer_memory();
    served_open(served);
    struct brain_order pupil = served_brain_order("pupil");
    pupil.rule = rule_default(RULE_GUARD);
    pupil.rule.symmetry = true;
    served_create(served, &pupil);
    struct job_order order = served_job_order(1, 20);
    order.brain = "pupil";
    served_wait_over(served, served_begin(served, &order));
    ck_assert_int_eq(served_keep(served, "pupil", "mine"), ERR_OK);
    ck_assert_int_eq(served_digest(served, "pupil@mine", digest), ERR_OK); /* in memory now */
    order.matches = 1000000000;
    order.learners = LEARN_PLAYER1;
    order.opponent = JOB_OPPONENT_BRAIN;
    order.opponent_brain = "pupil@mine";
    order.until = (struct until){.kind = UNTIL_EXPLOITABILITY_BELOW,
                                 .below = 1e-9,
                                 .policy = {.kind = POLICY_POWER, .power = 2}};
    served_wait_matches(served, served_begin(served, &order), 100);
    served_learn(served, "default", (const uint8_t[]){0, 3, 1, 4, 2}, 5);
    served_shut(served);
    add_receipt(served->path);
    original->bytes = folder_read(served->path, &original->size);
}

static void close_original(struct original *original)
{
    free(original->bytes);
    folder_remove(&original->served.folder);
}

static void ignore(void *context, const char *line)
{
    (void)context;
    (void)line;
}

static bool is_sound(const struct original *original)
{
    const struct check_report report = {.found = ignore, .said = ignore};
    return service_check(original->served.path, &report) == ERR_OK;
}

static int64_t flipped(int64_t bits, unsigned bit)
{
    return (int64_t)((uint64_t)bits ^ UINT64_C(1) << bit % 64);
}

/* flip(value, bit): a value of the same type that differs in that bit, if it has so many. */
static void flip(sqlite3_context *context, int count, sqlite3_value **values)
{
    static char bytes[1 << 17];
    const unsigned bit = (unsigned)sqlite3_value_int(values[1]);
    const int type = sqlite3_value_type(values[0]);
    double real = sqlite3_value_double(values[0]);
    int64_t bits;
    ck_assert_int_eq(count, 2);
    memcpy(&bits, &real, sizeof bits);
    bits = flipped(bits, bit);
    memcpy(&real, &bits, sizeof real);
    if (type == SQLITE_INTEGER) {
        sqlite3_result_int64(context, flipped(sqlite3_value_int64(values[0]), bit));
        return;
    }
    if (type == SQLITE_FLOAT) {
        sqlite3_result_double(context, real);
        return;
    }
    const char *value = sqlite3_value_blob(values[0]);
    const int size = sqlite3_value_bytes(values[0]);
    ck_assert(size > 0 && size <= (int)sizeof bytes);
    memcpy(bytes, value, (size_t)size);
    bytes[bit / 8 % (unsigned)size] ^= (char)(1 << bit % 8);
    if (type == SQLITE_TEXT)
        sqlite3_result_text(context, bytes, size, SQLITE_TRANSIENT);
    else
        sqlite3_result_blob(context, bytes, size, SQLITE_TRANSIENT);
}

/* Runs SQL; the first column of its rows, as texts, and how many there are. */
static unsigned run(const char *path, const char *sql, char out[NAMES_MAX][COLUMN_NAME_SIZE])
{
    sqlite3 *database;
    sqlite3_stmt *statement;
    unsigned count = 0;
    ck_assert_int_eq(sqlite3_open(path, &database), SQLITE_OK);
    sqlite3_create_function(database, "flip", 2, SQLITE_UTF8, NULL, flip, NULL, NULL);
    sqlite3_exec(database, "PRAGMA ignore_check_constraints = ON", NULL, NULL, NULL);
    int code = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);
    ck_assert_msg(code == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(database));
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        ck_assert_uint_lt(count, NAMES_MAX);
        snprintf(out[count++], COLUMN_NAME_SIZE, "%s",
                 (const char *)sqlite3_column_text(statement, 0));
    }
    ck_assert_msg(code == SQLITE_DONE, "%s: %s", sql, sqlite3_errmsg(database));
    sqlite3_finalize(statement);
    ck_assert_int_eq(sqlite3_close(database), SQLITE_OK);
    return count;
}

__attribute__((format(printf, 2, 3))) static unsigned long ask(const char *path, const char *format,
                                                               ...)
{
    char sql[SQL_SIZE];
    char rows[NAMES_MAX][COLUMN_NAME_SIZE] = {"0"};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sql, sizeof sql, format, arguments);
    va_end(arguments);
    run(path, sql, rows);
    return strtoul(rows[0], NULL, 10);
}

/* A column of a row. */
struct spot {
    const char *table;
    const char *column;
    char row[SQL_SIZE / 4]; /* a WHERE clause */
};

static void try_bit(struct original *original, const struct spot *spot, unsigned long bit)
{
    const char *path = original->served.path;
    folder_write(path, original->bytes, original->size);
    ask(path,
        "UPDATE %s SET %s = flip(CASE WHEN %s IS NOT NULL AND %s <> '' THEN %s"
        " ELSE (SELECT CASE type WHEN 'INTEGER' THEN 0 WHEN 'REAL' THEN 0.0 WHEN 'TEXT' THEN 'a'"
        " ELSE x'00' END FROM pragma_table_info('%s') WHERE name = '%s') END, %lu) %s",
        spot->table, spot->column, spot->column, spot->column, spot->column, spot->table,
        spot->column, bit, spot->row);
    ck_assert_msg(!is_sound(original), "%s.%s, bit %lu, %s", spot->table, spot->column, bit,
                  spot->row);
    original->tried++;
}

/* A bit of its first, its middle and its last byte: all are hashed alike. */
static void try_column(struct original *original, const struct spot *spot)
{
    const char *path = original->served.path;
    folder_write(path, original->bytes, original->size);
    unsigned long bytes =
        ask(path,
            "SELECT CASE typeof(%s) WHEN 'text' THEN length(%s) WHEN 'blob' THEN length(%s)"
            " WHEN 'null' THEN 1 ELSE 8 END FROM %s %s",
            spot->column, spot->column, spot->column, spot->table, spot->row);
    const unsigned long last = bytes > 0 ? bytes - 1 : 0;
    for (unsigned long byte = 0, step = last > 2 ? last / 2 : 1; byte <= last; byte += step)
        try_bit(original, spot, byte * 8 + byte % 7); /* no sign: there is no -0.0 */
}

/* Its last row. */
static void try_table(struct original *original, const char *table)
{
    const char *path = original->served.path;
    char sql[SQL_SIZE];
    char keys[NAMES_MAX][COLUMN_NAME_SIZE];
    char columns[NAMES_MAX][COLUMN_NAME_SIZE];
    snprintf(sql, sizeof sql, "SELECT group_concat(name) FROM pragma_table_info('%s') WHERE pk > 0",
             table);
    run(path, sql, keys);
    snprintf(sql, sizeof sql, "SELECT name FROM pragma_table_info('%s')", table);
    const unsigned count = run(path, sql, columns);
    struct spot spot = {.table = table};
    snprintf(spot.row, sizeof spot.row, "WHERE (%s) = (SELECT %s FROM %s ORDER BY %s DESC LIMIT 1)",
             keys[0], keys[0], table, keys[0]);
    for (unsigned i = 0; i < count; i++) {
        spot.column = columns[i];
        try_column(original, &spot);
    }
}

START_TEST(test_a_changed_bit_is_noticed_in_each_column_of_each_table)
{
    struct original original;
    char tables[NAMES_MAX][COLUMN_NAME_SIZE];
    open_original(&original);
    ck_assert(is_sound(&original));
    const unsigned count =
        run(original.served.path, "SELECT name FROM sqlite_schema WHERE type = 'table'", tables);
    ck_assert_uint_ge(count, 5);
    for (unsigned i = 0; i < count; i++)
        try_table(&original, tables[i]);
    printf("%u changed bits, of %u tables\n", original.tried, count);
    close_original(&original);
}
END_TEST

/* The last job is against a brain: what such a one has not. */
START_TEST(test_a_changed_bit_is_noticed_in_a_job_that_looks_ahead_until_an_exam)
{
    static const char *const columns[] = {"opponent", "opponent_look", "until", "until_above"};
    struct original original;
    struct job job = stored_job(100, 2);
    job.state = JOB_STOPPED; /* or its brain would have to have lived it */
    job.ended_by = JOB_END_STOP;
    job.learners = LEARN_PLAYER1;
    job.opponent = JOB_OPPONENT_LOOK;
    job.opponent_look = 5;
    job.until = (struct until){.kind = UNTIL_EXAM_ABOVE, .above = 0.3};
    open_original(&original);
    struct store *store = stored_open(original.served.path);
    ck_assert_int_eq(store_insert_job(store, &job, NULL, 0), ERR_OK);
    close_store(store);
    free(original.bytes);
    original.bytes = folder_read(original.served.path, &original.size);
    ck_assert(is_sound(&original));
    for (unsigned i = 0; i < sizeof columns / sizeof columns[0]; i++)
        try_column(&original,
                   &(struct spot){.table = "job", .column = columns[i], .row = "WHERE id = 100"});
    close_original(&original);
}
END_TEST

static void assert_still_noticed(const struct old_database *old, const char *change)
{
    struct original original = {.tried = 0};
    struct folder *folder = &original.served.folder;
    folder_make(folder);
    folder_file(folder, "ttst.db", original.served.path);
    old_database_write(old, original.served.path);
    ck_assert(is_sound(&original));
    stored_sql(original.served.path, change);
    ck_assert_msg(!is_sound(&original), "%s", change);
    store_close(stored_open(original.served.path)); /* which brings it up to date */
    ck_assert_msg(!is_sound(&original), "%s", change);
    folder_remove(folder);
}

START_TEST(test_a_row_that_was_changed_under_an_earlier_schema_is_still_noticed)
{
    static const char *const changes[] = {
        "UPDATE brain SET reward = reward + 1 WHERE id = 2",
        "UPDATE job SET seed = '18446744073709551614' WHERE id = 2",
        "UPDATE job SET until_below = until_below * 2 WHERE id = 2",
    };
    for (unsigned i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        assert_still_noticed(&old_database_4, changes[i]);
        assert_still_noticed(&old_database_6, changes[i]);
    }
    assert_still_noticed(&old_database_6, "UPDATE job SET drawn = drawn + 1 WHERE id = 2");
    assert_still_noticed(&old_database_6, "UPDATE job SET digest = NULL WHERE id = 1");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_changed_bit_is_noticed_in_each_column_of_each_table,
        test_a_changed_bit_is_noticed_in_a_job_that_looks_ahead_until_an_exam,
        test_a_row_that_was_changed_under_an_earlier_schema_is_still_noticed,
        NULL,
    };
    return unit_run("changed_rows", tests);
}
