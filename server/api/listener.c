#include "api/listener.h"

#include "base/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

union socket_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
};

static enum err parse(const char *host, uint16_t port, union socket_address *out,
                      socklen_t *out_size)
{
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, host, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons(port);
        *out_size = sizeof out->v4;
        return ERR_OK;
    }
    if (inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1) {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons(port);
        *out_size = sizeof out->v6;
        return ERR_OK;
    }
    return ERR_MALFORMED;
}

enum err listener_open(const struct listener_place *place, int *out_fd, struct fault *fault)
{
    const char *host = place->host;
    union socket_address address;
    socklen_t size;
    if (parse(host, place->port, &address, &size) != ERR_OK)
        return fault_set(fault, ERR_MALFORMED, "listen", "%s is not an IP address", host);
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* Without it a restart within a minute would find the address taken by dead connections. */
    const int one = 1;
    const int only = place->is_ipv6_only; /* said in any case: what holds otherwise is a sysctl's */
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd >= 0 && address.any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
    if (fd < 0 || bind(fd, &address.any, size) != 0 || listen(fd, SOMAXCONN) != 0) {
        int code = errno;
        if (fd >= 0)
            close(fd);
        return fault_set(fault, code == EADDRINUSE ? ERR_IN_USE : ERR_IO, "listen",
                         "cannot listen on %s port %u: %s", host, place->port, strerror(code));
    }
    *out_fd = fd;
    return ERR_OK;
}

/* Removes a socket file that was left behind: that very one. */
static bool remove_deserted(const union socket_address *address, socklen_t size)
{
    struct stat status;
    const char *path = address->local.sun_path;
    if (lstat(path, &status) != 0 || !S_ISSOCK(status.st_mode))
        return false;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_refused = fd >= 0 && connect(fd, &address->any, size) != 0 && errno == ECONNREFUSED;
    if (fd >= 0)
        close(fd);
    return is_refused && file_remove(path, &(struct file_id){status.st_dev, status.st_ino});
}

enum err listener_open_unix(const char *path, int *out_fd, struct file_id *out_file,
                            struct fault *fault)
{
    union socket_address address = {.local.sun_family = AF_UNIX};
    const socklen_t size = sizeof address.local;
    if (strlen(path) >= sizeof address.local.sun_path)
        return fault_set(fault, ERR_MALFORMED, "listen", "%s is too long for a socket", path);
    memcpy(address.local.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool is_bound = fd >= 0 && bind(fd, &address.any, size) == 0;
    if (fd >= 0 && !is_bound && errno == EADDRINUSE && remove_deserted(&address, size))
        is_bound = bind(fd, &address.any, size) == 0;
    if (!is_bound || !file_identify(path, out_file) || chmod(path, 0660) != 0 ||
        listen(fd, SOMAXCONN) != 0) {
        int code = errno;
        if (fd >= 0)
            close(fd);
        return fault_set(fault, code == EADDRINUSE ? ERR_IN_USE : ERR_IO, "listen",
                         "cannot listen on %s: %s", path, strerror(code));
    }
    *out_fd = fd;
    return ERR_OK;
}

static union socket_address address_of_socket(int fd)
{
    union socket_address address = {.any.sa_family = AF_UNSPEC};
    socklen_t size = sizeof address;
    (void)getsockname(fd, &address.any, &size);
    return address;
}

uint16_t listener_port(int fd)
{
    union socket_address address = address_of_socket(fd);
    if (address.any.sa_family == AF_INET6)
        return ntohs(address.v6.sin6_port);
    return address.any.sa_family == AF_INET ? ntohs(address.v4.sin_port) : 0;
}

bool listener_is_loopback(int fd)
{
    union socket_address address = address_of_socket(fd);
    if (address.any.sa_family == AF_UNIX)
        return true;
    struct address ip = address_of(&address.any);
    return address_is_loopback(&ip);
}
