#include "http/gate.h"

#include "base/clock.h"
#include "base/log.h"
#include "http/deadline.h"
#include "http/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    /* At once; the loop has more to do than to accept. */
    ACCEPTED_AT_A_TIME = 64,
    /* Connections that are one too many, and still get to hear it. */
    REFUSED_AT_A_TIME = 64,
    COMPLAINT_EVERY_MS = 1000,
};

/* Opening. */

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

static enum err listen_on(const struct endpoint *place, bool is_ipv6_only, int *out_fd,
                          struct fault *fault)
{
    const char *host = place->host;
    union socket_address address;
    socklen_t size;
    if (parse(host, place->port, &address, &size) != ERR_OK)
        return fault_set(fault, ERR_MALFORMED, "listen", "%s is not an IP address", host);
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* Without it a restart within a minute would find the address taken by dead connections. */
    const int one = 1;
    const int only = is_ipv6_only; /* said in any case: what holds otherwise is a sysctl's */
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

static enum err listen_on_unix(const char *path, int *out_fd, struct file_id *out_file,
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

static bool is_loopback(int fd)
{
    union socket_address address = address_of_socket(fd);
    if (address.any.sa_family == AF_UNIX)
        return true;
    struct address ip = address_of(&address.any);
    return address_is_loopback(&ip);
}

/* Whether another place takes the port for IPv4; then :: must leave it alone. */
static bool has_ipv4_beside(const struct endpoints *places, const struct endpoint *place)
{
    for (unsigned i = 0; i < places->count; i++) {
        const struct endpoint *other = &places->at[i];
        if (other->socket[0] == '\0' && strchr(other->host, ':') == NULL && other->port != 0 &&
            other->port == place->port)
            return true;
    }
    return false;
}

enum err gate_open(struct gate *gate, const struct http_options *options, unsigned index,
                   struct fault *fault)
{
    const struct endpoint *place = &options->places.at[index];
    enum err err =
        place->socket[0] != '\0'
            ? listen_on_unix(place->socket, &gate->fd, &gate->socket, fault)
            : listen_on(place, has_ipv4_beside(&options->places, place), &gate->fd, fault);
    if (err != ERR_OK)
        return err;
    gate->place = place;
    gate->is_loopback = is_loopback(gate->fd);
    return ERR_OK;
}

uint16_t gate_port(const struct gate *gate)
{
    union socket_address address = address_of_socket(gate->fd);
    if (address.any.sa_family == AF_INET6)
        return ntohs(address.v6.sin6_port);
    return address.any.sa_family == AF_INET ? ntohs(address.v4.sin_port) : 0;
}

/* Accepting. */

static void complain(int code)
{
    static int64_t last_ms;
    const int64_t now_ms = clock_monotonic_ms();
    if (last_ms != 0 && now_ms - last_ms < COMPLAINT_EVERY_MS)
        return;
    last_ms = now_ms;
    LOG(LOG_WARN, "accept_failed", LOG_TEXT("error", strerror(code)));
}

static unsigned most_of_an_address(const struct traffic *traffic)
{
    const unsigned given = traffic->options->connections_per_address_max;
    return given > 0 ? given : (traffic->connections_max + 1) / 2;
}

/* Those of this machine's processes and of proxies, who bring the connections of others, are not
 * counted by address. */
static struct client *client_of(struct traffic *traffic, const struct address *address)
{
    const struct http_options *options = traffic->options;
    if (address_is_unix(address) ||
        networks_have(options->trusted_proxies.at, options->trusted_proxies.count, address))
        return NULL;
    return clients_find(&traffic->clients, address);
}

static void judge(struct traffic *traffic, struct connection *connection)
{
    enum http_refusal why = HTTP_REFUSAL_COUNT;
    if (traffic->connections >= traffic->connections_max)
        why = HTTP_REFUSED_CONNECTIONS;
    else if (connection->client != NULL &&
             connection->client->connections >= most_of_an_address(traffic))
        why = HTTP_REFUSED_ADDRESS;
    if (why == HTTP_REFUSAL_COUNT)
        return;
    traffic->refused[why]++;
    connection->is_refused = true;
}

static struct connection *describe(const struct gate *gate, struct traffic *traffic, int fd,
                                   const struct sockaddr *peer)
{
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        return NULL;
    connection->fd = fd;
    connection->is_loopback = gate->is_loopback;
    if (gate->place->socket[0] == '\0')
        connection->peer = address_of(peer);
    connection->client = client_of(traffic, &connection->peer);
    judge(traffic, connection);
    return connection;
}

/* MHD calls http_on_connection() before it returns. */
static void add(struct gate *gate, struct traffic *traffic, int fd, struct sockaddr *peer,
                socklen_t size)
{
    traffic->next = describe(gate, traffic, fd, peer);
    if (traffic->next == NULL ||
        (traffic->next->is_refused &&
         traffic->connections >= traffic->connections_max + REFUSED_AT_A_TIME)) {
        free(traffic->next);
        close(fd);
    } else if (MHD_add_connection(gate->daemon, fd, peer, size) != MHD_YES) {
        free(traffic->next); /* MHD has closed it, and not begun it */
    }
    traffic->next = NULL;
}

bool gate_accept(struct gate *gate, struct traffic *traffic)
{
    for (unsigned i = 0; i < ACCEPTED_AT_A_TIME; i++) {
        struct sockaddr_storage peer;
        socklen_t size = sizeof peer;
        int fd = accept4(gate->fd, (struct sockaddr *)&peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            add(gate, traffic, fd, (struct sockaddr *)&peer, size);
            continue;
        }
        if (errno == EAGAIN)
            return true;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            traffic->refused[HTTP_REFUSED_DESCRIPTORS]++;
            complain(errno);
            return false;
        } /* else that one connection is gone already */
    }
    return true;
}

void gate_close(struct gate *gate)
{
    if (gate->fd < 0)
        return;
    if (gate->place->socket[0] != '\0') /* before the socket is closed: see base/file_id.h */
        (void)file_remove(gate->place->socket, &gate->socket);
    close(gate->fd);
    gate->fd = -1;
}

static void begin(struct traffic *traffic, struct MHD_Connection *mhd, void **socket_context)
{
    struct connection *connection = traffic->next;
    traffic->next = NULL;
    *socket_context = connection;
    traffic->connections++;
    connection->certificate = certificate_use(traffic->certificate, mhd);
    if (connection->client != NULL)
        connection->client->connections++;
    deadline_add(traffic, connection);
}

static void end(struct traffic *traffic, struct connection *connection)
{
    deadline_remove(traffic, connection);
    traffic->connections--;
    if (connection->client != NULL)
        connection->client->connections--;
    certificate_release(connection->certificate);
    free(connection);
}

void http_on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                        enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        begin(context, connection, socket_context);
    else if (*socket_context != NULL)
        end(context, *socket_context);
}
