/*
 * unsynced - what was written to files and not yet synced, and how to undo it: for faulty_disk.
 * Any thread.
 */
#ifndef TTSTD_TESTS_SUPPORT_UNSYNCED_H
#define TTSTD_TESTS_SUPPORT_UNSYNCED_H

#include <stdint.h>

/* Nothing is unsynced; from here on it is noted. */
void unsynced_begin(void);

/* These bytes are about to be written (0 bytes: the file to be cut to that length). */
void unsynced_note(const char *path, int64_t at, int64_t size);

/* The file is synced, or gone. */
void unsynced_forget(const char *path);

/* Undoes it, the newest first; all with seed 0, else each or not. Ends the noting. */
void unsynced_undo(uint64_t seed);

#endif
