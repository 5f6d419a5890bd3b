/*
 * config_option - the table of options.
 *
 * A row of the table holds everything that is known of an option; messages and the usage page come
 * from it as well. A row names the kind of its values, and the kind (config_value.h) knows how text
 * becomes one.
 */
#ifndef TTSTD_CONFIG_OPTION_H
#define TTSTD_CONFIG_OPTION_H

#include "config/config.h"
#include "config/value.h"

#include <stdbool.h>

enum {
    CONFIG_OPTION_COUNT = 28,
    CONFIG_NAME_SIZE = 32, /* more than any option's name, with its NUL */
};

struct config_option {
    const char *flag;             /* without the two dashes; also the name in the file */
    const char *env;              /* NULL for a flag without a value */
    enum config_verdict verdict;  /* of a flag without a value, else CONFIG_SERVE */
    size_t offset;                /* of the field in struct config */
    struct config_value value;    /* what it must be */
    const char *default_text;     /* NULL: none */
    long (*default_number)(void); /* where the machine decides; default_text describes it */
    const char *help;
};

/* CONFIG_OPTION_COUNT of them, in the order of the usage page. */
extern const struct config_option *const config_options;

bool config_option_takes_value(const struct config_option *option);

/* The option whose name is the first `length` bytes, or NULL. */
const struct config_option *config_option_find(const char *name, size_t length);

/* What a misspelt name most likely meant, or NULL. */
const struct config_option *config_option_nearest(const char *name, size_t length);

#endif
