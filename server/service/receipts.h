/*
 * receipts - answers that are kept, so that a change that is asked for twice is made once. Owner's
 * thread only.
 *
 * Who sends a key with a request gets, when he sends the same again, the same answer, for 24 hours:
 * it is written in the transaction that makes the change. (The IETF's draft "The Idempotency-Key
 * HTTP Header Field".) A request that fails changes nothing and leaves no receipt.
 */
#ifndef TTSTD_SERVICE_RECEIPTS_H
#define TTSTD_SERVICE_RECEIPTS_H

#include "model/record.h"
#include "service/call.h"

struct job_view;

/* Made by the caller, with kept.token, kept.key and kept.request; it stays his until
 * service_end_receipt(). */
struct receipt {
    struct service_call call; /* first */
    struct receipt_record kept;
    bool is_found; /* the answer stands in `kept`; nothing is to be done */
    /* Has the answer written into `kept`: the request succeeds if it can be written to disk. `job`
     * is what was started, or NULL. Any thread, one at a time. */
    void (*write)(struct receipt *receipt, const struct job_view *job);
    const void *subject;  /* for `write` */
    struct receipt *next; /* the service's */
};

/* Looks for an answer. ERR_OK: the call will report, ERR_IMPOSSIBLE if the key came with another
 * request before. ERR_CONFLICT: a request with that key is being done. ERR_NO_MEMORY. */
MUST_CHECK enum err service_recall(struct service *service, struct receipt *receipt,
                                   struct fault *fault);

/* The request is answered. After any service_recall() that succeeded. */
void service_end_receipt(struct service *service, struct receipt *receipt);

/* Within the room, any thread: has the answer written, and kept with the change. The receipt may be
 * NULL, then there is nothing to do. ERR_NO_MEMORY. */
struct change;
MUST_CHECK enum err receipt_add(struct receipt *receipt, const struct job_view *job,
                                struct change *change);

#endif
