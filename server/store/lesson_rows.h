/*
 * lesson_rows - what rows of `brain` need of those of `lesson`.
 */
#ifndef TTSTD_STORE_LESSON_ROWS_H
#define TTSTD_STORE_LESSON_ROWS_H

#include "store/store.h"

/* All of a brain's. */
MUST_CHECK enum err lessons_delete(struct store *store, int64_t brain_id);

/* Has a table learn them, as written those behind that number. ERR_CORRUPT. */
MUST_CHECK enum err lessons_learn(struct store *store, int64_t brain_id, int64_t number,
                                  struct brain *table);

#endif
