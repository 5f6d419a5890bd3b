/*
 * clock - time: one clock for durations, one for dates.
 */
#ifndef TTSTD_BASE_CLOCK_H
#define TTSTD_BASE_CLOCK_H

#include <stdint.h>

enum { CLOCK_TEXT_SIZE = 25 }; /* "2026-01-31T12:00:00.000Z" and its NUL */

/* Milliseconds, microseconds since some fixed moment; never goes back. */
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);

/* The last millisecond of the year 9999. */
#define CLOCK_UNIX_MS_MAX INT64_C(253402300799999)

/* Milliseconds since 1970-01-01T00:00:00Z, from 1 to CLOCK_UNIX_MS_MAX: where the system's clock is
 * not set, what is written can be read all the same. */
int64_t clock_unix_ms(void);

/* RFC 3339 in UTC with milliseconds, for the years 0 to 9999. */
void clock_format(int64_t unix_ms, char out[CLOCK_TEXT_SIZE]);

#endif
