#include "base/notifier.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MESSAGE_SIZE = 256 };

/* An address that opens with @ is an abstract one: no file, but a NUL in place of the @. */
static enum err parse_address(const char *text, struct notifier *out, struct fault *fault)
{
    const size_t length = strlen(text);
    if ((text[0] != '/' && text[0] != '@') || length >= sizeof out->address.sun_path)
        return fault_set(fault, ERR_MALFORMED, "NOTIFY_SOCKET",
                         "NOTIFY_SOCKET is not the address of a unix socket: %s", text);
    out->address.sun_family = AF_UNIX;
    memcpy(out->address.sun_path, text, length);
    if (text[0] == '@')
        out->address.sun_path[0] = '\0';
    out->address_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    return ERR_OK;
}

/* A watchdog of another process, such as a parent, is not ours to feed. */
static unsigned watchdog_interval_ms(void)
{
    const char *pid = getenv("WATCHDOG_PID");
    const char *usec = getenv("WATCHDOG_USEC");
    if (usec == NULL || (pid != NULL && strtoll(pid, NULL, 10) != getpid()))
        return 0;
    const long long half_ms = strtoll(usec, NULL, 10) / 2 / 1000;
    return half_ms > INT32_MAX ? INT32_MAX : half_ms > 0 ? (unsigned)half_ms : 0;
}

enum err notifier_open(struct notifier *out, struct fault *fault)
{
    *out = (struct notifier){.fd = -1};
    const char *text = getenv("NOTIFY_SOCKET");
    if (text == NULL || text[0] == '\0')
        return ERR_OK;
    enum err err = parse_address(text, out, fault);
    if (err != ERR_OK)
        return err;
    out->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (out->fd < 0) {
        out->address_size = 0;
        return fault_set(fault, ERR_IO, NULL, "no socket: %s", strerror(errno));
    }
    out->feed_every_ms = watchdog_interval_ms();
    return ERR_OK;
}

static void send_message(const struct notifier *notifier, const char *message, int flags)
{
    if (notifier->address_size == 0)
        return;
    ssize_t ignored = sendto(notifier->fd, message, strlen(message), flags | MSG_NOSIGNAL,
                             (const struct sockaddr *)&notifier->address, notifier->address_size);
    (void)ignored; /* a manager that went away is no reason to stop */
}

static void say(const struct notifier *notifier, const char *state, const char *status)
{
    char message[MESSAGE_SIZE];
    snprintf(message, sizeof message, "%sSTATUS=%s", state, status);
    send_message(notifier, message, 0);
}

void notifier_say_ready(const struct notifier *notifier, const char *status)
{
    say(notifier, "READY=1\n", status);
}

void notifier_say_stopping(const struct notifier *notifier, const char *status)
{
    say(notifier, "STOPPING=1\n", status);
}

void notifier_say_status(const struct notifier *notifier, const char *status)
{
    say(notifier, "", status);
}

int notifier_feed_watchdog(struct notifier *notifier, int64_t now_ms)
{
    if (notifier->feed_every_ms == 0)
        return -1;
    if (now_ms >= notifier->feed_at_ms) {
        send_message(notifier, "WATCHDOG=1", MSG_DONTWAIT);
        notifier->feed_at_ms = now_ms + notifier->feed_every_ms;
    }
    return (int)(notifier->feed_at_ms - now_ms);
}

void notifier_close(struct notifier *notifier)
{
    if (notifier->fd >= 0)
        close(notifier->fd);
    *notifier = (struct notifier){.fd = -1};
}
