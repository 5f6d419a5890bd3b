/*
 * practice - matches of a network against itself, learning from each: TD(lambda) of afterstates,
 * cut where a move was explored (Watkins' Q(lambda)).
 *
 * Playing: each move that can be made is looked at one ply ahead and the best is made, of equal
 * ones any; but a share `explore` of the moves is any move that can be made. It counts as explored
 * only where its value is below the best. An opponent draws by weight, as it is served under the
 * policy `sample`, and nothing that it does counts as explored: the network learns what boards are
 * worth against it.
 *
 * Learning, after the match, with the values as they were when its moves were made: b(0) ... b(n-1)
 * are the boards after each move, of which the last is finished and not taught. G is the result, or
 * what was best there if the last move was explored. For i from n-2 down to 0 each weight of b(i)
 * changes by step (G - V) / slots, rounded to the nearest, if whoever moved to it learns; then G is
 * what was best there if move i was explored, else trace G + (1 - trace) V, where V is b(i)'s
 * value.
 *
 * Random numbers: match n of a job has a generator of its own, seeded from the job's seed and n,
 * and takes a number a ply: bits 0 to 15 decide whether to explore, bits 32 to 63 choose. So a
 * match depends on the weights that it finds and on nothing else.
 */
#ifndef TTSTD_ENGINE_PATTERNS_PRACTICE_H
#define TTSTD_ENGINE_PATTERNS_PRACTICE_H

#include "engine/patterns/network.h"
#include "engine/selfplay.h"

struct practice {
    uint64_t seed;  /* the job's */
    uint64_t first; /* the job's number of the first match */
    uint64_t matches;
    unsigned learners; /* of enum learner */
    uint32_t explore;  /* in 65536ths, as the next two */
    uint32_t step;     /* network_step() */
    uint32_t trace;
    const struct brain *opponent; /* as in struct selfplay, as the next */
    const _Atomic bool *given_up[2];
};

/* Plays the matches, or as many as it may, and changes the weights. */
void practice_run(const struct network *network, const struct practice *plan, struct tally *out);

/* Learns from a match that was played elsewhere, as the cells that were filled. What was best, and
 * what counts as explored, is of before its first change; but V is what a board is worth when it is
 * its turn: its boards share weights, and the same match told again and again would otherwise swing
 * them further each time. `averages` change alike. Of the plan the learners, step and trace are
 * looked at. */
void practice_learn(const struct network *network, const struct network *averages,
                    const struct practice *plan, const uint8_t cells[], unsigned plies);

#endif
