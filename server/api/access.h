/*
 * access - who may do what: tokens, and which pages' scripts.
 *
 *  - Without tokens everybody may do everything; main sees to it that nobody but this machine's
 *    users can then reach the daemon, unless that is meant.
 *  - With tokens a request says `Authorization: Bearer TOKEN`. Those of the play file may do what
 *    routes with the right to play do, those of the other everything. Files have a token a line;
 *    blank lines and those that begin with # are skipped. Only hashes of tokens are kept, and
 *    compared in constant time.
 *  - A browser says which origin a script comes from. Only our own, which is what the request's
 * Host says, and those that are allowed may ask (the Fetch standard's CORS).
 *    What needs no right is for all pages: its answer tells nobody anything, and behind a proxy
 * that passes another Host on our own page's script is of "another" origin.
 *  - On loopback the Host must be one of this machine's names: else a page whose name has come to
 *    stand for 127.0.0.1 would be of our own origin (DNS rebinding).
 */
#ifndef TTSTD_API_ACCESS_H
#define TTSTD_API_ACCESS_H

#include "base/endpoint.h"
#include "base/fault.h"
#include "http/route.h"

#include <stdbool.h>
#include <stddef.h>

enum { ACCESS_TOKEN_NAME_SIZE = 16 };

struct access_options {
    const char *token_file; /* NULL: none, as the next */
    const char *play_token_file;
    struct names origins; /* scheme://host[:port] */
    struct names hosts;   /* that may be the Host on loopback, too */
};

/* Makes the file, its owner's alone, with a new token of 256 bits; one that is there stays. It is
 * there whole or not at all. ERR_IO. */
MUST_CHECK enum err access_make_token_file(const char *path, bool *out_made, struct fault *fault);

struct access;

/* Reads the files. ERR_IO, ERR_MALFORMED (no token in a file, or one that is too short),
 * ERR_NO_MEMORY; `fault->detail` is one line for the operator, without anything of a token. */
MUST_CHECK enum err access_open(const struct access_options *options, struct access **out,
                                struct fault *fault);
void access_close(struct access *access);

/* Reads them again; on failure all stays as it is. */
MUST_CHECK enum err access_reload(struct access *access, struct fault *fault);

/* What a request's head says. Strings are NULL where it does not. */
struct access_request {
    enum right right;
    bool is_free; /* its route asks nobody for a right */
    bool is_on_loopback;
    bool is_on_unix_socket; /* whose Host means nothing */
    const char *host;
    const char *origin;
    const char *authorization;
};

/* Whose requests are: a name for the token, of hexadecimal digits, "" without tokens. */
struct access_grant {
    char token[ACCESS_TOKEN_NAME_SIZE];
    bool is_cross_origin; /* the answer must say that `origin` may read it */
};

/* ERR_NO_TOKEN, ERR_FORBIDDEN (with that token; from that origin or under that name). */
MUST_CHECK enum err access_check(const struct access *access, const struct access_request *request,
                                 struct access_grant *out, struct fault *fault);

#endif
