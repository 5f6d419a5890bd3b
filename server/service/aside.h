/*
 * aside - what takes too long for the owner's thread, done on the evaluator's. The owner's thread
 * only, unless it says otherwise.
 */
#ifndef TTSTD_SERVICE_ASIDE_H
#define TTSTD_SERVICE_ASIDE_H

#include "service/service.h"
#include "train/evaluator.h"

/* Embedded in what it is about. */
struct aside {
    struct evaluator_task task; /* first */
    struct message back;
    struct service *service;
    void (*perform)(struct aside *aside); /* the evaluator's thread */
    void (*done)(struct aside *aside);
};

/* Has it performed, and then done, from service_deliver(). */
void service_do_aside(struct service *service, struct aside *aside);

/* Makes an edition's digest, aside if that takes long. ERR_OK: it is there. ERR_LATER: the call
 * waits for it; ERR_NO_MEMORY. */
struct edition;
MUST_CHECK enum err aside_digest(struct service *service, struct edition *edition,
                                 struct service_call *call, struct fault *fault);

#endif
