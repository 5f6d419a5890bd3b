/*
 * match - one finished match as the list of its moves: checked, and learned from.
 */
#ifndef TTSTD_ENGINE_MATCH_H
#define TTSTD_ENGINE_MATCH_H

#include "engine/brain.h"

/* What is wrong with a move that is no cell of any board. */
#define MATCH_NO_SUCH_CELL "the board has no such cell"

struct match {
    unsigned plies;
    struct place places[BRAIN_MOVES_MAX]; /* the board that each move was made on */
    uint8_t moves[BRAIN_MOVES_MAX];
    enum result result;
};

/* What one move taught. */
struct match_change {
    struct board board;
    unsigned move;
    uint32_t before; /* the weight */
    uint32_t after;
};

/* Follows the moves from the empty board of the brain's game. ERR_IMPOSSIBLE: the fault's field is
 * the first move that cannot be made, `moves[3]`, or `moves` where the match is not over. */
MUST_CHECK enum err match_read(const struct brain *brain, const uint8_t moves[], size_t count,
                               struct match *out, struct fault *fault);

/* How it ended; RESULT_NONE where the moves are no whole match. */
enum result match_result(const struct game *game, const uint8_t moves[], size_t count);

/* Changes the weights of the learning players' moves (a set of enum learner) as the brain's rule
 * says, counts the match, and halves rows that have grown too heavy. Tells what it changed, in the
 * order of play; returns how many that are. The match was read for a brain that is
 * alike. */
unsigned match_learn(struct brain *brain, const struct match *match, unsigned learners,
                     struct match_change out[BRAIN_MOVES_MAX]);

#endif
