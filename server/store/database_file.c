#include "store/database_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COUNT = DATABASE_LOCK + 1, PID_SIZE = 24 };

static const char *const suffixes[COUNT] = {"", "-wal", "-shm", ".lock"};

/* The path has room for it: see find_path(). */
static const char *path_of(const struct database_file *file, enum database_file_name name,
                           char out[PATH_MAX])
{
    stpcpy(stpcpy(out, file->path), suffixes[name]);
    return out;
}

static enum file_place look(const struct database_file *file, enum database_file_name name)
{
    char path[PATH_MAX];
    return file_look(path_of(file, name, path), &file->ids[name]);
}

static enum err find_path(struct database_file *file, const char *path, struct fault *fault)
{
    if (realpath(path, file->path) == NULL)
        return fault_set(fault, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "database",
                         "cannot open %s: %s", path, strerror(errno));
    if (strlen(file->path) + strlen("-journal") >= PATH_MAX)
        return fault_set(fault, ERR_IO, "database", "the path is too long");
    return ERR_OK;
}

enum err database_file_open(struct database_file *file, const char *path, struct fault *fault)
{
    *file = DATABASE_FILE_NONE;
    file->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* or a FIFO would hang */
    if (file->fd < 0 && errno == ENOENT) /* an empty file, so that links to it can be followed */
        file->fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file->fd < 0)
        return fault_set(fault, ERR_IO, "database", "cannot open %s: %s", path, strerror(errno));
    return find_path(file, path, fault);
}

/* The process is told by FILE.lock, which is not there where the file is known by another name. */
static enum err refuse(const struct database_file *file, struct fault *fault)
{
    char path[PATH_MAX];
    char pid[PID_SIZE] = "";
    int fd = open(path_of(file, DATABASE_LOCK, path), O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? 0 : read(fd, pid, sizeof pid - 1);
    if (fd >= 0)
        close(fd);
    pid[size > 0 ? size : 0] = '\0';
    pid[strcspn(pid, "\n")] = '\0';
    return fault_set(fault, ERR_IN_USE, "database", "%s is in use by %s %s", file->path,
                     pid[0] != '\0' ? "process" : "another", pid[0] != '\0' ? pid : "process");
}

static enum err take_named_lock(struct database_file *file, struct fault *fault)
{
    char path[PATH_MAX];
    char pid[PID_SIZE];
    file->lock_fd = open(path_of(file, DATABASE_LOCK, path), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    bool is_locked = file->lock_fd >= 0 && flock(file->lock_fd, LOCK_EX | LOCK_NB) == 0;
    if (!is_locked && errno == EWOULDBLOCK)
        return refuse(file, fault);
    int length = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (!is_locked || ftruncate(file->lock_fd, 0) != 0 ||
        pwrite(file->lock_fd, pid, (size_t)length, 0) != length)
        return fault_set(fault, ERR_IO, "database", "cannot write %s: %s", path, strerror(errno));
    return ERR_OK;
}

enum err database_file_lock(struct database_file *file, struct fault *fault)
{
    struct stat status;
    if (file_lock(file->fd) != ERR_OK)
        return refuse(file, fault);
    if (fstat(file->fd, &status) == 0 && status.st_nlink > 1)
        return fault_set(fault, ERR_CONFLICT, "database",
                         "%s has %lu hard links, and by each another program could write to it:"
                         " remove all but one, or take a copy made by ttstd backup",
                         file->path, (unsigned long)status.st_nlink);
    return take_named_lock(file, fault);
}

enum err database_file_identify(struct database_file *file, struct fault *fault)
{
    struct stat status;
    for (unsigned name = 0; name < COUNT; name++) {
        char path[PATH_MAX];
        if (!file_identify(path_of(file, name, path), &file->ids[name]))
            return fault_set(fault, ERR_IO, "database", "cannot find %s: %s", path,
                             strerror(errno));
    }
    if (fstat(file->fd, &status) != 0 || status.st_ino != file->ids[DATABASE_ITSELF].inode)
        return fault_set(fault, ERR_IO, "database", "%s was replaced while it was being opened",
                         file->path);
    return ERR_OK;
}

/* A lock file that is gone keeps nobody out, and is in nobody's way: the other lock does. */
static bool is_as_it_should_be(enum database_file_name name, enum file_place place)
{
    return place == FILE_THERE || (name == DATABASE_LOCK && place == FILE_GONE);
}

static const char *describe(enum database_file_name name, enum file_place place)
{
    if (place == FILE_UNKNOWN)
        return "cannot be looked at";
    if (name == DATABASE_LOCK)
        return "was made anew: another process may be writing to the database";
    if (name == DATABASE_ITSELF)
        return place == FILE_GONE ? "was removed or moved away, and all that it held with it"
                                  : "was replaced by another file, and all that it held with it";
    return place == FILE_GONE ? "was removed or moved away" : "was replaced by another file";
}

enum err database_file_check(const struct database_file *file, struct fault *fault)
{
    for (unsigned name = 0; file->fd >= 0 && name < COUNT; name++) {
        const enum file_place place = look(file, name);
        if (!is_as_it_should_be(name, place))
            return fault_set(fault, ERR_IO, NULL, "%s%s %s", strrchr(file->path, '/') + 1,
                             suffixes[name], describe(name, place));
    }
    return ERR_OK;
}

bool database_file_is_alone(const struct database_file *file)
{
    return look(file, DATABASE_LOCK) != FILE_OTHER && look(file, DATABASE_LOG) != FILE_OTHER;
}

enum file_place database_file_place(const struct database_file *file)
{
    return look(file, DATABASE_ITSELF);
}

void database_file_yield(const struct database_file *file)
{
    for (unsigned name = DATABASE_LOG; name <= DATABASE_SHARED; name++) {
        char path[PATH_MAX];
        (void)file_remove(path_of(file, name, path), &file->ids[name]);
    }
}

void database_file_close(struct database_file *file)
{
    if (file->lock_fd >= 0)
        close(file->lock_fd);
    if (file->fd >= 0)
        close(file->fd);
}

static bool is_folder_writable(const struct database_file *file)
{
    char folder[PATH_MAX];
    stpcpy(folder, file->path);
    strrchr(folder, '/')[1] = '\0';
    return faccessat(AT_FDCWD, folder, W_OK, AT_EACCESS) == 0;
}

/* -1: there is none. */
static off_t size_beside(const struct database_file *file, const char *suffix)
{
    struct stat status;
    char path[PATH_MAX];
    stpcpy(stpcpy(path, file->path), suffix);
    return stat(path, &status) == 0 ? status.st_size : -1;
}

static void write_uri(const char *path, const char *parameters, char out[DATABASE_URI_SIZE])
{
    out = stpcpy(out, "file:");
    for (; *path != '\0'; path++)
        out += sprintf(out, strchr("%?#", *path) != NULL ? "%%%02x" : "%c", (unsigned char)*path);
    stpcpy(out, parameters);
}

enum err database_file_uri(const char *path, char out[DATABASE_URI_SIZE], struct fault *fault)
{
    struct database_file file;
    enum err err = find_path(&file, path, fault);
    if (err != ERR_OK)
        return err;
    const off_t log_size = size_beside(&file, "-wal");
    const bool needs_folder = log_size < 0 || size_beside(&file, "-shm") < 0;
    const bool is_still = needs_folder && !is_folder_writable(&file);
    if (is_still && (log_size > 0 || size_beside(&file, "-journal") > 0))
        return fault_set(fault, ERR_IO, "database",
                         "cannot read %s: its log beside it is to be read with it, and that takes"
                         " a folder that can be written to; copy both into one",
                         path);
    write_uri(file.path, is_still ? "?immutable=1" : "", out);
    return ERR_OK;
}
