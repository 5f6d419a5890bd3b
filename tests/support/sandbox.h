/*
 * sandbox - a test's process as a sandbox confines it, and what it logs there. For tests that run
 * in a process of their own, as check's do.
 */
#ifndef TESTS_SUPPORT_SANDBOX_H
#define TESTS_SUPPORT_SANDBOX_H

#include <stddef.h>

/* From now on, and for all threads to come, the system call with this number fails with EPERM. */
void sandbox_forbid(long call);

/* Runs work(context) and keeps what it writes to standard error, up to size - 1 bytes, as text. */
void sandbox_listen(void (*work)(void *context), void *context, char *out, size_t size);

#endif
