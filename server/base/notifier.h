/*
 * notifier - tells the service manager that started this process how it is: systemd's sd_notify(3),
 * a datagram of `NAME=value` lines to the unix socket that NOTIFY_SOCKET names.
 *
 * The protocol is documented and promised to stay, and these few lines are all of it that is
 * needed: libsystemd would bring three compressors and a cryptographic library into the process for
 * them.
 *
 * Without NOTIFY_SOCKET nothing is ever sent.
 */
#ifndef TTSTD_BASE_NOTIFIER_H
#define TTSTD_BASE_NOTIFIER_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/fault.h"

struct notifier {
    struct sockaddr_un address;
    socklen_t address_size;
    int fd;                 /* meaningful if address_size > 0, which says that somebody listens */
    unsigned feed_every_ms; /* half of what the watchdog waits for; 0: there is none */
    int64_t feed_at_ms;     /* monotonic clock */
};

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. After ERR_MALFORMED (a kind of address that
 * is not known) or ERR_IO the notifier is one that sends nothing. */
MUST_CHECK enum err notifier_open(struct notifier *out, struct fault *fault);

/* The daemon serves; it goes down; what it is at. `status` is one line. */
void notifier_say_ready(const struct notifier *notifier, const char *status);
void notifier_say_stopping(const struct notifier *notifier, const char *status);
void notifier_say_status(const struct notifier *notifier, const char *status);

/* Tells the watchdog, if it is time, that whoever calls this is alive; never blocks. Returns in how
 * many milliseconds to call again; -1: never. One thread. */
int notifier_feed_watchdog(struct notifier *notifier, int64_t now_ms);

void notifier_close(struct notifier *notifier);

#endif
