/*
 * counter_rows - rows of the table `counter`: the highest ids that were ever given.
 */
#ifndef TTSTD_STORE_COUNTER_ROWS_H
#define TTSTD_STORE_COUNTER_ROWS_H

#include "base/err.h"

struct store;

/* Before rows are deleted: their ids are not given again. */
MUST_CHECK enum err counters_note(struct store *store);

#endif
