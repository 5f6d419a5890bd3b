/*
 * ttst - the public face of libttst, the learning engine of ttstd: brains that learn
 * board games by playing against themselves. No I/O, no threads, no clock, no globals;
 * two threads may work on two brains, not on one.
 *
 * Boards are texts of one digit a cell: '0' empty, '1' first player, '2' second player,
 * cell 0 first ("000000000" is the empty tic-tac-toe board), row by row, row 0 at the bottom. Moves
 * are cells or, in games with gravity, columns.
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
    TTST_BAD_ARGUMENT = 2, /* an unknown game or rule, a malformed board, a count out of range */
    TTST_NO_MOVE = 3,      /* no match reaches this board, or it is finished */
};

enum { TTST_DIGEST_SIZE = 72 }; /* "sha256:", 64 hex digits, NUL */

/* Which players learn in ttst_brain_train(). */
enum { TTST_PLAYER1 = 1, TTST_PLAYER2 = 2, TTST_BOTH = 3 };

/* A fresh brain for a game with the default options of the rule `beads` if the game is "tictactoe",
 * else of `patterns`. Games are known by name, such as "connectfour", or described as width x
 * height, run, and g for gravity: "6x4r4g". */
TTST_API int ttst_brain_create(const char *game, struct ttst_brain **out);

/* The same under a rule of that name: "beads", "menace", "guard", for tictactoe, or "patterns". */
TTST_API int ttst_brain_create_rule(const char *game, const char *rule, struct ttst_brain **out);
TTST_API void ttst_brain_destroy(struct ttst_brain *brain);

/* How many cells the brain's boards have, and how many moves there are: columns under gravity, else
 * cells. */
TTST_API unsigned ttst_brain_cells(const struct ttst_brain *brain);
TTST_API unsigned ttst_brain_moves(const struct ttst_brain *brain);

/* Plays `matches` matches of the brain against itself; equal brains, counts and seeds give equal
 * brains. `lanes` is 1 (a match learns from all before it) or 16 (matches in lock step learn after
 * all 16 have ended: faster); it has no say under the rule patterns. `learners` is TTST_PLAYER1,
 * TTST_PLAYER2 or TTST_BOTH. `results`, if not NULL, gets how many were won by player 1, by player
 * 2, and drawn. */
TTST_API int ttst_brain_train(struct ttst_brain *brain, uint64_t matches, uint64_t seed,
                              unsigned lanes, unsigned learners, uint64_t results[3]);

/* Chooses the code that plays and learns: "scalar", "avx2", "avx512", or "auto", the fastest that
 * this processor can run, which is what a new brain has. All learn the same from the same seed, to
 * the bit. TTST_BAD_ARGUMENT where there is none of that name or the processor cannot run it. */
TTST_API int ttst_brain_set_kernel(struct ttst_brain *brain, const char *kernel);

/* Copies the weights of a board, one a move, 0 for one that cannot be made. */
TTST_API int ttst_brain_weights(const struct ttst_brain *brain, const char *board,
                                uint32_t weights[]);

/* What is expected to come of each move for who makes it, from -1, lost, to 1, won; 0 for one that
 * cannot be made. TTST_BAD_ARGUMENT, too, where the brain's rule is not patterns. */
TTST_API int ttst_brain_expected(const struct ttst_brain *brain, const char *board,
                                 double expected[]);

/* All that a brain has learned as bytes, the same on every machine. Returns how many they are;
 * `bytes` gets them if it has room for so many, or may be NULL. 0: there was no memory. */
TTST_API size_t ttst_brain_export(const struct ttst_brain *brain, void *bytes, size_t room);

/* Reads such bytes back into a brain of the same game and rule. TTST_BAD_ARGUMENT, and the brain is
 * as it was, unless they are whole, unaltered, and of such a brain. */
TTST_API int ttst_brain_import(struct ttst_brain *brain, const void *bytes, size_t size);

/* Draws a move by weight with the help of 32 random bits. */
TTST_API int ttst_brain_move(const struct ttst_brain *brain, const char *board, uint32_t random,
                             unsigned *move);

/* Draws one of `count` weights, 1 to 64 of them, with probability weight / total, by the help of 32
 * uniformly random bits; returns its index. A weight of 0 is never drawn; the share of every other
 * is exact to 2^-32: of the 2^32 values of `random`, floor or ceil of 2^32 x weight / total draw
 * it. Equal weights and bits give equal draws on every processor. The total must be above 0 and
 * below 2^32, else -1. Needs no brain, allocates nothing; a few nanoseconds. Any thread. */
TTST_API int ttst_sample(const uint32_t weights[], unsigned count, uint32_t random);

/* SHA-256 over all weights; equal digests, equal brains. */
TTST_API void ttst_brain_digest(const struct ttst_brain *brain, char digest[TTST_DIGEST_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
