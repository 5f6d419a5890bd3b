#include "store/database.h"

#include "base/embedded.h"
#include "base/log.h"
#include "store/row_digest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    APPLICATION_ID = 0x74747374, /* "ttst", at offset 68 of the file */
    APPLICATION_ID_AT = 68,
    FORMAT_AT = 18, /* two bytes: of who writes, of who reads */
    FORMAT_NEWEST = 2,
    HEADER_SIZE = 100,
    SQL_SIZE = 128,
    /* What looks into the file may hold up a start, which nobody waits for yet. */
    PATIENCE_AT_START_MS = 30000,
};

/* Bytes of the write-ahead log that stay when it begins anew: as many as it has when nobody holds
 * it up. */
#define LOG_KEPT "4194304"

enum err database_err(int sqlite_code)
{
    if (sqlite_code == SQLITE_IOERR_NOMEM)
        return ERR_NO_MEMORY;
    switch (sqlite_code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return ERR_OK;
    case SQLITE_NOMEM:
        return ERR_NO_MEMORY;
    case SQLITE_FULL:
        return ERR_STORE_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: /* as the last, for too long to begin to read */
        return ERR_IN_USE;
    case SQLITE_CONSTRAINT:
        return ERR_CONFLICT;
    default:
        return ERR_IO;
    }
}

bool database_is_lost(const struct database *database)
{
    return database->lost[0] != '\0';
}

const char *database_error(struct database *database)
{
    return database_is_lost(database) ? database->lost : sqlite3_errmsg(database->handle);
}

enum err database_execute(struct database *database, const char *sql)
{
    return database_err(sqlite3_exec(database->handle, sql, NULL, NULL, NULL));
}

enum err database_begin(struct database *database)
{
    sqlite3_busy_timeout(database->handle, 0);
    enum err err = database_execute(database, "BEGIN IMMEDIATE");
    sqlite3_busy_timeout(database->handle, DATABASE_PATIENCE_MS);
    return err;
}

int64_t database_changes(struct database *database)
{
    return sqlite3_changes64(database->handle);
}

bool database_in_transaction(struct database *database)
{
    return sqlite3_get_autocommit(database->handle) == 0;
}

void database_forget_pages(struct database *database)
{
    sqlite3_db_release_memory(database->handle);
}

void database_rollback(struct database *database)
{
    if (database->handle != NULL && database_in_transaction(database))
        sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL); /* or SQLite did it itself */
}

static uint32_t big_endian(const unsigned char bytes[4])
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Reads the header of an open file with read(2) alone. `*out_new` tells whether it is empty: no
 * database yet. */
static enum err check_header(int fd, const char *path, bool *out_new, struct fault *fault)
{
    struct stat status;
    unsigned char header[HEADER_SIZE];
    ssize_t size =
        fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? read(fd, header, sizeof header) : -1;
    if (size < 0)
        return fault_set(fault, ERR_IO, "database", "cannot read %s: not a readable file", path);
    *out_new = size == 0;
    if (size == 0)
        return ERR_OK;
    if (size < HEADER_SIZE || memcmp(header, "SQLite format 3", 16) != 0 ||
        big_endian(header + APPLICATION_ID_AT) != APPLICATION_ID)
        return fault_set(fault, ERR_FOREIGN, "database",
                         "%s is not a ttstd database; it was not touched", path);
    if (header[FORMAT_AT] > FORMAT_NEWEST || header[FORMAT_AT + 1] > FORMAT_NEWEST)
        return fault_set(fault, ERR_CORRUPT, "database",
                         "%s is damaged, or in a newer format of SQLite's; it was not touched",
                         path);
    return ERR_OK;
}

/* Of SQL that is ours, and so right: what SQLite cannot make of it is the schema in the file. */
static enum err err_of_ours(int sqlite_code)
{
    return sqlite_code == SQLITE_ERROR ? ERR_CORRUPT : database_err(sqlite_code);
}

static enum err read_version(struct database *database, int64_t *out)
{
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(database->handle, "PRAGMA user_version", -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return err_of_ours(code);
}

enum err database_judge(const char *words)
{
    static const char with_code[] = "error code";
    if (words == NULL)
        return ERR_NO_MEMORY;
    if (strcmp(words, "ok") == 0)
        return ERR_OK;
    const char *code = strstr(words, with_code);
    if (code != NULL)
        return database_err((int)strtol(code + sizeof with_code, NULL, 10));
    return strstr(words, "failed to get page") != NULL ? ERR_IO : ERR_CORRUPT;
}

static enum err check_pages_once(struct database *database)
{
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(database->handle, "PRAGMA quick_check(1)", -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    enum err err = code == SQLITE_ROW
                       ? database_judge((const char *)sqlite3_column_text(statement, 0))
                       : err_of_ours(code);
    sqlite3_finalize(statement);
    return err;
}

/* Twice where a page could not be read: for all that quick_check says, that may have been a moment
 * without memory. */
enum err database_check_pages(struct database *database)
{
    enum err err = check_pages_once(database);
    return err == ERR_IO ? check_pages_once(database) : err;
}

static enum err explain(struct database *database, enum err err, const char *path,
                        struct fault *fault)
{
    const int reason = sqlite3_system_errno(database->handle);
    if (err == ERR_CORRUPT)
        return fault_set(fault, err, "database", "%s is damaged; it was not touched", path);
    if (err == ERR_IN_USE)
        return fault_set(fault, err, "database", "%s is locked by another program for too long",
                         path);
    return fault_set(fault, err, "database", "cannot read %s: %s", path,
                     err == ERR_IO && reason != 0 ? strerror(reason) : err_name(err));
}

static enum err check_version(struct database *database, const char *path, struct fault *fault)
{
    int64_t version = 0;
    enum err err = read_version(database, &version);
    if (err == ERR_OK && version < 0)
        err = ERR_CORRUPT;
    if (err != ERR_OK)
        return explain(database, err, path, fault);
    if (version > (int64_t)embedded_migration_count)
        return fault_set(fault, ERR_FOREIGN, "database",
                         "%s has schema version %lld, but this ttstd knows versions up to %zu: it"
                         " was written by a newer one",
                         path, (long long)version, embedded_migration_count);
    return ERR_OK;
}

/* Only reads: with checkpoints off, not even closing writes to the file. */
static enum err examine(struct database *database, const char *path, struct fault *fault)
{
    enum err err = check_version(database, path, fault);
    if (err != ERR_OK)
        return err;
    err = database_check_pages(database);
    return err == ERR_OK ? ERR_OK : explain(database, err, path, fault);
}

/* user_version is part of the file's header and so of each migration's transaction. */
static enum err migrate(struct database *database)
{
    int64_t version = 0;
    enum err err = read_version(database, &version);
    for (size_t i = (size_t)version; err == ERR_OK && i < embedded_migration_count; i++) {
        char sql[SQL_SIZE];
        snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %zu",
                 APPLICATION_ID, i + 1);
        err = database_execute(database, "BEGIN IMMEDIATE");
        if (err == ERR_OK)
            err = database_execute(database, (const char *)embedded_migrations[i].bytes);
        if (err == ERR_OK)
            err = database_execute(database, sql);
        if (err == ERR_OK)
            err = database_execute(database, "COMMIT");
    }
    return err;
}

/* A new file becomes ours in its first migration, with a rollback journal, and only then changes
 * to WAL: so there is no moment at which a crash leaves a file that the header check refuses. */
static enum err make_ready(struct database *database)
{
    if (sqlite3_db_readonly(database->handle, "main") != 0)
        return ERR_IO;
    enum err err =
        database_execute(database, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    if (err == ERR_OK)
        err = migrate(database);
    if (err == ERR_OK)
        err = database_execute(database, "PRAGMA journal_mode = WAL;"
                                         "PRAGMA journal_size_limit = " LOG_KEPT);
    if (err == ERR_OK) /* the files beside it are there once there was a transaction */
        err = database_execute(database, "BEGIN; SELECT 1 FROM brain LIMIT 1; COMMIT");
    return err;
}

static enum err open_handle(struct database *database, const char *path, int flags,
                            struct fault *fault)
{
    int code = sqlite3_open_v2(path, &database->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK)
        return fault_set(fault, database_err(code), "database", "cannot open %s: %s", path,
                         sqlite3_errstr(code));
    sqlite3_extended_result_codes(database->handle, 1);
    sqlite3_busy_timeout(database->handle, PATIENCE_AT_START_MS);
    enum err err = database_err(row_digest_register(database->handle));
    return err == ERR_OK ? ERR_OK : fault_set(fault, err, "database", "out of memory");
}

static void checkpoint_on_close(struct database *database, bool enabled)
{
    sqlite3_db_config(database->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !enabled, NULL);
}

void database_trust(struct database *database)
{
    database->is_trusted = true;
    checkpoint_on_close(database, true);
    sqlite3_busy_timeout(database->handle, DATABASE_PATIENCE_MS);
}

/* What is new or has passed all gates may be written to. */
static enum err make_writable(struct database *database, bool is_new, const char *path,
                              struct fault *fault)
{
    checkpoint_on_close(database, false);
    enum err err = is_new ? ERR_OK : examine(database, path, fault);
    if (err != ERR_OK)
        return err;
    err = make_ready(database);
    if (err == ERR_OK)
        return database_file_identify(&database->file, fault);
    bool read_only = sqlite3_db_readonly(database->handle, "main") != 0;
    return fault_set(fault, err, "database", "cannot write %s: %s", path,
                     read_only ? "it is read-only" : database_error(database));
}

enum err database_open(struct database *database, const char *path, struct fault *fault)
{
    *database = (struct database){.file = DATABASE_FILE_NONE};
    bool is_new = false;
    enum err err = database_file_open(&database->file, path, fault);
    if (err == ERR_OK)
        err = check_header(database->file.fd, path, &is_new, fault);
    if (err == ERR_OK)
        err = database_file_lock(&database->file, fault);
    if (err == ERR_OK)
        err = open_handle(database, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, fault);
    if (err == ERR_OK)
        err = make_writable(database, is_new, path, fault);
    if (err != ERR_OK)
        database_close(database);
    return err;
}

/* What was committed but stands in the log alone comes into the database, whatever its name is by
 * now. */
static bool bring_home(struct database *database)
{
    int pages = 0;
    int pages_home = 0;
    return database_file_is_alone(&database->file) &&
           sqlite3_wal_checkpoint_v2(database->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages,
                                     &pages_home) == SQLITE_OK &&
           pages == pages_home;
}

enum err database_watch(struct database *database, struct fault *fault)
{
    enum err err = database_file_check(&database->file, fault);
    const bool was_lost = database_is_lost(database);
    if (err != ERR_OK && bring_home(database) && database_file_place(&database->file) == FILE_OTHER)
        database_file_yield(&database->file);
    if ((err != ERR_OK) == was_lost)
        return err;
    enum err turned =
        database_execute(database, was_lost ? "PRAGMA query_only = OFF" : "PRAGMA query_only = ON");
    if (turned != ERR_OK)
        return fault_set(fault, turned, NULL, "%s", sqlite3_errmsg(database->handle));
    snprintf(database->lost, sizeof database->lost, "%s", was_lost ? "" : fault->detail);
    if (was_lost)
        LOG(LOG_INFO, "database_found", LOG_TEXT("database", database->file.path));
    else
        LOG(LOG_ERROR, "database_lost", LOG_TEXT("database", database->file.path),
            LOG_TEXT("error", database->lost));
    return err;
}

enum err database_copy(struct database *from, struct database *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", from->handle, "main");
    if (backup == NULL)
        return database_err(sqlite3_errcode(to->handle));
    (void)sqlite3_backup_step(backup, -1); /* all pages, so all as of one moment */
    return database_err(sqlite3_backup_finish(backup));
}

/* One that goes when it is closed. */
static enum err open_passing(struct database *out, const char *name)
{
    *out = (struct database){.file = DATABASE_FILE_NONE};
    enum err err = database_err(sqlite3_open(name, &out->handle));
    return err == ERR_OK ? database_err(row_digest_register(out->handle)) : err;
}

enum err database_blank(struct database *out)
{
    enum err err = open_passing(out, ":memory:");
    if (err == ERR_OK)
        err = migrate(out);
    if (err != ERR_OK)
        database_close(out);
    return err;
}

enum err database_modernise(struct database *database)
{
    int64_t version = 0;
    struct database copy;
    enum err err = read_version(database, &version);
    if (err != ERR_OK || version == (int64_t)embedded_migration_count)
        return err;
    err = open_passing(&copy, "");
    if (err == ERR_OK)
        err = database_copy(database, &copy);
    if (err == ERR_OK)
        err = migrate(&copy);
    if (err != ERR_OK) {
        database_close(&copy);
        return err;
    }
    database_close(database);
    *database = copy;
    return ERR_OK;
}

static enum err check_header_at(const char *path, struct fault *fault)
{
    bool is_new = false;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return fault_set(fault, ERR_IO, "database", "cannot open %s: %s", path, strerror(errno));
    enum err err = check_header(fd, path, &is_new, fault);
    close(fd);
    return err == ERR_OK && is_new ? fault_set(fault, ERR_FOREIGN, "database", "%s is empty", path)
                                   : err;
}

enum err database_look(struct database *database, const char *path, struct fault *fault)
{
    *database = (struct database){.file = DATABASE_FILE_NONE};
    char uri[DATABASE_URI_SIZE];
    enum err err = database_file_uri(path, uri, fault);
    if (err == ERR_OK)
        err = check_header_at(path, fault);
    if (err == ERR_OK)
        err = open_handle(database, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, fault);
    if (err == ERR_OK)
        err = check_version(database, path, fault);
    if (err != ERR_OK)
        database_close(database);
    return err;
}

void database_close(struct database *database)
{
    struct fault fault;
    database_rollback(database);
    if (database->is_trusted && database_file_check(&database->file, &fault) != ERR_OK) {
        if (bring_home(database) && database_file_place(&database->file) != FILE_THERE)
            database_file_yield(&database->file);
        checkpoint_on_close(database, database_file_is_alone(&database->file));
    }
    sqlite3_close(database->handle);
    database_file_close(&database->file);
}
