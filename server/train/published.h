/*
 * published - a brain as readers see it: immutable tables, one after the other.
 *
 * A trainer publishes a copy of its table after each round; readers hold the current one for as
 * long as they like. Neither ever waits for the other: the two meet at two pointers that either
 * exchanges in one step.
 *
 *     publisher --fresh-->  reader   the newest copy; one that nobody has taken yet is written anew
 *     publisher <--spare--  reader   a table that nobody holds any more, to be written again
 *
 * All readers are on one thread, the owner's: holders are counted there, and nowhere else.
 *
 * Invariants
 *  1. An edition that has been current is not written to until nobody holds it.
 *  2. `fresh` and `spare` are held by `published` alone, and belong to whoever takes them out.
 */
#ifndef TTSTD_TRAIN_PUBLISHED_H
#define TTSTD_TRAIN_PUBLISHED_H

#include "model/edition.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* The owner's thread, all below, unless it says otherwise. */

struct published {
    struct edition *current; /* the owner's; NULL: none yet */
    struct edition *_Atomic fresh;
    struct edition *_Atomic spare;
};

/* Shows `edition` from now on, which the caller may go on holding, and nothing that was published
 * before. Nobody publishes meanwhile. */
void published_put(struct published *published, struct edition *edition);

/* Lets all go; who still holds an edition keeps it. */
void published_close(struct published *published);

/* Holds what was published last; edition_let_go() follows. While a job trains, one whose digest
 * was asked for stays current for PUBLISHED_DIGEST_MS. */
struct edition *published_hold(struct published *published);

/* A digest takes half a millisecond, as long as a round may: were each asked of another table,
 * those who ask for moves would wait for them. */
enum { PUBLISHED_DIGEST_MS = 20 };

/* Whether somebody holds the current edition. */
bool published_is_held(const struct published *published);

/* The publisher's thread, one at a time: shows a copy of `table` from now on. False where it was
 * skipped, because there was no memory. */
bool published_publish(struct published *published, const struct brain *table);

#endif
