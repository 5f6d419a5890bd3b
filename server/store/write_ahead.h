/*
 * write_ahead - how long the write-ahead log is.
 *
 * SQLite brings home what stands in the log after each change, and then begins it anew; but as long
 * as somebody reads what was there before, it cannot. Beside a reader that never ends the log would
 * grow until the disk is full. So it has a limit, beyond which nothing is written until the reader
 * has ended.
 */
#ifndef TTSTD_STORE_WRITE_AHEAD_H
#define TTSTD_STORE_WRITE_AHEAD_H

#include "store/database.h"

#include <stdatomic.h>

struct write_ahead {
    uint64_t max;           /* bytes; 0: no limit */
    _Atomic uint64_t bytes; /* as measured last */
    bool is_long;           /* the log has said so */
};

/* Before a transaction; where the log is too long it is tried to shorten it. ERR_STORE_FULL. */
MUST_CHECK enum err write_ahead_check(struct write_ahead *log, struct database *database);

/* After one: measures it, and says in the log when it has become long and when that is over. */
void write_ahead_measure(struct write_ahead *log, struct database *database);

#endif
