/*
 * atlas - what all brains of a game share: the patterns by which networks read its boards, and of
 * an exact game the numbered boards that tables have rows for and what they are worth. A table's
 * rule says by which of two numberings it goes: each board with a row of its own, or one for all
 * that are the same up to symmetry.
 *
 * All of it is the engine's own; whoever holds an atlas only hands it on.
 */
#ifndef TTSTD_ENGINE_ATLAS_H
#define TTSTD_ENGINE_ATLAS_H

#include "engine/game/solution.h"
#include "engine/patterns/patterns.h"
#include "engine/rule.h"

struct atlas {
    struct game game;
    struct patterns *patterns;
    struct states *states[2]; /* full, reduced by symmetry; NULL: it is not exact; so the next */
    struct solution *solutions[2];
};

/* ERR_UNSUPPORTED (a game with more patterns than can be), ERR_NO_MEMORY. It must outlive all
 * brains made by it. */
MUST_CHECK enum err atlas_create(const struct game *game, struct atlas **out);
void atlas_destroy(struct atlas *atlas);

/* The boards of tables under a rule, and their exact values; of other brains, all boards. NULL: the
 * game is not exact. */
const struct states *atlas_states(const struct atlas *atlas, const struct rule *rule);
const struct solution *atlas_solution(const struct atlas *atlas, const struct rule *rule);

/* How many rows brains under a rule have; 0: they have none. */
uint32_t atlas_rows(const struct atlas *atlas, const struct rule *rule);

#endif
