/*
 * selfplay - many matches of a brain against itself, learning as it goes: the hot loop.
 *
 * How networks do it is in patterns/practice.h; what follows is of tables.
 *
 * Matches are played in lock step, K at a time: all K make their first move, then all
 * their second, and so on; the K moves of a ply hide each other's memory latency. What
 * they learn is applied after all K have ended, match by match in order, ply by ply. So
 * a seed gives one result, and K is part of it: K = 1 is the original's way, a match
 * sees all that the ones before it taught.
 *
 * Exploring: a learning player's move is, with probability rule.explore, drawn from the plan's
 * uniform table instead. It teaches like any other.
 *
 * Random numbers: a lock step of K = SELFPLAY_LANES takes a block of numbers a ply, number k for
 * match k; K = 1 matches use block after block up, a number a ply, `cells - 1` a match. Both take
 * them for plies after a match's end as well, so the count never depends on play. Under a rule that
 * explores every block is followed by another, whose number at the same place decides whether to
 * explore (below explore x 2^16). The last ply of a full board is forced and takes none.
 */
#ifndef TTSTD_ENGINE_SELFPLAY_H
#define TTSTD_ENGINE_SELFPLAY_H

#include "base/rng.h"
#include "engine/brain.h"

struct kernel;

enum { SELFPLAY_LANES = RNG_BLOCK };

struct selfplay {
    uint64_t matches;
    unsigned learners;            /* of enum learner */
    const struct brain *opponent; /* whose moves the player that does not learn makes, unchanged;
                                     as opponent.h makes them; NULL: the brain's own */
    /* Tables. */
    uint64_t seed;
    unsigned lanes; /* K: 1 or SELFPLAY_LANES; what K does not divide is played with K = 1, last */
    const struct brain *uniform; /* opponent_uniform(); for rules that explore, else not used */
    const struct kernel *kernel; /* NULL: the best one; has no say in the result */
    /* Networks. */
    uint64_t match_seed; /* by which match `first`, and those behind it, draw */
    uint64_t first;
    unsigned workers;                /* that learn beside each other */
    const _Atomic bool *given_up[2]; /* looked at between matches; once one is true no other begins.
                                        NULL: none */
};

struct tally {
    uint64_t results[RESULT_COUNT];
    uint64_t plies; /* moves made, over all matches */
};

/* Plays on `brain` and changes its weights; matches, results and what ends a round (brain.h) are
 * the caller's. Row totals must stay below 2^32: see RULE_HALVE_ABOVE_MAX. */
void selfplay_run(struct brain *brain, const struct selfplay *plan, struct tally *out);

/* The implementation of that name, "scalar", "avx2", "avx512", or with "auto" the
 * fastest (table/kernel.h); NULL where there is none, or this processor cannot run it. */
const struct kernel *selfplay_kernel(const char *name);
const char *selfplay_kernel_name(const struct kernel *kernel);

#endif
