/*
 * gate - a socket that connections arrive at, and how they are taken from it.
 */
#ifndef TTSTD_HTTP_GATE_H
#define TTSTD_HTTP_GATE_H

#include "base/file_id.h"
#include "http/traffic.h"

#include <microhttpd.h>

struct gate {
    int fd; /* -1: closed */
    bool is_loopback;
    const struct endpoint *place;
    struct file_id socket;     /* that was made at the place's path */
    struct MHD_Daemon *daemon; /* that its connections go to */
};

/* Binds and listens at the place of that index. A unix socket may be used by the process's owner
 * and group; one that nobody listens on any more is replaced, any other file is left alone.
 * ERR_IN_USE where somebody listens there, ERR_IO; `fault->detail` is one line for the operator. */
MUST_CHECK enum err gate_open(struct gate *gate, const struct http_options *options, unsigned index,
                              struct fault *fault);

/* The port that it listens on; 0 for a unix socket. */
uint16_t gate_port(const struct gate *gate);

/* Accepts what is there and hands it to MHD. Returns false where there are no descriptors left:
 * then the socket is better not polled for a while. */
bool gate_accept(struct gate *gate, struct traffic *traffic);

void gate_close(struct gate *gate);

/* MHD's NotifyConnectionCallback; its context is the struct traffic. */
void http_on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                        enum MHD_ConnectionNotificationCode code);

#endif
