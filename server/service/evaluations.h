/*
 * evaluations - exactly how good a brain is, on request. Owner's thread only; the work is done on
 * the evaluator's.
 */
#ifndef TTSTD_SERVICE_EVALUATIONS_H
#define TTSTD_SERVICE_EVALUATIONS_H

#include "engine/evaluate.h"
#include "service/service.h"

struct evaluation_order {
    const char *brain; /* or brain@checkpoint, as the next */
    struct policy policy;
    const char *against; /* another brain, or NULL */
};

/* Embedded in what the caller wants back. */
struct evaluation_call {
    struct service_call call; /* first */
    /* Valid when the call ends. */
    uint64_t matches; /* of the brain */
    struct evaluation evaluation;
};

/* ERR_OK: the call will report, always well. ERR_NOT_FOUND (the field is `against` if it is that
 * one), ERR_LATER, ERR_NO_MEMORY. */
MUST_CHECK enum err service_evaluate(struct service *service, const struct evaluation_order *order,
                                     struct evaluation_call *call, struct fault *fault);

#endif
