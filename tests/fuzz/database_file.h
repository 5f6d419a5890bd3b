/*
 * database_file - database files to be opened, sound ones and others.
 */
#ifndef TTSTD_TESTS_FUZZ_DATABASE_FILE_H
#define TTSTD_TESTS_FUZZ_DATABASE_FILE_H

#include "fuzz/fuzz.h"

/* Makes the sound database that others are made from; once. */
void database_file_prepare(void);

/* Makes a file at `path`, where nothing is left of an earlier one, as the input says: its first
 * byte tells what the rest is: the file itself, edits of the sound one's bytes (fuzz_edit()), or
 * values that are put into its columns:
 *
 *     1 byte   which column, and of which rows
 *     1 byte   the value's type: NULL, a number, a real, a text, a blob
 *     1 byte   its length, and so many bytes
 */
void database_file_make(const char *path, struct fuzz_input *input);

#endif
