#include "support/curves.h"

#include "support/tables.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

void curves_evaluate(const struct brain *table, const struct policy *policy, struct evaluation *out)
{
    static struct evaluate_space *spaces[2];
    struct evaluate_space **space = &spaces[table->rule.symmetry];
    if (*space == NULL)
        ck_assert_int_eq(evaluate_space_create(tables_solution_of(&table->rule), space), ERR_OK);
    evaluate(*space, &(struct evaluate_order){.brain = table, .policy = policy}, out);
}

struct curve_point curves_point(const struct brain *table)
{
    const struct policy sample = {.kind = POLICY_SAMPLE};
    const struct policy greedy = {.kind = POLICY_GREEDY};
    struct curve_point point = {.matches = table->matches};
    curves_evaluate(table, &sample, &point.sample);
    curves_evaluate(table, &greedy, &point.greedy);
    return point;
}

void curves_note(struct curve *curve, const struct brain *table)
{
    if (!schedule_is_judged(brain_game(table), &table->rule, table->matches))
        return;
    ck_assert_uint_lt(curve->count, CURVES_POINTS_MAX);
    curve->points[curve->count++] = curves_point(table);
}

/* To the next point, or to the end if that comes first. */
static void play_on(struct brain *table, const struct rounds_plan *plan, struct curve *curve)
{
    struct rounds_plan part = *plan;
    uint64_t point = schedule_curve_point_after(table->matches);
    part.end = point < plan->end ? point : plan->end;
    rounds_play(table, &part);
    if (curve != NULL)
        curves_note(curve, table);
}

void curves_play(struct brain *table, const struct rounds_plan *plan, struct curve *curve)
{
    while (table->matches < plan->end)
        play_on(table, plan, curve);
}

bool curves_fulfils(const struct brain *table, const struct until *until)
{
    const struct policy greedy = {.kind = POLICY_GREEDY};
    struct evaluation evaluation;
    if (until->kind == UNTIL_NEVER_LOSES) {
        curves_evaluate(table, &greedy, &evaluation);
        return evaluation.never_loses[0] && evaluation.never_loses[1];
    }
    curves_evaluate(table, &until->policy, &evaluation);
    return evaluation.exploitability < until->below;
}

bool curves_play_until(struct brain *table, const struct rounds_plan *plan,
                       const struct until *until, struct curve *curve)
{
    while (table->matches < plan->end) {
        play_on(table, plan, curve);
        if (schedule_is_judged(brain_game(table), &table->rule, table->matches) &&
            curves_fulfils(table, until))
            return true;
    }
    return false;
}

static bool same_numbers(const void *a, const void *b, size_t from, size_t to)
{
    return memcmp((const char *)a + from, (const char *)b + from, to - from) == 0;
}

bool curves_same_evaluation(const struct evaluation *a, const struct evaluation *b)
{
    return same_numbers(a, b, 0, offsetof(struct evaluation, against)) &&
           same_numbers(a, b, offsetof(struct evaluation, worst_case_loss),
                        offsetof(struct evaluation, never_loses)) &&
           a->never_loses[0] == b->never_loses[0] && a->never_loses[1] == b->never_loses[1];
}

void curves_assert(const struct curve_point points[], unsigned count, const struct curve *expected,
                   unsigned first)
{
    for (unsigned i = 0; i < count && first + i < expected->count; i++) {
        const struct curve_point *plain = &expected->points[first + i];
        ck_assert_uint_eq(points[i].matches, plain->matches);
        ck_assert_msg(curves_same_evaluation(&points[i].sample, &plain->sample) &&
                          curves_same_evaluation(&points[i].greedy, &plain->greedy),
                      "at %" PRIu64 " matches", plain->matches);
    }
    ck_assert_uint_eq(count, expected->count - first);
}
