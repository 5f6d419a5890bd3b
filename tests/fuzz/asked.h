/*
 * asked - requests to the handlers of a service, without HTTP: the exchange is made by hand, and
 * nothing is on the wire.
 */
#ifndef TTSTD_TESTS_FUZZ_ASKED_H
#define TTSTD_TESTS_FUZZ_ASKED_H

#include "api/resources.h"
#include "support/served.h"

struct answer {
    unsigned status;
    struct text body; /* the caller frees it */
};

/* The answer of the route's handler; the path, with no escapes, must lead to one. `body` is read as
 * it stands, with nothing behind it. Waits until it is there, and for streams' ends. */
struct answer asked(struct served *served, enum http_method method, const char *path,
                    const struct text *body);

/* Whether it is 2xx. What is refused must be a problem of 4xx that says why; all must be JSON. */
bool asked_well(const struct answer *answer);

/* A service that has met nearly as many games as it can begins anew, or it would refuse more. */
void asked_make_room(struct served *served);

#endif
