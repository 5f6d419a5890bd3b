/*
 * table - a brain's weights as one row per decision board.
 *
 * The rows of player 1's boards and of player 2's never coincide, so one table holds both players'
 * halves. Behind the decision rows lie the absorbing rows, into which finished matches run; during
 * play they collect garbage by design, so nothing here copies, merges, halves or digests them as
 * weights.
 *
 * Invariants (between rounds)
 *  1. A legal move's weight is at least 1, a taken cell's is 0.
 *  2. Every row's total is at most rule.halve_above.
 *  3. A move is proven to win or to lose, not both, and only if it is legal; none is unless the
 *     rule has proofs.
 *  4. next[] of an absorbing row leads to the one of the same result in the next group, in the
 *     last group to itself, whatever its sums. Nothing is proven there, and `legal` is empty only
 *     where the match has just been won: who is to move then has lost, as row_proof() says.
 */
#ifndef TTSTD_ENGINE_TABLE_TABLE_H
#define TTSTD_ENGINE_TABLE_TABLE_H

#include "engine/brain.h"
#include "engine/table/row.h"

/* A fresh brain by that numbering, which must outlive it; as brain_create(). */
MUST_CHECK enum err table_create(const struct states *states, const struct rule *rule,
                                 struct brain **out);

/* Writes the weights of a row, one a cell of the game. */
void table_weights(const struct brain *brain, uint32_t row, uint32_t out[ROW_CELLS]);

/* The same, but 0 for moves that the rule's proofs leave out. */
void table_played_weights(const struct brain *brain, uint32_t row, uint32_t out[ROW_CELLS]);

/* Replaces the weights of a row. The caller keeps invariants 1 and 2. */
void table_set_weights(struct brain *brain, uint32_t row, const uint32_t weights[ROW_CELLS]);

/* Halves the weights of a row (floor 1) until their total is at most rule.halve_above. */
void table_halve(struct brain *brain, uint32_t row);

/* Tables of rule beads to meet them (engine/opponent.h). */
MUST_CHECK enum err table_uniform(const struct states *states, struct brain **out);
MUST_CHECK enum err table_perfect(const struct solution *solution, struct brain **out);
MUST_CHECK enum err table_frozen(const struct states *states, const struct brain *brain,
                                 struct brain **out);

#endif
