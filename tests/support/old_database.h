/*
 * old_database - databases as daemons of earlier schemas left them (tests/data/README.md tells how
 * they were made), and what those daemons made of them.
 */
#ifndef TTSTD_TESTS_SUPPORT_OLD_DATABASE_H
#define TTSTD_TESTS_SUPPORT_OLD_DATABASE_H

#include "store/store.h"

struct old_database {
    const char *file;
    unsigned schema;
    /* What it says, in the words of today. */
    unsigned brain_count;
    const struct brain_record *brains;
    const char *const *digests;
    const uint64_t *matches;
    const int64_t *learned_at_ms; /* of each one's last lesson, or 0; NULL: there are none */
    unsigned job_count;
    const struct job *jobs; /* by id, from 1 */
    /* Two jobs of one brain that were not over, and the digest to which they bring it. */
    int64_t running;
    int64_t queued;
    const char *end;
};

extern const struct old_database old_database_1;
extern const struct old_database old_database_2;
extern const struct old_database old_database_3;
extern const struct old_database old_database_4;
extern const struct old_database old_database_5;
extern const struct old_database old_database_6;

enum { OLD_DATABASES = 6 };
extern const struct old_database *const old_databases[OLD_DATABASES];

/* Puts the file there. */
void old_database_write(const struct old_database *old, const char *path);

#endif
