/*
 * endpoint - where a daemon listens or is to be found, and the short lists that say who may ask it.
 */
#ifndef TTSTD_BASE_ENDPOINT_H
#define TTSTD_BASE_ENDPOINT_H

#include "base/address.h"

#include <stdint.h>

enum {
    ENDPOINT_HOST_SIZE = 254,   /* RFC 1035: a name has at most 253 characters */
    ENDPOINT_SOCKET_SIZE = 108, /* sockaddr_un's */
    LISTED_MAX = 8,             /* of each list; more than a machine has uses for */
};

struct endpoint {
    char host[ENDPOINT_HOST_SIZE];     /* a numeric address, IPv6 when it holds a colon; or a name,
                                       where somebody is to be found */
    uint16_t port;                     /* 0: any free one */
    char socket[ENDPOINT_SOCKET_SIZE]; /* of a unix socket, the path; then there is no host */
};

struct endpoints {
    unsigned count;
    struct endpoint at[LISTED_MAX];
};

struct names {
    unsigned count;
    char at[LISTED_MAX][ENDPOINT_HOST_SIZE];
};

struct networks {
    unsigned count;
    struct network at[LISTED_MAX];
};

#endif
