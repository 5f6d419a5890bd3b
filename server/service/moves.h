/*
 * moves - choosing moves, and what a brain knows of a board. Owner's thread only; reads a brain's
 * published table and never waits for whoever trains it.
 */
#ifndef TTSTD_SERVICE_MOVES_H
#define TTSTD_SERVICE_MOVES_H

#include "engine/brain.h"
#include "engine/policy.h"
#include "model/limits.h"
#include "service/service.h"

#include <stdbool.h>

struct board_text {
    const char *text;
    size_t size;
};

struct move_order {
    const char *brain;
    const struct board_text *boards;
    size_t count;
    bool is_batch; /* faults name `boards[i]` rather than `board` */
    bool detail;   /* weights and probabilities are wanted too */
    struct policy policy;
    uint64_t seed;             /* board i is decided by the i-th number that follows from it */
    struct service_call *call; /* for ERR_LATER */
};

struct move_choice {
    unsigned player;
    unsigned move;
    struct board next;
    enum result result; /* of the board after the move; RESULT_NONE while the match goes on */
    uint32_t weights[BRAIN_MOVES_MAX]; /* if asked for, like the next */
    double probabilities[BRAIN_MOVES_MAX];
};

/* Chooses a move for each board, all from one table. `out` has room for order->count; `out_game`
 * tells the boards' shape. ERR_NOT_FOUND (the brain), ERR_LATER, ERR_MALFORMED or ERR_IMPOSSIBLE (a
 * board; then nothing was chosen for any). */
MUST_CHECK enum err service_choose_moves(struct service *service, const struct move_order *order,
                                         struct move_choice out[], const struct game **out_game,
                                         struct fault *fault);

struct board_order {
    const char *brain;
    struct board_text board;
    struct policy policy;
    struct service_call *call; /* for ERR_LATER */
};

/* A decision board as a brain sees it, beside the exact truth. What is listed has nothing for taken
 * cells. */
struct board_view {
    const struct game *game;
    struct board board;
    unsigned player;
    uint32_t weights[BRAIN_MOVES_MAX];
    double probabilities[BRAIN_MOVES_MAX];
    bool has_proofs;
    int8_t proofs[BRAIN_MOVES_MAX]; /* 1 proven to win, -1 to lose, 0 neither */
    int value;                      /* for the player to move, played perfectly: 1, 0 or -1 */
    int8_t values[BRAIN_MOVES_MAX]; /* of each move, for the same player */
};

/* ERR_NOT_FOUND (the brain), ERR_LATER, ERR_MALFORMED or ERR_IMPOSSIBLE (the board). */
MUST_CHECK enum err service_view_board(struct service *service, const struct board_order *order,
                                       struct board_view *out, struct fault *fault);

#endif
