#include "base/file_id.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_identify(const char *path, struct file_id *out)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return false;
    *out = (struct file_id){status.st_dev, status.st_ino};
    return true;
}

enum file_place file_look(const char *path, const struct file_id *id)
{
    struct file_id now;
    if (file_identify(path, &now))
        return now.device == id->device && now.inode == id->inode ? FILE_THERE : FILE_OTHER;
    return errno == ENOENT || errno == ENOTDIR ? FILE_GONE : FILE_UNKNOWN;
}

bool file_remove(const char *path, const struct file_id *id)
{
    return file_look(path, id) == FILE_THERE && unlink(path) == 0;
}

enum err file_lock(int fd)
{
    return flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK ? ERR_IN_USE : ERR_OK;
}
