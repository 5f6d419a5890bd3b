#include "engine/rule.h"

#include "base/text.h"
#include "engine/table/row.h"

#include <inttypes.h>

static const char *const kind_names[RULE_KIND_COUNT] = {[RULE_BEADS] = "beads",
                                                        [RULE_MENACE] = "menace",
                                                        [RULE_GUARD] = "guard",
                                                        [RULE_PATTERNS] = "patterns"};
static const char *const scoring_names[SCORING_COUNT] = {
    [SCORING_TTST] = "ttst", [SCORING_STANDARD] = "standard"};

#define OFFSET(option) offsetof(struct rule, option)

const struct rule_option rule_options[RULE_OPTION_COUNT] = {
    {"start_weight", OFFSET(start_weight), ROW_WEIGHT_MIN, RULE_START_WEIGHT_MAX,
     .is_of_tables = true},
    {"reward", OFFSET(reward), 0, RULE_CHANGE_MAX, .is_of_tables = true},
    {"penalty", OFFSET(penalty), 0, RULE_CHANGE_MAX, .is_of_tables = true},
    {"draw_reward", OFFSET(draw_reward), 0, RULE_CHANGE_MAX, .is_of_tables = true},
    {"halve_above", OFFSET(halve_above), RULE_HALVE_ABOVE_MIN, RULE_HALVE_ABOVE_MAX,
     .is_of_tables = true},
    {"explore", OFFSET(explore), 0, RULE_SHARE_ONE, .is_share = true, .is_of_tables = true,
     .is_of_patterns = true},
    {"step_size", OFFSET(step_size), RULE_STEP_SIZE_MIN, RULE_SHARE_ONE, .is_share = true,
     .is_of_patterns = true},
    {"trace_decay", OFFSET(trace_decay), 0, RULE_SHARE_ONE, .is_share = true,
     .is_of_patterns = true},
};

static uint32_t number(const struct rule *rule, const struct rule_option *option)
{
    return *(const uint32_t *)((const char *)rule + option->offset);
}

bool rule_has_option(const struct rule *rule, const struct rule_option *option)
{
    if (!rule_has_table(rule))
        return option->is_of_patterns;
    return option->is_of_tables &&
           (rule->scoring == SCORING_STANDARD || option->offset != OFFSET(draw_reward));
}

bool rule_is_same(const struct rule *a, const struct rule *b)
{
    bool same = a->kind == b->kind && a->scoring == b->scoring && a->symmetry == b->symmetry;
    for (unsigned i = 0; i < RULE_OPTION_COUNT; i++)
        same = same && number(a, &rule_options[i]) == number(b, &rule_options[i]);
    return same;
}

struct rule rule_default(enum rule_kind kind)
{
    if (kind == RULE_PATTERNS)
        return (struct rule){.kind = kind,
                             .scoring = SCORING_STANDARD,
                             .explore = 13107,      /* a fifth */
                             .step_size = 39322,    /* 0.6 */
                             .trace_decay = 45875}; /* 0.7 */
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

static enum err check_option(const struct rule *rule, const struct rule_option *option,
                             struct fault *fault)
{
    const uint32_t value = number(rule, option);
    const bool is_of_kind = rule_has_table(rule) ? option->is_of_tables : option->is_of_patterns;
    if (!is_of_kind)
        return value == 0 ? ERR_OK
                          : fault_set(fault, ERR_IMPOSSIBLE, option->name, RULE_HAS_NO_OPTION,
                                      rule_kind_name(rule->kind));
    if (value >= option->min && value <= option->max)
        return ERR_OK;
    if (option->is_share)
        return fault_set(fault, ERR_IMPOSSIBLE, option->name, "must be from %.2g to 1",
                         (double)option->min / RULE_SHARE_ONE);
    return fault_set(fault, ERR_IMPOSSIBLE, option->name, "must be from %" PRIu32 " to %" PRIu32,
                     option->min, option->max);
}

static enum err check_table(const struct rule *rule, unsigned cells, struct fault *fault)
{
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

enum err rule_check(const struct rule *rule, unsigned cells, struct fault *fault)
{
    enum err err = ERR_OK;
    for (unsigned i = 0; i < RULE_OPTION_COUNT && err == ERR_OK; i++)
        err = check_option(rule, &rule_options[i], fault);
    if (err == ERR_OK && rule_has_table(rule))
        return check_table(rule, cells, fault);
    if (err == ERR_OK && rule->scoring != SCORING_STANDARD)
        return fault_set(fault, ERR_IMPOSSIBLE, "scoring", RULE_HAS_NO_OPTION,
                         rule_kind_name(rule->kind));
    if (err == ERR_OK && rule->symmetry)
        return fault_set(fault, ERR_IMPOSSIBLE, "symmetry", RULE_HAS_NO_OPTION,
                         rule_kind_name(rule->kind));
    return err;
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

bool rule_has_table(const struct rule *rule)
{
    return rule->kind < RULE_TABLE_KINDS;
}

bool rule_has_proofs(const struct rule *rule)
{
    return rule->kind == RULE_GUARD;
}

const char *rule_warning(const struct rule *rule)
{
    if (rule_has_table(rule) && rule->scoring == SCORING_STANDARD && rule->draw_reward == 0 &&
        !rule_has_proofs(rule))
        return "draws pay nothing: player 2's weights fall to all ones and stay there";
    return NULL;
}
