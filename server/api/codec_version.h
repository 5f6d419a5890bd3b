/*
 * codec_version - the body of GET /version.
 */
#ifndef TTSTD_API_CODEC_VERSION_H
#define TTSTD_API_CODEC_VERSION_H

#include "base/text.h"

/* Versions of the program and, as of this moment, of the libraries it runs with. */
struct version {
    const char *version;
    const char *commit;
    const char *kernel; /* that plays and learns */
    const char *libmicrohttpd;
    const char *sqlite;
};

/* Adds jansson's own. */
void codec_encode_version(const struct version *version, struct text *out);

#endif
