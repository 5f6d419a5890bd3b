#include "api/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static enum err parse(const char *host, uint16_t port, union address *out, socklen_t *out_size)
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

enum err listener_open(const char *host, uint16_t port, int *out_fd, struct fault *fault)
{
    union address address;
    socklen_t size;
    if (parse(host, port, &address, &size) != ERR_OK)
        return fault_set(fault, ERR_MALFORMED, "listen", "%s is not an IP address", host);
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* Without it a restart within a minute would find the address taken by dead connections. */
    int one = 1;
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd < 0 || bind(fd, &address.any, size) != 0 || listen(fd, SOMAXCONN) != 0) {
        int code = errno;
        if (fd >= 0)
            close(fd);
        return fault_set(fault, code == EADDRINUSE ? ERR_IN_USE : ERR_IO, "listen",
                         "cannot listen on %s port %u: %s", host, port, strerror(code));
    }
    *out_fd = fd;
    return ERR_OK;
}

uint16_t listener_port(int fd)
{
    union address address = {0};
    socklen_t size = sizeof address;
    if (getsockname(fd, &address.any, &size) != 0)
        return 0;
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}
