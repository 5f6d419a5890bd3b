/* What is wrong, in words: texts that are too long are cut, and every error has a name. */
#include "base/fault.h"
#include "support/unit.h"

#include <string.h>

START_TEST(test_a_fault_says_what_it_was_told_and_returns_the_error)
{
    struct fault fault;
    memset(&fault, 'x', sizeof fault);
    ck_assert_int_eq(fault_set(&fault, ERR_BUSY, "matches", "at most %d of %s", 7, "them"),
                     ERR_BUSY);
    ck_assert_int_eq(fault.err, ERR_BUSY);
    ck_assert_str_eq(fault.field, "matches");
    ck_assert_str_eq(fault.detail, "at most 7 of them");
}
END_TEST

START_TEST(test_a_fault_without_a_field_has_an_empty_one)
{
    struct fault fault;
    memset(&fault, 'x', sizeof fault);
    ck_assert_int_eq(fault_set(&fault, ERR_IO, NULL, "no"), ERR_IO);
    ck_assert_str_eq(fault.field, "");
    ck_assert_str_eq(fault.detail, "no");
}
END_TEST

static void assert_cut(size_t length)
{
    char text[1000];
    struct fault fault;
    memset(text, 'a', length);
    text[length] = '\0';
    ck_assert_int_eq(fault_set(&fault, ERR_MALFORMED, text, "%s", text), ERR_MALFORMED);
    size_t field = length < FAULT_FIELD_SIZE ? length : FAULT_FIELD_SIZE - 1;
    size_t detail = length < FAULT_DETAIL_SIZE ? length : FAULT_DETAIL_SIZE - 1;
    ck_assert_uint_eq(strlen(fault.field), field);
    ck_assert_uint_eq(strlen(fault.detail), detail);
    ck_assert(strncmp(fault.field, text, field) == 0);
    ck_assert(strncmp(fault.detail, text, detail) == 0);
}

START_TEST(test_what_does_not_fit_is_cut)
{
    assert_cut(FAULT_FIELD_SIZE - 1);
    assert_cut(FAULT_FIELD_SIZE);
    assert_cut(FAULT_DETAIL_SIZE - 1);
    assert_cut(FAULT_DETAIL_SIZE);
    assert_cut(999);
}
END_TEST

START_TEST(test_every_error_has_a_name_of_its_own)
{
    for (unsigned err = 0; err < ERR_COUNT; err++) {
        const char *name = err_name((enum err)err);
        ck_assert_ptr_nonnull(name);
        ck_assert_str_ne(name, "");
        ck_assert_str_ne(name, "unknown error");
        for (unsigned other = 0; other < err; other++)
            ck_assert_str_ne(name, err_name((enum err)other));
    }
}
END_TEST

START_TEST(test_a_number_that_is_no_error_has_a_name_too)
{
    ck_assert_str_eq(err_name(ERR_COUNT), "unknown error");
    ck_assert_str_eq(err_name((enum err)9999), "unknown error");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_fault_says_what_it_was_told_and_returns_the_error,
        test_a_fault_without_a_field_has_an_empty_one,
        test_what_does_not_fit_is_cut,
        test_every_error_has_a_name_of_its_own,
        test_a_number_that_is_no_error_has_a_name_too,
        NULL,
    };
    return unit_run("fault", tests);
}
