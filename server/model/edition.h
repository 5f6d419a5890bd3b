/*
 * edition - a table that several may hold, and that nobody changes while they do.
 *
 * Holders are counted on one thread, the owner's, and nowhere else; any thread may look at the
 * table of an edition that is held for it.
 */
#ifndef TTSTD_MODEL_EDITION_H
#define TTSTD_MODEL_EDITION_H

#include "engine/brain.h"

#include <stdint.h>

struct edition {
    struct brain *table;
    unsigned holders;
    char digest[BRAIN_DIGEST_SIZE]; /* "" until somebody asks for it */
    int64_t digested_at_ms;         /* by the monotonic clock */
};

/* The owner's thread, all below, unless it says otherwise. */

/* Any thread. Takes over `table`, also where it fails; the caller holds the edition. `table` may be
 * NULL, for which there was no memory. ERR_NO_MEMORY. */
MUST_CHECK enum err edition_create(struct brain *table, struct edition **out);

/* A fresh table under a rule. Any thread. ERR_NO_MEMORY. */
MUST_CHECK enum err edition_fresh(const struct atlas *atlas, const struct rule *rule,
                                  struct edition **out);

/* One holder more, and one less: the last one frees it. NULL is let go, too. */
struct edition *edition_hold(struct edition *edition);
void edition_let_go(struct edition *edition);

/* The table's digest, made when it is first asked for. */
const char *edition_digest(struct edition *edition);

#endif
