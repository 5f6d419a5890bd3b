/*
 * change - something that will be true once it is written, as plain data.
 *
 * It is decided on the owner's thread, written by the store (store_write()), then applied to what
 * is in memory (service/apply.h). Nothing in it points to what lives: it has ids, names, records,
 * and tables that nobody changes meanwhile. Of the data below each kind has what its line names.
 *
 * Adding a kind: a line here, a case in store/write.c, a case in service/apply.c, and who decides
 * it.
 */
#ifndef TTSTD_MODEL_CHANGE_H
#define TTSTD_MODEL_CHANGE_H

#include "model/edition.h"
#include "model/job.h"
#include "model/lesson.h"
#include "model/point.h"
#include "model/record.h"

enum change_kind {
    CHANGE_NOTHING, /* -; what was posted before it has been tried */
    /* brain, table; from and checkpoint.name: of what it is a copy, and so what curve it gets */
    CHANGE_BRAIN_CREATED,
    /* brain, table; checkpoint.name: of its checkpoint that it goes back to (store_go_back()), or
     * "": it begins anew, without curve and automatic checkpoints */
    CHANGE_BRAIN_REPLACED,
    CHANGE_BRAIN_DELETED, /* brain.id */
    /* brain, table, lessons, which are its last; point and checkpoint as below. The table is
     * written only where it `folds`: in their place */
    CHANGE_MATCHES_LEARNED,
    CHANGE_CHECKPOINT_KEPT,    /* brain.id, table, checkpoint; is_new when it is written */
    CHANGE_CHECKPOINT_DELETED, /* brain.id, checkpoint.name */
    CHANGE_JOB_ACCEPTED,       /* brain.id, job, opponent */
    CHANGE_JOBS_MOVED,         /* jobs: their states, but not how far they are */
    CHANGE_JOB_PROGRESSED,     /* brain, table, job: how far it is */
    CHANGE_JOB_SUSPENDED,      /* the same; its training has ended, the job goes on later */
    CHANGE_JOB_OVER,           /* brain, table, job: how it ended */
    CHANGE_POINT_REACHED, /* brain.id, point.matches, and one of has_point, leaves_checkpoint */
    CHANGE_KIND_COUNT
};

struct change {
    enum change_kind kind;
    struct brain_record brain;
    struct edition *edition;   /* that has the table, held; or NULL */
    const struct brain *table; /* encoded where it is written */
    struct brain_place from;   /* brain_id == 0: none */
    struct checkpoint_record checkpoint;
    bool is_new;
    struct lesson *lessons; /* the change's own */
    unsigned lesson_count;
    bool folds;
    bool has_point;         /* that is kept */
    bool leaves_checkpoint; /* of the table, called by point.matches */
    struct curve_point point;
    struct job job;
    struct text opponent; /* the blob of its table, if it is a brain; the change's own */
    struct job *jobs;     /* the change's own */
    unsigned job_count;
    struct receipt_record *receipts; /* to be kept, a list; of the requests that wait for it */
    /* How it went, once it has been tried. */
    enum err err;
    char error[ERROR_TEXT_SIZE];
    unsigned took_us;
};

/* Whether nothing else may change the brain while it is under way. */
bool change_claims_brain(enum change_kind kind);

/* Frees what it has, on the owner's thread. */
void change_clear(struct change *change);

#endif
