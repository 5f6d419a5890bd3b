/*
 * reply - answers: from outcomes of the service to HTTP.
 */
#ifndef TTSTD_HTTP_REPLY_H
#define TTSTD_HTTP_REPLY_H

#include "http/exchange.h"

/* The HTTP status that an error shows as. */
unsigned reply_status(enum err err);

/* An `application/problem+json` (RFC 9457) body for the fault. */
void reply_problem(struct reply *reply, const struct fault *fault);

/* The same for an error that no input is at fault for. */
void reply_error(struct reply *reply, enum err err, const char *detail);

/* Makes the reply a JSON answer of what stands in its body; out of memory while it was written
 * becomes a 503. */
void reply_json(struct reply *reply, unsigned status);

/* The same after a change that was made: 503 would say that nothing was, so it becomes a 500. */
void reply_done(struct reply *reply, unsigned status);

/* Whether If-None-Match lists the tag, or anything at all (RFC 9110, 13.1.2). */
bool reply_is_known(const struct exchange *exchange, const char *etag);

/* Makes it a 200 of another type; likewise. `content_type` is a literal. */
void reply_text(struct reply *reply, const char *content_type);

#endif
