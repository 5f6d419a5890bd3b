/*
 * head - what a request's head says, and whether that settles the answer.
 */
#ifndef TTSTD_HTTP_HEAD_H
#define TTSTD_HTTP_HEAD_H

#include "http/exchange.h"

/* Reads and checks the head, and gives the exchange its id: the one that was sent, if it is one. */
void http_read_head(struct exchange *exchange, const char *version);

/* Whether the answer stands before any body is read; then it is in the reply. */
bool http_is_settled_by_head(struct exchange *exchange);

/* What may be of a body on this route, in bytes. */
size_t http_body_max(const struct exchange *exchange);

/* ERR_TOO_LARGE, or ERR_MALFORMED where there is no body to be. */
enum err http_refuse_body(const struct exchange *exchange, struct fault *fault);

#endif
