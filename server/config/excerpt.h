/*
 * config_excerpt - a text from outside as messages quote it: with "..." for what is too long.
 */
#ifndef TTSTD_CONFIG_EXCERPT_H
#define TTSTD_CONFIG_EXCERPT_H

#include <stddef.h>

enum { CONFIG_EXCERPT_LENGTH = 120 }; /* what is wrong with it must still fit the message */

struct config_excerpt {
    char text[CONFIG_EXCERPT_LENGTH + sizeof "..."];
};

/* Of the first `length` bytes; never ends inside a UTF-8 character. */
struct config_excerpt config_excerpt_of(const char *text, size_t length);
struct config_excerpt config_excerpt(const char *text);

#endif
