#include "store/statement.h"

#include "base/clock.h"

#include <string.h>

void statement_begin(struct statement *statement, struct database *database, const char *sql)
{
    *statement = (struct statement){.next = 1};
    int code = sqlite3_prepare_v2(database->handle, sql, -1, &statement->handle, NULL);
    statement->err = database_err(code);
}

void statement_fail(struct statement *statement, enum err err)
{
    if (statement->err == ERR_OK)
        statement->err = err;
}

bool statement_failed(const struct statement *statement)
{
    return statement->err != ERR_OK;
}

void statement_bind_int(struct statement *statement, int64_t number)
{
    if (!statement_failed(statement))
        statement_fail(statement, database_err(sqlite3_bind_int64(statement->handle,
                                                                  statement->next++, number)));
}

void statement_bind_text(struct statement *statement, const char *text)
{
    if (!statement_failed(statement))
        statement_fail(statement,
                       database_err(sqlite3_bind_text(statement->handle, statement->next++, text,
                                                      -1, SQLITE_TRANSIENT)));
}

void statement_bind_blob(struct statement *statement, const void *bytes, size_t size)
{
    if (!statement_failed(statement))
        statement_fail(statement,
                       database_err(sqlite3_bind_blob64(statement->handle, statement->next++, bytes,
                                                        size, SQLITE_TRANSIENT)));
}

void statement_bind_table(struct statement *statement, const struct brain *table)
{
    struct text blob = {0};
    brain_encode(table, &blob);
    if (blob.failed)
        statement_fail(statement, ERR_NO_MEMORY);
    else
        statement_bind_blob(statement, blob.bytes, blob.size);
    text_free(&blob);
}

void statement_bind_real(struct statement *statement, double number)
{
    if (!statement_failed(statement))
        statement_fail(statement, database_err(sqlite3_bind_double(statement->handle,
                                                                   statement->next++, number)));
}

void statement_bind_null(struct statement *statement)
{
    if (!statement_failed(statement))
        statement_fail(statement,
                       database_err(sqlite3_bind_null(statement->handle, statement->next++)));
}

bool statement_next_row(struct statement *statement)
{
    if (statement_failed(statement))
        return false;
    int code = sqlite3_step(statement->handle);
    statement_fail(statement, database_err(code));
    statement->next = 0;
    return code == SQLITE_ROW;
}

int64_t statement_int(struct statement *row)
{
    return sqlite3_column_int64(row->handle, row->next++);
}

double statement_real(struct statement *row)
{
    return sqlite3_column_double(row->handle, row->next++);
}

uint32_t statement_u32(struct statement *row)
{
    int64_t number = statement_int(row);
    if (number < 0 || number > UINT32_MAX)
        statement_reject(row);
    return (uint32_t)number;
}

int64_t statement_id(struct statement *row)
{
    int64_t id = statement_int(row);
    if (id < 1 || id > ID_MAX)
        statement_reject(row);
    return id;
}

uint64_t statement_count(struct statement *row)
{
    int64_t number = statement_int(row);
    if (number < 0)
        statement_reject(row);
    return (uint64_t)number;
}

int64_t statement_time(struct statement *row)
{
    int64_t unix_ms = statement_int(row);
    if (unix_ms < 0 || unix_ms > CLOCK_UNIX_MS_MAX)
        statement_reject(row);
    return unix_ms;
}

void statement_text(struct statement *row, char *out, size_t size)
{
    bool is_null = sqlite3_column_type(row->handle, row->next) == SQLITE_NULL;
    const char *text = (const char *)sqlite3_column_text(row->handle, row->next);
    size_t length = (size_t)sqlite3_column_bytes(row->handle, row->next++);
    out[0] = '\0';
    if (text == NULL) {
        statement_fail(row, is_null ? ERR_OK : ERR_NO_MEMORY);
        return;
    }
    if (length >= size || memchr(text, '\0', length) != NULL) {
        statement_reject(row);
        return;
    }
    memcpy(out, text, length + 1);
}

const char *statement_blob(struct statement *row, size_t *out_size)
{
    const char *bytes = sqlite3_column_blob(row->handle, row->next);
    *out_size = (size_t)sqlite3_column_bytes(row->handle, row->next++);
    return bytes;
}

bool statement_is_altered(struct statement *row)
{
    return statement_int(row) != 1;
}

void statement_reject(struct statement *row)
{
    statement_fail(row, ERR_CORRUPT);
}

enum err statement_end(struct statement *statement)
{
    sqlite3_finalize(statement->handle);
    return statement->err;
}

enum err statement_take_blob(struct statement *row, store_take_blob *take, void *context)
{
    bool is_there = statement_next_row(row);
    if (is_there) {
        size_t size;
        const char *blob = statement_blob(row, &size);
        statement_fail(row, take(context, blob, size));
    }
    enum err err = statement_end(row);
    return err == ERR_OK && !is_there ? ERR_NOT_FOUND : err;
}

enum err statement_run(struct statement *statement)
{
    if (!statement_failed(statement))
        statement_fail(statement, database_err(sqlite3_step(statement->handle)));
    return statement_end(statement);
}

void statement_run_on(struct statement *statement)
{
    if (statement_failed(statement))
        return;
    statement_fail(statement, database_err(sqlite3_step(statement->handle)));
    (void)sqlite3_reset(statement->handle); /* says again what the step has said */
    statement->next = 1;
}

enum err statement_run_with(struct database *database, const char *sql, int64_t number)
{
    struct statement statement;
    statement_begin(&statement, database, sql);
    statement_bind_int(&statement, number);
    return statement_run(&statement);
}

void statement_bind_optional_int(struct statement *statement, int64_t number)
{
    if (number == 0)
        statement_bind_null(statement);
    else
        statement_bind_int(statement, number);
}

void statement_bind_optional_blob(struct statement *statement, const void *bytes, size_t size)
{
    if (size == 0)
        statement_bind_null(statement);
    else
        statement_bind_blob(statement, bytes, size);
}

void statement_bind_optional_text(struct statement *statement, const char *text)
{
    if (text == NULL || *text == '\0')
        statement_bind_null(statement);
    else
        statement_bind_text(statement, text);
}
