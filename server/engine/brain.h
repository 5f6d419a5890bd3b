/*
 * brain - what has been learned: weights for the moves of boards, and what it has lived. The face
 * of the engine: outside it nobody knows how the weights are kept. There are two ways (kind.h): as
 * a table, a row of weights for every decision board, and as patterns, a network that works for
 * boards of which there are too many.
 *
 * Invariants (between rounds)
 *  1. matches = results[0] + results[1] + results[2].
 *  2. What table/table.h says of the rows, patterns/network.h of the weights.
 */
#ifndef TTSTD_ENGINE_BRAIN_H
#define TTSTD_ENGINE_BRAIN_H

#include "base/sha256.h"
#include "base/text.h"
#include "engine/atlas.h"

struct kind;
struct row;

struct brain {
    struct rule rule;
    uint64_t matches;               /* played in training */
    uint64_t results[RESULT_COUNT]; /* of those matches, by result - 1 */
    /* The engine's, all below. */
    const struct kind *kind;
    const struct game *game;
    const struct states *states; /* of a table, as the next; shared, the atlas's */
    struct row *rows;
    const struct patterns *patterns; /* of a network, as the next two; shared, the atlas's */
    int32_t *weights;
    int32_t *averages; /* that are served; NULL: every move alike (opponent.h) */
};

enum { BRAIN_MERGE_MAX = 64 };                        /* workers */
enum { BRAIN_DIGEST_SIZE = 7 + 2 * SHA256_SIZE + 1 }; /* "sha256:", hex, NUL */

/* A fresh brain. The atlas must outlive it. ERR_NO_MEMORY; ERR_UNSUPPORTED where the game has no
 * brains under such a rule. */
MUST_CHECK enum err brain_create(const struct atlas *atlas, const struct rule *rule,
                                 struct brain **out);
/* Another one of the same game and rule, fresh, too. */
MUST_CHECK enum err brain_create_like(const struct brain *brain, struct brain **out);
void brain_destroy(struct brain *brain);

/* Whether it is as brain_create() makes it. */
bool brain_is_fresh(const struct brain *brain);

/* The bytes that it takes in memory, and that any under a rule takes. */
size_t brain_size(const struct brain *brain);
size_t brain_size_under(const struct atlas *atlas, const struct rule *rule);

/* How many boards it has rows for; 0: it has no rows. */
uint32_t brain_boards(const struct brain *brain);

static inline const struct game *brain_game(const struct brain *brain)
{
    return brain->game;
}

/* From how many matches on a learning curve of brains under the rule tells something, and one that
 * learns leaves checkpoints behind. */
uint64_t brain_first_point(const struct rule *rule);
uint64_t brain_first_checkpoint(const struct rule *rule);

/* Whether two brains' weights belong to the same boards, so that one can be a copy of the other. */
bool brain_is_alike(const struct brain *a, const struct brain *b);

/* Makes `to` equal to `from`, which is alike. */
void brain_copy(struct brain *to, const struct brain *from);

/* Gives each the other's weights, which are alike. */
void brain_swap_weights(struct brain *a, struct brain *b);

/* Ends a round, in two steps. The first adds to `base` what `count` workers learned from it, each
 * on a copy of its own. Tables: weight = max(1, base + sum over workers of (worker - base)), in
 * 64-bit sums; what any worker proved is proven. Patterns: network_merge(). Matches and results are
 * not touched. */
void brain_merge(struct brain *base, const struct brain *const workers[], unsigned count);

/* The second, with the round's `matches` counted. Tables: halves the weights of each board (floor
 * 1) until their total is at most rule.halve_above. Patterns: takes them into the averages. */
void brain_settle(struct brain *brain, uint64_t matches);

/* "sha256:" and the hex SHA-256. Of tables over the lines `BOARD,w0,...,wn\n` of all decision
 * boards in ascending order; under rules with proofs each line goes on with `,q0,...,qn`, 1 for a
 * move proven to win, -1 to lose, else 0. Of patterns over the weights and then the averages,
 * 32-bit little-endian. Equal digests, equal brains. */
void brain_digest(const struct brain *brain, char out[BRAIN_DIGEST_SIZE]);

/* Brains as bytes; table/bytes.c and patterns/bytes.c have the layouts. */

/* Appends all of it; out of memory shows in text->failed. */
void brain_encode(const struct brain *brain, struct text *out);

enum brain_use {
    BRAIN_TO_LEARN,
    BRAIN_TO_PLAY, /* as engine/opponent.h makes them: legal moves may weigh nothing */
};

/* Fills a fresh brain of the same game and rule. ERR_CORRUPT, and the brain unchanged or half
 * filled, unless the bytes are whole, unaltered, and keep the brain's invariants. */
MUST_CHECK enum err brain_decode(const char *bytes, size_t size, struct brain *brain,
                                 enum brain_use use);

/* The same for what differs from `base`, which is alike. Reading takes all bytes that are left;
 * `brain` is a copy of `base`. ERR_CORRUPT, and the brain half filled, unless every weight stays in
 * range and proofs are of legal moves, agree with each other and take none of the base's back. */
struct reader;
void brain_encode_delta(const struct brain *brain, const struct brain *base, struct text *out);
MUST_CHECK enum err brain_decode_delta(struct reader *in, const struct brain *base,
                                       struct brain *brain);

#endif
