/*
 * check - whether a database is sound: not only SQLite's file, but all that stands in it.
 */
#ifndef TTSTD_COMMAND_CHECK_H
#define TTSTD_COMMAND_CHECK_H

#include "base/err.h"

/* Where lines go to; each is called with its context. */
struct check_report {
    void (*found)(void *context, const char *line); /* what is wrong */
    void *found_context;
    void (*said)(void *context, const char *line); /* what there is */
    void *said_context;
};

/* Looks at every page, brain, job, curve and checkpoint, as of one moment; a daemon may be using
 * the file. ERR_OK: it is sound. Otherwise at least one line was found. */
MUST_CHECK enum err service_check(const char *path, const struct check_report *report);

#endif
