/*
 * traffic - what the HTTP server is to be, the connections that are there, and what all of its
 * exchanges share. All is the loop's, but for `draining`.
 */
#ifndef TTSTD_HTTP_TRAFFIC_H
#define TTSTD_HTTP_TRAFFIC_H

#include "base/durations.h"
#include "base/endpoint.h"
#include "base/fault.h"
#include "base/rng.h"
#include "http/clients.h"
#include "http/route.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HTTP_STATUS_MAX = 599 };

struct http_options {
    struct endpoints places; /* where to listen */
    const char *tls_cert;    /* files, PEM, for all places but unix sockets; NULL: no TLS */
    const char *tls_key;
    unsigned request_deadline_ms;
    unsigned idle_timeout_ms;
    unsigned connections_max;             /* 0: as many as there are descriptors for */
    unsigned connections_per_address_max; /* 0: half of all */
    unsigned requests_per_second_max;     /* of an address; 0: no limit */
    struct networks trusted_proxies;      /* whose X-Forwarded-For is believed */
    bool logs_access;
    const struct route *routes;
    size_t route_count;
    const size_t *body_max; /* ROUTE_BODY_COUNT, in bytes */
    void *context;          /* for all the functions below and the handlers */
    int event_fd;           /* readable when `deliver` has something to do */
    void (*deliver)(void *context);
    int (*tick)(void *context);   /* returns in how many ms to be called again; -1: any time */
    void (*drain)(void *context); /* once: answers all exchanges that wait for something distant */
    size_t room;                  /* bytes of each exchange that are the handlers' */
    void (*release)(void *context, struct exchange *exchange); /* once it is answered, or gone */
    /* Whether the request may be made at all, by its head; may set reply->origin. */
    enum err (*admit)(void *context, struct exchange *exchange, struct fault *fault);
};

/* What a request asks for, as it came: between its method and its version. */
struct target {
    const char *text; /* MHD's memory, in which it is decoded in place */
    size_t size;      /* as it came */
    bool is_sound;    /* no blank and no control character in it */
    char *query;      /* what follows the `?`; NULL = none */
    char query_begin; /* its first character; see target.c */
};

/* A connection, from accept to close. MHD's socket context. */
struct connection {
    struct connection *earlier; /* in the order of `look_at_ms`; see deadline.h */
    struct connection *later;
    int fd;
    bool is_loopback;      /* the socket it came to listens on this machine alone */
    bool is_refused;       /* one too many: its request is answered with 503 */
    struct address peer;   /* who has connected */
    struct client *client; /* counts the peer's connections; NULL if they are not counted */
    struct certificate *certificate; /* that it is shown; NULL without TLS */
    struct target target;            /* of the request that is arriving, or being handled */
    /* deadline.c's: */
    enum connection_state {
        CONNECTION_IDLE,
        CONNECTION_READING,   /* a request is arriving */
        CONNECTION_HANDLING,  /* or has arrived, and is not answered yet */
        CONNECTION_ANSWERING, /* with an answer that is to be taken soon */
    } state;
    int64_t since_ms; /* READING or ANSWERING; by the monotonic clock */
    int64_t look_at_ms;
    uint64_t received; /* bytes, when it was last seen idle */
};

/* Connections by when to look at them, the soonest first. */
struct deadlines {
    struct connection *first;
    struct connection *last;
};

/* What was refused, or cut, because of a limit. */
enum http_refusal {
    HTTP_REFUSED_CONNECTIONS, /* too many of them */
    HTTP_REFUSED_ADDRESS,     /* too many of one address */
    HTTP_REFUSED_RATE,        /* requests that came too fast */
    HTTP_REFUSED_SLOW,        /* requests that did not arrive in time */
    HTTP_REFUSED_DESCRIPTORS, /* connections for which there was no descriptor */
    HTTP_REFUSED_ANSWERS,     /* too much to send already */
    HTTP_REFUSED_HEAD,        /* heads of requests that are too large */
    HTTP_REFUSAL_COUNT
};

/* Of what is heavy; see heavy.h. */
struct heavy {
    struct exchange *first; /* in line; NULL: nobody */
    struct exchange *last;
    int64_t spent_us; /* on it in this turn of the loop */
};

struct traffic {
    const struct http_options *options;
    struct rng rng;           /* for request ids */
    unsigned connections;     /* open, refused ones included */
    unsigned connections_max; /* that are not refused */
    unsigned alive;           /* exchanges that MHD has not done with */
    unsigned waiting;         /* of these, handled later */
    struct exchange *spares;  /* exchange.c's: memory of some that are gone */
    unsigned spare_count;
    struct heavy heavy;
    size_t answers_size;             /* memory that their answers hold */
    bool resumed;                    /* a connection was, and MHD has not run since */
    struct connection *next;         /* the one that is being added */
    struct certificate *certificate; /* that new connections are shown; NULL: no TLS */
    struct clients clients;
    struct deadlines deadlines;
    uint64_t refused[HTTP_REFUSAL_COUNT];
    struct durations latency;
    uint64_t (*answers)[HTTP_STATUS_MAX + 1]; /* by route and status; one row more, for none */
    _Atomic bool draining;
};

#endif
