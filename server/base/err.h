/*
 * err - the one error vocabulary of the program.
 *
 * Whatever can fail returns an `enum err`; results travel through `out_*`
 * parameters, which stay untouched on failure. Codes of foreign libraries are
 * turned into these at the wall of the room that talks to them.
 */
#ifndef TTSTD_BASE_ERR_H
#define TTSTD_BASE_ERR_H

#define MUST_CHECK __attribute__((warn_unused_result))

enum err {
    ERR_OK = 0,
    ERR_NO_MEMORY,   /* an allocation failed; nothing was changed */
    ERR_MALFORMED,   /* input that is not of the form asked for */
    ERR_IMPOSSIBLE,  /* well-formed input that cannot be: out of range, illegal, unreachable */
    ERR_NOT_FOUND,   /* no such thing */
    ERR_CONFLICT,    /* not in the present state */
    ERR_METHOD,      /* the route is there, but not for this HTTP method */
    ERR_TOO_LARGE,   /* more bytes than allowed */
    ERR_LONG_HEAD,   /* more of it before the body than allowed */
    ERR_TOO_FAST,    /* more requests than allowed */
    ERR_NO_TOKEN,    /* a token is missing, or is none of ours */
    ERR_FORBIDDEN,   /* not with this token, or from there */
    ERR_MEDIA_TYPE,  /* a body announced as something other than JSON */
    ERR_BUSY,        /* a limit is reached; trying again later may work */
    ERR_LATER,       /* something has to be fetched first; then it is to be tried again */
    ERR_STOPPING,    /* the daemon is going down */
    ERR_IO,          /* the operating system refused a read or a write */
    ERR_STORE_FULL,  /* no room left on the disk */
    ERR_CORRUPT,     /* stored bytes are damaged */
    ERR_FOREIGN,     /* a file that is not ours, or of a newer program */
    ERR_IN_USE,      /* another process holds it */
    ERR_UNSUPPORTED, /* valid, but more than this build can do */
    ERR_COUNT
};

/* A short English name of `err`, such as "out of memory"; never NULL. */
const char *err_name(enum err err);

#endif
