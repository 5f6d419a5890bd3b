/*
 * figures - what the service has done since it was opened, and what it is busy with, in numbers.
 * Owner's thread only.
 */
#ifndef TTSTD_SERVICE_FIGURES_H
#define TTSTD_SERVICE_FIGURES_H

#include "base/durations.h"
#include "model/job.h"
#include "service/call.h"

struct figures {
    /* At this moment. */
    unsigned brains;
    unsigned brains_loaded; /* of these, in memory */
    unsigned jobs[JOB_STATE_COUNT];
    unsigned training_threads;
    unsigned workers;          /* of running jobs, as is the next */
    double matches_per_second; /* over the time that each has been running */
    uint64_t unsaved_matches;  /* trained, but not on disk yet */
    unsigned failing_saves;    /* brains whose latest save failed */
    uint64_t lessons;          /* that are not in their brains' tables on disk */
    bool is_database_lost;     /* see service_check_files() */
    uint64_t wal_bytes;        /* of the write-ahead log */
    int64_t unsaved_ms; /* how long ago the brain was saved whose unsaved matches are oldest */
    /* Since the service was opened. */
    uint64_t moves_chosen;
    uint64_t matches_learned; /* that were played elsewhere */
    uint64_t matches_trained; /* as of the last published rounds */
    uint64_t rounds;          /* of training */
    struct durations saves;   /* of brains, that succeeded */
    uint64_t save_failures;
};

void service_get_figures(struct service *service, struct figures *out);

#endif
