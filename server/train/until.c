#include "train/until.h"

#include "base/text.h"

static const char *const names[UNTIL_KIND_COUNT] = {
    [UNTIL_NEVER_LOSES] = "never_loses", [UNTIL_EXPLOITABILITY_BELOW] = "exploitability_below"};

const char *until_kind_name(enum until_kind kind)
{
    return names[kind];
}

enum err until_kind_parse(const char *name, enum until_kind *out)
{
    unsigned kind = text_find_word(names, UNTIL_KIND_COUNT, name);
    if (kind == UNTIL_KIND_COUNT)
        return ERR_NOT_FOUND;
    *out = (enum until_kind)kind;
    return ERR_OK;
}

static double exploitability(const struct policy *policy, struct evaluator *evaluator,
                             const struct brain *brain, const struct curve_point *point)
{
    if (policy->kind == POLICY_SAMPLE)
        return point->sample.exploitability;
    if (policy->kind == POLICY_GREEDY)
        return point->greedy.exploitability;
    struct evaluation evaluation;
    evaluator_evaluate(evaluator, &(struct evaluate_order){.brain = brain, .policy = policy},
                       &evaluation);
    return evaluation.exploitability;
}

bool until_is_reached(const struct until *until, struct evaluator *evaluator,
                      const struct brain *brain, const struct curve_point *point)
{
    switch (until->kind) {
    case UNTIL_NEVER_LOSES:
        return point->greedy.never_loses[0] && point->greedy.never_loses[1];
    case UNTIL_EXPLOITABILITY_BELOW:
        return exploitability(&until->policy, evaluator, brain, point) < until->below;
    default:
        return false;
    }
}
