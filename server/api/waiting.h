/*
 * waiting - exchanges that wait for the service.
 *
 * Such an exchange is the call: what the service gives back, and what the answer needs beside it,
 * stand in the exchange itself, so that there is no memory for them to run out of. A handler begins
 * the call, gives it to a function of the service, and returns what call_wait() says.
 */
#ifndef TTSTD_API_WAITING_H
#define TTSTD_API_WAITING_H

#include "api/api.h"
#include "http/exchange.h"
#include "service/checkpoints.h"
#include "service/curve.h"
#include "service/evaluations.h"
#include "service/jobs.h"
#include "service/matches.h"
#include "service/receipts.h"

struct call {
    union { /* what comes back; first */
        struct service_call base;
        struct match_call match;
        struct evaluation_call evaluation;
        struct curve_call curve;
        struct checkpoint_call checkpoint;
        struct checkpoints_call checkpoints;
        struct jobs_call jobs;
    };
    struct api *api;
    struct exchange *exchange;
    void (*done)(struct service_call *call); /* NULL: there is nothing to do but to begin again */
    char name[ROUTE_PARAMETER_SIZE];         /* of the brain that it is about */
    union {                                  /* for the answer */
        struct {                             /* of an evaluation */
            struct policy policy;
            bool has_against;
        };
        bool is_csv;    /* of a curve */
        uint64_t after; /* of events: the curve's points behind that one are wanted */
        struct {        /* of whoever waits for a job's end */
            struct call *next;
            int64_t until_ms; /* by the monotonic clock */
        };
    };
    bool is_keyed; /* it has a receipt; it outlives the call's beginning anew */
    struct receipt receipt;
};

/* The exchange's call, as it stands. */
struct call *call_of(struct exchange *exchange);

/* Begins it: `done` is called when the service is done with it. Where a brain had to be read first
 * the exchange is handled again instead. */
struct call *call_begin(struct api *api, struct exchange *exchange,
                        void (*done)(struct service_call *call));

/* The same for a function of the service that waits for nothing else. */
struct service_call *call_to_repeat(struct api *api, struct exchange *exchange);

/* For a handler's end: `err` is what the function of the service returned. ERR_OK, ERR_LATER: it
 * waits. Else the fault is the reply. */
enum handled call_wait(struct exchange *exchange, enum err err, const struct fault *fault);

/* For `done`: whether it failed; then the reply says so. */
bool call_failed(struct call *call);

/* For the end of `done`: sends the reply. */
void call_answer(struct call *call);

#endif
