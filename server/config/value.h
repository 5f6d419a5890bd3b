/*
 * config_value - the kinds of values that options have: text becomes a value, or a sentence that
 * says what is wrong with it.
 *
 *     kind        text                          the field it is stored in
 *     path        any                           char[CONFIG_PATH_SIZE]
 *     integer     12, 1,000, 1e6, 2.5M          unsigned
 *     duration    500ms, 1s, 2m                 unsigned, in milliseconds
 *     size        512k, 64m, 1g                 unsigned, in KiB
 *     choice      one of a list of words        unsigned or an enum, the word's index
 *     switch      yes, no                       unsigned, 0 or 1; as a flag alone: yes
 *
 * and lists of up to LISTED_MAX items with commas between them (config_endpoint.h):
 *
 *     endpoints   IPv4:PORT, [IPv6]:PORT or unix:PATH       struct endpoints
 *     hosts       example.org                               struct names
 *     origins     https://example.org:444                   struct names
 *     networks    ADDRESS or ADDRESS/BITS                   struct networks
 *
 * What a source (a flag, a variable, a line of the file) has to do with it is config.c's to know.
 */
#ifndef TTSTD_CONFIG_VALUE_H
#define TTSTD_CONFIG_VALUE_H

#include "base/fault.h"

#include <stdbool.h>

enum {
    CONFIG_PATH_SIZE = 4096, /* PATH_MAX of Linux: no longer path, with its NUL, can be opened */
    CONFIG_FORM_SIZE = 128,  /* the form of any value, all choices written out */
};

enum config_kind {
    CONFIG_KIND_PATH,
    CONFIG_KIND_INTEGER,
    CONFIG_KIND_DURATION,
    CONFIG_KIND_SIZE,
    CONFIG_KIND_CHOICE,
    CONFIG_KIND_SWITCH,
    CONFIG_KIND_ENDPOINTS,
    CONFIG_KIND_HOSTS,
    CONFIG_KIND_ORIGINS,
    CONFIG_KIND_NETWORKS
};

/* What the values of one option must be. */
struct config_value {
    enum config_kind kind;
    long min; /* of the integer, the milliseconds or the KiB */
    long max;
    const char *const *choices; /* end with NULL */
};

/* Reads `text` into `out_field`, which is of the kind's type and stays as it is on failure. To a
 * list it adds.
 * ERR_MALFORMED (not of the form), ERR_IMPOSSIBLE (out of range, none of the choices, too long);
 * `fault->detail` then quotes the text and says what is allowed. */
MUST_CHECK enum err config_value_parse(const struct config_value *value, const char *text,
                                       void *out_field, struct fault *fault);

bool config_kind_is_list(enum config_kind kind);
void config_list_clear(void *list);

/* Writes a value as config_value_parse() reads it. */
void config_value_format(const struct config_value *value, const void *field,
                         char out[CONFIG_PATH_SIZE]);

/* Stores `number`, or the end of the range that is nearest to it. For integers. */
void config_value_store_nearest(const struct config_value *value, long number, void *out_field);

/* Writes how a value looks, for people: "NUMBER", "error|warn|info|debug". */
void config_value_form(const struct config_value *value, char out[CONFIG_FORM_SIZE]);

/* Writes the range of an integer or a quantity, "10ms to 60m"; "" for all other kinds. */
void config_value_range(const struct config_value *value, char out[CONFIG_FORM_SIZE]);

#endif
