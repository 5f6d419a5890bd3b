/*
 * match - one finished match as the list of its moves: checked, and learned from.
 */
#ifndef TTSTD_ENGINE_MATCH_H
#define TTSTD_ENGINE_MATCH_H

#include "base/fault.h"
#include "engine/brain.h"

/* What is wrong with a move that no board has. */
#define MATCH_NO_SUCH_CELL "the board has no such cell"
#define MATCH_NO_SUCH_COLUMN "the board has no such column"

struct match {
    unsigned plies;
    uint8_t moves[GAME_CELLS_MAX];
    enum result result; /* RESULT_NONE: it is not over */
    struct board board; /* after the last of them */
};

/* What one move taught. */
struct match_change {
    struct board board;
    unsigned move;
    unsigned cell;
    uint32_t before; /* the weight */
    uint32_t after;
    bool has_expected;
    int32_t expected_before; /* in units of 1 / VIEW_EXPECTED_ONE */
    int32_t expected_after;
};

/* Follows the moves from the empty board. ERR_IMPOSSIBLE: the fault's field is the first move that
 * cannot be made, `moves[3]`. */
MUST_CHECK enum err match_follow(const struct game *game, const uint8_t moves[], size_t count,
                                 struct match *out, struct fault *fault);

/* The same, and to its end: else the field is `moves`. */
MUST_CHECK enum err match_read(const struct game *game, const uint8_t moves[], size_t count,
                               struct match *out, struct fault *fault);

/* Changes the weights of the learning players' moves (a set of enum learner) as the brain's rule
 * says, and counts the match. Tells what it changed, in the order of play, to `out`, which has room
 * for match->plies; returns how many that are. */
unsigned match_learn(struct brain *brain, const struct match *match, unsigned learners,
                     struct match_change out[]);

#endif
