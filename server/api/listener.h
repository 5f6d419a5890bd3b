/*
 * listener - a socket that requests arrive at.
 */
#ifndef TTSTD_API_LISTENER_H
#define TTSTD_API_LISTENER_H

#include "base/fault.h"
#include "base/file_id.h"

#include <stdbool.h>
#include <stdint.h>

struct listener_place {
    const char *host;  /* a numeric IPv4 or IPv6 address */
    uint16_t port;     /* 0: any free one */
    bool is_ipv6_only; /* :: does not take IPv4 as well, because another listener does */
};

/* Binds and listens. ERR_IN_USE where somebody listens there, ERR_IO; `fault->detail` is one line
 * for the operator. */
MUST_CHECK enum err listener_open(const struct listener_place *place, int *out_fd,
                                  struct fault *fault);

/* Likewise on a unix socket, which the owner and the group of the process may use; `out_file` is
 * what stands at the path then. A socket that nobody listens on any more is replaced; any other
 * file is left alone. */
MUST_CHECK enum err listener_open_unix(const char *path, int *out_fd, struct file_id *out_file,
                                       struct fault *fault);

/* The port that it listens on; 0 for a unix socket. */
uint16_t listener_port(int fd);

/* Whether it can be reached from this machine alone. */
bool listener_is_loopback(int fd);

#endif
