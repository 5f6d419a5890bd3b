/*
 * http - the HTTP server: one loop, on one thread, on libmicrohttpd. The files http*.c are the only
 * users of microhttpd.h.
 *
 * The loop waits on MHD's epoll descriptors, on its listening sockets and on the service's mailbox,
 * for at most as long as MHD or a timer wants, and then always runs MHD: without that, idle
 * connections would never time out. All handlers run on this thread; it is the service's owner.
 * Connections are accepted here rather than by MHD, which knows no answer to one too many and spins
 * when there are no descriptors left.
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

#include "api/http_clients.h"
#include "api/route.h"
#include "base/durations.h"
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
    HTTP_USER_SIZE = 16,
    HTTP_AUTHORITY_SIZE = 264, /* a name of 253 characters or an address in brackets, and a port */
    HTTP_STATUS_MAX = 599,
    HTTP_LISTENERS_MAX = 8,
    /* Answers that are being sent hold no more memory than this, all together: as much as brains do
     * by default. The largest, four thousand moves in detail, takes 2 MB. */
    HTTP_ANSWERS_MAX = 64 << 20,
    /* Smaller ones are always sent: those to whatever changes something are. */
    HTTP_ANSWER_SMALL = 16 << 10,
};

/* A body that is made while it is sent. */
struct stream {
    /* Appends the next piece to an empty text: at least a byte, or nothing at the end. Out of
     * memory shows in out->failed, and cuts the connection. */
    void (*next)(struct stream *stream, struct text *out);
    void (*free)(struct stream *stream);
    size_t size; /* memory that it holds */
    bool lasts;  /* it ends when it ends, perhaps in hours */
    bool pauses; /* `next` has appended nothing yet; it is asked again after http_go_on() */
};

struct reply {
    unsigned status;
    const char *content_type; /* NULL = none */
    struct text body;
    const char *fixed; /* instead of the body: bytes as long as the program; NULL = none */
    size_t fixed_size;
    struct stream *stream;             /* instead of either; NULL = none */
    char location[HTTP_LOCATION_SIZE]; /* "" = none */
    char etag[HTTP_ETAG_SIZE];         /* with its quotes; "" = none */
    const char *origin;                /* whose pages may read it, beside our own; NULL = none. As
                                          long as the exchange */
    const char *allow;                 /* NULL = none */
    const char *cache_control;         /* NULL = none */
    const char *challenge;             /* WWW-Authenticate; NULL = none */
    const char *const *headers;        /* more: name, value, ..., NULL; NULL = none */
    unsigned retry_after_s;            /* 0 = none */
    bool is_preflight;                 /* tells what other origins may send */
};

/* Where to listen. */
struct http_place {
    const char *host; /* numeric IPv4 or IPv6 address; NULL for a unix socket */
    uint16_t port;    /* 0: any free one */
    const char *path; /* of a unix socket, or NULL */
};

struct http_options {
    struct http_place places[HTTP_LISTENERS_MAX];
    unsigned place_count;
    const char *tls_cert; /* files, PEM, for all places but unix sockets; NULL: no TLS */
    const char *tls_key;
    unsigned request_deadline_ms;
    unsigned idle_timeout_ms;
    unsigned connections_max;              /* 0: as many as there are descriptors for */
    unsigned connections_per_address_max;  /* 0: half of all */
    unsigned requests_per_second_max;      /* of an address; 0: no limit */
    const struct network *trusted_proxies; /* whose X-Forwarded-For is believed */
    unsigned trusted_proxy_count;
    bool logs_access;
    unsigned slow_request_ms;
    const struct route *routes;
    size_t route_count;
    size_t body_max[ROUTE_BODY_COUNT]; /* bytes */
    void *context;                     /* for all the functions below and the handlers */
    int event_fd;                      /* readable when `deliver` has something to do */
    void (*deliver)(void *context);
    int (*tick)(void *context);   /* returns in how many ms to be called again; -1: any time */
    void (*drain)(void *context); /* once: answers all exchanges that wait for something distant */
    /* Whether the request may be made at all, by its head; may set reply->origin. */
    enum err (*admit)(void *context, struct exchange *exchange, struct fault *fault);
};

struct http;

/* Binds, listens and starts the loop's thread. ERR_IN_USE (an address is taken), ERR_IO,
 * ERR_MALFORMED (certificate or key); `fault->detail` is one line for the operator. */
MUST_CHECK enum err http_start(const struct http_options *options, struct http **out,
                               struct fault *fault);

/* The port that a place has got; 0 for a unix socket. */
uint16_t http_port(const struct http *http, unsigned place);

/* Stops accepting, answers what is in flight (for at most a second), joins the thread. */
void http_stop(struct http *http);

/* Whether http_stop() has been called. */
bool http_is_draining(const struct http *http);

/* Has `context`'s function called by the loop's thread, soon. Any thread, one call at a time. */
void http_call(struct http *http, void (*function)(void *context));

/* Reads certificate and key again, for connections that begin from now on; on failure all stays as
 * it is. Without TLS there is nothing to do. As http_start(). The loop's thread. */
MUST_CHECK enum err http_read_certificate(struct http *http, struct fault *fault);

/* Figures. The loop's thread. */

/* When the first certificate of the chain ends, in seconds since 1970; 0 without TLS. */
int64_t http_certificate_end_s(const struct http *http);

/* How many answers with that status the route of that index has given; the index after the last
 * counts what went to no route. */
uint64_t http_answers(const struct http *http, size_t route, unsigned status);

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

uint64_t http_refusals(const struct http *http, enum http_refusal refusal);
/* How long requests took, from their head to their answer. */
const struct durations *http_latency(const struct http *http);
unsigned http_connections(const struct http *http);
unsigned http_in_flight(const struct http *http);

/* The version of libmicrohttpd that runs. */
const char *http_library_version(void);

/* For handlers. */

struct reply *exchange_reply(struct exchange *exchange);
const char *exchange_body(const struct exchange *exchange, size_t *out_size);
const struct route *exchange_route(const struct exchange *exchange);

/* The path's segment at the pattern's parameter with that index; "" if it has none. */
const char *exchange_parameter(const struct exchange *exchange, unsigned index);

/* The value of the route's query parameter with that index; NULL if it is not there. */
const char *exchange_query(const struct exchange *exchange, unsigned index);

/* Headers of requests that mean something here, and may be there once: whoever stands between might
 * read another of two than we do. */
enum http_header {
    HTTP_HEADER_HOST,
    HTTP_HEADER_CONTENT_LENGTH,
    HTTP_HEADER_CONTENT_TYPE,
    HTTP_HEADER_CONTENT_ENCODING,
    HTTP_HEADER_TRANSFER_ENCODING,
    HTTP_HEADER_AUTHORIZATION,
    HTTP_HEADER_ORIGIN,
    HTTP_HEADER_REQUEST_ID,
    HTTP_HEADER_REQUEST_METHOD, /* Access-Control-Request-Method */
    HTTP_HEADER_IDEMPOTENCY_KEY,
    HTTP_HEADER_LAST_EVENT_ID,
    HTTP_HEADER_COUNT
};

/* The value of a header of the request; NULL if it is not there. As long as the exchange. */
const char *exchange_header(const struct exchange *exchange, enum http_header header);

/* Appends the values of all lines of a header that is a list (RFC 9110, 5.3), with commas between
 * them. */
void exchange_list(const struct exchange *exchange, const char *name, struct text *out);

/* Who asks: of a trusted proxy's requests the one that it names. */
struct address exchange_client(const struct exchange *exchange);

/* Whose request it is, by a name that `admit` gave; "" where it gave none. */
void exchange_set_user(struct exchange *exchange, const char *name);
const char *exchange_user(const struct exchange *exchange);

/* Whether it came to a socket that this machine alone can reach, of which one by name. */
bool exchange_is_on_loopback(const struct exchange *exchange);
bool exchange_is_on_unix_socket(const struct exchange *exchange);

/* The reply of an exchange that was HANDLED_LATER stands in it. The loop's thread. */
void http_answer(struct exchange *exchange);

/* Has an exchange that was HANDLED_LATER handled again, from the beginning. The loop's thread. */
void http_repeat(struct exchange *exchange);

/* The stream of an answered exchange, which may have paused, has something to send. The loop's
 * thread, as the next two. */
void http_go_on(struct exchange *exchange);
bool exchange_is_paused(const struct exchange *exchange);

/* Cuts the connection; the exchange and its stream go soon after. */
void http_cut(struct exchange *exchange);

/* It waits because it was asked to, so the time that it takes says nothing. */
void exchange_note_patience(struct exchange *exchange);

/* Something of a handler's to be found when its exchange is handled again, and freed by `release`
 * when it is answered. Once an exchange. */
void exchange_attach(struct exchange *exchange, void *attachment,
                     void (*release)(void *attachment));
void *exchange_attachment(const struct exchange *exchange);

/* What the request asks for: its method, path and body. */
void exchange_digest(const struct exchange *exchange, uint8_t out[SHA256_SIZE]);

#endif
