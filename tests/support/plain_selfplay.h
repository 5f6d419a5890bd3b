/*
 * plain_selfplay - a plain way of self-play, which the hot loop is measured against.
 *
 * It keeps a board as a text, its weights in a table by the text's digits read in base 3, looks for
 * runs cell by cell, and draws by a linear scan. It shares nothing with the engine but the random
 * numbers that selfplay.h promises: eight xoshiro generators of their own, two numbers of each a
 * block.
 */
#ifndef TTSTD_TESTS_SUPPORT_PLAIN_SELFPLAY_H
#define TTSTD_TESTS_SUPPORT_PLAIN_SELFPLAY_H

#include "engine/selfplay.h"

enum { PLAIN_SELFPLAY_CELLS = 10, PLAIN_SELFPLAY_BOARDS = 59049 /* 3 to the cells */ };

struct plain_selfplay {
    struct game game;
    struct rule rule;
    unsigned cells;
    uint32_t weights[PLAIN_SELFPLAY_BOARDS][PLAIN_SELFPLAY_CELLS];
    const struct plain_selfplay *opponent; /* makes the moves of who does not learn; or NULL */
    struct rng lanes[8];
    struct tally tally; /* of the last training */
};

/* Every empty cell of every text has the start weight, whether a match reaches it or not. The
 * caller frees it. */
struct plain_selfplay *plain_selfplay_create(const struct game *game, const struct rule *rule);

/* What selfplay_run() does to a brain. */
void plain_selfplay_train(struct plain_selfplay *plain, const struct selfplay *plan);

/* The row of weights of a board's text. */
unsigned plain_selfplay_index(const char *board, unsigned cells);

#endif
