/*
 * stored - brains and jobs for tests of the store, and what a store holds.
 */
#ifndef TTSTD_TESTS_SUPPORT_STORED_H
#define TTSTD_TESTS_SUPPORT_STORED_H

#include "base/text.h"
#include "store/row_digest.h"
#include "store/store.h"
#include "support/folder.h"

enum { STORED_MAX = 64 };

/* All that is in a store. */
struct stored {
    unsigned brains;
    struct brain_record brain[STORED_MAX];
    struct brain *tables[STORED_MAX];
    unsigned jobs;
    struct job job[STORED_MAX];
    struct text opponents[STORED_MAX]; /* the bytes of their tables */
};

/* Opens a store that must open. */
struct store *stored_open(const char *path);

/* A store in a folder of its own. */
struct stored_file {
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    struct store *store;
};

/* Makes them, with so many brains in the store, fresh ones, of the ids from 1 on. */
void stored_make(struct stored_file *file, unsigned brains);
void stored_reopen(struct stored_file *file);

/* Closes the store, if it is still open, and removes the folder. */
void stored_remove(struct stored_file *file);

/* Reads all that is in an open store; it must be sound. */
void stored_load(struct store *store, struct stored *out);
void stored_free(struct stored *stored);

/* A brain of that id, named "brain-ID"; a queued job of that id. */
struct brain_record stored_brain(int64_t id);
struct job stored_job(int64_t id, int64_t brain_id);

bool stored_same_brain(const struct brain_record *a, const struct brain_record *b);
bool stored_same_job(const struct job *a, const struct job *b);

/* SQL that makes all digests right again, so that what is found is something else. */
#define STORED_SEAL                                                                                \
    ";UPDATE brain SET digest = " BRAIN_DIGEST ", state_digest = " BRAIN_STATE_DIGEST              \
    ";UPDATE lesson SET digest = " LESSON_DIGEST ";UPDATE job SET digest = " JOB_DIGEST            \
    ", state_digest = " JOB_STATE_DIGEST ";UPDATE curve_point SET digest = " POINT_DIGEST          \
    ";UPDATE checkpoint SET digest = " CHECKPOINT_DIGEST

/* Runs SQL on a database file by a connection of its own; the first column of the first row that
 * comes out, or 0. */
int64_t stored_sql(const char *path, const char *sql);

#endif
