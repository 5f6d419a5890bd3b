/*
 * health - asking a running daemon whether it is alive: the client's side of GET /healthz.
 */
#ifndef TTSTD_COMMAND_HEALTH_H
#define TTSTD_COMMAND_HEALTH_H

#include "base/fault.h"

#include <stdint.h>

/* `host` is a name or a numeric address; one that stands for all of a machine's addresses means
 * this machine. ERR_OK when the daemon answers with 200 within 5 s; otherwise ERR_IO, and
 * `fault->detail` is one line that says what happened instead. */
MUST_CHECK enum err health_ask(const char *host, uint16_t port, struct fault *fault);

/* The same through a unix socket. */
MUST_CHECK enum err health_ask_unix(const char *path, struct fault *fault);

#endif
