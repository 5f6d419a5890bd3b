/*
 * batch - what one worker brings home from one round: its delta.
 *
 * In memory it is the worker's own table, played on from a copy of the round's base. It
 * has one serialised form, so that what crosses a thread today can cross a network:
 *
 *     offset  size          little-endian
 *          0     8          "ttstbat1"
 *          8     8          brain's id
 *         16     8          start: brain.matches at the round's start
 *         24     4          worker
 *         28     4          cells of a board
 *         32     8          matches played
 *         40  3 x 8         results
 *         64                what differs from the round's base (bytes.c of engine/table, /patterns)
 */
#ifndef TTSTD_TRAIN_BATCH_H
#define TTSTD_TRAIN_BATCH_H

#include "base/text.h"
#include "engine/selfplay.h"

struct batch {
    int64_t brain_id;
    uint64_t start;
    unsigned worker;
    uint64_t matches;
    struct tally tally;  /* the plies stay behind when a batch is serialised */
    bool is_whole;       /* all matches were played: it was not given up */
    struct brain *table; /* owned by whoever owns the batch */
};

/* Plays a share of `matches` matches from `base` into batch->table. The caller has set brain_id and
 * worker. `seed` is the job's; `learners` as in struct selfplay. */
struct batch_share {
    uint64_t seed;
    uint64_t matches;
    unsigned lanes;
    unsigned learners;
    const struct brain *opponent; /* as in struct selfplay, all below */
    const struct brain *uniform;
    const struct kernel *kernel;
    uint64_t first; /* counted over the job */
    unsigned workers;
    const _Atomic bool *given_up[2];
};
void batch_play(struct batch *batch, const struct brain *base, const struct batch_share *share);

/* Ends a round: merges the batches of all workers into `base`, counts their matches and results,
 * and settles it. The batches, all whole, have undefined tables then. */
void batch_merge(struct brain *base, struct batch batches[], unsigned count);

/* Appends the serialised form; out of memory shows in text->failed. */
void batch_encode(const struct batch *batch, const struct brain *base, struct text *out);

/* Reads it back into `batch`, whose table the caller provides. ERR_CORRUPT, and the batch
 * undefined, unless it is whole, of this base's shape and start, its results add up to its matches,
 * every weight stays in range, and its proofs are of legal moves, agree with each other and take
 * none of the base's back. */
MUST_CHECK enum err batch_decode(const char *bytes, size_t size, const struct brain *base,
                                 struct batch *batch);

#endif
