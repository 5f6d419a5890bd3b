#include "service/aside.h"

#include "base/clock.h"
#include "service/state.h"
#include "train/trainer.h"

#include <stdlib.h>
#include <string.h>

/* The evaluator's thread. */
static void perform(struct evaluator_task *task)
{
    struct aside *aside = (struct aside *)task;
    aside->perform(aside);
    mailbox_post(&aside->service->inbox, &aside->back);
}

static void deliver(struct message *message)
{
    struct aside *aside = (struct aside *)((char *)message - offsetof(struct aside, back));
    aside->done(aside);
}

void service_do_aside(struct service *service, struct aside *aside)
{
    aside->service = service;
    aside->task.perform = perform;
    aside->back.deliver = deliver;
    evaluator_post_behind(trainer_evaluator(service->trainer), &aside->task);
}

/* Digests. */

/* A million bytes take a millisecond. */
enum { DIGESTED_AT_ONCE = 1 << 20 };

struct digesting {
    struct aside aside; /* first */
    struct digesting *next;
    struct edition *edition; /* held */
    char digest[BRAIN_DIGEST_SIZE];
    struct service_call *calls; /* that wait for it */
};

static void make_digest(struct aside *aside)
{
    struct digesting *digesting = (struct digesting *)aside;
    brain_digest(digesting->edition->table, digesting->digest);
}

static void end_digest(struct aside *aside)
{
    struct digesting *digesting = (struct digesting *)aside;
    struct digesting **link = &aside->service->digestings;
    while (*link != digesting)
        link = &(*link)->next;
    *link = digesting->next;
    struct edition *edition = digesting->edition;
    memcpy(edition->digest, digesting->digest, sizeof edition->digest);
    edition->digested_at_ms = clock_monotonic_ms();
    for (struct service_call *call = digesting->calls; call != NULL;) {
        struct service_call *next = call->next; /* done() may free the call */
        (void)fault_set(&call->fault, ERR_LATER, NULL, "its digest is made");
        call->done(call);
        call = next;
    }
    edition_let_go(edition);
    free(digesting);
}

/* The one that is under way for it, or else a new one. NULL: no memory. */
static struct digesting *find_digesting(struct service *service, struct edition *edition)
{
    struct digesting *digesting = service->digestings;
    while (digesting != NULL && digesting->edition != edition)
        digesting = digesting->next;
    if (digesting != NULL)
        return digesting;
    digesting = calloc(1, sizeof *digesting);
    if (digesting == NULL)
        return NULL;
    digesting->edition = edition_hold(edition);
    digesting->next = service->digestings;
    service->digestings = digesting;
    digesting->aside.perform = make_digest;
    digesting->aside.done = end_digest;
    service_do_aside(service, &digesting->aside);
    return digesting;
}

enum err aside_digest(struct service *service, struct edition *edition, struct service_call *call,
                      struct fault *fault)
{
    if (edition->digest[0] != '\0' || brain_size(edition->table) <= DIGESTED_AT_ONCE) {
        (void)edition_digest(edition);
        return ERR_OK;
    }
    struct digesting *digesting = find_digesting(service, edition);
    if (digesting == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to make its digest");
    call->next = digesting->calls;
    digesting->calls = call;
    return fault_set(fault, ERR_LATER, NULL, "its digest is made");
}
