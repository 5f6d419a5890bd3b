/*
 * api - the HTTP interface: its routes, and the exchanges that wait for the service.
 */
#ifndef TTSTD_API_API_H
#define TTSTD_API_API_H

#include "api/access.h"
#include "base/notifier.h"
#include "http/server.h"
#include "service/service.h"

struct api;

struct api_options {
    struct http_options http; /* where to listen, and its limits; the rest is the api's to set */
    struct access_options access;
    unsigned listeners_max;
    struct notifier *notifier; /* its watchdog is fed by the HTTP loop; NULL: none */
};

/* Starts serving; `service` is the HTTP loop's until api_stop() returns. Strings must outlive it.
 * As http_start() and access_open(). */
MUST_CHECK enum err api_start(struct service *service, const struct api_options *options,
                              struct api **out, struct fault *fault);

/* Whether the files of tokens, the certificate and its key can be read, as api_start() would. */
MUST_CHECK enum err api_check_files(const struct api_options *options, struct fault *fault);

/* The port that a place has got; 0 for a unix socket. */
uint16_t api_port(const struct api *api, unsigned place);

/* Reads the files of tokens, the certificate and its key again; any thread. */
void api_reload(struct api *api);

/* Answers what is in flight and stops. */
void api_stop(struct api *api);

#endif
