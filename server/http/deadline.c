#include "http/deadline.h"

#include "base/clock.h"

#include <linux/tcp.h>
#include <sys/socket.h>

enum {
    LOOKS_A_DEADLINE = 4,
    /* An answer is short, or a brain's file: who has not taken it by then will not. Event streams
     * end by themselves, or when their listener does not read (MHD's timeout). */
    ANSWER_DEADLINE_MS = 120 * 1000,
};

#define UNKNOWN UINT64_MAX

static void unlink_from(struct deadlines *list, struct connection *connection)
{
    if (connection->earlier != NULL)
        connection->earlier->later = connection->later;
    else
        list->first = connection->later;
    if (connection->later != NULL)
        connection->later->earlier = connection->earlier;
    else
        list->last = connection->earlier;
    connection->earlier = connection->later = NULL;
}

/* Nearly always the last place is the right one: all wait about as long. */
static void link_into(struct deadlines *list, struct connection *connection)
{
    struct connection *before = list->last;
    while (before != NULL && before->look_at_ms > connection->look_at_ms)
        before = before->earlier;
    connection->earlier = before;
    connection->later = before != NULL ? before->later : list->first;
    if (connection->later != NULL)
        connection->later->earlier = connection;
    else
        list->last = connection;
    if (before != NULL)
        before->later = connection;
    else
        list->first = connection;
}

static unsigned interval_ms(const struct traffic *traffic)
{
    return traffic->options->request_deadline_ms / LOOKS_A_DEADLINE + 1;
}

/* 0 where nobody counts them. */
static uint64_t received_bytes(const struct connection *connection)
{
    struct tcp_info info = {.tcpi_state = 0};
    socklen_t size = sizeof info;
    if (getsockopt(connection->fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return 0;
    return info.tcpi_bytes_received;
}

void deadline_add(struct traffic *traffic, struct connection *connection)
{
    connection->look_at_ms = clock_monotonic_ms() + interval_ms(traffic);
    link_into(&traffic->deadlines, connection);
}

void deadline_remove(struct traffic *traffic, struct connection *connection)
{
    unlink_from(&traffic->deadlines, connection);
}

void deadline_begin(struct connection *connection, enum connection_state state, int64_t now_ms)
{
    if (state == connection->state)
        return;
    connection->state = state;
    connection->since_ms = now_ms;
}

void deadline_end(struct connection *connection, enum connection_state state)
{
    if (state == CONNECTION_IDLE && connection->state != CONNECTION_IDLE)
        connection->received = UNKNOWN;
    connection->state = state;
}

/* The first look at an idle connection only counts: asking the kernel after every request would
 * cost each of them. */
static void look_for_bytes(struct connection *connection, int64_t now_ms)
{
    const uint64_t received = received_bytes(connection);
    if (connection->received != UNKNOWN && received > connection->received)
        deadline_begin(connection, CONNECTION_READING, now_ms);
    connection->received = received;
}

static bool is_too_late(const struct traffic *traffic, const struct connection *connection,
                        int64_t now_ms)
{
    const int64_t age_ms = now_ms - connection->since_ms;
    if (connection->state == CONNECTION_READING)
        return age_ms >= (int64_t)traffic->options->request_deadline_ms;
    return connection->state == CONNECTION_ANSWERING && age_ms >= ANSWER_DEADLINE_MS;
}

static void look_at(struct traffic *traffic, struct connection *connection, int64_t now_ms)
{
    if (connection->state == CONNECTION_IDLE)
        look_for_bytes(connection, now_ms);
    if (is_too_late(traffic, connection, now_ms)) {
        traffic->refused[HTTP_REFUSED_SLOW]++;
        shutdown(connection->fd, SHUT_RDWR); /* MHD closes it */
    }
    unlink_from(&traffic->deadlines, connection);
    connection->look_at_ms = now_ms + interval_ms(traffic);
    link_into(&traffic->deadlines, connection);
}

int deadline_tick(struct traffic *traffic)
{
    const int64_t now_ms = clock_monotonic_ms();
    struct connection *first = traffic->deadlines.first;
    for (; first != NULL && first->look_at_ms <= now_ms; first = traffic->deadlines.first)
        look_at(traffic, first, now_ms);
    return first != NULL ? (int)(first->look_at_ms - now_ms) : -1;
}
