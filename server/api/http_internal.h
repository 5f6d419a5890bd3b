/*
 * http_internal - what the files of the HTTP server share; nobody else includes it.
 */
#ifndef TTSTD_API_HTTP_INTERNAL_H
#define TTSTD_API_HTTP_INTERNAL_H

#include "api/http.h"
#include "api/http_clients.h"
#include "api/http_tls.h"
#include "base/rng.h"

#include <microhttpd.h>
#include <stdatomic.h>

/* What a request asks for, as it came: between its method and its version. */
struct target {
    const char *text; /* MHD's memory, in which it is decoded in place */
    size_t size;      /* as it came */
    bool is_sound;    /* no blank and no control character in it */
    char *query;      /* what follows the `?`; NULL = none */
    char query_begin; /* its first character; see http_target.c */
};

/* Whether a request's head is what HTTP says; see http_head.c. */
struct head {
    const char *version;
    const char *next;  /* where the next line must begin */
    size_t size;       /* in bytes */
    unsigned lines;    /* headers */
    const char *field; /* the one that is at fault, or NULL */
    const char *fault; /* NULL: all is well */
    uint64_t content_length;
};

/* A connection, from accept to close. MHD's socket context. */
struct connection {
    struct connection *earlier; /* in the order of `look_at_ms`; see http_deadline.h */
    struct connection *later;
    int fd;
    bool is_tls;
    bool is_loopback;      /* the socket it came to listens on this machine alone */
    bool is_refused;       /* one too many: its request is answered with 503 */
    struct address peer;   /* who has connected */
    struct client *client; /* counts the peer's connections; NULL if they are not counted */
    struct certificate *certificate; /* that it is shown; NULL without TLS */
    /* Of the request that is arriving, or being handled: not in its exchange, for which malloc()
     * has a cache as long as it is small. */
    struct target target;
    struct head head;
    char authority[HTTP_AUTHORITY_SIZE]; /* of an absolute target */
    /* http_deadline.c's: */
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

/* What all exchanges of a server share. The loop's, but for `draining`. */
struct traffic {
    const struct http_options *options;
    struct rng rng;                  /* for request ids */
    unsigned connections;            /* open, refused ones included */
    unsigned connections_max;        /* that are not refused */
    unsigned alive;                  /* exchanges that MHD has not done with */
    unsigned waiting;                /* of these, handled later */
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

enum exchange_state { EXCHANGE_READING, EXCHANGE_WAITING, EXCHANGE_ANSWERED };

struct exchange {
    struct traffic *traffic;
    struct MHD_Connection *mhd;
    struct connection *connection;
    enum exchange_state state;
    const struct route *route; /* NULL where the reply was clear from the head */
    bool is_settled;           /* the reply was clear from the head, though there is a route */
    bool is_last;              /* the connection closes after it */
    const char *method;        /* as long as the exchange; likewise the next */
    const char *path;
    const char *headers[HTTP_HEADER_COUNT];
    struct route_parameters parameters;
    char request_id[HTTP_REQUEST_ID_SIZE];
    char user[HTTP_USER_SIZE];
    const char *query[ROUTE_QUERY_MAX]; /* values, in the order of the route's names */
    struct text body;
    uint64_t received; /* bytes of a body; those beyond what is taken are not kept */
    struct reply reply;
    size_t answer_size; /* memory that it holds until it has been sent */
    void *attachment;   /* NULL = none */
    void (*release)(void *attachment);
    bool is_patient;
    bool is_paused; /* its stream; the connection is suspended */
    int64_t begun_us;
};

/* http_head.c: reads and checks the head, and gives the exchange its id: the one that was sent, if
 * it is one. */
void http_read_head(struct exchange *exchange, const char *version);
/* Whether the answer stands before any body is read; then it is in the reply. */
bool http_is_settled_by_head(struct exchange *exchange);
/* What may be of a body on this route, in bytes. */
size_t http_body_max(const struct exchange *exchange);
/* ERR_TOO_LARGE, or ERR_MALFORMED where there is no body to be. */
enum err http_refuse_body(const struct exchange *exchange, struct fault *fault);

/* http_target.c: the authority of an absolute target is the Host (RFC 9112, 3.2.2), and what
 * follows it the path. ERR_MALFORMED. */
MUST_CHECK enum err http_read_target(struct exchange *exchange);
/* Only what the route names, each once; else a problem as the reply. */
MUST_CHECK enum err http_read_query(struct exchange *exchange);
/* The name of a header that only MHD is meant to see. */
extern const char http_no_cookie[];

/* http_send.c: logs, counts and queues the reply. */
enum MHD_Result http_send_reply(struct exchange *exchange);

/* http_exchange.c: releases what is attached. */
void exchange_detach(struct exchange *exchange);

/* http_exchange.c, for MHD. */

/* MHD_AccessHandlerCallback; its context is the struct traffic. Called for a request's head, for
 * each piece of its body, at its end, and again once a suspended one is resumed. */
enum MHD_Result http_on_request(void *context, struct MHD_Connection *connection, const char *path,
                                const char *method, const char *version, const char *data,
                                size_t *size, void **slot);

/* The URI log callback: called once the request's first line is there, before it is decoded. */
void *http_on_target(void *context, const char *text, struct MHD_Connection *mhd);

/* The unescape callback: decodes %XX in place, but %00, which would cut the text short, and %2F,
 * which would end a path's segment, stay as they are written. Returns the new length. */
size_t http_unescape(void *context, struct MHD_Connection *connection, char *text);

/* MHD_RequestCompletedCallback; its context is the struct traffic. */
void http_on_completed(void *context, struct MHD_Connection *connection, void **slot,
                       enum MHD_RequestTerminationCode code);

#endif
