/*
 * atlas - a game's numbered boards and what they are worth: all that brains of the game share. A
 * brain's rule says by which of two numberings it goes: each board with a row of its own, or one
 * for all that are the same up to symmetry.
 *
 * The numberings and their solutions are the engine's own; whoever holds an atlas only hands it on.
 */
#ifndef TTSTD_ENGINE_ATLAS_H
#define TTSTD_ENGINE_ATLAS_H

#include "engine/game/solution.h"
#include "engine/rule.h"

struct atlas {
    const struct game *game;
    struct states *states[2]; /* full, reduced by symmetry */
    struct solution *solutions[2];
};

/* ERR_UNSUPPORTED (a game whose boards cannot be numbered), ERR_NO_MEMORY. The game must outlive
 * it, and it all brains made by it. */
MUST_CHECK enum err atlas_create(const struct game *game, struct atlas **out);
void atlas_destroy(struct atlas *atlas);

/* How many boards brains under a rule have weights for. */
uint32_t atlas_boards(const struct atlas *atlas, const struct rule *rule);

/* The boards of brains under a rule, and their exact values. */
const struct states *atlas_states(const struct atlas *atlas, const struct rule *rule);
const struct solution *atlas_solution(const struct atlas *atlas, const struct rule *rule);

#endif
