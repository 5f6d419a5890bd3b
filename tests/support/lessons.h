/*
 * lessons - matches to be learned one by one: always the same ones, won, lost and drawn.
 */
#ifndef TTSTD_TESTS_SUPPORT_LESSONS_H
#define TTSTD_TESTS_SUPPORT_LESSONS_H

#include "model/lesson.h"

/* The one of that number. */
struct lesson lessons_nth(uint64_t number);

/* Has a table learn those of the numbers from `first` to `last`. */
void lessons_teach(struct brain *table, uint64_t first, uint64_t last);

#endif
