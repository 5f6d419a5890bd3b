/*
 * thread - starting threads, and what to say where one cannot be had.
 */
#ifndef TTSTD_BASE_THREAD_H
#define TTSTD_BASE_THREAD_H

#include "base/err.h"

#include <pthread.h>

/* Starts a thread. ERR_NO_MEMORY; errno then says why. */
MUST_CHECK enum err thread_start(pthread_t *out, void *(*run)(void *context), void *context);

/* What the errno of something that could not be had says to whoever starts the daemon: which limit
 * to look at, where it is one. */
const char *thread_reason(int code);

#endif
