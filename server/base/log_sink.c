#include "base/log_sink.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    BUFFER_SIZE = 128 * 1024, /* some 800 lines: what comes while the thread waits for its turn */
    FLUSH_NS = 500000000,
};

struct buffer {
    char bytes[BUFFER_SIZE];
    size_t size;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t lines_there = PTHREAD_COND_INITIALIZER;
static pthread_cond_t all_written = PTHREAD_COND_INITIALIZER;
static struct buffer buffers[2];
static struct buffer *filling = &buffers[0]; /* under lock; the other one is the thread's */
static bool is_writing;                      /* under lock: the thread has lines in hand */
static bool has_thread;                      /* fixed before other threads start; likewise `tell` */
static size_t (*tell)(uint64_t count, char out[LOG_LINE_SIZE]);
static _Atomic uint64_t dropped;
static uint64_t told; /* of those dropped; whose turn it is to write has it */

/* Whoever shares standard error may have made it one that does not block. */
static bool write_line(const char *line, size_t size)
{
    while (size > 0) {
        ssize_t written = write(STDERR_FILENO, line, size);
        if (written < 0 && errno == EAGAIN)
            poll(&(struct pollfd){.fd = STDERR_FILENO, .events = POLLOUT}, 1, -1);
        else if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            line += written;
            size -= (size_t)written;
        }
    }
    return true;
}

static void write_lines(const char *lines, size_t size)
{
    for (const char *end = lines + size, *next; lines < end; lines = next) {
        next = (const char *)memchr(lines, '\n', (size_t)(end - lines)) + 1;
        if (!write_line(lines, (size_t)(next - lines)))
            atomic_fetch_add(&dropped, 1);
    }
    char line[LOG_LINE_SIZE];
    const uint64_t lost = atomic_load(&dropped) - told;
    if (lost > 0 && tell != NULL && write_line(line, tell(lost, line)))
        told += lost;
}

static void *write_for_ever(void *unused)
{
    pthread_setname_np(pthread_self(), "log");
    pthread_mutex_lock(&lock);
    for (;;) {
        while (filling->size == 0)
            pthread_cond_wait(&lines_there, &lock);
        struct buffer *full = filling;
        filling = full == &buffers[0] ? &buffers[1] : &buffers[0];
        is_writing = true;
        pthread_mutex_unlock(&lock);
        write_lines(full->bytes, full->size);
        pthread_mutex_lock(&lock);
        full->size = 0;
        is_writing = false;
        pthread_cond_signal(&all_written);
    }
    return unused;
}

void log_sink_start(size_t (*teller)(uint64_t count, char out[LOG_LINE_SIZE]))
{
    struct stat status;
    pthread_t thread;
    tell = teller;
    if (fstat(STDERR_FILENO, &status) == 0 && S_ISREG(status.st_mode))
        return;
    has_thread = pthread_create(&thread, NULL, write_for_ever, NULL) == 0;
    if (has_thread)
        pthread_detach(thread); /* it may be in write(2) when the process ends */
}

void log_sink_put(const char *line, size_t size)
{
    pthread_mutex_lock(&lock);
    if (!has_thread) {
        write_lines(line, size);
    } else if (filling->size + size <= BUFFER_SIZE) {
        memcpy(filling->bytes + filling->size, line, size);
        filling->size += size;
        pthread_cond_signal(&lines_there);
    } else {
        atomic_fetch_add(&dropped, 1);
    }
    pthread_mutex_unlock(&lock);
}

void log_sink_flush(void)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += FLUSH_NS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&lock);
    int late = 0;
    while ((filling->size > 0 || is_writing) && late == 0)
        late = pthread_cond_clockwait(&all_written, &lock, CLOCK_MONOTONIC, &until);
    pthread_mutex_unlock(&lock);
}

uint64_t log_sink_dropped(void)
{
    return atomic_load(&dropped);
}
