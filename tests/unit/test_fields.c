/* Bodies, as strangers send them (api/json.h). What each field of each request may be is for the
 * golden cases to say. */
#include "api/json.h"
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

/* All kinds of fields at once. */
struct taken {
    uint64_t whole;
    uint64_t seed;
    double real;
    bool flag;
    const char *text;
    int64_t sum;
    uint64_t inner;
};

static void take_list(struct fields *in, struct taken *out)
{
    static const struct range range = {-5, 5, NULL};
    struct list list;
    if (!fields_list(in, "list", "a list of numbers", &list))
        return;
    for (size_t i = 0; i < list.count; i++) {
        int64_t number = 0;
        list_integer(&list, i, &range, &number);
        out->sum += number;
    }
}

static void take(struct fields *in, struct taken *out)
{
    struct fields inner;
    fields_need(in, "whole");
    fields_integer(in, "whole", 1, 10, &out->whole);
    fields_seed(in, "seed", &out->seed);
    fields_number(in, "real", &out->real);
    fields_bool(in, "flag", &out->flag);
    fields_string(in, "text", &out->text);
    take_list(in, out);
    if (fields_object(in, "inner", &inner)) {
        fields_need(&inner, "whole");
        fields_integer(&inner, "whole", 1, 10, &out->inner);
        (void)fields_end(&inner);
    }
}

/* Reads a body of exactly that size in memory. */
static enum err read_bytes(const char *body, size_t size, struct taken *out, struct fault *fault)
{
    struct fields in;
    char *copy = malloc(size + (size == 0));
    memcpy(copy, body, size);
    fields_open(&in, copy, size, fault);
    take(&in, out);
    const enum err err = fields_end(&in);
    fields_free(&in);
    free(copy);
    return err;
}

static void assert_refused(const char *body, enum err err, const char *field, const char *detail)
{
    struct taken taken = {.whole = 0};
    struct fault fault;
    ck_assert_msg(read_bytes(body, strlen(body), &taken, &fault) == err, "%s: %s: %s", body,
                  fault.field, fault.detail);
    ck_assert_msg(strcmp(fault.field, field) == 0, "%s: %s", body, fault.field);
    ck_assert_msg(strstr(fault.detail, detail) != NULL, "%s: %s", body, fault.detail);
}

START_TEST(test_fields_are_read_and_those_not_there_left_alone)
{
    struct taken taken = {.real = 7};
    struct fault fault;
    static const char body[] = "{\"whole\":1e1,\"seed\":\"18446744073709551615\",\"flag\":true,"
                               "\"list\":[1,-5,2.0],\"inner\":{\"whole\":3}}";
    ck_assert_int_eq(read_bytes(body, strlen(body), &taken, &fault), ERR_OK);
    ck_assert_uint_eq(taken.whole, 10);
    ck_assert_uint_eq(taken.seed, UINT64_MAX);
    ck_assert(taken.flag && taken.real == 7 && taken.text == NULL);
    ck_assert_int_eq(taken.sum, -2);
    ck_assert_uint_eq(taken.inner, 3);
}
END_TEST

START_TEST(test_what_is_no_object_is_malformed)
{
    static const char *const bodies[] = {"",
                                         " ",
                                         "null",
                                         "[]",
                                         "1",
                                         "{",
                                         "{\"whole\":1}}",
                                         "{\"whole\":1,}",
                                         "{\"text\":\"\xff\"}",
                                         "{'whole':1}",
                                         "{\"text\":\"\\u0000\"}"};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        assert_refused(bodies[i], ERR_MALFORMED, "", "");
    struct taken taken;
    struct fault fault;
    ck_assert_int_eq(read_bytes("{\"whole\":1}\0", 12, &taken, &fault), ERR_MALFORMED);
}
END_TEST

START_TEST(test_each_fault_names_its_field)
{
    static const struct {
        const char *body;
        enum err err;
        const char *field;
        const char *detail;
    } faults[] = {
        {"{}", ERR_MALFORMED, "whole", "is missing"},
        {"{\"Whole\":1}", ERR_MALFORMED, "Whole", "there is no such field"},
        {"{\"whole\":1,\"whole\":2}", ERR_MALFORMED, "whole", "stands there twice"},
        {"{\"inner\":{\"whole\":1,\"whole\":2}}", ERR_MALFORMED, "inner.whole", "twice"},
        {"{\"whole\":1.5}", ERR_MALFORMED, "whole", "must be a whole number"},
        {"{\"whole\":\"1\"}", ERR_MALFORMED, "whole", "must be a whole number"},
        {"{\"whole\":0}", ERR_IMPOSSIBLE, "whole", "must be from 1 to 10"},
        {"{\"whole\":-1}", ERR_IMPOSSIBLE, "whole", "must be from 1 to 10"},
        {"{\"whole\":1e300}", ERR_IMPOSSIBLE, "whole", "must be from 1 to 10"},
        {"{\"whole\":18446744073709551617}", ERR_IMPOSSIBLE, "whole", "must be from 1 to 10"},
        {"{\"whole\":1,\"seed\":-1}", ERR_IMPOSSIBLE, "seed", "must be from 0 to"},
        {"{\"whole\":1,\"seed\":\"18446744073709551616\"}", ERR_IMPOSSIBLE, "seed", "below 2^64"},
        {"{\"whole\":1,\"seed\":\"-1\"}", ERR_MALFORMED, "seed", "decimal digits"},
        {"{\"whole\":1,\"seed\":null}", ERR_MALFORMED, "seed", "or a string of decimal digits"},
        {"{\"whole\":1,\"real\":\"1\"}", ERR_MALFORMED, "real", "must be a number"},
        {"{\"whole\":1,\"flag\":1}", ERR_MALFORMED, "flag", "must be true or false"},
        {"{\"whole\":1,\"text\":1}", ERR_MALFORMED, "text", "must be a string"},
        {"{\"whole\":1,\"list\":{}}", ERR_MALFORMED, "list", "must be a list of numbers"},
        {"{\"whole\":1,\"list\":[1,\"1\"]}", ERR_MALFORMED, "list[1]", "must be a whole number"},
        {"{\"whole\":1,\"list\":[1,6]}", ERR_IMPOSSIBLE, "list[1]", "must be from -5 to 5"},
        {"{\"whole\":1,\"inner\":[]}", ERR_MALFORMED, "inner", "must be an object"},
        {"{\"whole\":1,\"inner\":{}}", ERR_MALFORMED, "inner.whole", "is missing"},
        {"{\"whole\":1,\"inner\":{\"w\":1}}", ERR_MALFORMED, "inner.w", "there is no such field"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        assert_refused(faults[i].body, faults[i].err, faults[i].field, faults[i].detail);
}
END_TEST

START_TEST(test_the_first_fault_sticks)
{
    assert_refused("{\"whole\":0,\"flag\":1,\"unknown\":1}", ERR_IMPOSSIBLE, "whole", "");
}
END_TEST

START_TEST(test_members_that_are_not_known_beforehand_come_in_their_order)
{
    static const char body[] = "{\"part\":{\"b\":[1],\"a\":[2,3]}}";
    struct fields in;
    struct fields part;
    struct fault fault;
    struct list list;
    const char *name;
    char names[8] = "";
    size_t numbers = 0;
    fields_open(&in, body, strlen(body), &fault);
    ck_assert(fields_object(&in, "part", &part));
    while ((name = fields_next(&part)) != NULL) {
        strcat(names, name);
        ck_assert(fields_list(&part, name, "a list", &list));
        numbers += list.count;
    }
    ck_assert_str_eq(names, "ba");
    ck_assert_uint_eq(numbers, 3);
    ck_assert_int_eq(fields_end(&in), ERR_OK);
    fields_free(&in);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_fields_are_read_and_those_not_there_left_alone,
        test_what_is_no_object_is_malformed,
        test_each_fault_names_its_field,
        test_the_first_fault_sticks,
        test_members_that_are_not_known_beforehand_come_in_their_order,
        NULL,
    };
    return unit_run("fields", tests);
}
