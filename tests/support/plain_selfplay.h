/*
 * plain_selfplay - a plain way of self-play, which the hot loop is measured against.
 *
 * It plays on texts (plain_game.h), keeps what it knows of a board in a table by the text, and
 * draws by a linear scan. Under symmetry it turns every board into its canonical image before it
 * looks at it. It shares nothing with the engine but the random numbers that selfplay.h promises:
 * eight xoshiro generators of their own, two numbers of each a block.
 */
#ifndef TTSTD_TESTS_SUPPORT_PLAIN_SELFPLAY_H
#define TTSTD_TESTS_SUPPORT_PLAIN_SELFPLAY_H

#include "engine/selfplay.h"
#include "support/plain_game.h"

/* What is known of a board, cell by cell. */
struct plain_row {
    bool is_filled;
    uint32_t alike[PLAIN_CELLS]; /* how many cells a move stands for; 0: it is none */
    uint32_t weights[PLAIN_CELLS];
    int8_t proofs[PLAIN_CELLS]; /* 1 for a move known to win, -1 to lose, else 0 */
};

enum plain_kind { PLAIN_LEARNER, PLAIN_UNIFORM, PLAIN_PERFECT };

struct plain_selfplay {
    enum plain_kind kind;
    struct game game;
    struct rule rule;
    unsigned cells;
    struct plain_row rows[PLAIN_BOARDS];
    struct plain_selfplay *opponent; /* makes the moves of who does not learn; or NULL */
    struct rng lanes[8];
    struct tally tally; /* of the last training */
};

/* A fresh one; the caller frees it, and all below. */
struct plain_selfplay *plain_selfplay_create(const struct game *game, const struct rule *rule);

/* Opponents, for those who learn by the rule: who draws from all moves alike, from those that keep
 * the board's value alike, and as `from` draws now, whatever it learns later. */
struct plain_selfplay *plain_selfplay_uniform(const struct game *game, const struct rule *rule);
struct plain_selfplay *plain_selfplay_perfect(const struct game *game, const struct rule *rule);
struct plain_selfplay *plain_selfplay_frozen(const struct plain_selfplay *from);

/* What selfplay_run() does to a brain; the plan's opponent, uniform table and kernel have no say.
 */
void plain_selfplay_train(struct plain_selfplay *plain, const struct selfplay *plan);

/* Learns from one match, a list of moves from the empty board to its end. Returns its result. */
enum result plain_selfplay_learn(struct plain_selfplay *plain, const uint8_t moves[],
                                 unsigned learners);

/* What is known of a board; under symmetry of a canonical one. */
struct plain_row *plain_selfplay_row(struct plain_selfplay *plain, const char *board);

/* The weight that a move is drawn with: 0 where the proofs say that another one is better. */
uint32_t plain_played_weight(const struct plain_row *row, unsigned cell);

#endif
