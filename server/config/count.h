/*
 * config_count - whole numbers as people write them: 1000, 1,000, 1e6, 100k, 2.5M. The page and the
 * command read the same; schema/README.md has the table.
 */
#ifndef TTSTD_CONFIG_COUNT_H
#define TTSTD_CONFIG_COUNT_H

#include <stdbool.h>

/* Reads a whole text. Numbers beyond a long become LONG_MAX, or LONG_MIN after a minus sign, which
 * no count but every message has. False: it is none, and `*out_count` stays as it is. */
bool config_count_read(const char *text, long *out_count);

/* Reads the plain number that a text opens with, and returns what follows it; NULL: there is none.
 * Numbers beyond a long become the nearest long. */
const char *config_number_scan(const char *text, long *out_number);

#endif
