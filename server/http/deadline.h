/*
 * deadline - connections on which a request, or the taking of an answer, lasts too long are
 * cut. libmicrohttpd's own timeout begins anew with every byte, so whoever sends a byte now and
 * then could stay for ever.
 *
 * When a request begins cannot be seen: MHD tells of it when its head is complete. But the kernel
 * counts the bytes that a TCP connection has received. So each connection is looked at now and
 * then; once there are more than at the look before, a request is arriving. It is cut at the
 * deadline, or up to half as much again later. On unix sockets, where nobody counts, and whose
 * users are this machine's, only the body's time is measured.
 */
#ifndef TTSTD_HTTP_DEADLINE_H
#define TTSTD_HTTP_DEADLINE_H

#include "http/traffic.h"

/* A connection is there; it is gone. */
void deadline_add(struct traffic *traffic, struct connection *connection);
void deadline_remove(struct traffic *traffic, struct connection *connection);

/* A request's head is there (READING); its answer (ANSWERING, but for those that last). */
void deadline_begin(struct connection *connection, enum connection_state state, int64_t now_ms);

/* All of the request is there (HANDLING); its answer has been sent (IDLE). Neither has a deadline.
 */
void deadline_end(struct connection *connection, enum connection_state state);

/* Looks at those that are due. Returns in how many milliseconds to be called again; -1: no need. */
int deadline_tick(struct traffic *traffic);

#endif
