/*
 * target - what a request asks for: its path, and the query behind it.
 */
#ifndef TTSTD_HTTP_TARGET_H
#define TTSTD_HTTP_TARGET_H

#include "http/exchange.h"

#include <microhttpd.h>

/* The name of a header that only MHD is meant to see. */
extern const char http_no_cookie[];

/* The URI log callback: called once the request's first line is there, before it is decoded. */
void *http_on_target(void *context, const char *text, struct MHD_Connection *mhd);

/* The unescape callback: decodes %XX in place, but %00, which would cut the text short, and %2F,
 * which would end a path's segment, stay as they are written. Returns the new length. */
size_t http_unescape(void *context, struct MHD_Connection *connection, char *text);

/* The authority of an absolute target is the Host (RFC 9112, 3.2.2), and what follows it the path.
 * ERR_MALFORMED. */
MUST_CHECK enum err http_read_target(struct exchange *exchange);

/* Only what the route names, each once; else a problem as the reply. */
MUST_CHECK enum err http_read_query(struct exchange *exchange);

#endif
