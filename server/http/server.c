#include "http/server.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/process.h"
#include "base/thread.h"
#include "http/deadline.h"
#include "http/exchange.h"
#include "http/gate.h"
#include "http/heavy.h"
#include "http/requests.h"
#include "http/target.h"
#include "http/tls.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    /* Cleared on every request, so a larger pool costs time. It holds the largest head that is
     * taken, 64 bytes for each of its lines, and the head of the answer. */
    CONNECTION_MEMORY = 14 * 1024,
    /* Descriptors that connections must leave to the database, the log and the loop. */
    DESCRIPTORS_KEPT = 128,
    DRAIN_MS = 1000,
    MHD_LOG_LINES_A_SECOND = 5,
    /* How long not to accept when there were no descriptors. */
    ACCEPT_PAUSE_MS = 100,
    TIDY_EVERY_MS = 1000,
    CONNECTION_SIZE = 9 * 1024, /* with its memory */
    WORTH_GIVING_BACK = 16 << 20,
};

/* One of MHD's own: connections without and with TLS. */
enum transport { TRANSPORT_PLAIN, TRANSPORT_TLS, TRANSPORT_COUNT };

struct http {
    struct http_options options;
    struct MHD_Daemon *daemons[TRANSPORT_COUNT]; /* NULL: not needed */
    int epoll_fds[TRANSPORT_COUNT];              /* -1: likewise */
    struct gate gates[LISTED_MAX];
    int64_t accept_at_ms;
    int64_t tidy_at_ms;
    size_t most_held; /* memory of connections and answers, since some was given back */
    pthread_t thread;
    int wake_fd;
    void (*_Atomic called)(void *context); /* http_call() */
    struct traffic traffic;
};

/* MHD answers by itself where a head does not even fit into its memory, and tells only the log. */
static void count_large_head(struct traffic *traffic, const char *format, va_list args)
{
    static const char telling[] = "Error processing request (HTTP response code is %u";
    va_list copy;
    va_copy(copy, args);
    if (strncmp(format, telling, strlen(telling)) == 0) {
        const unsigned status = va_arg(copy, unsigned);
        traffic->refused[HTTP_REFUSED_HEAD] +=
            status == MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE || status == MHD_HTTP_URI_TOO_LONG;
    }
    va_end(copy);
}

/* MHD repeats itself when descriptors run out. */
__attribute__((format(printf, 2, 0))) static void log_mhd(void *context, const char *format,
                                                          va_list args)
{
    static int64_t second;
    static unsigned lines;
    count_large_head(context, format, args);
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

/* How much less memory connections and answers hold than they have held at most. */
static size_t freed_memory(struct http *http)
{
    const struct traffic *traffic = &http->traffic;
    const size_t held = traffic->answers_size + (size_t)traffic->connections * CONNECTION_SIZE;
    if (held > http->most_held)
        http->most_held = held;
    return http->most_held - held;
}

static int shortest_wait(struct http *http, int at_most_ms)
{
    const struct http_options *options = &http->options;
    int timeout_ms = shorter(at_most_ms, options->tick(options->context));
    timeout_ms = shorter(timeout_ms, deadline_tick(&http->traffic));
    for (unsigned i = 0; i < TRANSPORT_COUNT; i++) {
        MHD_UNSIGNED_LONG_LONG mhd_ms;
        if (http->daemons[i] != NULL && MHD_get_timeout(http->daemons[i], &mhd_ms) == MHD_YES)
            timeout_ms = shorter(timeout_ms, mhd_ms > INT32_MAX ? INT32_MAX : (int)mhd_ms);
    }
    if (freed_memory(http) >= WORTH_GIVING_BACK)
        timeout_ms = shorter(timeout_ms, TIDY_EVERY_MS);
    /* MHD's timeout counts neither. */
    if (http->traffic.resumed || heavy_is_waiting(&http->traffic))
        timeout_ms = 0;
    http->traffic.resumed = false;
    return timeout_ms;
}

static void accept_all(struct http *http, const struct pollfd gates[])
{
    for (unsigned i = 0; i < http->options.places.count; i++)
        if (gates[i].revents != 0 && !gate_accept(&http->gates[i], &http->traffic))
            http->accept_at_ms = clock_monotonic_ms() + ACCEPT_PAUSE_MS;
}

static void take_call(struct http *http)
{
    uint64_t rings;
    ssize_t ignored = read(http->wake_fd, &rings, sizeof rings);
    (void)ignored;
    void (*called)(void *) = atomic_exchange(&http->called, NULL);
    if (called != NULL)
        called(http->options.context);
}

/* The C library keeps what lies between pieces that are still in use; giving it back takes some
 * milliseconds. */
static void tidy(struct http *http, int64_t now_ms)
{
    const bool is_much = freed_memory(http) >= WORTH_GIVING_BACK;
    if (now_ms < http->tidy_at_ms)
        return;
    http->tidy_at_ms = now_ms + TIDY_EVERY_MS;
    clients_prune(&http->traffic.clients, now_ms);
    if (is_much) {
        malloc_trim(0);
        http->most_held = 0;
    }
}

static void turn(struct http *http, int at_most_ms)
{
    enum { EVENTS, WAKE, EPOLL, GATES = EPOLL + TRANSPORT_COUNT };
    struct pollfd fds[GATES + LISTED_MAX] = {
        [EVENTS] = {.fd = http->options.event_fd, .events = POLLIN},
        [WAKE] = {.fd = http->wake_fd, .events = POLLIN}};
    const int64_t now_ms = clock_monotonic_ms();
    int timeout_ms = shortest_wait(http, at_most_ms);
    const bool is_pausing = http->accept_at_ms > now_ms;
    if (is_pausing)
        timeout_ms = shorter(timeout_ms, (int)(http->accept_at_ms - now_ms));
    for (unsigned i = 0; i < TRANSPORT_COUNT; i++)
        fds[EPOLL + i] = (struct pollfd){.fd = http->epoll_fds[i], .events = POLLIN};
    for (unsigned i = 0; i < http->options.places.count; i++)
        fds[GATES + i] =
            (struct pollfd){.fd = is_pausing ? -1 : http->gates[i].fd, .events = POLLIN};
    poll(fds, GATES + http->options.places.count, timeout_ms);
    if (fds[WAKE].revents != 0)
        take_call(http);
    if (fds[EVENTS].revents != 0)
        http->options.deliver(http->options.context);
    accept_all(http, fds + GATES);
    for (unsigned i = 0; i < TRANSPORT_COUNT; i++)
        if (http->daemons[i] != NULL)
            MHD_run(http->daemons[i]);
    heavy_end_turn(&http->traffic);
    tidy(http, now_ms);
}

static void stop_listening(struct http *http)
{
    for (unsigned i = 0; i < http->options.places.count; i++)
        gate_close(&http->gates[i]);
}

static void *loop(void *arg)
{
    struct http *http = arg;
    pthread_setname_np(pthread_self(), "http");
    process_be_prompt();
    while (!http_is_draining(http))
        turn(http, -1);
    stop_listening(http); /* whoever comes now is told so, not left to wait */
    http->options.drain(http->options.context);
    /* Whoever waits for the disk is answered, however long that takes: a change that was made must
     * not look as if it was not. Whoever is still sending a request has until the deadline, and so
     * has what is heavy and has not been begun. */
    int64_t deadline_ms = clock_monotonic_ms() + DRAIN_MS;
    int64_t left_ms = DRAIN_MS;
    const struct traffic *traffic = &http->traffic;
    while (traffic->waiting > 0 || traffic->resumed || (traffic->alive > 0 && left_ms > 0)) {
        if (left_ms <= 0)
            heavy_refuse(&http->traffic);
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

static enum transport transport_of(const struct http_options *options, unsigned place)
{
    bool is_tls = options->places.at[place].socket[0] == '\0' && options->tls_cert != NULL;
    return is_tls ? TRANSPORT_TLS : TRANSPORT_PLAIN;
}

static char tls_versions[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"; /* GnuTLS's words */

static enum err start_daemon(struct http *http, enum transport transport)
{
    const struct http_options *options = &http->options;
    struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_CERT_CALLBACK, 0, certificate_of_nobody()},
                                   {MHD_OPTION_HTTPS_PRIORITIES, 0, tls_versions},
                                   {MHD_OPTION_END, 0, NULL}};
    const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     MHD_USE_NO_LISTEN_SOCKET | (transport == TRANSPORT_TLS ? MHD_USE_TLS : 0u);
    unsigned idle_s = (options->idle_timeout_ms + 999) / 1000;
    http->daemons[transport] = MHD_start_daemon(
        flags, 0, NULL, NULL, http_on_request, &http->traffic, MHD_OPTION_EXTERNAL_LOGGER, log_mhd,
        &http->traffic, MHD_OPTION_URI_LOG_CALLBACK, http_on_target, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, http_on_completed, &http->traffic,
        MHD_OPTION_NOTIFY_CONNECTION, http_on_connection, &http->traffic,
        MHD_OPTION_CONNECTION_LIMIT, UINT16_MAX * 16u, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, idle_s,
        MHD_OPTION_UNESCAPE_CALLBACK, http_unescape, NULL, MHD_OPTION_ARRAY,
        transport == TRANSPORT_TLS ? tls : none, MHD_OPTION_END);
    if (http->daemons[transport] == NULL)
        return ERR_NO_MEMORY;
    http->epoll_fds[transport] =
        MHD_get_daemon_info(http->daemons[transport], MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    return ERR_OK;
}

enum err http_read_certificate(struct http *http, struct fault *fault)
{
    const struct http_options *options = &http->options;
    char end[CLOCK_TEXT_SIZE];
    struct certificate *certificate;
    if (options->tls_cert == NULL)
        return ERR_OK;
    enum err err = certificate_load(options->tls_cert, options->tls_key, &certificate, fault);
    if (err != ERR_OK)
        return err;
    certificate_release(http->traffic.certificate);
    http->traffic.certificate = certificate;
    clock_format(certificate_end_s(certificate) * 1000, end);
    LOG(LOG_INFO, "certificate_read", LOG_TEXT("file", options->tls_cert), LOG_TEXT("ends", end));
    return ERR_OK;
}

enum err http_check_certificate(const struct http_options *options, struct fault *fault)
{
    struct certificate *certificate = NULL;
    if (options->tls_cert == NULL)
        return ERR_OK;
    enum err err = certificate_load(options->tls_cert, options->tls_key, &certificate, fault);
    certificate_release(certificate);
    return err;
}

static enum err start_daemons(struct http *http, struct fault *fault)
{
    bool needed[TRANSPORT_COUNT] = {false};
    for (unsigned i = 0; i < http->options.places.count; i++)
        needed[transport_of(&http->options, i)] = true;
    enum err err = http_read_certificate(http, fault);
    for (unsigned i = 0; i < TRANSPORT_COUNT && err == ERR_OK; i++)
        if (needed[i] && start_daemon(http, (enum transport)i) != ERR_OK)
            err = fault_set(fault, ERR_IO, NULL, "cannot start the HTTP server: %s",
                            thread_reason(errno));
    return err;
}

static void release(struct http *http)
{
    stop_listening(http);
    for (unsigned i = 0; i < TRANSPORT_COUNT; i++)
        if (http->daemons[i] != NULL)
            MHD_stop_daemon(http->daemons[i]);
    if (http->wake_fd >= 0)
        close(http->wake_fd);
    certificate_release(http->traffic.certificate);
    exchange_free_spares(&http->traffic);
    clients_free(&http->traffic.clients);
    free(http->traffic.answers);
    free(http);
}

static struct http *create(const struct http_options *options)
{
    struct http *http = calloc(1, sizeof *http);
    if (http == NULL)
        return NULL;
    http->options = *options;
    http->traffic.options = &http->options;
    for (unsigned i = 0; i < TRANSPORT_COUNT; i++)
        http->epoll_fds[i] = -1;
    for (unsigned i = 0; i < LISTED_MAX; i++)
        http->gates[i].fd = -1;
    const unsigned most = connection_limit();
    http->traffic.connections_max = options->connections_max > 0 && options->connections_max < most
                                        ? options->connections_max
                                        : most;
    http->traffic.answers = calloc(options->route_count + 1, sizeof *http->traffic.answers);
    http->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return http;
}

static enum err prepare(struct http *http, struct fault *fault)
{
    uint64_t seed = 0;
    if (http->traffic.answers == NULL || http->wake_fd < 0 ||
        getrandom(&seed, sizeof seed, 0) != sizeof seed)
        return fault_set(fault, ERR_IO, NULL, "cannot start the HTTP server: %s",
                         thread_reason(errno));
    rng_seed(&http->traffic.rng, seed);
    enum err err = start_daemons(http, fault);
    for (unsigned i = 0; i < http->options.places.count && err == ERR_OK; i++) {
        http->gates[i].daemon = http->daemons[transport_of(&http->options, i)];
        err = gate_open(&http->gates[i], &http->options, i, fault);
    }
    return err;
}

enum err http_start(const struct http_options *options, struct http **out, struct fault *fault)
{
    struct http *http = create(options);
    if (http == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "out of memory");
    enum err err = prepare(http, fault);
    if (err == ERR_OK) {
        *out = http; /* before the loop runs: handlers may ask for it at once */
        err = thread_start(&http->thread, loop, http);
        if (err == ERR_OK)
            return ERR_OK;
        *out = NULL;
        (void)fault_set(fault, err, NULL, "cannot start the HTTP server's thread: %s",
                        thread_reason(errno));
    }
    release(http);
    return err;
}

uint16_t http_port(const struct http *http, unsigned place)
{
    return gate_port(&http->gates[place]);
}

bool http_is_draining(const struct http *http)
{
    return atomic_load(&http->traffic.draining);
}

static void wake(struct http *http)
{
    uint64_t one = 1;
    ssize_t ignored = write(http->wake_fd, &one, sizeof one);
    (void)ignored;
}

void http_call(struct http *http, void (*function)(void *context))
{
    atomic_store(&http->called, function);
    wake(http);
}

void http_stop(struct http *http)
{
    atomic_store(&http->traffic.draining, true);
    wake(http);
    pthread_join(http->thread, NULL);
    release(http);
}

uint64_t http_answers(const struct http *http, size_t route, unsigned status)
{
    return http->traffic.answers[route][status];
}

uint64_t http_refusals(const struct http *http, enum http_refusal refusal)
{
    return http->traffic.refused[refusal];
}

const struct durations *http_latency(const struct http *http)
{
    return &http->traffic.latency;
}

int64_t http_certificate_end_s(const struct http *http)
{
    return http->traffic.certificate != NULL ? certificate_end_s(http->traffic.certificate) : 0;
}

unsigned http_connections(const struct http *http)
{
    return http->traffic.connections;
}

unsigned http_in_flight(const struct http *http)
{
    return http->traffic.alive;
}

const char *http_library_version(void)
{
    return MHD_get_version();
}
