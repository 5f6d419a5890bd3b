/*
 * api - the HTTP interface: its routes, and the exchanges that wait for the service.
 */
#ifndef TTSTD_API_API_H
#define TTSTD_API_API_H

#include "api/http.h"
#include "service/service.h"

struct api;

/* Starts serving; `service` is the HTTP loop's until api_stop() returns. */
MUST_CHECK enum err api_start(struct service *service, const char *host, uint16_t port,
                              struct api **out, uint16_t *out_port, struct fault *fault);

/* Answers what is in flight and stops. */
void api_stop(struct api *api);

#endif
