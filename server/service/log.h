/*
 * log - changes under way: posted to the store, written there in the order in which they were
 * posted, given back.
 *
 *     decided --log_post()--> store_write() --given back--> applied, answered, what follows
 *
 * Invariants
 *  1. Who changes a brain claims it (change_claims_brain()): from log_claim() until its change has
 *     been given back, brain_entry.under_way counts it.
 *  2. Each posting comes back once, on the owner's thread, with change.err; nothing is written
 *     beside what is posted here.
 */
#ifndef TTSTD_SERVICE_LOG_H
#define TTSTD_SERVICE_LOG_H

#include "model/change.h"
#include "service/state.h"
#include "train/evaluator.h"

/* A change, and who waits for it. */
struct posting {
    struct store_request request; /* first */
    struct evaluator_task task;
    struct service *service;
    struct change change;
    struct service_call *calls; /* a list */
    /* The thread that writes it: what is left to decide; again where it is written again. NULL:
     * nothing. */
    enum err (*prepare)(struct posting *posting);
    struct edition *before;    /* what that begins with, held; or NULL */
    const struct atlas *atlas; /* and its game's */
    struct retry retry;        /* of a curve point */
    bool is_part;              /* of a run, which frees it */
};

/* Any thread. NULL: no memory. */
struct posting *posting_create(struct service *service, enum change_kind kind);

/* The owner's thread. */
void posting_free(struct posting *posting);

/* Before the posting is posted, as the next: the call will hear how it went. */
void log_await(struct posting *posting, struct service_call *call);

/* The owner's thread: its change claims its brain. */
void log_claim(struct posting *posting);

/* Any thread. */
void log_post(struct posting *posting);

/* Posts it by way of the evaluator, and so behind the curve points that were posted there before.
 * Were it ahead of one, a crash between the two would leave a gap for ever. */
void log_post_by_evaluator(struct posting *posting, struct evaluator *evaluator);

/* Its change has been given back, and claims nothing any more. */
void log_end(const struct posting *posting);

/* Tells those who wait for it how it went. */
void log_answer(struct posting *posting);

/* `call` will report once all that was posted before has been tried. ERR_NO_MEMORY. */
MUST_CHECK enum err log_post_barrier(struct service *service, struct service_call *call);

/* Posts the job's row as it stands, but for how far it is. ERR_NO_MEMORY: nothing was begun. */
MUST_CHECK enum err log_post_job(struct service *service, struct job_entry *item);

#endif
