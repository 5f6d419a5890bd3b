/*
 * opponent - who makes the moves of a player that does not learn, as brains that nobody teaches:
 * uniform play, perfect play, and what another brain plays. Tables are met by tables of rule beads,
 * so that a draw from a row is all that it takes to play like them; patterns by either kind.
 */
#ifndef TTSTD_ENGINE_OPPONENT_H
#define TTSTD_ENGINE_OPPONENT_H

#include "engine/brain.h"

/* For brains under that rule, as all below: every legal move alike. ERR_NO_MEMORY, ERR_UNSUPPORTED
 * as brain_create(), also below. */
MUST_CHECK enum err opponent_uniform(const struct atlas *atlas, const struct rule *rule,
                                     struct brain **out);

/* Alike among the moves that keep the board's exact value. ERR_UNSUPPORTED where that is not
 * known. */
MUST_CHECK enum err opponent_perfect(const struct atlas *atlas, const struct rule *rule,
                                     struct brain **out);

/* As the brain, which is of the same game, plays under the policy `sample`, now and later. */
MUST_CHECK enum err opponent_frozen(const struct atlas *atlas, const struct rule *rule,
                                    const struct brain *brain, struct brain **out);

/* A frozen one that brain_encode() has written. ERR_CORRUPT. */
MUST_CHECK enum err opponent_decode(const struct atlas *atlas, const struct rule *rule,
                                    const char *bytes, size_t size, struct brain **out);

#endif
