/*
 * statement - one SQL statement: bind, run or read, end.
 *
 * Errors stick: after the first one every call does nothing, and the end reports it. So
 * callers bind and read straight on and look once.
 */
#ifndef TTSTD_STORE_STATEMENT_H
#define TTSTD_STORE_STATEMENT_H

#include "store/database.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct statement {
    sqlite3_stmt *handle;
    int next; /* parameter to bind, or column to read */
    enum err err;
};

void statement_begin(struct statement *statement, struct database *database, const char *sql);

/* Parameters, in the order of their question marks. */
void statement_bind_int(struct statement *statement, int64_t number);
void statement_bind_text(struct statement *statement, const char *text);
void statement_bind_blob(struct statement *statement, const void *bytes, size_t size);
void statement_bind_table(struct statement *statement, const struct brain *table);
void statement_bind_null(struct statement *statement);

/* A value that may be missing: NULL for 0, for "". */
void statement_bind_optional_int(struct statement *statement, int64_t number);
void statement_bind_optional_text(struct statement *statement, const char *text);
void statement_bind_optional_blob(struct statement *statement, const void *bytes, size_t size);
void statement_bind_real(struct statement *statement, double number);

/* Whether there is another row; its columns are then read in order. */
bool statement_next_row(struct statement *statement);
int64_t statement_int(struct statement *row); /* NULL reads as 0 */
uint32_t statement_u32(struct statement *row);
int64_t statement_id(struct statement *row);     /* from 1 on, as exact in JSON as the next one */
uint64_t statement_count(struct statement *row); /* from 0 on */
int64_t statement_time(struct statement *row);   /* or a duration: 0 to CLOCK_UNIX_MS_MAX */
double statement_real(struct statement *row);
void statement_text(struct statement *row, char *out, size_t size);  /* NULL reads as "" */
const char *statement_blob(struct statement *row, size_t *out_size); /* valid until the next row */

/* Whether the next column, which compares the row's digests, says that they are wrong. */
bool statement_is_altered(struct statement *row);

/* Marks the row as damaged: a value that no ttstd writes. */
void statement_reject(struct statement *row);
void statement_fail(struct statement *statement, enum err err); /* ERR_OK changes nothing */
bool statement_failed(const struct statement *statement);

MUST_CHECK enum err statement_end(struct statement *statement);

/* The blob of the only row, to `take`, and the end. ERR_NOT_FOUND without a row. */
MUST_CHECK enum err statement_take_blob(struct statement *row, store_take_blob *take,
                                        void *context);

/* Runs a statement without rows and ends it. */
MUST_CHECK enum err statement_run(struct statement *statement);

/* Runs it, to be bound and run once more. */
void statement_run_on(struct statement *statement);

/* The same of one with a number as its only parameter. */
MUST_CHECK enum err statement_run_with(struct database *database, const char *sql, int64_t number);

#endif
