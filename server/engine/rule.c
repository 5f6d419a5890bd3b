#include "engine/rule.h"

#include "base/text.h"
#include "engine/table/row.h"

#include <inttypes.h>

static const char *const kind_names[RULE_KIND_COUNT] = {
    [RULE_BEADS] = "beads", [RULE_MENACE] = "menace", [RULE_GUARD] = "guard"};
static const char *const scoring_names[SCORING_COUNT] = {
    [SCORING_TTST] = "ttst", [SCORING_STANDARD] = "standard"};

const struct rule_option rule_options[RULE_OPTION_COUNT] = {
    {"start_weight", offsetof(struct rule, start_weight), ROW_WEIGHT_MIN, RULE_START_WEIGHT_MAX},
    {"reward", offsetof(struct rule, reward), 0, RULE_CHANGE_MAX},
    {"penalty", offsetof(struct rule, penalty), 0, RULE_CHANGE_MAX},
    {"draw_reward", offsetof(struct rule, draw_reward), 0, RULE_CHANGE_MAX},
    {"halve_above", offsetof(struct rule, halve_above), RULE_HALVE_ABOVE_MIN, RULE_HALVE_ABOVE_MAX},
};

static uint32_t number(const struct rule *rule, const struct rule_option *option)
{
    return *(const uint32_t *)((const char *)rule + option->offset);
}

bool rule_has_option(const struct rule *rule, const struct rule_option *option)
{
    return rule->scoring == SCORING_STANDARD ||
           option->offset != offsetof(struct rule, draw_reward);
}

bool rule_is_same(const struct rule *a, const struct rule *b)
{
    bool same = a->kind == b->kind && a->scoring == b->scoring && a->explore == b->explore &&
                a->symmetry == b->symmetry && a->step_size == b->step_size &&
                a->trace_decay == b->trace_decay;
    for (unsigned i = 0; i < RULE_OPTION_COUNT; i++)
        same = same && number(a, &rule_options[i]) == number(b, &rule_options[i]);
    return same;
}

struct rule rule_default(enum rule_kind kind)
{
    struct rule rule = {.kind = kind,
                        .scoring = kind == RULE_BEADS ? SCORING_TTST : SCORING_STANDARD,
                        .start_weight = 6,
                        .reward = 3,
                        .penalty = 1,
                        .draw_reward = kind == RULE_MENACE ? 1 : 0,
                        .halve_above = RULE_HALVE_ABOVE_MAX};
    if (kind == RULE_MENACE) {
        rule.halve_above = 1 << 12;
        rule.explore = 6554; /* a tenth */
    }
    if (kind == RULE_GUARD)
        rule.explore = 19661; /* three tenths */
    return rule;
}

const char *rule_kind_name(enum rule_kind kind)
{
    return kind_names[kind];
}

const char *scoring_name(enum scoring scoring)
{
    return scoring_names[scoring];
}

enum err rule_kind_parse(const char *name, enum rule_kind *out)
{
    unsigned kind = text_find_word(kind_names, RULE_KIND_COUNT, name);
    if (kind == RULE_KIND_COUNT)
        return ERR_NOT_FOUND;
    *out = (enum rule_kind)kind;
    return ERR_OK;
}

enum err scoring_parse(const char *name, enum scoring *out)
{
    unsigned scoring = text_find_word(scoring_names, SCORING_COUNT, name);
    if (scoring == SCORING_COUNT)
        return ERR_NOT_FOUND;
    *out = (enum scoring)scoring;
    return ERR_OK;
}

enum err rule_check(const struct rule *rule, unsigned cells, struct fault *fault)
{
    for (unsigned i = 0; i < RULE_OPTION_COUNT; i++) {
        const struct rule_option *option = &rule_options[i];
        if (number(rule, option) < option->min || number(rule, option) > option->max)
            return fault_set(fault, ERR_IMPOSSIBLE, option->name,
                             "must be from %" PRIu32 " to %" PRIu32, option->min, option->max);
    }
    if (rule->explore > RULE_EXPLORE_ONE)
        return fault_set(fault, ERR_IMPOSSIBLE, "explore", "must be from 0 to 1");
    if (rule->kind == RULE_GUARD && rule->scoring != SCORING_STANDARD)
        return fault_set(fault, ERR_IMPOSSIBLE, "scoring", "must be \"standard\" for rule guard");
    if (rule->scoring == SCORING_TTST && rule->draw_reward != 0)
        return fault_set(
            fault, ERR_IMPOSSIBLE, "draw_reward",
            "goes with scoring standard only: under ttst there are no draws to reward");
    if ((uint64_t)rule->start_weight * cells > rule->halve_above)
        return fault_set(fault, ERR_IMPOSSIBLE, "halve_above",
                         "must be at least a fresh row's total, start_weight x %u", cells);
    return ERR_OK;
}

int32_t rule_change(const struct rule *rule, enum result result, unsigned player)
{
    enum result rewarded = result;
    if (result == RESULT_DRAW) {
        if (rule->scoring == SCORING_STANDARD)
            return (int32_t)rule->draw_reward;
        rewarded = RESULT_PLAYER2;
    }
    return (unsigned)rewarded == player ? (int32_t)rule->reward : -(int32_t)rule->penalty;
}

bool rule_has_proofs(const struct rule *rule)
{
    return rule->kind == RULE_GUARD;
}

const char *rule_warning(const struct rule *rule)
{
    if (rule->scoring == SCORING_STANDARD && rule->draw_reward == 0 && !rule_has_proofs(rule))
        return "draws pay nothing: player 2's weights fall to all ones and stay there";
    return NULL;
}
