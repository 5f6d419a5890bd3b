/*
 * bare_server PORT - the least that answers a POST with libmicrohttpd: what the daemon's HTTP side
 * is compared with. The same library, options and loop, and an answer as long as that to a move,
 * which is always the same one. Serves until it is killed.
 */
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTION_MEMORY = 8 * 1024, IDLE_TIMEOUT_S = 60, MANY = UINT16_MAX };

static char answer[] =
    "{\"brain\":\"default\",\"board\":\"000000000\",\"player\":1,\"move\":4,\"next\":\"000010000\","
    "\"result\":null,\"policy\":\"sample\",\"seed\":\"12345678901234567890\","
    "\"weights\":[6,6,6,6,6,6,6,6,6],\"probabilities\":[0.111111111111,0.111111111111,"
    "0.111111111111,0.111111111111,0.111111111111,0.111111111111,0.111111111111,0.111111111111,"
    "0.111111111111]}";

/* Called for a request's head, for its body and at its end. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
                                  const char *path, const char *method, const char *version,
                                  const char *data, size_t *size, void **slot)
{
    (void)path;
    (void)method;
    (void)version;
    (void)data;
    static char begun;
    if (*slot == NULL) {
        *slot = &begun;
        return MHD_YES;
    }
    if (*size > 0) {
        *size = 0;
        return MHD_YES;
    }
    return MHD_queue_response(connection, MHD_HTTP_OK, context);
}

static struct MHD_Daemon *start(struct MHD_Response *response, unsigned short port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, port, NULL, NULL, on_request,
        response, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_CONNECTION_LIMIT, (unsigned)MANY,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u, MHD_OPTION_END);
}

int main(int argc, char **argv)
{
    unsigned short port = argc == 2 ? (unsigned short)strtoul(argv[1], NULL, 10) : 0;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(answer), answer, MHD_RESPMEM_PERSISTENT);
    struct MHD_Daemon *daemon = port > 0 && response != NULL ? start(response, port) : NULL;
    if (daemon == NULL) {
        fputs("usage: bare_server PORT (a free one)\n", stderr);
        return 2;
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    struct pollfd ready = {.fd = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
                           .events = POLLIN};
    for (;;) {
        MHD_UNSIGNED_LONG_LONG wait_ms;
        bool waits = MHD_get_timeout(daemon, &wait_ms) == MHD_YES;
        poll(&ready, 1, waits ? (int)wait_ms : -1);
        MHD_run(daemon);
    }
}
