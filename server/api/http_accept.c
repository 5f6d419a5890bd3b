#include "api/http_accept.h"

#include "api/http_deadline.h"
#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    /* At once; the loop has more to do than to accept. */
    ACCEPTED_AT_A_TIME = 64,
    /* Connections that are one too many, and still get to hear it. */
    REFUSED_AT_A_TIME = 64,
    COMPLAINT_EVERY_MS = 1000,
};

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
        networks_have(options->trusted_proxies, options->trusted_proxy_count, address))
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
    if (!gate->is_unix)
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
    if (gate->is_unix) /* before the socket is closed: see base/file_id.h */
        (void)file_remove(gate->path, &gate->socket);
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
