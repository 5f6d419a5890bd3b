/*
 * call - what callers and the service hand each other: options, calls that end later, news.
 */
#ifndef TTSTD_SERVICE_CALL_H
#define TTSTD_SERVICE_CALL_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct curve_point;
struct kernel;
struct service;

/* The brain that is there from the first start, and meant where a request names none. */
#define SERVICE_DEFAULT_BRAIN "default"

struct service_options {
    const char *database;        /* path */
    const struct kernel *kernel; /* that trains; NULL: the best one */
    unsigned training_threads;
    unsigned save_interval_ms;
    size_t brain_memory; /* bytes for brains that are not busy; see service/shelf.h */
    uint64_t wal_max;    /* bytes; see store_limit_log(); 0: no limit */
};

/* What ends later; embedded in what the caller wants back.
 *
 * A function that returns ERR_OK and is said to report ends by `done`. So does one that returns
 * ERR_LATER, as any may that looks at a brain: in memory are only those that were used last. Then
 * nothing was done yet, and once the brain has been read the call ends with the fault ERR_LATER
 * again: the function is to be called once more. */
struct service_call {
    /* The owner's thread, from service_deliver(), never from within the function that was called.
     */
    void (*done)(struct service_call *call);
    struct fault fault; /* err == ERR_OK: it is on disk */
    int64_t job_id;     /* of the job that the call was about */
    bool is_new;        /* what was written was not there before */
    const char *field;  /* the service's, as the next */
    struct service_call *next;
};

/* Whom to tell of what happens. The owner's thread, from service_deliver(). */
struct service_watcher {
    /* A point of a brain's curve is on disk. The job is the one that is running on the brain; 0 if
     * there is none. */
    void (*point)(void *context, int64_t job_id, const struct curve_point *point);
    void *context;
};

#define SERVICE_IS_STOPPING "the daemon is going down"

#endif
