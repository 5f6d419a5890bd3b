/*
 * plain_strategy - how a brain of tic-tac-toe plays under a policy, board by board as texts: read
 * off its rows by the definitions in policy.h, rule.h and view.h, without any of their code.
 */
#ifndef TTSTD_TESTS_SUPPORT_PLAIN_STRATEGY_H
#define TTSTD_TESTS_SUPPORT_PLAIN_STRATEGY_H

#include "engine/brain.h"
#include "engine/policy.h"
#include "support/plain_game.h"

enum {
    PLAIN_STRATEGY_CELLS = 9,
    PLAIN_STRATEGY_BOARDS = 19683, /* 3 to the cells */
    PLAIN_DECISION_BOARDS = 4520,
};

/* One of tic-tac-toe's decision boards. */
const char *plain_decision_board(unsigned number);

/* By the index of a decision board, and cell; 0 for all others. */
struct plain_strategy {
    double probability[PLAIN_STRATEGY_BOARDS][PLAIN_STRATEGY_CELLS];
    bool is_possible[PLAIN_STRATEGY_BOARDS][PLAIN_STRATEGY_CELLS]; /* however seldom */
};

/* Of a brain of the full states or of the reduced ones. The caller frees it. */
struct plain_strategy *plain_strategy_of(const struct brain *brain, const struct policy *policy);

#endif
