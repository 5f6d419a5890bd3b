#include "engine/rule.h"

#include <inttypes.h>
#include <string.h>

static const char *const kind_names[RULE_KIND_COUNT] = {[RULE_BEADS] = "beads"};
static const char *const scoring_names[SCORING_COUNT] = {
    [SCORING_TTST] = "ttst", [SCORING_STANDARD] = "standard"};

struct rule rule_default(enum rule_kind kind)
{
    return (struct rule){.kind = kind,
                         .scoring = SCORING_TTST,
                         .start_weight = 6,
                         .reward = 3,
                         .penalty = 1,
                         .draw_reward = 0,
                         .halve_above = RULE_HALVE_ABOVE_MAX};
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
    for (unsigned kind = 0; kind < RULE_KIND_COUNT; kind++) {
        if (strcmp(kind_names[kind], name) == 0) {
            *out = (enum rule_kind)kind;
            return ERR_OK;
        }
    }
    return ERR_NOT_FOUND;
}

enum err scoring_parse(const char *name, enum scoring *out)
{
    for (unsigned scoring = 0; scoring < SCORING_COUNT; scoring++) {
        if (strcmp(scoring_names[scoring], name) == 0) {
            *out = (enum scoring)scoring;
            return ERR_OK;
        }
    }
    return ERR_NOT_FOUND;
}

enum err rule_check(const struct rule *rule, unsigned cells, struct fault *fault)
{
    const struct {
        const char *field;
        uint32_t value, min, max;
    } ranges[] = {
        {"start_weight", rule->start_weight, RULE_WEIGHT_MIN, RULE_START_WEIGHT_MAX},
        {"reward", rule->reward, 0, RULE_CHANGE_MAX},
        {"penalty", rule->penalty, 0, RULE_CHANGE_MAX},
        {"draw_reward", rule->draw_reward, 0, RULE_CHANGE_MAX},
        {"halve_above", rule->halve_above, RULE_HALVE_ABOVE_MIN, RULE_HALVE_ABOVE_MAX},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (ranges[i].value < ranges[i].min || ranges[i].value > ranges[i].max)
            return fault_set(fault, ERR_IMPOSSIBLE, ranges[i].field,
                             "must be from %" PRIu32 " to %" PRIu32, ranges[i].min, ranges[i].max);
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

const char *rule_warning(const struct rule *rule)
{
    if (rule->scoring == SCORING_STANDARD && rule->draw_reward == 0)
        return "draws pay nothing: player 2's weights fall to all ones and stay there";
    return NULL;
}
