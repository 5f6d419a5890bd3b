/*
 * config_file - the config file's form: its lines become entries.
 *
 * An entry is a line `name = value`; blanks around both are not theirs. Blank lines and lines that
 * open with # are skipped. Which names there are, and what their values must be, is config.c's to
 * know.
 */
#ifndef TTSTD_CONFIG_FILE_H
#define TTSTD_CONFIG_FILE_H

#include "base/fault.h"

#include <stdbool.h>

enum {
    /* Every path option at its longest, and comments; not a disk image. */
    CONFIG_FILE_SIZE = 64 * 1024,
};

/* A file being read, in memory. */
struct config_file {
    char text[CONFIG_FILE_SIZE]; /* ends with NUL; the lines already read are cut up */
    char *rest;                  /* what of the text is still to be read; NULL at the end */
    unsigned line;               /* the last line read, from 1 */
};

/* Its texts live in the file that it was read from. */
struct config_entry {
    unsigned line;
    const char *name;  /* or the whole line, if that has no equals sign */
    const char *value; /* NULL: there was no equals sign */
    bool has_comment;  /* the value holds a # that may be meant to open a comment */
};

/* Reads the whole file. ERR_IO; ERR_TOO_LARGE (CONFIG_FILE_SIZE bytes or more); ERR_MALFORMED (it
 * holds a NUL); `fault->detail` then names the file and says what is wrong with it. */
MUST_CHECK enum err config_file_load(struct config_file *file, const char *path,
                                     struct fault *fault);

/* ERR_IMPOSSIBLE if a path, though there may be such a file, is one that no line can hold: then the
 * options in force could not be printed as a config file. */
MUST_CHECK enum err config_file_check_path(const char *path, struct fault *fault);

/* Reads the next entry; false if there is none. */
bool config_file_next(struct config_file *file, struct config_entry *out_entry);

#endif
