#include "train/until.h"

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
    default: /* no exam is held yet */
        return false;
    }
}
