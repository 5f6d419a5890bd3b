/*
 * options - what config_read() makes of words, variables and a file, for tests of the options. One
 * reading at a time.
 */
#ifndef TTSTD_TESTS_SUPPORT_OPTIONS_H
#define TTSTD_TESTS_SUPPORT_OPTIONS_H

#include "config/config.h"

#include <check.h>

/* Lists of words that end with NULL. */
#define WORDS(...) ((const char *const[]){"ttstd", __VA_ARGS__, NULL})
#define NO_WORDS ((const char *const[]){"ttstd", NULL})
#define VARIABLES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* For loop tests. */
#define COUNT_OF(list) ((int)(sizeof(list) / sizeof(list)[0]))

struct options {
    struct config config;              /* zeroes, or what was read last */
    char message[CONFIG_MESSAGE_SIZE]; /* likewise */
    char file[32];                     /* the name of a file of the test's own, empty at first */
};

extern struct options options;

/* Runs the tests that `add` adds, each with a file of its own; returns main's exit status. */
int options_run(const char *name, void (*add)(TCase *tests));

void options_write(const char *text);
void options_write_bytes(const char *bytes, size_t size);

/* Reads, with the message in options.message or in a room of the test's own. */
enum config_verdict options_read(const char *const words[], const char *const variables[]);
enum config_verdict options_read_into(const char *const words[], const char *const variables[],
                                      char *room, size_t size);

void options_assert_serves(const char *const words[], const char *const variables[]);
void options_assert_refused(const char *const words[], const char *const variables[],
                            const char *expected);

/* `expected` follows the name of the file. */
void options_assert_file_refused(const char *text, const char *expected);

/* A text of `size` - 1 letters after `head`; the caller frees it. */
char *options_long_text(const char *head, size_t size);

/* The options that were read last as a config file; the caller frees it. */
char *options_printed(void);

#endif
