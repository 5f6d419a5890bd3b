/*
 * http_exchange - one request and its answer, as libmicrohttpd's callbacks see it. For http.c.
 */
#ifndef TTSTD_API_HTTP_EXCHANGE_H
#define TTSTD_API_HTTP_EXCHANGE_H

#include "api/http.h"
#include "base/rng.h"

#include <microhttpd.h>
#include <stdatomic.h>

/* What all exchanges of a server share. The loop's, but for `draining`. */
struct traffic {
    const struct http_options *options;
    struct rng rng;                           /* for request ids */
    unsigned alive;                           /* exchanges that MHD has not done with */
    unsigned waiting;                         /* of these, handled later */
    bool resumed;                             /* a connection was, and MHD has not run since */
    uint64_t (*answers)[HTTP_STATUS_MAX + 1]; /* by route and status; one row more, for none */
    _Atomic bool draining;
};

/* MHD_AccessHandlerCallback; its context is the struct traffic. Called for a request's head, for
 * each piece of its body, at its end, and again once a suspended one is resumed. */
enum MHD_Result http_on_request(void *context, struct MHD_Connection *connection, const char *path,
                                const char *method, const char *version, const char *data,
                                size_t *size, void **slot);

/* The unescape callback: decodes %XX in place, but %00, which would cut the text short, and %2F,
 * which would end a path's segment, stay as they are written. Returns the new length. */
size_t http_unescape(void *context, struct MHD_Connection *connection, char *text);

/* MHD_RequestCompletedCallback; its context is the struct traffic. */
void http_on_completed(void *context, struct MHD_Connection *connection, void **slot,
                       enum MHD_RequestTerminationCode code);

#endif
