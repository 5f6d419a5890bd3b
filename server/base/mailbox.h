/*
 * mailbox - messages from any thread to one.
 *
 * Posting never blocks and takes no lock: a nice-19 training thread may be put
 * off the processor at any instruction, and nobody who answers requests may wait
 * for it. The list is a Treiber stack (push by compare-and-swap) that the owner
 * takes whole and turns round, so messages are delivered in the order they were
 * posted. Each post writes to an eventfd, which is readable until the owner takes what is
 * there.
 *
 * A message is embedded in what it is about and belongs to the mailbox from post
 * until its `deliver` is called, on the owner's thread.
 */
#ifndef TTSTD_BASE_MAILBOX_H
#define TTSTD_BASE_MAILBOX_H

#include "base/err.h"

#include <stdatomic.h>

struct message {
    struct message *next; /* the mailbox's */
    void (*deliver)(struct message *message);
};

struct mailbox {
    _Atomic(struct message *) newest;
    int event_fd;
};

MUST_CHECK enum err mailbox_open(struct mailbox *mailbox);

/* The mailbox must be empty and its posters joined: a post may still be ringing after its message
 * was delivered. */
void mailbox_close(struct mailbox *mailbox);

/* Any thread. */
void mailbox_post(struct mailbox *mailbox, struct message *message);

/* Owner: takes all that was posted, oldest first, chained by `next`; NULL if none. */
struct message *mailbox_take(struct mailbox *mailbox);

/* Owner: takes all and calls each one's `deliver`. Returns how many there were. */
unsigned mailbox_deliver(struct mailbox *mailbox);

/* Owner: returns when something is there or after `timeout_ms` (-1: no limit). */
void mailbox_wait(struct mailbox *mailbox, int timeout_ms);

#endif
