#include "store/backup.h"

#include "store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where the copy grows. */
static enum err name_part(const char *to, char out[PATH_MAX], struct fault *fault)
{
    if ((size_t)snprintf(out, PATH_MAX, "%s.part", to) >= PATH_MAX)
        return fault_set(fault, ERR_IO, NULL, "the path is too long");
    return ERR_OK;
}

static enum err refuse_existing(const char *path, struct fault *fault)
{
    struct stat status;
    if (lstat(path, &status) == 0)
        return fault_set(fault, ERR_CONFLICT, NULL, "%s is there already; it was not touched",
                         path);
    return ERR_OK;
}

static enum err copy(struct database *from, const char *part, struct fault *fault)
{
    struct database to = {.file = DATABASE_FILE_NONE};
    int code = sqlite3_open_v2(
        part, &to.handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
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

static enum err put_in_place(const char *part, const char *to, struct fault *fault)
{
    if (renameat2(AT_FDCWD, part, AT_FDCWD, to, RENAME_NOREPLACE) != 0 || sync_folder(to) != ERR_OK)
        return fault_set(fault, ERR_IO, NULL, "cannot write %s: %s", to, strerror(errno));
    return ERR_OK;
}

enum err store_back_up(const char *path, const char *to, struct fault *fault)
{
    char part[PATH_MAX];
    enum err err = name_part(to, part, fault);
    if (err == ERR_OK)
        err = refuse_existing(to, fault);
    if (err == ERR_OK)
        err = refuse_existing(part, fault);
    struct database from;
    if (err == ERR_OK)
        err = database_look(&from, path, fault);
    if (err != ERR_OK)
        return err;
    err = copy(&from, part, fault);
    database_close(&from);
    if (err == ERR_OK)
        err = put_in_place(part, to, fault);
    if (err != ERR_OK)
        unlink(part);
    return err;
}
