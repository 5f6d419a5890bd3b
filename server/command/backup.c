#include "command/backup.h"

#include "store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where the copy grows. The name is ours: what stands there is left of a copy that was killed, or
 * another is being made, which locks it. */
struct part {
    char path[PATH_MAX];
    int fd;
    struct file_id id;
};

static enum err refuse_existing(const char *path, struct fault *fault)
{
    struct stat status;
    if (lstat(path, &status) == 0)
        return fault_set(fault, ERR_CONFLICT, NULL, "%s is there already; it was not touched",
                         path);
    return ERR_OK;
}

static enum err remove_leftover(const char *path, struct fault *fault)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return ERR_OK; /* what is wrong shows when the file is made */
    enum err err = file_lock(fd);
    if (err == ERR_OK)
        unlink(path);
    close(fd);
    return err == ERR_OK ? ERR_OK
                         : fault_set(fault, err, NULL, "%s is being made by another process", path);
}

static enum err make_part(struct part *part, const char *to, struct fault *fault)
{
    if ((size_t)snprintf(part->path, PATH_MAX, "%s.ttstd-part", to) >= PATH_MAX)
        return fault_set(fault, ERR_IO, NULL, "the path is too long");
    enum err err = remove_leftover(part->path, fault);
    if (err != ERR_OK)
        return err;
    part->fd = open(part->path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (part->fd < 0 || file_lock(part->fd) != ERR_OK || !file_identify(part->path, &part->id))
        return fault_set(fault, ERR_IO, NULL, "cannot write %s: %s", part->path, strerror(errno));
    return ERR_OK;
}

static enum err copy(struct database *from, const char *part, struct fault *fault)
{
    struct database to = {.file = DATABASE_FILE_NONE};
    int code = sqlite3_open_v2(part, &to.handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    enum err err = database_err(code);
    if (err == ERR_OK)
        err = database_execute(&to, "PRAGMA synchronous = FULL");
    if (err == ERR_OK)
        err = database_copy(from, &to);
    if (err == ERR_OK)
        err = database_execute(&to, "PRAGMA journal_mode = DELETE"); /* the copy is one file */
    if (err == ERR_OK)
        err = database_check_pages(&to);
    if (err == ERR_CORRUPT)
        (void)fault_set(fault, err, NULL, "what was copied is damaged: try ttstd check");
    else if (err != ERR_OK)
        (void)fault_set(fault, err, NULL, "cannot write %s: %s", part, database_error(&to));
    database_close(&to);
    return err;
}

/* A rename is on disk when the folder is. */
static enum err sync_folder(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash != NULL ? (int)(slash - path) + 1 : 1,
             slash != NULL ? path : ".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return ERR_IO;
    enum err err = fsync(fd) == 0 ? ERR_OK : ERR_IO;
    close(fd);
    return err;
}

/* Never in place of another. Where a file system cannot rename so, it can link. */
static bool rename_part(const char *part, const char *to)
{
    return renameat2(AT_FDCWD, part, AT_FDCWD, to, RENAME_NOREPLACE) == 0 ||
           (errno == EINVAL && link(part, to) == 0 && unlink(part) == 0);
}

/* With the rights of the database that was copied. */
static enum err put_in_place(const struct part *part, const char *from, const char *to,
                             struct fault *fault)
{
    struct stat status;
    if (stat(from, &status) != 0 || fchmod(part->fd, status.st_mode & 0777) != 0 ||
        fsync(part->fd) != 0 || !rename_part(part->path, to) || sync_folder(to) != ERR_OK)
        return fault_set(fault, ERR_IO, NULL, "cannot write %s: %s", to, strerror(errno));
    return ERR_OK;
}

static enum err copy_by_part(struct database *from, const char *path, const char *to,
                             struct fault *fault)
{
    struct part part = {.fd = -1};
    enum err err = make_part(&part, to, fault);
    if (err == ERR_OK)
        err = copy(from, part.path, fault);
    if (err == ERR_OK)
        err = put_in_place(&part, path, to, fault);
    if (part.fd >= 0) {
        (void)file_remove(part.path, &part.id); /* unless it is in place */
        close(part.fd);
    }
    return err;
}

enum err store_back_up(const char *path, const char *to, struct fault *fault)
{
    struct database from;
    enum err err = refuse_existing(to, fault);
    if (err == ERR_OK)
        err = database_look(&from, path, fault);
    if (err != ERR_OK)
        return err;
    err = copy_by_part(&from, path, to, fault);
    database_close(&from);
    return err;
}
