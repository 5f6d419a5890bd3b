/*
 * paced PORT RATE SECONDS CONNECTIONS - asks a daemon on loopback for moves, RATE a second, and
 * says how long they took.
 *
 * Each request has its time, whether those before it are answered or not, and its latency counts
 * from then: a server that stalls is charged with all that came meanwhile. Who may have real-time
 * priority does not wait for a processor, which would be charged to the server, too. Prints how
 * many were asked for, how many failed, and percentiles 50, 90, 99, 99.9 and 100 in microseconds.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 64, ANSWER_MAX = 4096, PATIENCE_S = 5 };

static const char request[] = "POST /move HTTP/1.1\r\nHost: localhost\r\n"
                              "Content-Type: application/json\r\nContent-Length: 21\r\n\r\n"
                              "{\"board\":\"000000000\"}";

struct connection {
    int64_t due_ns; /* of the request that is under way; 0: none */
    size_t size;    /* of what has come of its answer */
    char answer[ANSWER_MAX + 1];
};

struct load {
    unsigned count;
    struct pollfd fds[CONNECTIONS_MAX];
    struct connection connections[CONNECTIONS_MAX];
    uint64_t asked, answered, failed;
    int64_t *latencies_ns;
};

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int open_connection(uint16_t port)
{
    const int on = 1;
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        perror("paced: connect");
        exit(1);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

/* Whether all of the answer has come. */
static bool is_whole(const struct connection *connection)
{
    const char *end = strstr(connection->answer, "\r\n\r\n");
    const char *length = strstr(connection->answer, "Content-Length: ");
    if (end == NULL || length == NULL)
        return false;
    const size_t head = (size_t)(end + 4 - connection->answer);
    return connection->size >= head + strtoul(length + strlen("Content-Length: "), NULL, 10);
}

static void read_answer(struct load *load, unsigned i)
{
    struct connection *connection = &load->connections[i];
    ssize_t got = recv(load->fds[i].fd, connection->answer + connection->size,
                       ANSWER_MAX - connection->size, MSG_DONTWAIT);
    if (got <= 0) {
        fputs("paced: the connection was closed\n", stderr);
        exit(1);
    }
    connection->size += (size_t)got;
    connection->answer[connection->size] = '\0';
    if (!is_whole(connection))
        return;
    load->latencies_ns[load->answered++] = now_ns() - connection->due_ns;
    load->failed += strncmp(connection->answer, "HTTP/1.1 200 ", 13) != 0;
    connection->due_ns = 0;
    connection->size = 0;
}

/* False where all connections have a request under way. */
static bool ask(struct load *load, int64_t due_ns)
{
    for (unsigned i = 0; i < load->count; i++) {
        if (load->connections[i].due_ns != 0)
            continue;
        load->connections[i].due_ns = due_ns;
        load->asked++;
        if (send(load->fds[i].fd, request, sizeof request - 1, MSG_NOSIGNAL) ==
            (ssize_t)sizeof request - 1)
            return true;
        perror("paced: send");
        exit(1);
    }
    return false;
}

static void wait_until(struct load *load, int64_t until_ns)
{
    const int64_t left_ns = until_ns - now_ns();
    const struct timespec left = {.tv_sec = left_ns > 0 ? left_ns / 1000000000 : 0,
                                  .tv_nsec = left_ns > 0 ? left_ns % 1000000000 : 0};
    if (ppoll(load->fds, load->count, &left, NULL) <= 0)
        return;
    for (unsigned i = 0; i < load->count; i++)
        if (load->fds[i].revents != 0)
            read_answer(load, i);
}

static void run(struct load *load, uint64_t total, double interval_ns)
{
    const int64_t begin_ns = now_ns();
    const int64_t end_ns =
        begin_ns + (int64_t)((double)total * interval_ns) + PATIENCE_S * (int64_t)1000000000;
    while (load->answered < total && now_ns() < end_ns) {
        const int64_t due_ns = begin_ns + (int64_t)((double)load->asked * interval_ns);
        const bool is_due = load->asked < total && now_ns() >= due_ns;
        if (!is_due || !ask(load, due_ns))
            wait_until(load, load->asked < total && !is_due ? due_ns : end_ns);
    }
    load->failed += total - load->answered;
}

static int compare(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void report(struct load *load)
{
    static const double percentiles[] = {50, 90, 99, 99.9, 100};
    printf("%llu %llu", (unsigned long long)load->asked, (unsigned long long)load->failed);
    qsort(load->latencies_ns, load->answered, sizeof(int64_t), compare);
    for (size_t i = 0; i < sizeof percentiles / sizeof percentiles[0] && load->answered > 0; i++) {
        const uint64_t rank = (uint64_t)((double)(load->answered - 1) * percentiles[i] / 100);
        printf(" %.1f", (double)load->latencies_ns[rank] / 1000);
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    static struct load load;
    const double rate = argc == 5 ? strtod(argv[2], NULL) : 0;
    const uint64_t total = (uint64_t)(rate * (argc == 5 ? strtod(argv[3], NULL) : 0));
    load.count = argc == 5 ? (unsigned)strtoul(argv[4], NULL, 10) : 0;
    if (total == 0 || load.count < 1 || load.count > CONNECTIONS_MAX) {
        fputs("usage: paced PORT RATE SECONDS CONNECTIONS (1 to 64)\n", stderr);
        return 2;
    }
    /* Else each request may be late by our own fault: by 50 us, or until a trainer's time slice is
     * over. */
    prctl(PR_SET_TIMERSLACK, 1);
    (void)sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1});
    load.latencies_ns = calloc(total, sizeof *load.latencies_ns);
    for (unsigned i = 0; i < load.count; i++)
        load.fds[i] = (struct pollfd){.fd = open_connection((uint16_t)strtoul(argv[1], NULL, 10)),
                                      .events = POLLIN};
    if (load.latencies_ns == NULL)
        return 1;
    run(&load, total, 1e9 / rate);
    report(&load);
    return load.failed == 0 ? 0 : 1;
}
