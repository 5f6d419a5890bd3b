/*
 * http - the HTTP server: one loop, on one thread, on libmicrohttpd. This room is the only
 * user of microhttpd.h.
 *
 * The loop waits on MHD's epoll descriptors, on its listening sockets and on the service's mailbox,
 * for at most as long as MHD or a timer wants, and then always runs MHD: without that, idle
 * connections would never time out. All handlers run on this thread; it is the service's owner.
 * Connections are accepted here rather than by MHD, which knows no answer to one too many and spins
 * when there are no descriptors left.
 */
#ifndef TTSTD_HTTP_SERVER_H
#define TTSTD_HTTP_SERVER_H

#include "http/traffic.h"

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

/* Whether certificate and key can be read, as http_start() would. */
MUST_CHECK enum err http_check_certificate(const struct http_options *options, struct fault *fault);

/* Figures. The loop's thread. */

/* When the first certificate of the chain ends, in seconds since 1970; 0 without TLS. */
int64_t http_certificate_end_s(const struct http *http);

/* How many answers with that status the route of that index has given; the index after the last
 * counts what went to no route. */
uint64_t http_answers(const struct http *http, size_t route, unsigned status);

uint64_t http_refusals(const struct http *http, enum http_refusal refusal);
/* How long requests took, from their head to their answer. */
const struct durations *http_latency(const struct http *http);
unsigned http_connections(const struct http *http);
unsigned http_in_flight(const struct http *http);

/* The version of libmicrohttpd that runs. */
const char *http_library_version(void);

#endif
