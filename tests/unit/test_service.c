/* Opening and closing the service, and its brains. */
#include "model/name.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct brain_info info_of(struct served *served, const char *name)
{
    struct brain_info info;
    ck_assert_int_eq(service_get_brain(served->service, name, &info), ERR_OK);
    return info;
}

START_TEST(test_the_first_start_makes_the_default_brain)
{
    struct served served;
    served_open(&served);
    ck_assert_uint_eq(service_count_brains(served.service), 1);
    struct brain_info info = info_of(&served, "default");
    struct rule beads = rule_default(RULE_BEADS);
    ck_assert_str_eq(info.name, "default");
    ck_assert_str_eq(info.game, "tictactoe");
    ck_assert(rule_is_same(&info.rule, &beads));
    ck_assert_uint_eq(info.matches, 0);
    ck_assert_uint_eq(info.rows, 4520);
    ck_assert_int_eq(info.training, 0);
    ck_assert_int_gt(info.created_at_ms, 0);
    ck_assert_int_eq(info.saved_at_ms, info.created_at_ms);
    ck_assert_uint_eq(info.unsaved_matches, 0);
    ck_assert_ptr_null(info.last_save_error);
    ck_assert_ptr_null(info.warning);
    struct brain *fresh = tables_fresh(NULL);
    ck_assert(served_has(&served, "default", fresh));
    brain_destroy(fresh);
    served_close(&served);
}
END_TEST

START_TEST(test_a_restart_finds_the_same_brains_and_makes_none)
{
    struct served served;
    served_open(&served);
    int64_t created_at_ms = info_of(&served, "default").created_at_ms;
    served_restart(&served);
    ck_assert_uint_eq(service_count_brains(served.service), 1);
    ck_assert_int_eq(info_of(&served, "default").created_at_ms, created_at_ms);
    served_close(&served);
}
END_TEST

/* Everything that can be chosen, chosen otherwise than by default. */
static struct brain_order special_order(const char *name)
{
    struct brain_order order = served_brain_order(name);
    order.rule.scoring = SCORING_STANDARD;
    order.rule.start_weight = 10;
    order.rule.reward = 255;
    order.rule.penalty = 0;
    order.rule.draw_reward = 1;
    order.rule.halve_above = 4096;
    return order;
}

START_TEST(test_a_created_brain_is_as_ordered_and_stays_so)
{
    struct served served;
    served_open(&served);
    struct brain_order order = special_order("special");
    served_create(&served, &order);
    struct brain *fresh = tables_fresh(&order.rule);
    for (unsigned life = 0; life < 2; life++) {
        struct brain_info info = info_of(&served, "special");
        ck_assert(rule_is_same(&info.rule, &order.rule));
        ck_assert_str_eq(info.game, "tictactoe");
        ck_assert(served_has(&served, "special", fresh));
        served_restart(&served);
    }
    brain_destroy(fresh);
    served_close(&served);
}
END_TEST

START_TEST(test_brains_are_listed_in_order_of_their_names)
{
    static const char *const names[] = {"zebra", "ant", "e", "d", "default-2"};
    static const char *const sorted[] = {"ant", "d", "default", "default-2", "e", "zebra"};
    struct served served;
    served_open(&served);
    for (unsigned i = 0; i < 5; i++) {
        struct brain_order order = served_brain_order(names[i]);
        served_create(&served, &order);
    }
    for (unsigned life = 0; life < 2; life++) {
        ck_assert_uint_eq(service_count_brains(served.service), 6);
        for (unsigned i = 0; i < 6; i++) {
            struct brain_info info;
            service_brain_at(served.service, i, &info);
            ck_assert_str_eq(info.name, sorted[i]);
        }
        served_restart(&served);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_a_brain_that_is_there_just_so_is_there_already)
{
    struct served served;
    served_open(&served);
    struct brain_order orders[2] = {special_order("special"), served_brain_order("default")};
    served_create(&served, &orders[0]);
    for (unsigned i = 0; i < 2; i++) {
        struct served_call call = served_call();
        struct fault fault;
        ck_assert_int_eq(service_create_brain(served.service, &orders[i], &call.call, &fault),
                         CREATED_ALREADY);
        ck_assert(!call.is_done);
    }
    ck_assert_uint_eq(service_count_brains(served.service), 2);
    served_close(&served);
}
END_TEST

static void assert_not_created(struct served *served, const struct brain_order *order, enum err err,
                               const char *field)
{
    struct served_call call = served_call();
    struct fault fault = {.err = ERR_OK};
    enum created created = service_create_brain(served->service, order, &call.call, &fault);
    ck_assert_msg(created == CREATED_NOT, "%s %s", order->name, field);
    ck_assert_msg(fault.err == err, "%s %s: %s", order->name, field, fault.detail);
    ck_assert_str_eq(fault.field, field);
    ck_assert_str_ne(fault.detail, "");
}

START_TEST(test_a_brain_that_is_there_but_otherwise_is_a_conflict)
{
    struct served served;
    served_open(&served);
    for (unsigned option = 0; option < 6; option++) {
        struct brain_order order = served_brain_order("default");
        struct rule *rule = &order.rule;
        rule->scoring = option == 0 ? SCORING_STANDARD : SCORING_TTST;
        rule->start_weight += option == 1;
        rule->reward += option == 2;
        rule->penalty += option == 3;
        rule->halve_above -= option == 4;
        if (option == 5) {
            rule->scoring = SCORING_STANDARD;
            rule->draw_reward = 1;
        }
        assert_not_created(&served, &order, ERR_CONFLICT, "name");
    }
    served_close(&served);
}
END_TEST

START_TEST(test_a_brain_that_is_just_being_created_is_not_created_again)
{
    struct served served;
    served_open(&served);
    struct brain_order order = served_brain_order("twin");
    struct served_call first = served_call();
    struct served_call second = served_call();
    struct fault fault;
    ck_assert_int_eq(service_create_brain(served.service, &order, &first.call, &fault),
                     CREATED_LATER);
    ck_assert(!first.is_done); /* never from within */
    struct brain_info info;
    ck_assert_int_eq(service_get_brain(served.service, "twin", &info), ERR_NOT_FOUND);
    ck_assert_int_eq(service_create_brain(served.service, &order, &second.call, &fault),
                     CREATED_BY_OTHER);
    ck_assert(!second.is_done);
    ck_assert_int_eq(served_wait(&served, &second), ERR_OK);
    ck_assert(first.is_done);
    ck_assert_int_eq(service_get_brain(served.service, "twin", &info), ERR_OK);
    ck_assert_uint_eq(service_count_brains(served.service), 2);
    served_close(&served);
}
END_TEST

START_TEST(test_a_brain_that_is_just_being_created_otherwise_is_a_conflict)
{
    struct served served;
    served_open(&served);
    struct brain_order order = served_brain_order("twin");
    struct served_call call = served_call();
    struct fault fault;
    ck_assert_int_eq(service_create_brain(served.service, &order, &call.call, &fault),
                     CREATED_LATER);
    order.rule.reward++;
    assert_not_created(&served, &order, ERR_CONFLICT, "name");
    ck_assert_int_eq(served_wait(&served, &call), ERR_OK);
    served_close(&served);
}
END_TEST

START_TEST(test_several_brains_can_be_created_at_once)
{
    enum { BRAINS = 20 };
    struct served served;
    struct served_call calls[BRAINS];
    char names[BRAINS][8];
    served_open(&served);
    for (unsigned i = 0; i < BRAINS; i++) {
        struct fault fault;
        snprintf(names[i], sizeof names[i], "b%u", (i * 7) % BRAINS);
        struct brain_order order = served_brain_order(names[i]);
        calls[i] = served_call();
        ck_assert_int_eq(service_create_brain(served.service, &order, &calls[i].call, &fault),
                         CREATED_LATER);
    }
    for (unsigned i = 0; i < BRAINS; i++)
        ck_assert_int_eq(served_wait(&served, &calls[i]), ERR_OK);
    ck_assert_uint_eq(service_count_brains(served.service), BRAINS + 1);
    served_restart(&served);
    ck_assert_uint_eq(service_count_brains(served.service), BRAINS + 1);
    served_close(&served);
}
END_TEST

START_TEST(test_impossible_brains_are_refused_and_the_field_is_named)
{
    struct served served;
    served_open(&served);
    struct brain_order order = served_brain_order("Upper");
    assert_not_created(&served, &order, ERR_IMPOSSIBLE, "name");
    order = served_brain_order("table");
    ck_assert_int_eq(game_parse("connectfour", &order.game), ERR_OK);
    assert_not_created(&served, &order, ERR_IMPOSSIBLE, "rule");
    order = served_brain_order("large");
    order.rule = rule_default(RULE_PATTERNS);
    ck_assert_int_eq(game_parse("8x8r3", &order.game), ERR_OK);
    assert_not_created(&served, &order, ERR_IMPOSSIBLE, "game");
    order = served_brain_order("a");
    order.rule.start_weight = 0;
    assert_not_created(&served, &order, ERR_IMPOSSIBLE, "options.start_weight");
    order = served_brain_order("a");
    order.rule.reward = 256;
    assert_not_created(&served, &order, ERR_IMPOSSIBLE, "options.reward");
    order = served_brain_order("a");
    order.rule.penalty = UINT32_MAX;
    assert_not_created(&served, &order, ERR_IMPOSSIBLE, "options.penalty");
    order = served_brain_order("a");
    order.rule.draw_reward = 1; /* under scoring ttst */
    assert_not_created(&served, &order, ERR_IMPOSSIBLE, "options.draw_reward");
    order = served_brain_order("a");
    order.rule.halve_above = 255;
    assert_not_created(&served, &order, ERR_IMPOSSIBLE, "options.halve_above");
    order = served_brain_order("a");
    order.rule.start_weight = 100;
    order.rule.halve_above = 899; /* a fresh row has 900 */
    assert_not_created(&served, &order, ERR_IMPOSSIBLE, "options.halve_above");
    ck_assert_uint_eq(service_count_brains(served.service), 1);
    served_close(&served);
}
END_TEST

START_TEST(test_names_of_brains)
{
    static const char *const good[] = {"a", "z9", "a-b_c", "default", "a0123456789_-"};
    static const char *const bad[] = {"",      "A",   "aB",  "1a",   "-a",       "_a",
                                      "a b",   "a.b", "a/b", "a\n",  "\xc3\xa4", "a@b",
                                      "a\x7f", " a",  "a ",  "a%20b"};
    char name[BRAIN_NAME_MAX + 2];
    memset(name, 'n', sizeof name);
    name[BRAIN_NAME_MAX + 1] = '\0';
    ck_assert(!brain_name_is_valid(name));
    name[BRAIN_NAME_MAX] = '\0';
    ck_assert(brain_name_is_valid(name));
    for (unsigned i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(brain_name_is_valid(good[i]), "%s", good[i]);
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!brain_name_is_valid(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(test_a_brain_that_cannot_learn_all_says_so)
{
    struct served served;
    served_open(&served);
    struct brain_order order = served_brain_order("careless");
    order.rule.scoring = SCORING_STANDARD;
    served_create(&served, &order);
    ck_assert_ptr_nonnull(info_of(&served, "careless").warning);
    served_close(&served);
}
END_TEST

START_TEST(test_a_brain_that_is_not_there_is_not_found)
{
    struct served served;
    struct brain_info info;
    served_open(&served);
    static const char *const names[] = {"", "defaul", "default2", "Default", "zzz"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_int_eq(service_get_brain(served.service, names[i], &info), ERR_NOT_FOUND);
    served_close(&served);
}
END_TEST

START_TEST(test_there_is_an_end_to_how_many_brains_there_can_be)
{
    struct served served;
    served_open(&served);
    served_shut(&served);
    stored_sql(served.path,
               "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 19999)"
               "INSERT INTO brain (id, name, game, rule, scoring, start_weight, reward, penalty,"
               " draw_reward, halve_above, created_at, saved_at)"
               " SELECT i, 'b' || i, game, rule, scoring, start_weight, reward, penalty,"
               " draw_reward, halve_above, created_at, saved_at FROM brain, n" STORED_SEAL);
    served_start(&served);
    ck_assert_uint_eq(service_count_brains(served.service), BRAINS_MAX - 1);
    struct brain_order last = served_brain_order("last");
    struct brain_order more = served_brain_order("more");
    struct served_call call = served_call();
    struct fault fault;
    ck_assert_int_eq(service_create_brain(served.service, &last, &call.call, &fault),
                     CREATED_LATER);
    assert_not_created(&served, &more, ERR_BUSY, ""); /* the last one counts on its way already */
    ck_assert_int_eq(served_wait(&served, &call), ERR_OK);
    assert_not_created(&served, &more, ERR_BUSY, "");
    ck_assert_int_eq(service_create_brain(served.service, &last, &call.call, &fault),
                     CREATED_ALREADY);
    served_close(&served);
}
END_TEST

START_TEST(test_drawn_seeds_differ)
{
    struct served served;
    served_open(&served);
    uint64_t first = service_draw_seed(served.service);
    ck_assert(first != service_draw_seed(served.service));
    served_restart(&served);
    ck_assert(first != service_draw_seed(served.service));
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_the_first_start_makes_the_default_brain,
        test_a_restart_finds_the_same_brains_and_makes_none,
        test_a_created_brain_is_as_ordered_and_stays_so,
        test_brains_are_listed_in_order_of_their_names,
        test_a_brain_that_is_there_just_so_is_there_already,
        test_a_brain_that_is_there_but_otherwise_is_a_conflict,
        test_a_brain_that_is_just_being_created_is_not_created_again,
        test_a_brain_that_is_just_being_created_otherwise_is_a_conflict,
        test_several_brains_can_be_created_at_once,
        test_impossible_brains_are_refused_and_the_field_is_named,
        test_names_of_brains,
        test_a_brain_that_cannot_learn_all_says_so,
        test_a_brain_that_is_not_there_is_not_found,
        test_there_is_an_end_to_how_many_brains_there_can_be,
        test_drawn_seeds_differ,
        NULL,
    };
    return unit_run("service", tests);
}
