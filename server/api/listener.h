/*
 * listener - the socket that requests arrive at.
 */
#ifndef TTSTD_API_LISTENER_H
#define TTSTD_API_LISTENER_H

#include "base/fault.h"

#include <stdint.h>

/* Binds and listens. `host` is a numeric IPv4 or IPv6 address, port 0 takes any free one.
 * ERR_IN_USE where another process listens there, ERR_IO; `fault->detail` is one line for the
 * operator. */
MUST_CHECK enum err listener_open(const char *host, uint16_t port, int *out_fd,
                                  struct fault *fault);

/* The port that it listens on. */
uint16_t listener_port(int fd);

#endif
