/*
 * config_retired - options that there were in the release before. In a file or the environment one
 * is ignored and told of, for this release; on the command line it is refused.
 */
#ifndef TTSTD_CONFIG_RETIRED_H
#define TTSTD_CONFIG_RETIRED_H

#include <stddef.h>

enum { CONFIG_RETIRED_COUNT = 10 };

struct config_retired {
    const char *flag;
    const char *env;     /* NULL: there was none, or it still means something */
    const char *instead; /* what to do */
};

/* CONFIG_RETIRED_COUNT of them. */
extern const struct config_retired *const config_retired;

/* The one whose name is the first `length` bytes, or NULL. */
const struct config_retired *config_retired_find(const char *name, size_t length);

#endif
