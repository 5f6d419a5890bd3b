#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_us(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int64_t clock_monotonic_ms(void)
{
    return clock_monotonic_us() / 1000;
}

int64_t clock_unix_ms(void)
{
    int64_t unix_ms = read_us(CLOCK_REALTIME) / 1000;
    if (unix_ms < 1)
        return 1;
    return unix_ms < CLOCK_UNIX_MS_MAX ? unix_ms : CLOCK_UNIX_MS_MAX;
}

void clock_format(int64_t unix_ms, char out[CLOCK_TEXT_SIZE])
{
    int milliseconds = (int)(unix_ms % 1000);
    time_t seconds = (time_t)(unix_ms / 1000);
    if (milliseconds < 0) { /* before 1970: the second that it lies in began earlier */
        milliseconds += 1000;
        seconds--;
    }
    struct tm utc;
    gmtime_r(&seconds, &utc);
    char text[64]; /* wide enough for any int fields, so that nothing is cut halfway */
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900,
             utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, milliseconds);
    memcpy(out, text, CLOCK_TEXT_SIZE - 1);
    out[CLOCK_TEXT_SIZE - 1] = '\0';
}
