/*
 * internal - what the files of this room share; nobody else includes it.
 */
#ifndef TTSTD_SERVICE_INTERNAL_H
#define TTSTD_SERVICE_INTERNAL_H

#include "base/mailbox.h"
#include "base/rng.h"
#include "base/text.h"
#include "engine/brain.h"
#include "model/job.h"
#include "service/figures.h"
#include "service/retry.h"
#include "service/service.h"
#include "store/store.h"
#include "train/schedule.h"
#include "train/trainer.h"

#include <stdatomic.h>
#include <stdbool.h>

/* What a brain has lived. */
struct brain_counts {
    uint64_t matches;
    uint64_t results[RESULT_COUNT];
};

struct job_view;
struct receipt;

/* A brain of the daemon. */
struct brain_entry {
    struct store_brain record;
    bool is_loaded;
    struct published published; /* its table; only if it is loaded */
    uint64_t used;              /* service->uses when the table was used last */
    struct brain_counts saved;  /* as on disk */
    unsigned last_save_us;      /* how long that took; 0: there was none since the start */
    char last_save_error[STORE_ERROR_SIZE]; /* "" = the last save succeeded */
    unsigned jobs_under_way;                /* on their way to the disk, not in the list yet */
    unsigned points_owed;                   /* of its curve: their writes are tried again */
    struct retry next_job;                  /* whose start failed for a reason that passes */
    bool is_damaged;                        /* as the last try to read its table found */
    struct run *run;                        /* of its running job, or NULL */
    struct study *study;                    /* matches being written, or NULL; then no job runs */
    struct match_call *matches;             /* that wait for the study's end, oldest first */
    bool is_replaced;                       /* another table is being written in its place */
    bool is_leaving;                        /* being deleted; nobody finds it any more */
};

/* A job and where it belongs. */
struct job_entry {
    struct job job;
    struct brain_entry *brain;
    struct text
        opponent;    /* the blob of its table, until the job is over; empty unless it is a brain */
    struct run *run; /* while it runs and until its last save succeeded, or NULL */
    bool is_owed;    /* its row on disk is another; posted, or to be tried again */
    struct retry row;
};

/* A table that is not in memory. */
struct missing {
    int64_t brain_id;
    char checkpoint[STORE_NAME_SIZE]; /* "": the brain's own */
    const char *field;                /* for faults; NULL: none */
};

struct service {
    struct service_options options;
    struct mailbox inbox; /* to the owner */
    struct atlas *atlas;
    struct store *store;
    struct trainer *trainer;
    struct rng rng;
    struct brain_entry **brains; /* in order of name */
    unsigned brain_count;
    unsigned brains_under_way; /* being created: as long as the list below */
    struct creation *creations;
    int64_t next_brain_id;
    uint64_t uses;            /* of tables, counted; for the shelf, as the next */
    struct version *versions; /* checkpoints in memory */
    struct fetch *fetches;    /* under way */
    struct missing wanted;    /* by whoever got ERR_LATER last */
    struct {
        struct evaluating *line; /* that wait, the oldest first */
        unsigned at_front;       /* that wait no more */
        unsigned count;          /* of both */
    } evaluations;
    unsigned curve_readings;  /* under way */
    struct receipt *receipts; /* of requests that are being done */
    struct job_entry **jobs;  /* in order of id */
    unsigned job_count;
    unsigned jobs_under_way; /* on their way to the disk */
    int64_t next_job_id;
    uint64_t jobs_ended; /* see service_jobs_ended() */
    struct service_watcher watcher;
    struct retry *retries;   /* what waits to be tried again */
    _Atomic bool is_closing; /* no job starts any more, and nobody waits for memory */
    bool is_over;            /* nothing is written any more */
    struct figures done;     /* since the start; nothing of the moment */
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

/* The same of a request that only reads; `what`, as in "the curve". */
void change_outcome_of_reading(const struct change *change, const char *what, struct fault *out);

/* Ends the change's call, if it has one, with the outcome. */
void change_report(struct change *change);

/* A fresh table under a rule. Any thread. ERR_NO_MEMORY. */
MUST_CHECK enum err edition_fresh(const struct service *service, const struct rule *rule,
                                  struct edition **out);

/* NULL if there is none. */
struct brain_entry *brain_entry_find(struct service *service, const char *name);
struct brain_entry *brain_entry_by_id(struct service *service, int64_t id);

/* An entry that is not yet in the list, and not loaded. */
MUST_CHECK enum err brain_entry_create(struct service *service, const struct store_brain *record,
                                       struct brain_entry **out);
void brain_entry_free(struct brain_entry *entry);
void brain_entry_add(struct service *service, struct brain_entry *entry);
/* Takes it off the list, with its jobs, and frees it. */
void brain_entry_remove(struct service *service, struct brain_entry *entry);
void brain_entries_free(struct service *service);

#define SERVICE_IS_STOPPING "the daemon is going down"
#define BRAIN_IS_OTHERWISE "a brain of that name is there with another game, rule or options"
#define BRAIN_IS_FULL "the brain has lived 2^53 matches, as many as can be"
#define BRAIN_NOT_FOUND "there is no brain of that name"
#define CHECKPOINT_NOT_FOUND "there is no checkpoint of that name"

/* As it stands: as last published, or as on disk. */
struct brain_counts brain_entry_counts(struct brain_entry *entry);
struct brain_counts brain_counts_of(const struct brain *table);

/* Whether nothing is changing it: else ERR_CONFLICT (a job), at `field`, or ERR_BUSY. */
MUST_CHECK enum err brain_entry_check_idle(const struct service *service,
                                           const struct brain_entry *entry, const char *field,
                                           struct fault *fault);

/* How many of its matches are not on disk yet. */
uint64_t brain_entry_unsaved(struct brain_entry *entry);

/* Puts another table in a brain's place: with it the brain begins another life. `checkpoint` names
 * the one of its checkpoints that it goes back to (store_go_back()); NULL: it begins anew, and its
 * curve and automatic checkpoints are deleted. ERR_OK: the call will report. ERR_CONFLICT,
 * ERR_BUSY, ERR_NO_MEMORY. */
MUST_CHECK enum err brain_replace(struct service *service, struct brain_entry *entry,
                                  struct edition *edition, const char *checkpoint,
                                  struct service_call *call, struct fault *fault);

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
void job_entries_remove_of(struct service *service, const struct brain_entry *brain);

/* NULL if there is none. */
struct job_entry *job_entry_find(const struct service *service, int64_t id);

/* How many there are that a restart would find not over: also those whose end is not on disk. */
unsigned job_entries_active(const struct service *service);

/* Forgets jobs that are over but the newest JOBS_FINISHED_KEPT, as the store does. */
void job_entries_prune(struct service *service);

/* Writes the job's row as it stands, but for how far it is; `call` may be NULL. What fails is told
 * to it, and tried again until it is on disk. ERR_NO_MEMORY: nothing was begun. */
MUST_CHECK enum err job_entry_write(struct service *service, struct job_entry *item,
                                    struct service_call *call);
/* The same where nobody asked: without memory it is tried again, too. */
void job_entry_write_unasked(struct service *service, struct job_entry *item);

/* For trainer_options: keeps a curve point, and at powers of ten a checkpoint. */
void curve_note_training(struct training *training, const struct brain *table,
                         const struct curve_point *point);

/* The same as part of another change. Made by any thread; NULL: no memory. */
struct point_write *point_write_create(int64_t brain_id, const struct brain *table,
                                       const struct curve_point *point);
void point_write_free(struct point_write *write); /* NULL: nothing */

/* The store's thread, and then, once it is on disk, the owner's. */
MUST_CHECK enum err point_write_perform(struct store *store, const struct point_write *write);
void point_write_done(struct service *service, const struct point_write *write);

/* Runs the brain's next queued job, if none is running and nothing of the brain is being written.
 */
void jobs_start_next(struct service *service, struct brain_entry *entry);

/* For brain_entry.next_job. */
void jobs_start_again(struct service *service, struct retry *retry);

/* Its next queued job could not be started. Where trying again helps it waits for that, else it has
 * failed. */
void jobs_wait(struct service *service, struct brain_entry *entry, enum err err, const char *why);

/* A job whose training is gone, though it is not over: it stops, if that was asked for, or is
 * queued once more. */
void jobs_take_back(struct service *service, struct job_entry *item);

/* Has the next ones in line evaluated, if it is their turn. */
void evaluations_go_on(struct service *service);

/* Learns the matches that have been waiting, or runs the next job. */
void matches_go_on(struct service *service, struct brain_entry *entry);

/* Whether a checkpoint of that name was made by itself: its name is a number. */
bool checkpoint_is_automatic(const char *name);

/* A brain's or job's row becomes an entry, if it is sound; else ERR_CORRUPT. */
MUST_CHECK enum err load_brain(struct service *service, const struct store_brain *record,
                               const char *blob, size_t blob_size);
MUST_CHECK enum err load_job(struct service *service, const struct job *job, const char *blob,
                             size_t blob_size);

/* After all brains and jobs: the ids that are next, beyond those that were deleted. */
MUST_CHECK enum err load_counters(struct service *service);

/* Whether an evaluation as it is stored can be one. */
bool curve_point_is_sound(const char evaluations[STORE_POINT_SIZE]);

/* Reads all that is in the database. ERR_CORRUPT and others, with a line for the operator. */
MUST_CHECK enum err service_load(struct service *service, struct fault *fault);

/* After everything is loaded: goes on with what was running, ends what was stopping. */
void jobs_resume(struct service *service);

/* The receipt may be NULL, in both: then there is nothing to do. The first has the answer written
 * (ERR_NO_MEMORY), the second is for the store's thread, in the transaction of the change. */
MUST_CHECK enum err receipt_write(struct receipt *receipt, const struct job_view *job);
MUST_CHECK enum err receipt_keep(struct store *store, const struct receipt *receipt);

/* Counts a save of the brain that has been tried, and notes how it went. */
void brain_entry_note_save(struct service *service, struct brain_entry *entry,
                           const struct store_request *request, const struct brain *table,
                           int64_t saved_at_ms);

#endif
