/*
 * view - what a brain knows of a board as it lies there, however it keeps its weights: an entry for
 * each of the game's moves (game_moves()), 0 for those that cannot be made.
 */
#ifndef TTSTD_ENGINE_VIEW_H
#define TTSTD_ENGINE_VIEW_H

#include "engine/brain.h"
#include "engine/policy.h"

enum { VIEW_EXPECTED_ONE = 1 << 16 };

struct view {
    const struct brain *brain;
    struct board board;
    /* The engine's, below. */
    struct place place; /* in a table */
    uint64_t moves;     /* of a network, as the next two: the set of those that can be made */
    uint32_t weights[GAME_CELLS_MAX];
    int32_t expected[GAME_CELLS_MAX];
};

/* Finds a board; false if no move can be made on it. */
bool view_open(const struct brain *brain, struct board board, struct view *out);

/* Cells that are the same up to symmetry each have the weight that they share. Where a brain tells
 * what it expects a weight is 65536 for the best move, and halves with every 1/32 that a move is
 * expected to be worse; at least 1. */
void view_weights(const struct view *view, uint32_t out[GAME_CELLS_MAX]);

/* What is expected to come of each move, for who makes it, in units of 1 / VIEW_EXPECTED_ONE: 1 is
 * a match won, -1 one lost. False, and nothing written: the brain does not tell. */
bool view_expected(const struct view *view, int32_t out[GAME_CELLS_MAX]);

/* The probability of each move under a policy. Rules with proofs leave only the moves that are not
 * known to be worse. Of cells that are the same up to symmetry each has an equal share in what
 * their weight gets, but for `greedy`, which takes the lowest. (Of equal weights `greedy` takes
 * that which comes first in the row.) */
void view_probabilities(const struct view *view, const struct policy *policy,
                        double out[GAME_CELLS_MAX]);

/* Draws a move with those probabilities by the help of 64 random bits. */
unsigned view_choose(const struct view *view, const struct policy *policy, uint64_t random);

/* 1 for a move that is proven to win, -1 to lose, else 0. */
void view_proofs(const struct view *view, int8_t out[GAME_CELLS_MAX]);

/* Against perfect play: the board's value for the player to move, 1, 0 or -1, and that of each of
 * its moves, for the same player. The board is one of the solution's. */
int view_values(const struct solution *solution, struct board board, int8_t out[GAME_CELLS_MAX]);

#endif
