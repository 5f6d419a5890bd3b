/*
 * published - a brain as readers see it: a chain of immutable tables.
 *
 * A trainer publishes a table after each round; readers pin the current one, read it for
 * as long as they like and unpin it. Neither ever waits for the other: a table that was
 * published is not written to again until it is neither current nor pinned, and when no
 * table is free the trainer skips that publication.
 *
 * Tables stand in a few slots. A reader counts itself into the current slot and then looks
 * whether that slot is still current; if not, it counts itself out and tries again without
 * having read anything. A trainer makes another slot current before it looks at the count.
 * Both orders are sequentially consistent, so one of the two always sees the other.
 *
 * Invariants
 *  1. The current slot has a table.
 *  2. Only slots that are neither current nor pinned are written to or freed.
 */
#ifndef TTSTD_TRAIN_PUBLISHED_H
#define TTSTD_TRAIN_PUBLISHED_H

#include "engine/brain.h"

#include <stdatomic.h>
#include <stdbool.h>

/* One current, one being written, the others for readers who stay: the HTTP loop and the saves
 * hold one at a time each. */
enum { PUBLISHED_SLOTS = 4 };

struct published {
    struct {
        struct brain *table; /* changed by the publisher, only under invariant 2 */
        _Atomic unsigned pins;
    } slots[PUBLISHED_SLOTS];
    _Atomic unsigned current;
};

/* Takes over `table` as the first one. */
void published_open(struct published *published, struct brain *table);

/* No reader may be left. */
void published_close(struct published *published);

/* A reader's hold on a table. */
struct pin {
    const struct brain *table;
    struct published *from;
    unsigned slot;
};

/* Any thread. The table stays as it is until it is unpinned. */
struct pin published_pin(struct published *published);
void published_unpin(struct pin pin);

/* Publisher: makes sure that there is a table to publish into besides the current one, so that
 * published_publish_last() will never want for memory. ERR_NO_MEMORY. */
MUST_CHECK enum err published_reserve(struct published *published);

/* Publisher (one thread at a time): shows readers a copy of `table` from now on. Returns false
 * where it was skipped, because all slots were in use or no memory was left. */
bool published_publish(struct published *published, const struct brain *table);

/* Publisher: as above, but waits until it succeeds, then frees the slots not needed any more: for
 * a job's last table. published_reserve() must have succeeded before. Readers hold a pin for
 * microseconds only. */
void published_publish_last(struct published *published, const struct brain *table);

#endif
