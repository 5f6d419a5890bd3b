#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err open_regular(const char *path, int *out_fd, struct fault *fault)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0) {
        enum err err = fault_set(fault, ERR_IO, NULL, "%s", strerror(errno));
        if (fd >= 0)
            close(fd);
        return err;
    }
    if (S_ISREG(status.st_mode)) {
        *out_fd = fd;
        return ERR_OK;
    }
    close(fd);
    return fault_set(fault, ERR_IO, NULL,
                     S_ISDIR(status.st_mode) ? "it is a folder" : "it is not a regular file");
}

enum err file_read(const char *path, size_t room, char *out, size_t *out_size, struct fault *fault)
{
    int fd = -1;
    size_t size = 0;
    ssize_t more = 1;
    enum err err = open_regular(path, &fd, fault);
    if (err != ERR_OK)
        return err;
    while (more > 0 && size < room) {
        more = read(fd, out + size, room - size);
        size += more > 0 ? (size_t)more : 0;
    }
    if (more < 0)
        err = fault_set(fault, ERR_IO, NULL, "%s", strerror(errno));
    else if (size == room)
        err = fault_set(fault, ERR_TOO_LARGE, NULL, "it is longer than %zu bytes", room - 1);
    close(fd);
    if (err != ERR_OK)
        return err;
    out[size] = '\0';
    *out_size = size;
    return ERR_OK;
}
