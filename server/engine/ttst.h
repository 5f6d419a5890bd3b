/*
 * ttst - the public face of libttst, the learning engine of ttstd: brains that learn
 * board games by playing against themselves. No I/O, no threads, no clock, no globals;
 * two threads may work on two brains, not on one.
 *
 * Boards are texts of one digit a cell: '0' empty, '1' first player, '2' second player,
 * cell 0 first ("000000000" is the empty tic-tac-toe board). Moves are cell indices.
 */
#ifndef TTST_H
#define TTST_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TTST_API __attribute__((visibility("default")))

struct ttst_brain;

enum ttst_status {
    TTST_OK = 0,
    TTST_NO_MEMORY = 1,
    TTST_BAD_ARGUMENT = 2, /* an unknown game, a malformed board, a count out of range */
    TTST_NO_MOVE = 3,      /* no match reaches this board, or it is finished */
};

enum { TTST_DIGEST_SIZE = 72 }; /* "sha256:", 64 hex digits, NUL */

/* Which players learn in ttst_brain_train(). */
enum { TTST_PLAYER1 = 1, TTST_PLAYER2 = 2, TTST_BOTH = 3 };

/* A fresh brain for a game ("tictactoe") under the rule `beads` with its default options. */
TTST_API int ttst_brain_create(const char *game, struct ttst_brain **out);
TTST_API void ttst_brain_destroy(struct ttst_brain *brain);

/* How many cells the brain's boards have. */
TTST_API unsigned ttst_brain_cells(const struct ttst_brain *brain);

/* Plays `matches` matches of the brain against itself; equal brains, counts and seeds give equal
 * brains. `lanes` is 1 (a match learns from all before it) or 16 (matches in lock step learn after
 * all 16 have ended: faster). `learners` is TTST_PLAYER1, TTST_PLAYER2 or TTST_BOTH. `results`, if
 * not NULL, gets how many were won by player 1, by player 2, and drawn. */
TTST_API int ttst_brain_train(struct ttst_brain *brain, uint64_t matches, uint64_t seed,
                              unsigned lanes, unsigned learners, uint64_t results[3]);

/* Copies the weights of a board, one a cell, 0 for a taken one. */
TTST_API int ttst_brain_weights(const struct ttst_brain *brain, const char *board,
                                uint32_t weights[]);

/* Draws a move by weight with the help of 32 random bits. */
TTST_API int ttst_brain_move(const struct ttst_brain *brain, const char *board, uint32_t random,
                             unsigned *move);

/* SHA-256 over all weights; equal digests, equal brains. */
TTST_API void ttst_brain_digest(const struct ttst_brain *brain, char digest[TTST_DIGEST_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
