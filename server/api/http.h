/*
 * http - the HTTP server: one loop, on one thread, on libmicrohttpd. http.c and
 * http_exchange.c are the only users of microhttpd.h.
 *
 * The loop waits on MHD's epoll descriptor and on the service's mailbox, for at most as
 * long as MHD or a timer wants, and then always runs MHD: without that, idle connections
 * would never time out. All handlers run on this thread; it is the service's owner.
 *
 * An exchange is one request and its answer. Its life:
 *
 *     reading --> handling --> answered --> gone
 *                     \--> waiting --/      (suspended until http_answer())
 *
 * It is made when the request's head is there and freed when MHD has done with it.
 */
#ifndef TTSTD_API_HTTP_H
#define TTSTD_API_HTTP_H

#include "api/route.h"
#include "base/fault.h"
#include "base/sha256.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HTTP_REQUEST_ID_SIZE = 65,
    HTTP_LOCATION_SIZE = 192,
    HTTP_ETAG_SIZE = 80,
    HTTP_STATUS_MAX = 599,
};

/* A body that is made while it is sent. */
struct stream {
    /* Appends the next piece to an empty text: at least a byte, or nothing at the end. Out of
     * memory shows in out->failed, and cuts the connection. */
    void (*next)(struct stream *stream, struct text *out);
    void (*free)(struct stream *stream);
};

struct reply {
    unsigned status;
    const char *content_type; /* NULL = none */
    struct text body;
    struct stream *stream;             /* instead of the body; NULL = none */
    char location[HTTP_LOCATION_SIZE]; /* "" = none */
    char etag[HTTP_ETAG_SIZE];         /* with its quotes; "" = none */
    const char *allow;                 /* NULL = none */
    unsigned retry_after_s;            /* 0 = none */
};

struct http_options {
    const char *host; /* numeric IPv4 or IPv6 address */
    uint16_t port;    /* 0: any free one */
    const struct route *routes;
    size_t route_count;
    void *context; /* for all the functions below and the handlers */
    int event_fd;  /* readable when `deliver` has something to do */
    void (*deliver)(void *context);
    int (*tick)(void *context);   /* returns in how many ms to be called again; -1: any time */
    void (*drain)(void *context); /* once: answers all exchanges that wait for something distant */
};

struct http;

/* Binds, listens and starts the loop's thread. `out_port` is the one it listens on. ERR_IN_USE (the
 * address is taken), ERR_IO; `fault->detail` is one line for the operator. */
MUST_CHECK enum err http_start(const struct http_options *options, struct http **out,
                               uint16_t *out_port, struct fault *fault);

/* Stops accepting, answers what is in flight (for at most a second), joins the thread. */
void http_stop(struct http *http);

/* Whether http_stop() has been called. */
bool http_is_draining(const struct http *http);

/* How many answers with that status the route of that index has given; the index after the last
 * counts what went to no route. The loop's thread. */
uint64_t http_answers(const struct http *http, size_t route, unsigned status);

/* The version of libmicrohttpd that runs. */
const char *http_library_version(void);

/* For handlers. */

struct reply *exchange_reply(struct exchange *exchange);
const char *exchange_body(const struct exchange *exchange, size_t *out_size);

/* The path's segment at the pattern's parameter with that index; "" if it has none. */
const char *exchange_parameter(const struct exchange *exchange, unsigned index);

/* The value of the route's query parameter with that index; NULL if it is not there. */
const char *exchange_query(const struct exchange *exchange, unsigned index);

/* The value of a header of the request; NULL if it is not there. */
const char *exchange_header(const struct exchange *exchange, const char *name);

/* The reply of an exchange that was HANDLED_LATER stands in it. The loop's thread. */
void http_answer(struct exchange *exchange);

/* Has an exchange that was HANDLED_LATER handled again, from the beginning. The loop's thread. */
void http_repeat(struct exchange *exchange);

/* Something of a handler's to be found when its exchange is handled again, and freed by `release`
 * when it is answered. Once an exchange. */
void exchange_attach(struct exchange *exchange, void *attachment,
                     void (*release)(void *attachment));
void *exchange_attachment(const struct exchange *exchange);

/* What the request asks for: its method, path and body. */
void exchange_digest(const struct exchange *exchange, uint8_t out[SHA256_SIZE]);

#endif
