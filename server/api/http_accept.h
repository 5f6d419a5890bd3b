/*
 * http_accept - taking connections from the listening sockets.
 */
#ifndef TTSTD_API_HTTP_ACCEPT_H
#define TTSTD_API_HTTP_ACCEPT_H

#include "api/http_internal.h"
#include "base/file_id.h"

/* A place where requests arrive. */
struct gate {
    int fd; /* -1: closed */
    bool is_unix;
    bool is_loopback;
    struct MHD_Daemon *daemon; /* that its connections go to */
    char path[108];            /* of a unix socket, as the next */
    struct file_id socket;     /* that was made there */
};

/* Accepts what is there and hands it to MHD. Returns false where there are no descriptors left:
 * then the socket is better not polled for a while. */
bool gate_accept(struct gate *gate, struct traffic *traffic);

void gate_close(struct gate *gate);

/* MHD's NotifyConnectionCallback; its context is the struct traffic. */
void http_on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                        enum MHD_ConnectionNotificationCode code);

#endif
