/*
 * exchange - a request and its answer. Its life:
 *
 *     reading --> handling --> answered --> gone
 *                     \--> waiting --/      (suspended until http_answer())
 *
 * It begins when the request's head is there and ends when MHD has done with it. Handlers see of it
 * what the functions here tell; the struct is the room's.
 */
#ifndef TTSTD_HTTP_EXCHANGE_H
#define TTSTD_HTTP_EXCHANGE_H

#include "base/sha256.h"
#include "base/text.h"
#include "http/traffic.h"

enum {
    HTTP_REQUEST_ID_SIZE = 65,
    HTTP_LOCATION_SIZE = 192,
    HTTP_ETAG_SIZE = 80,
    HTTP_USER_SIZE = 16,
    HTTP_AUTHORITY_SIZE = 264, /* a name of 253 characters or an address in brackets, and a port */
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

/* Whether a request's head is what HTTP says; see head.c. */
struct head {
    const char *version;
    const char *next;  /* where the next line must begin */
    size_t size;       /* in bytes */
    unsigned lines;    /* headers */
    const char *field; /* the one that is at fault, or NULL */
    const char *fault; /* NULL: all is well */
    uint64_t content_length;
};

enum exchange_state { EXCHANGE_READING, EXCHANGE_WAITING, EXCHANGE_ANSWERED };

struct exchange {
    struct exchange *next_spare; /* once it is gone */
    struct traffic *traffic;
    struct MHD_Connection *mhd;
    struct connection *connection;
    enum exchange_state state;
    const struct route *route; /* NULL where the reply was clear from the head */
    bool is_settled;           /* the reply was clear from the head, though there is a route */
    bool is_last;              /* the connection closes after it */
    struct head head;
    const char *method; /* as long as the exchange; likewise the next */
    const char *path;
    const char *headers[HTTP_HEADER_COUNT];
    struct route_parameters parameters;
    char authority[HTTP_AUTHORITY_SIZE]; /* of an absolute target */
    char request_id[HTTP_REQUEST_ID_SIZE];
    char user[HTTP_USER_SIZE];
    const char *query[ROUTE_QUERY_MAX]; /* values, in the order of the route's names */
    struct text body;
    uint64_t received; /* bytes of a body; those beyond what is taken are not kept */
    struct reply reply;
    bool is_released;
    size_t answer_size; /* memory that it holds until it has been sent */
    bool is_patient;
    bool is_paused; /* its stream; the connection is suspended */
    bool is_repeated;
    struct exchange *behind; /* the next in line; this and what it waits for are heavy.c's */
    handler *go_on;
    int64_t begun_us;
    _Alignas(max_align_t) char room[]; /* the handlers' */
};

/* One that begins: all of it is zeros, its room too. NULL: no memory. */
struct exchange *exchange_create(struct traffic *traffic);

/* Lets the handlers release what is theirs, once. */
void exchange_release(struct exchange *exchange);

/* Frees it and what it holds; some are kept, for those that come. */
void exchange_free(struct exchange *exchange);
void exchange_free_spares(struct traffic *traffic);

/* For handlers. */

struct reply *exchange_reply(struct exchange *exchange);
const char *exchange_body(const struct exchange *exchange, size_t *out_size);
const struct route *exchange_route(const struct exchange *exchange);

/* The path's segment at the pattern's parameter with that index; "" if it has none. */
const char *exchange_parameter(const struct exchange *exchange, unsigned index);

/* The value of the route's query parameter with that index; NULL if it is not there. */
const char *exchange_query(const struct exchange *exchange, unsigned index);

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

/* The stream of an answered exchange, which may have paused, has something to send. The loop's
 * thread, as the next two. */
void http_go_on(struct exchange *exchange);
bool exchange_is_paused(const struct exchange *exchange);

/* Cuts the connection; the exchange and its stream go soon after. */
void http_cut(struct exchange *exchange);

/* It waits because it was asked to, so the time that it takes says nothing. */
void exchange_note_patience(struct exchange *exchange);

/* The handler's own, of the size that the options say: zeros when the request arrives, and as the
 * handler left it when its exchange is handled again. */
void *exchange_room(struct exchange *exchange);

/* What the request asks for: its method, path and body. */
void exchange_digest(const struct exchange *exchange, uint8_t out[SHA256_SIZE]);

#endif
