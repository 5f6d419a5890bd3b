/*
 * requests - what MHD tells of requests, from the head to the answer: route, body, handler. What
 * has no route gets its 404 or 405 here.
 */
#ifndef TTSTD_HTTP_REQUESTS_H
#define TTSTD_HTTP_REQUESTS_H

#include <microhttpd.h>

/* MHD_AccessHandlerCallback; its context is the struct traffic. Called for a request's head, for
 * each piece of its body, at its end, and again once a suspended one is resumed. */
enum MHD_Result http_on_request(void *context, struct MHD_Connection *connection, const char *path,
                                const char *method, const char *version, const char *data,
                                size_t *size, void **slot);

/* MHD_RequestCompletedCallback. */
void http_on_completed(void *context, struct MHD_Connection *connection, void **slot,
                       enum MHD_RequestTerminationCode code);

#endif
