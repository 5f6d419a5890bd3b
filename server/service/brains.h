/*
 * brains - the brains of the daemon: create, look at, list. Owner's thread only.
 */
#ifndef TTSTD_SERVICE_BRAINS_H
#define TTSTD_SERVICE_BRAINS_H

#include "engine/brain.h"
#include "service/service.h"

#include <stdbool.h>

enum { BRAIN_NAME_MAX = 64, BRAINS_MAX = 1000 /* each holds a table of 290 KB in memory */ };

/* What a brain is like at this moment. Strings are the service's, valid until its next call. */
struct brain_info {
    const char *name;
    const char *game;
    struct rule rule;
    uint64_t matches;
    uint64_t results[RESULT_COUNT];
    uint32_t rows;
    int64_t training; /* the id of the job that is running or next, 0 = none */
    int64_t created_at_ms;
    int64_t saved_at_ms;
    uint64_t unsaved_matches;
    const char *last_save_error; /* NULL = none */
    const char *warning;         /* NULL = none */
};

struct brain_order {
    const char *name;
    const char *game;
    struct rule rule;
};

/* Whether it is of the form [a-z][a-z0-9_-]{0,63}. */
bool brain_name_is_valid(const char *name);

/* ERR_NOT_FOUND. `digest` may be NULL. */
MUST_CHECK enum err service_get_brain(struct service *service, const char *name,
                                      struct brain_info *out, char digest[BRAIN_DIGEST_SIZE]);

unsigned service_count_brains(const struct service *service);

/* By index, 0 .. service_count_brains() - 1, in order of name. */
void service_brain_at(struct service *service, unsigned index, struct brain_info *out);

enum created {
    CREATED_ALREADY,  /* it is there just so; `call` is not used */
    CREATED_LATER,    /* `call` will report */
    CREATED_BY_OTHER, /* the same, by a call under way; `call` will report when that has ended */
    CREATED_NOT,      /* see `fault` */
};

/* Faults: a bad name, game or option, naming the field; ERR_CONFLICT where a brain of that name is
 * there but otherwise; ERR_BUSY at BRAINS_MAX. */
MUST_CHECK enum created service_create_brain(struct service *service,
                                             const struct brain_order *order,
                                             struct service_call *call, struct fault *fault);

#endif
