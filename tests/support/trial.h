/*
 * trial - one and the same training, by every kernel that this processor can run and by plain
 * self-play: they must end the same to the bit.
 */
#ifndef TTSTD_TESTS_SUPPORT_TRIAL_H
#define TTSTD_TESTS_SUPPORT_TRIAL_H

#include "engine/selfplay.h"
#include "support/plain_selfplay.h"

/* Who makes the moves of the player that does not learn. */
enum trial_opponent {
    TRIAL_ITSELF,
    TRIAL_UNIFORM,
    TRIAL_PERFECT,
    TRIAL_FROZEN /* what a brain of the same rule has learned in some matches */
};

struct trial {
    struct game game;
    struct rule rule;
    struct selfplay plan; /* seed, matches, lanes and learners; the rest is the trial's */
    enum trial_opponent opponent;
};

/* Trains twice, so that the second run begins with what the first has learned, and with another
 * seed. */
void trial_assert_plain(const struct trial *trial);

/* With K = 1 and K = 16, and for a count that 16 divides and one that it does not. */
void trial_assert_plain_each_way(struct trial trial);

/* The states that brains under the rule have; the caller destroys them. */
struct states *trial_states(const struct game *game, const struct rule *rule);

/* A fresh brain of those. */
struct brain *trial_brain(const struct states *states, const struct rule *rule);

/* Whether every weight and every proof is the same. */
void trial_assert_same(const struct brain *brain, struct plain_selfplay *plain, uint64_t seed);
void trial_assert_same_tally(const struct tally *tally, const struct tally *expected,
                             uint64_t seed);

struct trial_end {
    struct tally tally;
    char digest[BRAIN_DIGEST_SIZE];
};

/* What becomes of a fresh tic-tac-toe brain whose absorbing rows hold multiples of `garbage`. */
struct trial_end trial_run(const struct rule *rule, struct selfplay plan, uint32_t garbage);

/* After 20,000 matches from seed 42, both players learning. */
struct trial_end trial_of_seed_42(const struct rule *rule, unsigned lanes);

#endif
