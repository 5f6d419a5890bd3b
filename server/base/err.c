#include "base/err.h"

static const char *const names[ERR_COUNT] = {
    [ERR_OK] = "no error",
    [ERR_NO_MEMORY] = "out of memory",
    [ERR_MALFORMED] = "malformed",
    [ERR_IMPOSSIBLE] = "impossible",
    [ERR_NOT_FOUND] = "not found",
    [ERR_CONFLICT] = "conflict with the present state",
    [ERR_METHOD] = "method not allowed",
    [ERR_TOO_LARGE] = "too large",
    [ERR_LONG_HEAD] = "head too long",
    [ERR_TOO_FAST] = "too many requests",
    [ERR_NO_TOKEN] = "no token",
    [ERR_FORBIDDEN] = "forbidden",
    [ERR_MEDIA_TYPE] = "unsupported media type",
    [ERR_BUSY] = "too busy",
    [ERR_LATER] = "not yet in memory",
    [ERR_STOPPING] = "shutting down",
    [ERR_IO] = "input/output error",
    [ERR_STORE_FULL] = "disk full",
    [ERR_CORRUPT] = "damaged data",
    [ERR_FOREIGN] = "not a file of this program",
    [ERR_IN_USE] = "in use by another process",
    [ERR_UNSUPPORTED] = "not supported",
};

const char *err_name(enum err err)
{
    return (unsigned)err < ERR_COUNT ? names[err] : "unknown error";
}
