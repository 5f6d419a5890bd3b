/*
 * moves - choosing moves, and what a brain knows of a board. Owner's thread only; reads a brain's
 * published table and never waits for whoever trains it.
 */
#ifndef TTSTD_SERVICE_MOVES_H
#define TTSTD_SERVICE_MOVES_H

#include "engine/match.h"
#include "engine/policy.h"
#include "engine/view.h"
#include "model/limits.h"
#include "service/service.h"

#include <stdbool.h>

/* A position as it was told. */
struct position_text {
    enum {
        POSITION_BOARD,   /* a digit a cell */
        POSITION_COLUMNS, /* the columns of a match's moves, a digit each, from 1; under gravity */
        POSITION_MOVES,   /* a match's moves */
    } form;
    const char *text; /* of the first two, as is its size */
    size_t size;
    const uint8_t *moves;
    size_t count;
};

struct move_order {
    const char *brain;
    const struct position_text *positions;
    size_t count;
    bool is_batch; /* faults name `boards[i]` rather than `board` */
    struct policy policy;
    uint64_t seed;             /* board i is decided by the i-th number that follows from it */
    struct service_call *call; /* for ERR_LATER */
};

struct move_choice {
    struct board board;
    unsigned player;
    unsigned move;
    unsigned cell; /* that it fills */
    struct board next;
    enum result result; /* of the board after the move; RESULT_NONE while the match goes on */
};

/* What a choice was made by: an entry for each of the game's moves. */
struct move_detail {
    uint32_t weights[GAME_CELLS_MAX];
    double probabilities[GAME_CELLS_MAX];
    bool has_expected;
    int32_t expected[GAME_CELLS_MAX]; /* in units of 1 / VIEW_EXPECTED_ONE */
};

/* At most so many boards times moves are told in detail: it is kept and written at once. */
enum { MOVES_DETAIL_MAX = 1 << 16 };

/* Chooses a move for each position, all from one table. `out` has room for order->count, and so has
 * `details`, unless it is NULL; `out_game` tells the boards' shape. ERR_NOT_FOUND (the brain),
 * ERR_LATER, ERR_MALFORMED or ERR_IMPOSSIBLE (a position, or `detail`; then nothing was chosen for
 * any). */
MUST_CHECK enum err service_choose_moves(struct service *service, const struct move_order *order,
                                         struct move_choice out[], struct move_detail details[],
                                         const struct game **out_game, struct fault *fault);

struct board_order {
    const char *brain;
    struct position_text position;
    struct policy policy;
    struct service_call *call; /* for ERR_LATER */
};

/* A decision board as a brain sees it, beside the exact truth, where that is known. */
struct board_view {
    const struct game *game;
    struct board board;
    unsigned player;
    struct move_detail detail;
    bool has_proofs;
    int8_t proofs[GAME_CELLS_MAX]; /* 1 proven to win, -1 to lose, 0 neither */
    bool has_values;
    int value;                     /* for the player to move, played perfectly: 1, 0 or -1 */
    int8_t values[GAME_CELLS_MAX]; /* of each move, for the same player */
};

/* ERR_NOT_FOUND (the brain), ERR_LATER, ERR_MALFORMED or ERR_IMPOSSIBLE (the board). */
MUST_CHECK enum err service_view_board(struct service *service, const struct board_order *order,
                                       struct board_view *out, struct fault *fault);

/* The moves of a position that is told by them; `room` is for those of POSITION_COLUMNS. One more
 * than any match has is as good as all. ERR_MALFORMED, ERR_IMPOSSIBLE, at `moves`. */
enum { POSITION_MOVES_MAX = GAME_CELLS_MAX + 1 };
MUST_CHECK enum err position_moves(const struct game *game, const struct position_text *text,
                                   uint8_t room[POSITION_MOVES_MAX], const uint8_t **out,
                                   size_t *out_count, struct fault *fault);

#endif
