/*
 * rule - how a finished match changes what a brain has learned.
 *
 * Tables: after a match each move of a rewarded player gains `reward`, each move of a punished one
 * loses `penalty`, but never falls below 1, so no legal move dies. What a draw means is
 * the scoring's to say: under `ttst` a full board without a line is a win for player 2;
 * under `standard` both players gain `draw_reward`. In training a share `explore` of the
 * moves is drawn from all legal ones alike.
 *
 *   beads   the rule of the original TTST program: scoring ttst, nothing for draws,
 *           no exploring
 *   menace  as Michie's matchboxes learned ("Trial and error", 1961): draws pay a bead;
 *           with exploring, and halving early so that late lessons still count
 *   guard   beads, and proofs: whatever move is known to win or to lose, whoever plays,
 *           is remembered, and play is by weight among the moves that are not known to
 *           be worse. Scoring standard only
 *
 * These keep a table of weights; but
 *
 *   patterns  a network learns what boards are worth, by TD(lambda) (patterns/practice.h).
 *             Scoring standard, and none of the options of tables but `explore`
 *
 * What each can and cannot learn: server/README.md.
 *
 * Invariants of a valid rule
 *  1. Every option that it has lies in its range below, others are 0; draw_reward is 0 under
 * scoring ttst; guard and patterns have scoring standard.
 *  2. A table's halve_above is at least as large as a fresh row's total.
 */
#ifndef TTSTD_ENGINE_RULE_H
#define TTSTD_ENGINE_RULE_H

#include "base/fault.h"
#include "engine/game/game.h"

enum rule_kind {
    RULE_BEADS,
    RULE_MENACE,
    RULE_GUARD,
    RULE_PATTERNS,
    RULE_KIND_COUNT,
    RULE_TABLE_KINDS = RULE_PATTERNS, /* those before it keep tables */
};
enum scoring { SCORING_TTST, SCORING_STANDARD, SCORING_COUNT };

/* Whose moves learn: a set of players. The other's rows stay as they are. */
enum learner { LEARN_PLAYER1 = 1, LEARN_PLAYER2 = 2, LEARN_BOTH = 3 };

enum {
    RULE_START_WEIGHT_MAX = 1 << 20,
    RULE_CHANGE_MAX = 255, /* of reward, penalty, draw_reward */
    RULE_HALVE_ABOVE_MIN = 1 << 8,
    /* 2^30 and the growth of one round (64 workers x 65,536 matches x 255 < 2^30) stay below
     * 2^32, the range of a row's sums. */
    RULE_HALVE_ABOVE_MAX = 1 << 30,
    RULE_SHARE_ONE = 1 << 16,  /* explore, step_size and trace_decay are kept in 65536ths */
    RULE_STEP_SIZE_MIN = 1311, /* 0.02 */
};

struct rule {
    enum rule_kind kind;
    enum scoring scoring;
    uint32_t start_weight; /* of every legal move of a new brain */
    uint32_t reward;
    uint32_t penalty;
    uint32_t draw_reward; /* scoring standard only */
    uint32_t halve_above; /* a row's total above this is halved between rounds */
    uint32_t explore;     /* in training: of RULE_SHARE_ONE moves, how many are drawn uniformly */
    bool symmetry;        /* boards and moves that are the same up to symmetry learn as one */
    uint32_t step_size;   /* patterns: how far a young brain's values go towards what was met */
    uint32_t trace_decay; /* patterns: how much of it reaches the board before; lambda */
};

/* The options that are numbers; rule_check() holds rules to their ranges. */
struct rule_option {
    const char *name;
    size_t offset; /* of its uint32_t in struct rule */
    uint32_t min;
    uint32_t max;
    bool is_share; /* of RULE_SHARE_ONE, told as a number from 0 to 1 */
    bool is_of_tables;
    bool is_of_patterns;
};

enum { RULE_OPTION_COUNT = 8 };
extern const struct rule_option rule_options[RULE_OPTION_COUNT];

/* The number that an option stands for. */
static inline uint32_t *rule_number(struct rule *rule, const struct rule_option *option)
{
    return (uint32_t *)((char *)rule + option->offset);
}

/* Whether the rule has an option: its kind does, and it plays a part under its scoring. */
bool rule_has_option(const struct rule *rule, const struct rule_option *option);

bool rule_is_same(const struct rule *a, const struct rule *b);

/* The options a rule has unless told otherwise. */
struct rule rule_default(enum rule_kind kind);

const char *rule_kind_name(enum rule_kind kind);
const char *scoring_name(enum scoring scoring);

/* ERR_NOT_FOUND if there is none of that name. */
MUST_CHECK enum err rule_kind_parse(const char *name, enum rule_kind *out);
MUST_CHECK enum err scoring_parse(const char *name, enum scoring *out);

#define RULE_HAS_NO_OPTION "the rule %s has no such option"

/* Judges the options for boards of `cells` cells; names the option at fault. */
MUST_CHECK enum err rule_check(const struct rule *rule, unsigned cells, struct fault *fault);

/* Whether brains under it keep a table. */
bool rule_has_table(const struct rule *rule);

/* Whether brains keep proofs under it. */
bool rule_has_proofs(const struct rule *rule);

/* What the weight of a move of `player` changes by after a match with `result`, before the
 * floor. */
int32_t rule_change(const struct rule *rule, enum result result, unsigned player);

/* A sentence on what brains under these options cannot learn, or NULL. */
const char *rule_warning(const struct rule *rule);

#endif
