#include "command/health.h"

#include "base/clock.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    DEADLINE_MS = 5000,
    STATUS_LINE_SIZE = 64, /* of which "HTTP/1.1 200" matters */
};

/* A connection, and until when it must have told us. */
struct asking {
    int fd;
    int64_t until_ms;
};

/* Waits for the socket; sets errno when the time is up. */
static bool wait_for(const struct asking *asking, short events)
{
    int64_t left_ms = asking->until_ms - clock_monotonic_ms();
    struct pollfd poll_fd = {.fd = asking->fd, .events = events};
    if (left_ms > 0 && poll(&poll_fd, 1, (int)left_ms) == 1)
        return true;
    errno = ETIMEDOUT;
    return false;
}

static bool connect_to(struct asking *asking, const struct addrinfo *address)
{
    int error = 0;
    socklen_t size = sizeof error;
    asking->fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (asking->fd < 0)
        return false;
    if (connect(asking->fd, address->ai_addr, address->ai_addrlen) == 0)
        return true;
    if (errno != EINPROGRESS || !wait_for(asking, POLLOUT) ||
        getsockopt(asking->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        return false;
    errno = error;
    return error == 0;
}

/* Reads the beginning of the answer, as far as it comes. */
static bool read_status_line(const struct asking *asking, char out[STATUS_LINE_SIZE])
{
    size_t size = 0;
    while (size < STATUS_LINE_SIZE - 1 && memchr(out, '\n', size) == NULL) {
        if (!wait_for(asking, POLLIN))
            return false;
        ssize_t more = recv(asking->fd, out + size, STATUS_LINE_SIZE - 1 - size, 0);
        if (more < 0)
            return false;
        if (more == 0)
            break;
        size += (size_t)more;
    }
    out[size] = '\0';
    out[strcspn(out, "\r\n")] = '\0';
    return true;
}

/* The request is short enough for any socket's empty buffer. */
static bool exchange_lines(const struct asking *asking, char out[STATUS_LINE_SIZE])
{
    static const char request[] = "GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n";
    ssize_t sent = send(asking->fd, request, strlen(request), MSG_NOSIGNAL);
    return sent == (ssize_t)strlen(request) && read_status_line(asking, out);
}

static const char *host_to_ask(const char *host)
{
    if (strcmp(host, "0.0.0.0") == 0)
        return "127.0.0.1";
    return strcmp(host, "::") == 0 ? "::1" : host;
}

static enum err judge(const char line[STATUS_LINE_SIZE], const char *where, struct fault *fault)
{
    if (strncmp(line, "HTTP/1.", 7) == 0 && strncmp(line + 8, " 200", 4) == 0)
        return ERR_OK;
    return fault_set(fault, ERR_IO, "url", "%s answers \"%s\"", where, line);
}

/* Asks at the first of the addresses where somebody answers. */
static bool ask_any(const struct addrinfo *addresses, char out[STATUS_LINE_SIZE])
{
    struct asking asking = {.until_ms = clock_monotonic_ms() + DEADLINE_MS};
    bool answered = false;
    for (; addresses != NULL && !answered; addresses = addresses->ai_next) {
        answered = connect_to(&asking, addresses) && exchange_lines(&asking, out);
        int error = errno;
        if (asking.fd >= 0)
            close(asking.fd);
        errno = error;
    }
    return answered;
}

enum err health_ask(const char *host, uint16_t port, struct fault *fault)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *addresses;
    char service[8];
    char where[300];
    char line[STATUS_LINE_SIZE] = "";
    host = host_to_ask(host);
    snprintf(service, sizeof service, "%u", port);
    snprintf(where, sizeof where, "%s port %s", host, service);
    int code = getaddrinfo(host, service, &hints, &addresses);
    if (code != 0)
        return fault_set(fault, ERR_IO, "url", "cannot find %s: %s", host, gai_strerror(code));
    bool answered = ask_any(addresses, line);
    int error = errno;
    freeaddrinfo(addresses);
    if (!answered)
        return fault_set(fault, ERR_IO, "url", "no answer from %s: %s", where, strerror(error));
    return judge(line, where, fault);
}

enum err health_ask_unix(const char *path, struct fault *fault)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const struct addrinfo at = {
        .ai_family = AF_UNIX, .ai_addr = (struct sockaddr *)&address, .ai_addrlen = sizeof address};
    char line[STATUS_LINE_SIZE] = "";
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    if (!ask_any(&at, line))
        return fault_set(fault, ERR_IO, "url", "no answer from %s: %s", path, strerror(errno));
    return judge(line, path, fault);
}
