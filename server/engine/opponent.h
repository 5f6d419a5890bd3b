/*
 * opponent - tables to be drawn from that nobody learns: uniform play, perfect play, and what
 * another brain plays. All are brains of their own, with rule beads and no proofs, so that a draw
 * from a row is all that it takes to play like them.
 */
#ifndef TTSTD_ENGINE_OPPONENT_H
#define TTSTD_ENGINE_OPPONENT_H

#include "engine/brain.h"

/* For brains under that rule: every legal move alike. ERR_NO_MEMORY, ERR_UNSUPPORTED as
 * brain_create(), also below. */
MUST_CHECK enum err opponent_uniform(const struct atlas *atlas, const struct rule *rule,
                                     struct brain **out);

/* Alike among the moves that keep the board's exact value. */
MUST_CHECK enum err opponent_perfect(const struct atlas *atlas, const struct rule *rule,
                                     struct brain **out);

/* As the brain plays under the policy `sample`, now and later. */
MUST_CHECK enum err opponent_frozen(const struct brain *brain, struct brain **out);

/* A fresh one, to be filled by brain_decode(). */
MUST_CHECK enum err opponent_create(const struct atlas *atlas, const struct rule *rule,
                                    struct brain **out);

#endif
