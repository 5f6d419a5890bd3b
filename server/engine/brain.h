/*
 * brain - a table of weights, one row per decision board, and what it has lived.
 *
 * The rows of player 1's boards and of player 2's never coincide, so one brain holds
 * both players' halves. Behind the decision rows lie the absorbing rows, into which
 * finished matches run; during play they collect garbage by design, so nothing here
 * copies, merges, halves or digests them as weights.
 *
 * Invariants (between rounds)
 *  1. A legal move's weight is at least 1, a taken cell's is 0.
 *  2. Every row's total is at most rule.halve_above.
 *  3. matches = results[0] + results[1] + results[2].
 *  4. A move is proven to win or to lose, not both, and only if it is legal; none is unless the
 *     rule has proofs.
 *  5. next[] of an absorbing row leads to the one of the same result in the next group, in the
 *     last group to itself, whatever its sums. Nothing is proven there, and `legal` is empty only
 *     where the match has just been won: who is to move then has lost, as row_proof() says.
 */
#ifndef TTSTD_ENGINE_BRAIN_H
#define TTSTD_ENGINE_BRAIN_H

#include "base/sha256.h"
#include "engine/row.h"
#include "engine/rule.h"
#include "engine/states.h"

struct brain {
    const struct states *states; /* not owned; shared by all brains of a game */
    struct rule rule;
    uint64_t matches;               /* played in training */
    uint64_t results[RESULT_COUNT]; /* of those matches, by result - 1 */
    struct row *rows;               /* states_all_rows(states) */
};

enum { BRAIN_MERGE_MAX = 64 };                        /* workers */
enum { BRAIN_DIGEST_SIZE = 7 + 2 * SHA256_SIZE + 1 }; /* "sha256:", hex, NUL */

/* A fresh brain: every legal move has rule->start_weight. ERR_UNSUPPORTED where the game has more
 * cells than ROW_CELLS. `states` must outlive the brain. */
MUST_CHECK enum err brain_create(const struct states *states, const struct rule *rule,
                                 struct brain **out);
void brain_destroy(struct brain *brain);

/* Makes `to` equal to `from`, a brain of the same states. */
void brain_copy(struct brain *to, const struct brain *from);

/* Writes the weights of a row, one a cell of the game. */
void brain_weights(const struct brain *brain, uint32_t row, uint32_t out[ROW_CELLS]);

/* The same, but 0 for moves that the rule's proofs leave out. */
void brain_played_weights(const struct brain *brain, uint32_t row, uint32_t out[ROW_CELLS]);

/* Replaces the weights of a row. The caller keeps invariants 1 and 2. */
void brain_set_weights(struct brain *brain, uint32_t row, const uint32_t weights[ROW_CELLS]);

/* Adds what `count` workers learned from `base`, each on a copy of its own, to `base`:
 * weight = max(1, base + sum over workers of (worker - base)), in 64-bit sums; what any worker
 * proved is proven. Matches and results are not touched. */
void brain_merge(struct brain *base, const struct brain *const workers[], unsigned count);

/* Halves the weights of each row (floor 1) until its total is at most rule.halve_above. */
void brain_halve(struct brain *brain);

/* "sha256:" and the hex SHA-256 over the lines `BOARD,w0,...,wn\n` of all decision boards in
 * ascending order; under rules with proofs each line goes on with `,q0,...,qn`, 1 for a move proven
 * to win, -1 to lose, else 0. Equal digests, equal brains. */
void brain_digest(const struct brain *brain, char out[BRAIN_DIGEST_SIZE]);

#endif
