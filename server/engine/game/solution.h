/*
 * solution - the exact value of every decision board: what two perfect players make of it.
 *
 * Values are from the view of the player to move, whatever a brain's scoring: 1 won, 0 drawn, -1
 * lost. Found by backward induction (Zermelo 1913): each board once, after all its successors.
 */
#ifndef TTSTD_ENGINE_GAME_SOLUTION_H
#define TTSTD_ENGINE_GAME_SOLUTION_H

#include "engine/game/states.h"

struct solution {
    const struct states *states; /* not owned */
    int8_t *values;              /* a row each */
};

/* ERR_NO_MEMORY. `states` must outlive the solution. */
MUST_CHECK enum err solution_create(const struct states *states, struct solution **out);
void solution_destroy(struct solution *solution);

/* The value of a row, for the player to move there. */
int solution_value(const struct solution *solution, uint32_t row);

/* The value of playing a legal cell in a row, for the same player. */
int solution_move_value(const struct solution *solution, uint32_t row, unsigned cell);

#endif
