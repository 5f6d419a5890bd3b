/*
 * state - what there is, in memory: the lists of brains and of jobs. The owner's thread.
 *
 * Invariants
 *  1. What is in a list is on disk. What is decided but not written yet is coming: it has an entry,
 *     and room in the list, so that adding it cannot fail.
 *  2. Brains are in order of name, and again in order of id; jobs in order of id.
 *  3. A brain's own jobs are those in the list that are not over, in order of id.
 */
#ifndef TTSTD_SERVICE_STATE_H
#define TTSTD_SERVICE_STATE_H

#include "base/durations.h"
#include "base/mailbox.h"
#include "base/rng.h"
#include "model/change.h"
#include "service/atlases.h"
#include "service/call.h"
#include "service/retry.h"
#include "store/store.h"
#include "train/published.h"

#include <stdatomic.h>

struct posting;

struct brain_entry {
    struct brain_record record;
    const struct atlas *atlas; /* its game's */
    bool is_loaded;
    struct brain_entry *loaded_before; /* of those that are, in no order; likewise the next */
    struct brain_entry *loaded_behind;
    struct published published; /* its table; only if it is loaded */
    uint64_t used;              /* service->uses when the table was used last */
    struct brain_counts saved;  /* as on disk */
    int64_t folded;             /* the number of the last lesson that is in its table there */
    unsigned last_save_us;      /* how long that took; 0: there was none since the start */
    char last_save_error[ERROR_TEXT_SIZE]; /* "" = the last save succeeded */
    unsigned under_way[CHANGE_KIND_COUNT]; /* the log's: changes that claim it */
    unsigned checkpoints_under_way;        /* changes of them */
    unsigned points_owed;                  /* of its curve: their writes are tried again */
    struct job_entry *jobs;                /* its own */
    struct retry next_job;                 /* whose start failed for a reason that passes */
    bool is_damaged;                       /* as the last try to read its table found */
    struct run *run;                       /* of its running job, or NULL */
    struct match_call *matches;            /* that wait to be learned, oldest first */
    struct brain_entry *next;              /* of those that are coming */
};

/* A job and where it belongs. */
struct job_entry {
    struct job job;
    struct brain_entry *brain;
    struct text opponent; /* the blob of its table, until the job is over; empty unless it is one */
    struct run *run;      /* while it runs and until its last save succeeded, or NULL */
    bool is_owed;         /* its row on disk is another; posted, or to be tried again */
    struct retry row;
    struct job_entry *next; /* of its brain's; or of those that are coming */
};

/* What was done since the start. */
struct totals {
    uint64_t moves_chosen;
    uint64_t matches_learned; /* that were played elsewhere */
    uint64_t matches_trained; /* by trainings that are over */
    struct durations saves;   /* of brains, that succeeded */
    uint64_t save_failures;
    uint64_t jobs_ended;
};

struct service {
    struct service_options options;
    struct mailbox inbox; /* to the owner */
    struct atlases atlases;
    struct store *store;
    struct trainer *trainer;
    struct rng rng;
    struct brain_entry **brains;
    struct brain_entry **brains_by_id;
    unsigned brain_count;
    struct brain_entry *brains_loaded;
    unsigned brains_loaded_count;
    struct brain_entry *brains_coming;
    unsigned brains_coming_count;
    int64_t next_brain_id;
    struct job_entry **jobs;
    unsigned job_count;
    struct job_entry *jobs_coming;
    unsigned jobs_coming_count;
    int64_t next_job_id;
    struct totals totals;
    void (*given_back)(struct posting *posting); /* see log.h */
    uint64_t uses;                               /* of tables, counted; the shelf's, as the next */
    struct shelved *shelved;                     /* checkpoints in memory */
    struct fetch *fetches;                       /* under way */
    struct digesting *digestings;                /* aside.h; under way */
    struct {
        struct evaluating *line; /* that wait, the oldest first */
        unsigned at_front;       /* that wait no more */
        unsigned count;          /* of both */
    } evaluations;
    unsigned curve_readings;  /* under way */
    struct receipt *receipts; /* of requests that are being done */
    struct service_watcher watcher;
    struct retries retries;  /* what waits to be tried again */
    _Atomic bool is_closing; /* no job starts any more, and nobody waits for memory */
};

#define BRAIN_IS_OTHERWISE "a brain of that name is there with another game, rule or options"
#define BRAINS_ARE_NOT_EXACT "brains of %s are not evaluated: it has too many boards"
#define BRAIN_IS_FULL "the brain has lived 2^53 matches, as many as can be"
#define BRAIN_IS_WRITTEN "the brain is just being written"
#define BRAIN_NOT_FOUND "there is no brain of that name"
#define CHECKPOINT_NOT_FOUND "there is no checkpoint of that name"

/* Brains. */

/* NULL if there is none, or if it is being deleted. */
struct brain_entry *brain_entry_find(struct service *service, const char *name);
/* The index of the first brain whose name is behind that. */
unsigned brain_entry_index_behind(const struct service *service, const char *name);
/* NULL if there is none. */
struct brain_entry *brain_entry_by_id(const struct service *service, int64_t id);
/* The one of that name that is coming, or NULL. */
const struct brain_entry *brain_entry_coming(const struct service *service, const char *name);

/* One that is coming, not loaded. ERR_NO_MEMORY. */
MUST_CHECK enum err brain_entry_create(struct service *service, const struct brain_record *record,
                                       const struct atlas *atlas, const struct brain_counts *saved);
/* Gives it a table in place of the one that it may have; takes that from it. */
void brain_entry_load(struct service *service, struct brain_entry *entry, struct edition *edition);
void brain_entry_unload(struct service *service, struct brain_entry *entry);
/* The one that was coming is there. */
struct brain_entry *brain_entry_arrive(struct service *service, int64_t id);
/* The one that was coming is not. */
void brain_entry_drop(struct service *service, int64_t id);
/* Takes it off the list, with its jobs, and frees it. */
void brain_entry_remove(struct service *service, struct brain_entry *entry);

/* As it stands: as last published, or as on disk. */
struct brain_counts brain_entry_counts(struct brain_entry *entry);
struct brain_counts brain_counts_of(const struct brain *table);

/* How many of its matches are not on disk yet. */
uint64_t brain_entry_unsaved(struct brain_entry *entry);

/* How many of its lessons are not in its table on disk. */
unsigned brain_entry_lessons(const struct brain_entry *entry);

/* The id of the job that is running on the brain, or else of the next one; 0 if there is none. */
int64_t brain_entry_job(const struct brain_entry *entry);

/* Whether another table is being written in place of its own. */
bool brain_entry_is_written(const struct brain_entry *entry);

/* Whether a copy can be made of it, or of its checkpoint: else ERR_BUSY, while it is being replaced
 * or a checkpoint of it changed. */
MUST_CHECK enum err brain_entry_check_steady(const struct brain_entry *entry, bool has_checkpoint,
                                             struct fault *fault);

/* Whether nothing is changing it: else ERR_CONFLICT (a job), at `field`, or ERR_BUSY. */
MUST_CHECK enum err brain_entry_check_idle(const struct brain_entry *entry, const char *field,
                                           struct fault *fault);

/* Jobs. */

/* The index of the job of that id, or of the first behind it. */
unsigned job_entry_index(const struct service *service, int64_t id);

/* NULL if there is none. */
struct job_entry *job_entry_find(const struct service *service, int64_t id);

/* One that is coming. ERR_NO_MEMORY. */
MUST_CHECK enum err job_entry_create(struct service *service, const struct job *job,
                                     struct brain_entry *brain);
/* The one that was coming is there; takes over `opponent`. */
void job_entry_arrive(struct service *service, int64_t id, struct text *opponent);
/* The one that was coming is not. */
void job_entry_drop(struct service *service, int64_t id);

/* It is over: its brain has one less, and its opponent's table is not needed any more. */
void job_entry_end(struct service *service, struct job_entry *item);

/* How many there are that a restart would find not over: also those whose end is not on disk. */
unsigned job_entries_active(const struct service *service);

/* Forgets jobs that are over but the newest JOBS_FINISHED_KEPT, as the store does. */
void job_entries_prune(struct service *service);

/* All brains and jobs, when the service closes. */
void state_free(struct service *service);

#endif
