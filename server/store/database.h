/*
 * database - one SQLite file that is ours: opening, refusing, locking, migrating it.
 *
 * A file goes through these gates, and until the last one nothing is written to it:
 *
 *   header     absent or empty: a new database. Otherwise SQLite's magic and our
 *              application_id must be there, before SQLite itself opens the file
 *   lock       the file and FILE.lock, flock(2), are this process's; FILE.lock names it
 *   version    user_version is at most the newest migration's
 *   check      PRAGMA quick_check finds every page sound
 *   migrate    each missing migration in a transaction of its own
 */
#ifndef TTSTD_STORE_DATABASE_H
#define TTSTD_STORE_DATABASE_H

#include "base/fault.h"
#include "store/database_file.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* How long a shell or a backup that looks into the file may hold up changes. */
enum { DATABASE_PATIENCE_MS = 5000 };

struct database {
    sqlite3 *handle;
    struct database_file file; /* of a database that is written to */
    bool is_trusted;
    unsigned receipts_put;        /* receipt_rows.c's: since it was opened */
    char lost[FAULT_DETAIL_SIZE]; /* how database_watch() found that the file is; "" = it is not */
};

/* As store_open(). */
MUST_CHECK enum err database_open(struct database *database, const char *path, struct fault *fault);
void database_close(struct database *database);

/* PRAGMA quick_check: ERR_CORRUPT if a page is damaged. */
MUST_CHECK enum err database_check_pages(struct database *database);

/* What a row of quick_check or integrity_check says: "ok", or what is wrong. That a page could not
 * be read stands among it, with or without SQLite's error code, but need not mean that the page is
 * damaged. NULL, without memory for the words, is ERR_NO_MEMORY. */
MUST_CHECK enum err database_judge(const char *words);

/* A database that is ours, to be looked at only: no lock is taken, so a daemon may be using it. Its
 * pages are not checked. Failures as above; ERR_NOT_FOUND if there is no such file. */
MUST_CHECK enum err database_look(struct database *database, const char *path, struct fault *fault);

/* An empty one of the newest schema, in memory. */
MUST_CHECK enum err database_blank(struct database *out);

/* One that is looked at and of an older schema becomes a copy of it, in a file without a name, that
 * has been brought up to date. */
MUST_CHECK enum err database_modernise(struct database *database);

/* Until this is called not even closing writes to a file that was there before: its content may
 * yet prove damaged; and another program's lock is waited for longer than after it. */
void database_trust(struct database *database);

/* Looks whether the database's files are still at their names; before and after each transaction,
 * because what is committed to others nobody will find. While they are not nothing can be written,
 * and what was committed before is brought into the database, wherever that is now; once they are
 * back, all is well again. ERR_IO; `fault->detail` says what happened. Logged where it changes. */
MUST_CHECK enum err database_watch(struct database *database, struct fault *fault);

/* Whether database_watch() has found it lost: then only reading succeeds. */
bool database_is_lost(const struct database *database);

/* Runs SQL that returns no rows. */
MUST_CHECK enum err database_execute(struct database *database, const char *sql);

/* Begins a transaction that writes. ERR_IN_USE at once while another program has one. */
MUST_CHECK enum err database_begin(struct database *database);

/* Whether one is under way: SQLite gives up whole transactions when a write fails badly. */
bool database_in_transaction(struct database *database);

/* Copies all that is in `from`, as of one moment, into `to`. */
MUST_CHECK enum err database_copy(struct database *from, struct database *to);

/* Leaves the transaction under way, if there is one. */
void database_rollback(struct database *database);

/* What is read next comes from the disk, and not from memory. */
void database_forget_pages(struct database *database);

/* How many rows the last statement changed. */
int64_t database_changes(struct database *database);

/* What went wrong last, in SQLite's words; of a lost file, in ours. */
const char *database_error(struct database *database);

/* SQLite's result code as ours. */
enum err database_err(int sqlite_code);

#endif
