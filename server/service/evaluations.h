/*
 * evaluations - exactly how good a brain is, on request. Owner's thread only; the work is done on
 * the evaluator's.
 */
#ifndef TTSTD_SERVICE_EVALUATIONS_H
#define TTSTD_SERVICE_EVALUATIONS_H

#include "engine/evaluate.h"
#include "service/service.h"

/* Under way at once. Each takes the evaluator some milliseconds: whoever comes last still hears
 * within seconds. */
enum { EVALUATIONS_MAX = 1024 };

/* Strings must last until the call ends. */
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

/* ERR_OK: the call will report, of the brains as they are when it is their turn. ERR_NOT_FOUND,
 * ERR_IMPOSSIBLE (the game is not exact; another game) (the field is `against` if it is that one),
 * ERR_BUSY (EVALUATIONS_MAX), ERR_NO_MEMORY. */
MUST_CHECK enum err service_evaluate(struct service *service, const struct evaluation_order *order,
                                     struct evaluation_call *call, struct fault *fault);

/* Those that still wait in line end with ERR_STOPPING. */
void service_end_evaluations(struct service *service);

#endif
