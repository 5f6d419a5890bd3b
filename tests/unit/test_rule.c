/* The rule's options, their limits, and what a match's result is worth. */
#include "engine/rule.h"
#include "support/unit.h"

#include <string.h>

enum { CELLS = 9, OPTIONS = 5 };

/* The documented ranges, apart from the constants in the header. */
static const struct {
    const char *field;
    uint32_t min, max;
} options[OPTIONS] = {
    {"start_weight", 1, 1048576},
    {"reward", 0, 255},
    {"penalty", 0, 255},
    {"draw_reward", 0, 255},
    {"halve_above", 256, 1073741824u},
};

static uint32_t *option(struct rule *rule, unsigned i)
{
    uint32_t *const fields[OPTIONS] = {&rule->start_weight, &rule->reward, &rule->penalty,
                                       &rule->draw_reward, &rule->halve_above};
    return fields[i];
}

/* A valid rule under which draw_reward may be set. */
static struct rule standard_rule(void)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.scoring = SCORING_STANDARD;
    return rule;
}

static void assert_refused(const struct rule *rule, unsigned cells, const char *field)
{
    struct fault fault = {.err = ERR_OK};
    ck_assert_int_eq(rule_check(rule, cells, &fault), ERR_IMPOSSIBLE);
    ck_assert_int_eq(fault.err, ERR_IMPOSSIBLE);
    ck_assert_str_eq(fault.field, field);
    ck_assert_str_ne(fault.detail, "");
}

static void assert_allowed(const struct rule *rule, unsigned cells)
{
    struct fault fault = {.field = ""};
    ck_assert_msg(rule_check(rule, cells, &fault) == ERR_OK, "%s %s", fault.field, fault.detail);
}

START_TEST(test_beads_has_its_documented_defaults)
{
    struct rule rule = rule_default(RULE_BEADS);
    ck_assert_int_eq(rule.kind, RULE_BEADS);
    ck_assert_int_eq(rule.scoring, SCORING_TTST);
    ck_assert_uint_eq(rule.start_weight, 6);
    ck_assert_uint_eq(rule.reward, 3);
    ck_assert_uint_eq(rule.penalty, 1);
    ck_assert_uint_eq(rule.draw_reward, 0);
    ck_assert_uint_eq(rule.halve_above, 1073741824u);
}
END_TEST

START_TEST(test_the_defaults_are_allowed)
{
    struct rule rule = rule_default(RULE_BEADS);
    assert_allowed(&rule, CELLS);
    assert_allowed(&rule, 1);
}
END_TEST

START_TEST(test_each_options_limits_are_allowed)
{
    for (unsigned i = 0; i < OPTIONS; i++) {
        struct rule rule = standard_rule();
        *option(&rule, i) = options[i].min;
        assert_allowed(&rule, CELLS);
        *option(&rule, i) = options[i].max;
        assert_allowed(&rule, CELLS);
    }
}
END_TEST

START_TEST(test_each_option_below_its_least_is_refused_by_name)
{
    for (unsigned i = 0; i < OPTIONS; i++) {
        if (options[i].min == 0)
            continue;
        struct rule rule = standard_rule();
        *option(&rule, i) = options[i].min - 1;
        assert_refused(&rule, CELLS, options[i].field);
        *option(&rule, i) = 0;
        assert_refused(&rule, CELLS, options[i].field);
    }
}
END_TEST

START_TEST(test_each_option_above_its_most_is_refused_by_name)
{
    for (unsigned i = 0; i < OPTIONS; i++) {
        struct rule rule = standard_rule();
        *option(&rule, i) = options[i].max + 1;
        assert_refused(&rule, CELLS, options[i].field);
        *option(&rule, i) = UINT32_MAX;
        assert_refused(&rule, CELLS, options[i].field);
    }
}
END_TEST

START_TEST(test_a_refusal_says_what_is_allowed)
{
    struct rule rule = standard_rule();
    rule.start_weight = 0;
    struct fault fault;
    ck_assert_int_eq(rule_check(&rule, CELLS, &fault), ERR_IMPOSSIBLE);
    ck_assert_ptr_nonnull(strstr(fault.detail, "from 1 to 1048576"));
}
END_TEST

START_TEST(test_draw_reward_is_refused_under_scoring_ttst)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.draw_reward = 1;
    assert_refused(&rule, CELLS, "draw_reward");
}
END_TEST

START_TEST(test_a_fresh_rows_total_may_equal_halve_above_but_not_pass_it)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.start_weight = 100;
    rule.halve_above = 900;
    assert_allowed(&rule, CELLS);
    rule.halve_above = 899;
    assert_refused(&rule, CELLS, "halve_above");
    assert_allowed(&rule, CELLS - 1);
}
END_TEST

START_TEST(test_a_result_is_worth_what_scoring_says)
{
    enum { WIN = 5, LOSS = -2, DRAW = 7 };
    static const struct {
        enum scoring scoring;
        enum result result;
        int32_t player1, player2;
    } table[] = {
        {SCORING_TTST, RESULT_PLAYER1, WIN, LOSS},
        {SCORING_TTST, RESULT_PLAYER2, LOSS, WIN},
        {SCORING_TTST, RESULT_DRAW, LOSS, WIN},
        {SCORING_STANDARD, RESULT_PLAYER1, WIN, LOSS},
        {SCORING_STANDARD, RESULT_PLAYER2, LOSS, WIN},
        {SCORING_STANDARD, RESULT_DRAW, DRAW, DRAW},
    };
    for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct rule rule = {.scoring = table[i].scoring,
                                  .reward = WIN,
                                  .penalty = -LOSS,
                                  .draw_reward = table[i].scoring == SCORING_STANDARD ? DRAW : 0};
        ck_assert_int_eq(rule_change(&rule, table[i].result, 1), table[i].player1);
        ck_assert_int_eq(rule_change(&rule, table[i].result, 2), table[i].player2);
    }
}
END_TEST

START_TEST(test_rewards_of_zero_change_nothing)
{
    const struct rule rule = {.scoring = SCORING_STANDARD};
    for (int result = RESULT_PLAYER1; result <= RESULT_DRAW; result++)
        for (unsigned player = 1; player <= 2; player++)
            ck_assert_int_eq(rule_change(&rule, (enum result)result, player), 0);
}
END_TEST

START_TEST(test_every_name_parses_to_its_own_value)
{
    for (unsigned i = 0; i < RULE_KIND_COUNT; i++) {
        enum rule_kind kind = RULE_KIND_COUNT;
        ck_assert_int_eq(rule_kind_parse(rule_kind_name((enum rule_kind)i), &kind), ERR_OK);
        ck_assert_uint_eq(kind, i);
    }
    for (unsigned i = 0; i < SCORING_COUNT; i++) {
        enum scoring scoring = SCORING_COUNT;
        ck_assert_int_eq(scoring_parse(scoring_name((enum scoring)i), &scoring), ERR_OK);
        ck_assert_uint_eq(scoring, i);
    }
}
END_TEST

START_TEST(test_the_names_are_the_documented_ones)
{
    ck_assert_str_eq(rule_kind_name(RULE_BEADS), "beads");
    ck_assert_str_eq(scoring_name(SCORING_TTST), "ttst");
    ck_assert_str_eq(scoring_name(SCORING_STANDARD), "standard");
}
END_TEST

START_TEST(test_unknown_names_are_not_found_and_leave_the_result)
{
    static const char *const unknown[] = {"", "Beads", "bead", "beadss", "TTST", "standard "};
    for (unsigned i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        enum rule_kind kind = RULE_KIND_COUNT;
        enum scoring scoring = SCORING_COUNT;
        ck_assert_int_eq(rule_kind_parse(unknown[i], &kind), ERR_NOT_FOUND);
        ck_assert_int_eq(scoring_parse(unknown[i], &scoring), ERR_NOT_FOUND);
        ck_assert_int_eq(kind, RULE_KIND_COUNT);
        ck_assert_int_eq(scoring, SCORING_COUNT);
    }
}
END_TEST

START_TEST(test_only_draws_that_pay_nothing_are_warned_of)
{
    struct rule rule = standard_rule();
    ck_assert_ptr_nonnull(rule_warning(&rule));
    rule.draw_reward = 1;
    ck_assert_ptr_null(rule_warning(&rule));
    rule = rule_default(RULE_BEADS);
    ck_assert_ptr_null(rule_warning(&rule));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_beads_has_its_documented_defaults,
        test_the_defaults_are_allowed,
        test_each_options_limits_are_allowed,
        test_each_option_below_its_least_is_refused_by_name,
        test_each_option_above_its_most_is_refused_by_name,
        test_a_refusal_says_what_is_allowed,
        test_draw_reward_is_refused_under_scoring_ttst,
        test_a_fresh_rows_total_may_equal_halve_above_but_not_pass_it,
        test_a_result_is_worth_what_scoring_says,
        test_rewards_of_zero_change_nothing,
        test_every_name_parses_to_its_own_value,
        test_the_names_are_the_documented_ones,
        test_unknown_names_are_not_found_and_leave_the_result,
        test_only_draws_that_pay_nothing_are_warned_of,
        NULL,
    };
    return unit_run("rule", tests);
}
