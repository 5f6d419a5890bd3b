/*
 * lookup - what is read from the database for the owner, while changes wait or are written.
 *
 * Embedded in what it is about.
 */
#ifndef TTSTD_SERVICE_LOOKUP_H
#define TTSTD_SERVICE_LOOKUP_H

#include "service/state.h"

struct lookup {
    struct store_request request; /* first; `perform` is the asker's, on the store's thread */
    struct service *service;
    void (*done)(
        struct lookup *lookup); /* on the owner's thread; the lookup is the asker's again */
};

/* Hands it to the store. */
void lookup_post(struct lookup *lookup);

/* How it went; `what`, as in "the curve", is what was to be read. */
void lookup_outcome(const struct lookup *lookup, const char *what, struct fault *out);

#endif
