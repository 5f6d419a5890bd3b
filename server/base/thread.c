#include "base/thread.h"

#include <errno.h>
#include <string.h>

enum err thread_start(pthread_t *out, void *(*run)(void *context), void *context)
{
    int code = pthread_create(out, NULL, run, context);
    if (code == 0)
        return ERR_OK;
    errno = code;
    return ERR_NO_MEMORY;
}

const char *thread_reason(int code)
{
    if (code == EAGAIN)
        return "the limit of threads (ulimit -u, TasksMax, pids.max) or of memory (ulimit -v) is"
               " reached";
    if (code == EMFILE)
        return "the limit of descriptors (ulimit -n, LimitNOFILE) is reached";
    return strerror(code);
}
