/*
 * brains - the brains of the daemon: look at, create, copy, export, import, reset, delete. Owner's
 * thread only.
 *
 * What is only read may be a checkpoint too: `name` is then brain@checkpoint. What changes a brain
 * is refused while a job is queued or running on it (ERR_CONFLICT) or it is being written
 * (ERR_BUSY).
 */
#ifndef TTSTD_SERVICE_BRAINS_H
#define TTSTD_SERVICE_BRAINS_H

#include "engine/brain.h"
#include "model/edition.h"
#include "model/limits.h"
#include "service/service.h"

/* What a brain is like at this moment. Strings are the service's, valid until its next call. */
struct brain_info {
    const char *name;
    const char *game;
    struct rule rule;
    uint64_t matches;
    uint64_t results[RESULT_COUNT];
    uint32_t rows;    /* 0: it has none */
    size_t bytes;     /* that it takes in memory */
    unsigned lessons; /* that are not in its table on disk; see model/lesson.h */
    int64_t training; /* the id of the job that is running or next, 0 = none */
    int64_t created_at_ms;
    int64_t saved_at_ms;
    uint64_t unsaved_matches;
    unsigned last_save_us;          /* how long the last save took; 0: none since the start */
    const char *last_save_error;    /* NULL = none */
    const char *warning;            /* NULL = none */
    char digest[BRAIN_DIGEST_SIZE]; /* only from service_digest_brain() */
};

/* Looking. */

/* ERR_NOT_FOUND. A brain's own name only. */
MUST_CHECK enum err service_get_brain(struct service *service, const char *name,
                                      struct brain_info *out);

/* The same, or of a checkpoint; with its digest. ERR_NOT_FOUND, ERR_LATER. */
MUST_CHECK enum err service_digest_brain(struct service *service, const char *name,
                                         struct service_call *call, struct brain_info *out,
                                         struct fault *fault);

unsigned service_count_brains(const struct service *service);

/* By index, 0 .. service_count_brains() - 1, in order of name. */
void service_brain_at(struct service *service, unsigned index, struct brain_info *out);

/* The index of the first whose name is behind that. */
unsigned service_brain_behind(const struct service *service, const char *name);

/* Its table as it is, with its digest, held for the caller. ERR_NOT_FOUND, ERR_LATER. */
MUST_CHECK enum err service_hold_table(struct service *service, const char *name,
                                       struct service_call *call, struct edition **out,
                                       struct fault *fault);

/* Creating. */

struct brain_order {
    const char *name;
    struct game game;
    struct rule rule;
};

enum created {
    CREATED_ALREADY,  /* it is there just so; `call` is not used */
    CREATED_LATER,    /* `call` will report */
    CREATED_BY_OTHER, /* the same, by a call under way; `call` will report when that has ended */
    CREATED_NOT,      /* see `fault` */
};

/* Faults: a bad name, game or option, naming the field; ERR_CONFLICT where a brain of that name is
 * there but otherwise; ERR_BUSY at BRAINS_MAX. */
MUST_CHECK enum created service_create_brain(struct service *service,
                                             const struct brain_order *order,
                                             struct service_call *call, struct fault *fault);

/* A new brain that is as `from` is now, with its curve but without its checkpoints. Faults: as
 * above; ERR_NOT_FOUND; ERR_LATER; ERR_CONFLICT where there is one of that name, at `to`. */
MUST_CHECK enum err service_copy_brain(struct service *service, const char *from, const char *to,
                                       struct service_call *call, struct fault *fault);

/* Importing: a fresh table to be filled in, then the import itself. */

/* ERR_IMPOSSIBLE: no such brains of the game, or an option, naming the field; ERR_BUSY (too many
 * games). Any thread. The caller holds the table. */
MUST_CHECK enum err service_new_table(struct service *service, const struct brain_order *order,
                                      struct edition **out, struct fault *fault);

/* Any thread. Whether what the table claims to be proven is true; else the fault's field is
 * `proofs.BOARD[CELL]`. */
MUST_CHECK enum err service_check_proofs(struct service *service, const struct brain *table,
                                         struct fault *fault);

/* The brain of that name, new (CREATED_LATER) or there with the same game, rule and options
 * (CREATED_ALREADY: `call` will report all the same), gets that table. A curve and automatic
 * checkpoints that were there are deleted. */
MUST_CHECK enum created service_import_brain(struct service *service,
                                             const struct brain_order *order,
                                             struct edition *edition, struct service_call *call,
                                             struct fault *fault);

/* Changing. */

/* As new; its curve and automatic checkpoints are deleted. */
MUST_CHECK enum err service_reset_brain(struct service *service, const char *name,
                                        struct service_call *call, struct fault *fault);

/* With its jobs, curve and checkpoints. */
MUST_CHECK enum err service_delete_brain(struct service *service, const char *name,
                                         struct service_call *call, struct fault *fault);

/* Within the room: puts another table in a brain's place; with it the brain begins another life.
 * `checkpoint` names the one of its checkpoints that it goes back to; NULL: it begins anew. */
struct brain_entry;
MUST_CHECK enum err brain_replace(struct service *service, struct brain_entry *entry,
                                  struct edition *edition, const char *checkpoint,
                                  struct service_call *call, struct fault *fault);

#endif
