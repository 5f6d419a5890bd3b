#include "api/http.h"

#include "api/http_exchange.h"
#include "api/listener.h"
#include "base/clock.h"
#include "base/log.h"

#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    /* Cleared on every request, so a larger pool costs time: 8 KiB hold any head that is ours. */
    CONNECTION_MEMORY = 8 * 1024,
    IDLE_TIMEOUT_S = 30,
    /* Descriptors that connections must leave to the database, the log and the loop. */
    DESCRIPTORS_KEPT = 64,
    DRAIN_MS = 1000,
    MHD_LOG_LINES_A_SECOND = 5,
};

struct http {
    struct http_options options;
    struct MHD_Daemon *daemon;
    pthread_t thread;
    int listen_fd;
    int epoll_fd;
    int wake_fd;
    struct traffic traffic;
};

/* MHD repeats itself when descriptors run out. */
__attribute__((format(printf, 2, 0))) static void log_mhd(void *context, const char *format,
                                                          va_list args)
{
    (void)context;
    static int64_t second;
    static unsigned lines;
    int64_t now = clock_monotonic_ms() / 1000;
    if (now != second) {
        second = now;
        lines = 0;
    }
    if (lines++ >= MHD_LOG_LINES_A_SECOND)
        return;
    char text[256];
    vsnprintf(text, sizeof text, format, args);
    text[strcspn(text, "\n")] = '\0';
    LOG(LOG_WARN, "libmicrohttpd", LOG_TEXT("message", text));
}

/* The loop. */

static int shorter(int a_ms, int b_ms)
{
    return a_ms < 0 || (b_ms >= 0 && b_ms < a_ms) ? b_ms : a_ms;
}

static void turn(struct http *http, int at_most_ms)
{
    const struct http_options *options = &http->options;
    int timeout_ms = shorter(at_most_ms, options->tick(options->context));
    MHD_UNSIGNED_LONG_LONG mhd_ms;
    if (MHD_get_timeout(http->daemon, &mhd_ms) == MHD_YES)
        timeout_ms = shorter(timeout_ms, mhd_ms > INT32_MAX ? INT32_MAX : (int)mhd_ms);
    if (http->traffic.resumed) /* which MHD's timeout does not count */
        timeout_ms = 0;
    http->traffic.resumed = false;
    struct pollfd fds[] = {{.fd = http->epoll_fd, .events = POLLIN},
                           {.fd = options->event_fd, .events = POLLIN},
                           {.fd = http->wake_fd, .events = POLLIN}};
    poll(fds, sizeof fds / sizeof fds[0], timeout_ms);
    if (fds[2].revents != 0) {
        uint64_t rings;
        ssize_t ignored = read(http->wake_fd, &rings, sizeof rings);
        (void)ignored;
    }
    options->deliver(options->context);
    MHD_run(http->daemon);
}

static void stop_listening(struct http *http)
{
    if (http->listen_fd < 0)
        return;
    MHD_quiesce_daemon(http->daemon); /* hands the socket back */
    close(http->listen_fd);
    http->listen_fd = -1;
}

static void *loop(void *arg)
{
    struct http *http = arg;
    pthread_setname_np(pthread_self(), "http");
    while (!http_is_draining(http))
        turn(http, -1);
    stop_listening(http); /* whoever comes now is told so, not left to wait */
    http->options.drain(http->options.context);
    /* Whoever waits for the disk is answered, however long that takes: a change that was made must
     * not look as if it was not. Whoever is still sending a request has until the deadline. */
    int64_t deadline_ms = clock_monotonic_ms() + DRAIN_MS;
    int64_t left_ms = DRAIN_MS;
    while (http->traffic.waiting > 0 || (http->traffic.alive > 0 && left_ms > 0)) {
        turn(http, left_ms > 0 ? (int)left_ms : DRAIN_MS);
        left_ms = deadline_ms - clock_monotonic_ms();
    }
    return NULL;
}

/* Starting and stopping. */

/* As many connections as the process may have descriptors, less those it needs itself. */
static unsigned connection_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return FD_SETSIZE - DESCRIPTORS_KEPT;
    limit.rlim_cur = limit.rlim_max; /* the soft limit exists for users of select(2) */
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        getrlimit(RLIMIT_NOFILE, &limit);
    rlim_t most = limit.rlim_cur > UINT16_MAX ? UINT16_MAX : limit.rlim_cur;
    return most > 2 * DESCRIPTORS_KEPT ? (unsigned)most - DESCRIPTORS_KEPT : (unsigned)most / 2;
}

static enum err start_daemon(struct http *http)
{
    http->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        http_on_request, &http->traffic, MHD_OPTION_EXTERNAL_LOGGER, log_mhd, NULL,
        MHD_OPTION_LISTEN_SOCKET, http->listen_fd, MHD_OPTION_NOTIFY_COMPLETED, http_on_completed,
        &http->traffic, MHD_OPTION_CONNECTION_LIMIT, connection_limit(),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, http_unescape, NULL, MHD_OPTION_END);
    if (http->daemon == NULL)
        return ERR_NO_MEMORY;
    http->epoll_fd = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    return ERR_OK;
}

static void release(struct http *http)
{
    if (http->daemon != NULL) {
        stop_listening(http);
        MHD_stop_daemon(http->daemon);
    }
    if (http->listen_fd >= 0)
        close(http->listen_fd);
    if (http->wake_fd >= 0)
        close(http->wake_fd);
    free(http->traffic.answers);
    free(http);
}

enum err http_start(const struct http_options *options, struct http **out, uint16_t *out_port,
                    struct fault *fault)
{
    struct http *http = calloc(1, sizeof *http);
    if (http == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "out of memory");
    http->options = *options;
    http->traffic.options = &http->options;
    http->listen_fd = -1;
    http->traffic.answers = calloc(options->route_count + 1, sizeof *http->traffic.answers);
    http->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    uint64_t seed = 0;
    enum err err = listener_open(options->host, options->port, &http->listen_fd, fault);
    if (err != ERR_OK)
        goto failed;
    err = ERR_IO;
    if (http->traffic.answers == NULL || http->wake_fd < 0 ||
        getrandom(&seed, sizeof seed, 0) != sizeof seed || start_daemon(http) != ERR_OK) {
        (void)fault_set(fault, err, NULL, "cannot start the HTTP server");
        goto failed;
    }
    rng_seed(&http->traffic.rng, seed);
    *out_port = listener_port(http->listen_fd);
    *out = http; /* before the loop runs: handlers may ask for it at once */
    if (pthread_create(&http->thread, NULL, loop, http) == 0)
        return ERR_OK;
    *out = NULL;
    (void)fault_set(fault, err, NULL, "cannot start the HTTP server's thread");
failed:
    release(http);
    return err;
}

bool http_is_draining(const struct http *http)
{
    return atomic_load(&http->traffic.draining);
}

void http_stop(struct http *http)
{
    atomic_store(&http->traffic.draining, true);
    uint64_t one = 1;
    ssize_t ignored = write(http->wake_fd, &one, sizeof one);
    (void)ignored;
    pthread_join(http->thread, NULL);
    release(http);
}

uint64_t http_answers(const struct http *http, size_t route, unsigned status)
{
    return http->traffic.answers[route][status];
}

const char *http_library_version(void)
{
    return MHD_get_version();
}
