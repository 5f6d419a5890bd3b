/* The rule's options, their limits, and what a match's result is worth. */
#include "base/rng.h"
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

START_TEST(test_every_rule_has_its_documented_defaults)
{
    static const struct rule defaults[] = {
        {RULE_BEADS, SCORING_TTST, 6, 3, 1, 0, 1073741824u, 0, false, 0, 0},
        {RULE_MENACE, SCORING_STANDARD, 6, 3, 1, 1, 4096, 6554, false, 0, 0}, /* 0.1 x 65536 */
        {RULE_GUARD, SCORING_STANDARD, 6, 3, 1, 0, 1073741824u, 19661, false, 0,
         0}, /* 0.3 x 65536 */
    };
    for (int kind = 0; kind < RULE_TABLE_KINDS; kind++) {
        struct rule rule = rule_default((enum rule_kind)kind);
        ck_assert_int_eq(rule.kind, defaults[kind].kind);
        ck_assert_int_eq(rule.scoring, defaults[kind].scoring);
        for (unsigned i = 0; i < OPTIONS; i++) {
            struct rule expected = defaults[kind];
            ck_assert_uint_eq(*option(&rule, i), *option(&expected, i));
        }
        ck_assert_uint_eq(rule.explore, defaults[kind].explore);
        ck_assert(!rule.symmetry);
    }
}
END_TEST

START_TEST(test_the_defaults_are_allowed)
{
    for (int kind = 0; kind < RULE_KIND_COUNT; kind++) {
        struct rule rule = rule_default((enum rule_kind)kind);
        assert_allowed(&rule, CELLS);
        assert_allowed(&rule, 1);
        rule.symmetry = true;
        if (kind < RULE_TABLE_KINDS)
            assert_allowed(&rule, CELLS);
        else
            assert_refused(&rule, CELLS, "symmetry");
    }
}
END_TEST

START_TEST(test_patterns_have_shares_and_none_of_the_options_of_tables)
{
    const struct rule defaults = rule_default(RULE_PATTERNS);
    ck_assert_uint_eq(defaults.explore, 13107); /* 0.2, 0.6 and 0.7 x 65536 */
    ck_assert_uint_eq(defaults.step_size, 39322);
    ck_assert_uint_eq(defaults.trace_decay, 45875);
    ck_assert_ptr_null(rule_warning(&defaults));
    for (unsigned i = 0; i < RULE_OPTION_COUNT; i++) {
        const struct rule_option *entry = &rule_options[i];
        const struct rule table = rule_default(RULE_MENACE);
        struct rule rule = defaults;
        ck_assert(rule_has_option(&rule, entry) == (i >= OPTIONS));
        ck_assert(rule_has_option(&table, entry) == (i <= OPTIONS));
        *rule_number(&rule, entry) = 65536;
        if (i < OPTIONS) {
            assert_refused(&rule, CELLS, entry->name);
            continue;
        }
        assert_allowed(&rule, CELLS);
        *rule_number(&rule, entry) = 65537;
        assert_refused(&rule, CELLS, entry->name);
        *rule_number(&rule, entry) = strcmp(entry->name, "step_size") == 0 ? 1311 : 0;
        assert_allowed(&rule, CELLS);
    }
    struct rule small = defaults;
    small.step_size = 1310;
    assert_refused(&small, CELLS, "step_size");
    struct rule other = defaults;
    other.scoring = SCORING_TTST;
    assert_refused(&other, CELLS, "scoring");
    struct rule beads = rule_default(RULE_BEADS);
    beads.trace_decay = 1;
    assert_refused(&beads, CELLS, "trace_decay");
}
END_TEST

START_TEST(test_exploring_goes_from_none_to_all_moves_under_every_rule)
{
    for (int kind = 0; kind < RULE_KIND_COUNT; kind++) {
        struct rule rule = rule_default((enum rule_kind)kind);
        rule.explore = 0;
        assert_allowed(&rule, CELLS);
        rule.explore = 65536;
        assert_allowed(&rule, CELLS);
        rule.explore = 65537;
        assert_refused(&rule, CELLS, "explore");
        rule.explore = UINT32_MAX;
        assert_refused(&rule, CELLS, "explore");
    }
}
END_TEST

START_TEST(test_guard_alone_has_proofs_and_must_have_standard_scoring)
{
    for (int kind = 0; kind < RULE_TABLE_KINDS; kind++) {
        struct rule rule = rule_default((enum rule_kind)kind);
        ck_assert(rule_has_proofs(&rule) == (kind == RULE_GUARD));
        rule.draw_reward = 0;
        rule.scoring = SCORING_STANDARD;
        assert_allowed(&rule, CELLS);
        rule.scoring = SCORING_TTST;
        if (kind == RULE_GUARD)
            assert_refused(&rule, CELLS, "scoring");
        else
            assert_allowed(&rule, CELLS);
    }
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
    ck_assert_str_eq(rule_kind_name(RULE_MENACE), "menace");
    ck_assert_str_eq(rule_kind_name(RULE_GUARD), "guard");
    ck_assert_str_eq(rule_kind_name(RULE_PATTERNS), "patterns");
    ck_assert_str_eq(scoring_name(SCORING_TTST), "ttst");
    ck_assert_str_eq(scoring_name(SCORING_STANDARD), "standard");
}
END_TEST

START_TEST(test_unknown_names_are_not_found_and_leave_the_result)
{
    static const char *const unknown[] = {"",     "Beads",  "bead",      "beadss",
                                          "TTST", "Menace", "standard ", "guards"};
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

START_TEST(test_only_draws_that_pay_nothing_are_warned_of_where_there_are_no_proofs)
{
    for (int kind = 0; kind < RULE_TABLE_KINDS; kind++) {
        struct rule rule = rule_default((enum rule_kind)kind);
        ck_assert_ptr_null(rule_warning(&rule));
        rule.scoring = SCORING_STANDARD;
        rule.draw_reward = 1;
        ck_assert_ptr_null(rule_warning(&rule));
        rule.draw_reward = 0;
        if (kind == RULE_GUARD)
            ck_assert_ptr_null(rule_warning(&rule));
        else
            ck_assert_ptr_nonnull(strstr(rule_warning(&rule), "draws pay nothing"));
    }
}
END_TEST

START_TEST(test_an_option_plays_a_part_unless_it_is_draw_reward_under_ttst)
{
    struct rule rule = standard_rule();
    for (unsigned i = 0; i < OPTIONS; i++) {
        const bool is_draw_reward = strcmp(rule_options[i].name, "draw_reward") == 0;
        ck_assert_str_eq(rule_options[i].name, options[i].field);
        ck_assert_ptr_eq(rule_number(&rule, &rule_options[i]), option(&rule, i));
        rule.scoring = SCORING_TTST;
        ck_assert(rule_has_option(&rule, &rule_options[i]) != is_draw_reward);
        rule.scoring = SCORING_STANDARD;
        ck_assert(rule_has_option(&rule, &rule_options[i]));
    }
}
END_TEST

/* Any one of the fields, changed to another value of its own. */
static void change_field(struct rule *rule, unsigned field, uint32_t by)
{
    switch (field) {
    case OPTIONS:
        rule->kind =
            (enum rule_kind)((rule->kind + 1 + by % (RULE_KIND_COUNT - 1)) % RULE_KIND_COUNT);
        break;
    case OPTIONS + 1:
        rule->scoring = (enum scoring)(1 - rule->scoring);
        break;
    case OPTIONS + 2:
        rule->explore ^= by;
        break;
    case OPTIONS + 3:
        rule->symmetry = !rule->symmetry;
        break;
    case OPTIONS + 4:
        rule->step_size ^= by;
        break;
    case OPTIONS + 5:
        rule->trace_decay ^= by;
        break;
    default:
        *option(rule, field) ^= by;
    }
}

START_TEST(test_rules_are_the_same_only_if_every_field_is)
{
    enum { FIELDS = OPTIONS + 6 };
    for (uint64_t seed = 1; seed <= 5000; seed++) {
        struct rng rng;
        rng_seed(&rng, seed);
        struct rule a = rule_default((enum rule_kind)(rng_next(&rng) % RULE_KIND_COUNT));
        for (unsigned i = 0; i < OPTIONS; i++)
            *option(&a, i) = (uint32_t)rng_next(&rng);
        a.explore = (uint32_t)rng_next(&rng);
        a.symmetry = rng_next(&rng) % 2;
        a.step_size = (uint32_t)rng_next(&rng);
        a.trace_decay = (uint32_t)rng_next(&rng);
        struct rule b = a;
        bool is_same = rule_is_same(&a, &b);
        change_field(&b, (unsigned)(rng_next(&rng) % FIELDS), 1u << rng_next(&rng) % 32);
        if (!is_same || rule_is_same(&a, &b) || rule_is_same(&b, &a))
            ck_abort_msg("seed %u", (unsigned)seed);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_every_rule_has_its_documented_defaults,
        test_the_defaults_are_allowed,
        test_patterns_have_shares_and_none_of_the_options_of_tables,
        test_exploring_goes_from_none_to_all_moves_under_every_rule,
        test_guard_alone_has_proofs_and_must_have_standard_scoring,
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
        test_only_draws_that_pay_nothing_are_warned_of_where_there_are_no_proofs,
        test_an_option_plays_a_part_unless_it_is_draw_reward_under_ttst,
        test_rules_are_the_same_only_if_every_field_is,
        NULL,
    };
    return unit_run("rule", tests);
}
