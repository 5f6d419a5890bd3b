#include "base/mailbox.h"

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum err mailbox_open(struct mailbox *mailbox)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        return ERR_IO;
    mailbox->event_fd = fd;
    atomic_init(&mailbox->newest, NULL);
    return ERR_OK;
}

void mailbox_close(struct mailbox *mailbox)
{
    close(mailbox->event_fd);
}

void mailbox_post(struct mailbox *mailbox, struct message *message)
{
    struct message *newest = atomic_load_explicit(&mailbox->newest, memory_order_relaxed);
    do
        message->next = newest;
    while (!atomic_compare_exchange_weak(&mailbox->newest, &newest, message));
    /* Every post rings. Were it only the one that finds the list empty, a trainer that is put off
     * right here would keep all later messages from the owner. The write can only fail when the
     * counter is full, and then the owner has been told. */
    uint64_t one = 1;
    ssize_t ignored = write(mailbox->event_fd, &one, sizeof one);
    (void)ignored;
}

struct message *mailbox_take(struct mailbox *mailbox)
{
    uint64_t rings;
    ssize_t ignored = read(mailbox->event_fd, &rings, sizeof rings); /* before the exchange */
    (void)ignored;
    struct message *stack = atomic_exchange(&mailbox->newest, NULL);
    struct message *oldest = NULL;
    while (stack != NULL) {
        struct message *below = stack->next;
        stack->next = oldest;
        oldest = stack;
        stack = below;
    }
    return oldest;
}

unsigned mailbox_deliver(struct mailbox *mailbox)
{
    unsigned count = 0;
    struct message *message = mailbox_take(mailbox);
    while (message != NULL) {
        struct message *next = message->next; /* deliver may free the message */
        message->deliver(message);
        message = next;
        count++;
    }
    return count;
}

void mailbox_wait(struct mailbox *mailbox, int timeout_ms)
{
    struct pollfd poll_fd = {.fd = mailbox->event_fd, .events = POLLIN};
    poll(&poll_fd, 1, timeout_ms);
}
