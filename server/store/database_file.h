/*
 * database_file - the files of a database that a daemon writes to, held against their names.
 *
 * SQLite writes to the files that it has opened, whatever becomes of their names: to one that was
 * removed, or beside another daemon that took the name's lock anew. So
 *
 *   - the file's inode is locked, not only its name: flock(2), on a descriptor that is opened
 * before SQLite opens the file and closed after it has closed it, because closing any descriptor of
 * a file drops the POSIX locks that SQLite holds on it. On Linux' local file systems the two kinds
 *     of locks do not meet. NFS makes the one of the other: there only FILE.lock keeps others out;
 *   - FILE.lock is locked too. It names the process, and keeps out whoever knows no other lock;
 *   - there is no second hard link, by which another program would look for another log;
 *   - whether the four names still lead to the four files is asked at each transaction.
 */
#ifndef TTSTD_STORE_DATABASE_FILE_H
#define TTSTD_STORE_DATABASE_FILE_H

#include "base/fault.h"
#include "base/file_id.h"

#include <limits.h>

enum database_file_name { DATABASE_ITSELF, DATABASE_LOG, DATABASE_SHARED, DATABASE_LOCK };

struct database_file {
    char path[PATH_MAX]; /* the file's own, whatever links lead there */
    int fd;              /* -1: nothing is held, nor can be lost */
    int lock_fd;
    struct file_id ids[DATABASE_LOCK + 1]; /* not changed after database_file_identify() */
};

/* A file that is not held. */
#define DATABASE_FILE_NONE ((struct database_file){.fd = -1, .lock_fd = -1})

/* Opens the file for reading, or makes an empty one. ERR_IO. */
MUST_CHECK enum err database_file_open(struct database_file *file, const char *path,
                                       struct fault *fault);

/* Takes both locks. ERR_IN_USE, ERR_CONFLICT (a second hard link), ERR_IO. */
MUST_CHECK enum err database_file_lock(struct database_file *file, struct fault *fault);

/* Notes which files these are, once SQLite has all of them open. ERR_IO if one has gone already. */
MUST_CHECK enum err database_file_identify(struct database_file *file, struct fault *fault);

/* ERR_IO if one of the names does not lead to its file any more; `fault->detail` says which. Any
 * thread. */
MUST_CHECK enum err database_file_check(const struct database_file *file, struct fault *fault);

/* What can be done for a file that is lost. */

/* Whether nobody else can be writing to it, so that its log may be brought home. */
bool database_file_is_alone(const struct database_file *file);

/* What is at the database's own name. */
enum file_place database_file_place(const struct database_file *file);

/* Another database that comes to the name must not read our log as its own: removes what is ours
 * beside it. The log must be home. */
void database_file_yield(const struct database_file *file);

/* SQLite must have closed the file. */
void database_file_close(struct database_file *file);

enum { DATABASE_URI_SIZE = 3 * PATH_MAX + 32 };

/* For a file that is only looked at: the URI by which SQLite can read it. In WAL mode reading makes
 * files beside the database; where none can be made, and none is there to be read, the database is
 * all there is, and nobody is changing it. ERR_IO if a log is there and cannot be read,
 * ERR_NOT_FOUND.
 */
MUST_CHECK enum err database_file_uri(const char *path, char out[DATABASE_URI_SIZE],
                                      struct fault *fault);

#endif
