/*
 * view - what a brain knows of a board as it lies there, whether its states are reduced or not: an
 * entry for each cell of the board, 0 for taken ones.
 */
#ifndef TTSTD_ENGINE_VIEW_H
#define TTSTD_ENGINE_VIEW_H

#include "engine/brain.h"
#include "engine/policy.h"

/* Finds a board; false if it is no decision board of the game. */
bool view_place(const struct brain *brain, struct board board, struct place *out);

/* Cells that are the same up to symmetry each have the weight that they share. */
void view_weights(const struct brain *brain, const struct place *place,
                  uint32_t out[BRAIN_MOVES_MAX]);

/* The probability of each move under a policy. Rules with proofs leave only the moves that are not
 * known to be worse. Of cells that are the same up to symmetry each has an equal share in what
 * their weight gets, but for `greedy`, which takes the lowest. (Of equal weights `greedy` takes
 * that which comes first in the row.) */
void view_probabilities(const struct brain *brain, const struct place *place,
                        const struct policy *policy, double out[BRAIN_MOVES_MAX]);

/* Draws a move with those probabilities by the help of 64 random bits. */
unsigned view_choose(const struct brain *brain, const struct place *place,
                     const struct policy *policy, uint64_t random);

/* What stands on the board after a move; RESULT_NONE while the match goes on. */
enum result view_result(const struct brain *brain, const struct place *place, unsigned move);

/* 1 for a move that is proven to win, -1 to lose, else 0. */
void view_proofs(const struct brain *brain, const struct place *place, int8_t out[BRAIN_MOVES_MAX]);

/* Against perfect play: the board's value for the player to move, 1, 0 or -1, and that of each of
 * its moves, for the same player. */
int view_values(const struct brain *brain, const struct solution *solution,
                const struct place *place, int8_t out[BRAIN_MOVES_MAX]);

#endif
