/* The exact evaluation of all kinds of brains, under all policies, against plain recursion. */
#include "engine/evaluate.h"
#include "engine/opponent.h"
#include "engine/table/table.h"
#include "support/brains.h"
#include "support/plain_evaluate.h"
#include "support/tables.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>

static const struct policy policies[] = {
    {.kind = POLICY_SAMPLE},
    {.kind = POLICY_POWER, .power = 0.25},
    {.kind = POLICY_POWER, .power = 4},
    {.kind = POLICY_POWER, .power = POLICY_POWER_MAX},
    {.kind = POLICY_GREEDY},
};
enum { POLICIES = sizeof policies / sizeof policies[0], MATCHES = 20000 };

static const struct rule full = {.symmetry = false};
static const struct rule reduced = {.symmetry = true};

static struct evaluate_space *space_of(const struct rule *rule)
{
    struct evaluate_space *space;
    ck_assert_int_eq(evaluate_space_create(tables_solution_of(rule), &space), ERR_OK);
    return space;
}

/* Evaluates in a space of the full states and, if both brains are reduced, in one of those too. */
static void assert_plain(const struct brain *brain, const struct brain *against, const char *what)
{
    struct evaluate_space *spaces[2] = {space_of(&full), space_of(&reduced)};
    const bool is_reduced = brain->states->is_reduced && against->states->is_reduced;
    for (unsigned i = 0; i < POLICIES; i++) {
        const struct evaluate_order order = {
            .brain = brain, .policy = &policies[i], .against = against};
        struct plain_strategy *own = plain_strategy_of(brain, &policies[i]);
        struct plain_strategy *other = plain_strategy_of(against, &policies[i]);
        struct evaluation expected;
        plain_evaluate(own, other, &expected);
        for (unsigned n = 0; n < (is_reduced ? 2 : 1); n++) {
            struct evaluation got;
            char name[80];
            snprintf(name, sizeof name, "%s, policy %u, space %u", what, i, n);
            evaluate(spaces[n], &order, &got);
            plain_evaluate_assert_same(&got, &expected, true, name);
        }
        free(own);
        free(other);
    }
    evaluate_space_destroy(spaces[0]);
    evaluate_space_destroy(spaces[1]);
}

static struct brain *random_brain(enum rule_kind kind, bool symmetry, uint64_t seed)
{
    const struct rule rule = tables_rule(kind, symmetry);
    struct brain *brain = tables_fresh(&rule);
    struct rng rng;
    rng_seed(&rng, seed);
    brains_fill_widely(brain, &rng);
    if (rule_has_proofs(&rule))
        brains_prove_at_random(brain, &rng);
    return brain;
}

/* Each of the brains against the next one. */
static void assert_ring_is_plain(struct brain *const brains[], unsigned count, const char *what)
{
    for (unsigned i = 0; i < count; i++) {
        char name[40];
        snprintf(name, sizeof name, "%s %u", what, i);
        assert_plain(brains[i], brains[(i + 1) % count], name);
    }
    for (unsigned i = 0; i < count; i++)
        brain_destroy(brains[i]);
}

START_TEST(test_random_weights_evaluate_as_by_plain_recursion)
{
    struct brain *const brains[] = {random_brain(RULE_BEADS, false, 1),
                                    random_brain(RULE_MENACE, false, 2)};
    assert_ring_is_plain(brains, 2, "random");
}
END_TEST

START_TEST(test_random_proofs_evaluate_as_by_plain_recursion)
{
    struct brain *const brains[] = {random_brain(RULE_GUARD, false, 3),
                                    random_brain(RULE_GUARD, false, 4)};
    assert_ring_is_plain(brains, 2, "proven");
}
END_TEST

START_TEST(test_random_brains_reduced_by_symmetry_evaluate_as_by_plain_recursion)
{
    struct brain *const brains[] = {random_brain(RULE_BEADS, true, 5),
                                    random_brain(RULE_GUARD, true, 6)};
    assert_ring_is_plain(brains, 2, "reduced");
}
END_TEST

START_TEST(test_full_and_reduced_brains_evaluate_against_each_other_as_by_plain_recursion)
{
    struct brain *const brains[] = {random_brain(RULE_GUARD, false, 7),
                                    random_brain(RULE_GUARD, true, 8)};
    assert_ring_is_plain(brains, 2, "mixed");
}
END_TEST

static struct brain *trained_brain(enum rule_kind kind, bool symmetry)
{
    const struct rule rule = tables_rule(kind, symmetry);
    return tables_played_by(&rule, 9, MATCHES);
}

START_TEST(test_brains_trained_under_each_rule_evaluate_as_by_plain_recursion)
{
    struct brain *const brains[] = {
        trained_brain(RULE_BEADS, false), trained_brain(RULE_MENACE, true),
        trained_brain(RULE_GUARD, false), trained_brain(RULE_GUARD, true)};
    assert_ring_is_plain(brains, 4, "trained");
}
END_TEST

START_TEST(test_uniform_and_perfect_tables_evaluate_as_by_plain_recursion)
{
    struct brain *brains[4];
    for (unsigned i = 0; i < 2; i++) {
        const struct solution *solution = tables_solution_of(i == 0 ? &full : &reduced);
        ck_assert_int_eq(table_uniform(solution->states, &brains[2 * i]), ERR_OK);
        ck_assert_int_eq(table_perfect(solution, &brains[2 * i + 1]), ERR_OK);
    }
    assert_ring_is_plain(brains, 4, "opponent");
}
END_TEST

START_TEST(test_one_space_evaluates_brain_after_brain_without_a_trace_of_the_one_before)
{
    struct evaluate_space *spaces[2] = {space_of(&full), space_of(&full)};
    struct brain *brain = random_brain(RULE_BEADS, false, 10);
    struct brain *before = trained_brain(RULE_GUARD, true);
    for (unsigned i = 0; i < POLICIES; i++) {
        const struct evaluate_order order = {.brain = brain, .policy = &policies[i]};
        const struct evaluate_order first = {
            .brain = before, .policy = &policies[i], .against = brain};
        struct evaluation expected;
        struct evaluation got;
        evaluate(spaces[0], &first, &got);
        evaluate(spaces[0], &order, &got);
        evaluate(spaces[1], &order, &expected);
        plain_evaluate_assert_same(&got, &expected, false, "second brain");
    }
    brain_destroy(before);
    brain_destroy(brain);
    evaluate_space_destroy(spaces[0]);
    evaluate_space_destroy(spaces[1]);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_random_weights_evaluate_as_by_plain_recursion,
        test_random_proofs_evaluate_as_by_plain_recursion,
        test_random_brains_reduced_by_symmetry_evaluate_as_by_plain_recursion,
        test_full_and_reduced_brains_evaluate_against_each_other_as_by_plain_recursion,
        test_brains_trained_under_each_rule_evaluate_as_by_plain_recursion,
        test_uniform_and_perfect_tables_evaluate_as_by_plain_recursion,
        test_one_space_evaluates_brain_after_brain_without_a_trace_of_the_one_before,
        NULL,
    };
    return unit_run("evaluate_plain", tests);
}
