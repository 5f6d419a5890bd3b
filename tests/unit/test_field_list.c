/* Headers that are lists, with weights and tags. */
#include "http/field_list.h"
#include "support/unit.h"

#include <string.h>

static unsigned weight(const char *list, const char *name, const char *wider)
{
    const char *const names[] = {name, wider, NULL};
    return field_list_weight(list, strlen(list), names);
}

START_TEST(test_a_name_weighs_all_unless_it_says_less)
{
    ck_assert_uint_eq(weight("gzip", "gzip", NULL), FIELD_WEIGHT_MAX);
    ck_assert_uint_eq(weight("br;q=1, GZip;q=0.25", "gzip", NULL), 250);
    ck_assert_uint_eq(weight("gzip ; level=9\t; Q=0.001 ,br", "gzip", NULL), 1);
    ck_assert_uint_eq(weight("gzip;q=1.000", "gzip", NULL), FIELD_WEIGHT_MAX);
    ck_assert_uint_eq(weight("gzip;q=0", "gzip", NULL), 0);
}
END_TEST

START_TEST(test_what_is_no_weight_is_none)
{
    static const char *const wrong[] = {
        "gzip;q=",    "gzip;q=2",  "gzip;q=1.001", "gzip;q=.5",    "gzip;q=0.0001",
        "gzip;q=0,5", "gzip;q=-1", "gzip;q=0x1",   "gzip;q=\"1\"", "gzip;q=9999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_uint_eq(weight(wrong[i], "gzip", NULL), 0);
}
END_TEST

START_TEST(test_the_first_name_that_is_there_counts)
{
    ck_assert_uint_eq(weight("*;q=0.1, text/csv;q=0.5", "text/csv", "*"), 500);
    ck_assert_uint_eq(weight("*;q=0.1, text/csv;q=0", "text/csv", "*"), 0);
    ck_assert_uint_eq(weight("*;q=0.1", "text/csv", "*"), 100);
    ck_assert_uint_eq(weight("text", "text/csv", "*"), 0);
}
END_TEST

START_TEST(test_empty_elements_and_quotes_separate_nothing)
{
    ck_assert_uint_eq(weight("", "a", NULL), 0);
    ck_assert_uint_eq(weight(",, a ,", "a", NULL), FIELD_WEIGHT_MAX);
    ck_assert_uint_eq(weight("b;c=\"d, a;q=1\"", "a", NULL), 0);
    ck_assert_uint_eq(weight("b;c=\", a", "a", NULL), 0);
}
END_TEST

static bool has(const char *list, const char *tag)
{
    return field_list_has_tag(list, strlen(list), tag);
}

START_TEST(test_a_tag_is_found_whole_weak_or_strong)
{
    ck_assert(has("\"a\"", "\"a\"") && has("W/\"a\"", "\"a\"") && has("\"a\"", "W/\"a\""));
    ck_assert(has("\"x\",W/\"y\" ,\"a,b\"", "\"a,b\""));
    ck_assert(!has("\"ab\"", "\"a\"") && !has("a", "\"a\"") && !has("\"a,b\"", "\"a\""));
    ck_assert(!has("\"A\"", "\"a\"") && !has("w/\"a\"", "\"a\"") && !has("", "\"a\""));
}
END_TEST

START_TEST(test_a_star_alone_is_every_tag)
{
    ck_assert(has("*", "\"a\"") && has(" *\t", "\"a\""));
    ck_assert(!has("*, \"b\"", "\"a\"") && !has("\"*\"", "\"a\""));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_name_weighs_all_unless_it_says_less,
        test_what_is_no_weight_is_none,
        test_the_first_name_that_is_there_counts,
        test_empty_elements_and_quotes_separate_nothing,
        test_a_tag_is_found_whole_weak_or_strong,
        test_a_star_alone_is_every_tag,
        NULL,
    };
    return unit_run("field_list", tests);
}
