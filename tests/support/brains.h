/*
 * brains - brains of tic-tac-toe (support/tables.h) and of a smaller game, fresh or filled at
 * random, for tests of what is done to every weight.
 */
#ifndef TTSTD_TESTS_SUPPORT_BRAINS_H
#define TTSTD_TESTS_SUPPORT_BRAINS_H

#include "base/rng.h"
#include "engine/brain.h"

/* The states of a game of 3x2 cells with runs of 2, which live as long as the process. */
const struct states *brains_small_states(void);

/* A fresh brain with the default rule. */
struct brain *brains_fresh(const struct states *states);

/* Whether the cell is there and empty on the row's board, so that it has a weight. */
bool brains_is_empty(const struct brain *brain, uint32_t row, unsigned cell);

/* Gives every legal move a weight from 1 to `most`; a few rows get one that fills the bound. */
void brains_fill_random(struct brain *brain, struct rng *rng, uint32_t most);

/* For brains of reduced states as well: weights of all magnitudes, and proofs that need not be
 * true: some moves of each kind, and rows in which all are proven to lose. */
void brains_fill_widely(struct brain *brain, struct rng *rng);
void brains_prove_at_random(struct brain *brain, struct rng *rng);

/* Gives sum i of every absorbing row the value `value` + i. */
void brains_garble_absorbing_rows(struct brain *brain, uint32_t value);

/* The digest by its definition: one text of all lines, hashed in one go. */
void brains_plain_digest(const struct brain *brain, bool has_proofs, char out[BRAIN_DIGEST_SIZE]);

void brains_assert_same_digest(const struct brain *a, const struct brain *b);

#endif
