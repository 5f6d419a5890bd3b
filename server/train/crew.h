/*
 * crew - the threads that play the shares of a round.
 *
 * A round's shares are independent, so which thread plays which has no say in the result.
 * The caller plays along: a crew of one has no thread of its own.
 */
#ifndef TTSTD_TRAIN_CREW_H
#define TTSTD_TRAIN_CREW_H

#include "train/batch.h"

#include <stdbool.h>

struct crew;

/* What the crew plays: shares[i] from `base` into batches[i]. */
struct crew_work {
    const struct brain *base;
    struct batch *batches;
    const struct batch_share *shares;
    unsigned count;
};

/* Starts `threads` - 1 threads, which run at nice 19: trainers give way to whoever answers
 * requests. */
MUST_CHECK enum err crew_create(unsigned threads, struct crew **out);

/* Joins the threads. No work may be under way. */
void crew_destroy(struct crew *crew);

/* Returns true when all shares are played, false when the work was abandoned, or shares given up,
 * and nobody plays any more. One caller at a time. */
bool crew_play(struct crew *crew, const struct crew_work *work);

/* Any thread; never waits. From now on no share is begun, and networks end theirs at the next
 * match: crew_play() returns as soon as those under way are over. */
void crew_abandon(struct crew *crew);

/* Makes the calling thread give way like the crew's. */
void crew_be_nice(void);

#endif
