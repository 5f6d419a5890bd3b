/*
 * internal - what the files of this room share; nobody else includes it.
 */
#ifndef TTSTD_SERVICE_INTERNAL_H
#define TTSTD_SERVICE_INTERNAL_H

#include "base/mailbox.h"
#include "base/rng.h"
#include "base/text.h"
#include "engine/brain.h"
#include "engine/solution.h"
#include "service/figures.h"
#include "service/service.h"
#include "store/store.h"
#include "train/job.h"
#include "train/schedule.h"
#include "train/trainer.h"

#include <stdatomic.h>
#include <stdbool.h>

/* A brain of the daemon. */
struct brain_entry {
    struct store_brain record;
    struct published published;
    uint64_t saved_matches;
    char last_save_error[STORE_ERROR_SIZE]; /* "" = the last save succeeded */
    struct run *run;                        /* of its running job, or NULL */
    struct study *study;                    /* matches being written, or NULL; then no job runs */
    struct match_call *matches;             /* that wait for the study's end, oldest first */
};

/* A job and where it belongs. */
struct job_entry {
    struct job job;
    struct brain_entry *brain;
    struct text
        opponent;    /* the blob of its table, until the job is over; empty unless it is a brain */
    struct run *run; /* while it runs, or NULL */
};

/* One of the two ways to number a game's boards, and what follows from it. */
struct kind {
    struct states *states;
    struct solution *solution;
};

struct service {
    struct service_options options;
    struct mailbox inbox; /* to the owner */
    struct kind kinds[2]; /* of states: full, reduced by symmetry */
    struct store *store;
    struct trainer *trainer;
    struct rng rng;
    struct brain_entry **brains; /* in order of name */
    unsigned brain_count;
    unsigned brains_under_way; /* being created: as long as the list below */
    struct creation *creations;
    int64_t next_brain_id;
    struct job_entry **jobs; /* in order of id */
    unsigned job_count;
    unsigned jobs_under_way; /* on their way to the disk */
    int64_t next_job_id;
    uint64_t jobs_ended; /* see service_jobs_ended() */
    bool is_closing;     /* no job starts any more */
    struct figures done; /* since the start; nothing of the moment */
};

/* A store request that comes back to the owner; embedded in what it is about. */
struct change {
    struct store_request request; /* first; its `perform` runs on the store's thread */
    struct service *service;
    struct service_call *call; /* NULL: nobody waits for it */
    /* The owner's thread: the change is on disk, or request.err says why not. */
    void (*finish)(struct change *change);
};

/* Hands the change to the store; `finish` follows. */
void change_post(struct change *change);

/* Reports to `call` once all changes that were posted before have been tried. ERR_NO_MEMORY. */
MUST_CHECK enum err change_post_barrier(struct service *service, struct service_call *call);

/* The request's outcome, as callers are told it. */
void change_outcome(const struct change *change, struct fault *out);

/* Ends the change's call, if it has one, with the outcome. */
void change_report(struct change *change);

/* The kind that brains under a rule are of. */
static inline const struct kind *kind_of(const struct service *service, const struct rule *rule)
{
    return &service->kinds[rule->symmetry];
}

/* NULL if there is none. */
struct brain_entry *brain_entry_find(struct service *service, const char *name);
struct brain_entry *brain_entry_by_id(struct service *service, int64_t id);

/* An entry that is not yet in the list; takes over `table`. */
MUST_CHECK enum err brain_entry_create(struct service *service, const struct store_brain *record,
                                       struct brain *table, struct brain_entry **out);
void brain_entry_add(struct service *service, struct brain_entry *entry);
void brain_entries_free(struct service *service);

/* How many of its matches are not on disk yet. */
uint64_t brain_entry_unsaved(struct brain_entry *entry);

/* The id of the job that is running on the brain, or else of the next one; 0 if there is none. */
int64_t brain_entry_job(const struct service *service, const struct brain_entry *entry);

/* An entry that is not yet in the list; takes over `opponent`. */
MUST_CHECK enum err job_entry_create(struct service *service, const struct job *job,
                                     struct brain_entry *brain, struct text *opponent,
                                     struct job_entry **out);
void job_entry_free(struct job_entry *item);
/* Adds it behind all others; ids ascend. */
void job_entry_add(struct service *service, struct job_entry *item);
void job_entries_free(struct service *service);

/* For trainer_options: keeps a curve point. */
void curve_note_training(struct training *training, const struct curve_point *point);

/* Has the table's evaluation kept as a point of the brain's curve; takes over `table`. */
void curve_note(struct service *service, int64_t brain_id, struct brain *table);

/* Runs the brain's next queued job, if none is running and no match is being written. */
void jobs_start_next(struct service *service, struct brain_entry *entry);

/* After everything is loaded: goes on with what was running, ends what was stopping. */
void jobs_resume(struct service *service);

/* A job as the store keeps it, and back. ERR_CORRUPT for what no ttstd writes. */
void record_from_job(const struct job *job, struct store_job *out);
MUST_CHECK enum err record_to_job(const struct store_job *record, struct job *out);

#endif
