#include "base/json.h"
#include "support/unit.h"

#include <string.h>

static void assert_text(struct text *text, const char *wanted)
{
    ck_assert(!text->failed);
    ck_assert_msg(text->size == strlen(wanted) && memcmp(text->bytes, wanted, text->size) == 0,
                  "%.*s", (int)text->size, text->bytes);
    text_free(text);
}

START_TEST(test_commas_stand_between_values_and_nowhere_else)
{
    struct text out = {0};
    json_begin(&out, '{');
    json_open(&out, "empty", '[');
    json_end(&out, ']');
    json_open(&out, "list", '[');
    json_put_integer(&out, -1);
    json_put_null(&out);
    json_put_bool(&out, false);
    json_begin(&out, '{');
    json_end(&out, '}');
    json_put_string(&out, "");
    json_put_real(&out, 0.5);
    json_end(&out, ']');
    json_add_bool(&out, "a", true);
    json_add_null(&out, "b");
    json_end(&out, '}');
    assert_text(&out, "{\"empty\":[],\"list\":[-1,null,false,{},\"\",0.5],\"a\":true,\"b\":null}");
}
END_TEST

START_TEST(test_a_text_may_hold_something_else_before)
{
    struct text out = {0};
    text_add_string(&out, "data: ");
    json_begin(&out, '{');
    json_end(&out, '}');
    assert_text(&out, "data: {}");
}
END_TEST

START_TEST(test_strings_are_escaped_and_bytes_that_are_no_utf8_replaced)
{
    static const char *const pairs[][2] = {
        {"plain", "\"plain\""},
        {"\"\\", "\"\\\"\\\\\""},
        {"\n\x1f\x7f", "\"\\u000a\\u001f\\u007f\""},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""},
        {"cut \xe2\x82", "\"cut \xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xc0\xaf\xed\xa0\x80!",
         "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd!\""},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct text out = {0};
        json_put_string(&out, pairs[i][0]);
        assert_text(&out, pairs[i][1]);
    }
}
END_TEST

START_TEST(test_numbers_keep_what_they_are)
{
    static const struct {
        double number;
        const char *text;
    } reals[] = {
        {0, "0.0"}, {-1, "-1.0"}, {0.1, "0.1"}, {1e-20, "1e-20"}, {1.0 / 3, "0.333333333333333"}};
    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++) {
        struct text out = {0};
        json_put_real(&out, reals[i].number);
        assert_text(&out, reals[i].text);
    }
    struct text out = {0};
    json_put_integer(&out, INT64_MIN);
    assert_text(&out, "-9223372036854775808");
    json_begin(&out, '{');
    json_add_digits(&out, "seed", UINT64_MAX);
    json_end(&out, '}');
    assert_text(&out, "{\"seed\":\"18446744073709551615\"}");
}
END_TEST

START_TEST(test_what_is_not_there_is_null)
{
    struct text out = {0};
    json_begin(&out, '{');
    json_add_text(&out, "a", NULL);
    json_add_text(&out, "b", "");
    json_add_text(&out, "c", "c");
    json_add_time(&out, "d", 0);
    json_add_time(&out, "e", 1000);
    json_end(&out, '}');
    assert_text(&out, "{\"a\":null,\"b\":null,\"c\":\"c\",\"d\":null,"
                      "\"e\":\"1970-01-01T00:00:01.000Z\"}");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_commas_stand_between_values_and_nowhere_else,
        test_a_text_may_hold_something_else_before,
        test_strings_are_escaped_and_bytes_that_are_no_utf8_replaced,
        test_numbers_keep_what_they_are,
        test_what_is_not_there_is_null,
        NULL,
    };
    return unit_run("json", tests);
}
