/*
 * evaluate - exactly how good a brain plays, by dynamic programming over all boards: nothing is
 * sampled.
 *
 * One backward pass gives every board, for each of some opponents, what comes of it if the brain is
 * player 1 or player 2. Probabilities are of whole matches from the empty board; values are 1 for a
 * win, 0 for a draw, -1 for a loss. In the words of game theory:
 *
 *   worst-case loss   the brain's probability to lose to who maximises just that
 *   best response     what an opponent who knows the brain gets, who maximises his value
 *   NashConv          the sum of the best responses to both players; exploitability is half of it
 *                     (Lanctot et al., "A Unified Game-Theoretic Approach to Multiagent
 *                     Reinforcement Learning", NeurIPS 2017). 0 for perfect play
 *
 * A full board is a draw, but for ttst_exploitability, for which it is a win for player 2.
 * never_loses is no rounded number: it follows from which moves the policy can make at all.
 */
#ifndef TTSTD_ENGINE_EVALUATE_H
#define TTSTD_ENGINE_EVALUATE_H

#include "engine/brain.h"
#include "engine/policy.h"

/* Of the brain, against somebody. */
struct kernel;

struct outcome {
    double win;
    double draw;
    double loss;
};

struct evaluation {
    double self[RESULT_COUNT]; /* against itself: how often each result, by result - 1 */
    struct outcome random[2];  /* against uniform play, as player 1 and as player 2 */
    struct outcome perfect[2]; /* against uniform play among the moves that keep the value */
    struct outcome against[2]; /* another brain; only if there was one */
    double worst_case_loss[2]; /* of the brain as player 1, as player 2 */
    double best_response[2];   /* to the brain as player 1, as player 2; the opponent's value */
    double nash_conv;
    double exploitability;
    double ttst_exploitability;
    bool never_loses[2]; /* as player 1, as player 2, whoever plays against it */
};

struct evaluate_order {
    const struct brain *brain;
    const struct policy *policy;
    const struct brain *against; /* plays by the same policy; or NULL */
    const struct kernel *kernel; /* NULL: the best one; has no say in the result */
};

/* What evaluations work in, one at a time; it also keeps what is the same for all of them. */
struct evaluate_space;

/* For brains of the solution's boards, reduced ones of the same game, and those that are no tables.
 * ERR_NO_MEMORY. */
MUST_CHECK enum err evaluate_space_create(const struct solution *solution,
                                          struct evaluate_space **out);
void evaluate_space_destroy(struct evaluate_space *space);

void evaluate(struct evaluate_space *space, const struct evaluate_order *order,
              struct evaluation *out);

#endif
