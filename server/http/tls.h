/*
 * tls - the certificate that connections are shown: GnuTLS's only home.
 *
 * A connection keeps the certificate that was in force when it began; whoever connects after a new
 * one was loaded is shown that. Certificates are counted by their users, all on the loop's thread.
 */
#ifndef TTSTD_HTTP_TLS_H
#define TTSTD_HTTP_TLS_H

#include "base/fault.h"

#include <microhttpd.h>
#include <stdint.h>

struct certificate;

/* Reads a chain and its key, two files of PEM. ERR_IO, ERR_MALFORMED (they are none, or do not go
 * together), ERR_NO_MEMORY; `fault->detail` is one line for the operator. */
MUST_CHECK enum err certificate_load(const char *cert_path, const char *key_path,
                                     struct certificate **out, struct fault *fault);

/* Has a connection that begins use it. Returns the certificate, to be released when the connection
 * ends; NULL if the connection has no TLS. */
struct certificate *certificate_use(struct certificate *certificate,
                                    struct MHD_Connection *connection);

/* Frees it once nobody uses it any more. NULL is fine. */
void certificate_release(struct certificate *certificate);

/* When the first of the chain ends, in seconds since 1970. */
int64_t certificate_end_s(const struct certificate *certificate);

/* MHD does not start without a certificate, or a function (MHD_OPTION_HTTPS_CERT_CALLBACK) to ask
 * for one: this one has none, and is asked for no connection that has been given its own. */
void *certificate_of_nobody(void);

#endif
