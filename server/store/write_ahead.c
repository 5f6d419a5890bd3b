#include "store/write_ahead.h"

#include "base/log.h"

#include <sys/stat.h>

enum { LONG_SHARE = 4 }; /* of the limit: a quarter is long, and time to look */

void write_ahead_measure(struct write_ahead *log, struct database *database)
{
    struct stat status;
    const char *path = sqlite3_filename_wal(sqlite3_db_filename(database->handle, "main"));
    uint64_t bytes = stat(path, &status) == 0 ? (uint64_t)status.st_size : 0;
    bool is_long = log->max > 0 && bytes > log->max / LONG_SHARE;
    atomic_store(&log->bytes, bytes);
    if (is_long && !log->is_long)
        LOG(LOG_WARN, "wal_is_long", LOG_NUMBER("bytes", (int64_t)bytes),
            LOG_TEXT("why", "another program reads the database and does not end"));
    if (!is_long && log->is_long)
        LOG(LOG_INFO, "wal_is_short_again", LOG_NUMBER("bytes", (int64_t)bytes));
    log->is_long = is_long;
}

enum err write_ahead_check(struct write_ahead *log, struct database *database)
{
    if (log->max == 0 || atomic_load(&log->bytes) <= log->max)
        return ERR_OK;
    sqlite3_busy_timeout(database->handle, 0);
    (void)sqlite3_wal_checkpoint_v2(database->handle, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL,
                                    NULL);
    sqlite3_busy_timeout(database->handle, DATABASE_PATIENCE_MS);
    write_ahead_measure(log, database);
    return atomic_load(&log->bytes) <= log->max ? ERR_OK : ERR_STORE_FULL;
}
