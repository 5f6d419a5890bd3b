/*
 * file_id - which file a path leads to. Names change hands while a program runs: what stands at one
 * may by now be somebody else's, and only the inode tells.
 *
 * An inode's number is its own as long as somebody has the file open, and no longer: so keep it
 * open until the last look.
 */
#ifndef TTSTD_BASE_FILE_ID_H
#define TTSTD_BASE_FILE_ID_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

struct file_id {
    dev_t device;
    ino_t inode;
};

/* What is at a path, compared with a file that was there. */
enum file_place {
    FILE_THERE,
    FILE_GONE,   /* nothing is there */
    FILE_OTHER,  /* another file */
    FILE_UNKNOWN /* that cannot be told: errno says why */
};

/* The file at the path; of a symbolic link, the link. False, with errno, if there is none. */
bool file_identify(const char *path, struct file_id *out);

enum file_place file_look(const char *path, const struct file_id *id);

/* Unlinks the path if it still leads to that file. False if not. */
bool file_remove(const char *path, const struct file_id *id);

/* Locks the open file for this process, flock(2), until the descriptor is closed. ERR_IN_USE if
 * another holds it. Where a file system has no such lock for a descriptor that only reads (NFS: it
 * would be a POSIX lock, in the way of SQLite's) nothing is held, and the outcome is ERR_OK. */
MUST_CHECK enum err file_lock(int fd);

#endif
