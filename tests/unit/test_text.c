/* The growing byte string: contents, numbers, and what it does without memory. */
#include "base/text.h"
#include "support/unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_text(const struct text *text, const char *expected)
{
    ck_assert(!text->failed);
    ck_assert_uint_eq(text->size, strlen(expected));
    ck_assert_mem_eq(text->bytes, expected, text->size);
}

START_TEST(test_appends_stand_one_behind_the_other)
{
    struct text text = {0};
    text_add_string(&text, "one ");
    text_add(&text, "two###", 3);
    text_add_number(&text, 34);
    text_add_format(&text, " %s-%d", "five", 6);
    assert_text(&text, "one two34 five-6");
    text_free(&text);
}
END_TEST

START_TEST(test_bytes_of_every_value_are_kept)
{
    char bytes[256];
    for (unsigned i = 0; i < 256; i++)
        bytes[i] = (char)i;
    struct text text = {0};
    text_add(&text, bytes, sizeof bytes);
    ck_assert_uint_eq(text.size, sizeof bytes);
    ck_assert_mem_eq(text.bytes, bytes, sizeof bytes);
    text_free(&text);
}
END_TEST

START_TEST(test_growing_keeps_what_is_there)
{
    enum { PIECES = 30000 };
    struct text text = {0};
    for (unsigned i = 0; i < PIECES; i++)
        text_add_format(&text, "%07u", i);
    ck_assert_uint_eq(text.size, PIECES * 7);
    ck_assert_uint_ge(text.capacity, text.size);
    for (unsigned i = 0; i < PIECES; i++) {
        char expected[8];
        snprintf(expected, sizeof expected, "%07u", i);
        if (memcmp(text.bytes + i * 7, expected, 7) != 0)
            ck_abort_msg("piece %u", i);
    }
    text_free(&text);
}
END_TEST

START_TEST(test_one_piece_may_be_many_times_the_capacity)
{
    enum { SIZE = 1000000 };
    char *piece = malloc(SIZE);
    ck_assert_ptr_nonnull(piece);
    memset(piece, 'x', SIZE);
    struct text text = {0};
    text_add_string(&text, "head");
    text_add(&text, piece, SIZE);
    ck_assert_uint_eq(text.size, SIZE + 4);
    ck_assert_mem_eq(text.bytes, "headx", 5);
    ck_assert_int_eq(text.bytes[SIZE + 3], 'x');
    free(piece);
    text_free(&text);
}
END_TEST

START_TEST(test_a_formatted_piece_of_any_length_fits)
{
    for (int width = 1; width < 2000; width++) {
        struct text text = {0};
        text_add_format(&text, "%*d", width, 7);
        ck_assert_msg(text.size == (size_t)width, "width %d", width);
        ck_assert_msg(text.bytes[width - 1] == '7', "width %d", width);
        text_free(&text);
    }
}
END_TEST

/* The powers of ten, the numbers beside them, and the extremes. */
static unsigned interesting_numbers(uint64_t out[64])
{
    unsigned count = 0;
    out[count++] = 0;
    out[count++] = UINT64_MAX;
    out[count++] = INT64_MAX;
    uint64_t power = 1;
    for (unsigned digits = 1; digits <= 20; digits++, power *= 10) {
        out[count++] = power - 1;
        out[count++] = power;
        out[count++] = power + 1;
    }
    return count;
}

START_TEST(test_numbers_are_written_as_printf_does)
{
    uint64_t numbers[64];
    unsigned count = interesting_numbers(numbers);
    for (unsigned i = 0; i < count; i++) {
        char expected[24];
        snprintf(expected, sizeof expected, "%" PRIu64, numbers[i]);
        struct text text = {0};
        text_add_number(&text, numbers[i]);
        assert_text(&text, expected);
        text_free(&text);
    }
}
END_TEST

START_TEST(test_putting_a_number_returns_its_end_and_writes_no_further)
{
    uint64_t numbers[64];
    unsigned count = interesting_numbers(numbers);
    for (unsigned i = 0; i < count; i++) {
        char expected[24];
        int digits = snprintf(expected, sizeof expected, "%" PRIu64 "#", numbers[i]) - 1;
        char out[24];
        memset(out, '#', sizeof out);
        ck_assert_ptr_eq(text_put_number(out, numbers[i]), out + digits);
        ck_assert_mem_eq(out, expected, (size_t)digits + 1);
    }
}
END_TEST

START_TEST(test_twelve_digits_are_written_with_their_zeros)
{
    const uint64_t numbers[] = {0, 1, 99, 100, 999999, 1000000, 123456789012, 999999999999};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char expected[16];
        snprintf(expected, sizeof expected, "%012" PRIu64 "#", numbers[i]);
        char out[16];
        memset(out, '#', sizeof out);
        ck_assert_ptr_eq(text_put_twelve(out, numbers[i]), out + 12);
        ck_assert_mem_eq(out, expected, 13);
    }
}
END_TEST

START_TEST(test_reserved_bytes_count_once_they_are_added)
{
    struct text text = {0};
    text_add_string(&text, "ab");
    char *end = text_reserve(&text, 5000);
    ck_assert_ptr_nonnull(end);
    ck_assert_uint_eq(text.size, 2);
    ck_assert_uint_ge(text.capacity, 5002);
    memset(end, 'c', 5000); /* AddressSanitizer sees if that is too much */
    text.size += 1;
    text_add_string(&text, "d");
    assert_text(&text, "abcd");
    text_free(&text);
}
END_TEST

START_TEST(test_adding_nothing_adds_nothing)
{
    struct text text = {0};
    text_add_string(&text, "a");
    text_add(&text, "b", 0);
    text_add_string(&text, "");
    text_add_format(&text, "%s", "");
    assert_text(&text, "a");
    text_free(&text);
}
END_TEST

/* More than any machine has. */
static void ask_too_much(struct text *text)
{
    ck_assert_ptr_null(text_reserve(text, SIZE_MAX / 4));
}

START_TEST(test_without_memory_a_text_has_failed_and_keeps_its_bytes)
{
    struct text text = {0};
    text_add_string(&text, "kept");
    ask_too_much(&text);
    ck_assert(text.failed);
    ck_assert_uint_eq(text.size, 4);
    ck_assert_mem_eq(text.bytes, "kept", 4);
    text_free(&text);
}
END_TEST

START_TEST(test_a_failed_text_takes_no_more)
{
    struct text text = {0};
    text_add_string(&text, "kept");
    ask_too_much(&text);
    text_add_string(&text, "a");
    text_add(&text, "b", 1);
    text_add_number(&text, 1);
    text_add_format(&text, "%d", 2);
    ck_assert_ptr_null(text_reserve(&text, 1));
    ck_assert(text.failed);
    ck_assert_uint_eq(text.size, 4);
    text_free(&text);
}
END_TEST

START_TEST(test_a_freed_text_is_as_new)
{
    struct text text = {0};
    text_add_string(&text, "old");
    ask_too_much(&text);
    text_free(&text);
    text_free(&text);
    text_add_string(&text, "new");
    assert_text(&text, "new");
    text_free(&text);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_appends_stand_one_behind_the_other,
        test_bytes_of_every_value_are_kept,
        test_growing_keeps_what_is_there,
        test_one_piece_may_be_many_times_the_capacity,
        test_a_formatted_piece_of_any_length_fits,
        test_numbers_are_written_as_printf_does,
        test_putting_a_number_returns_its_end_and_writes_no_further,
        test_twelve_digits_are_written_with_their_zeros,
        test_reserved_bytes_count_once_they_are_added,
        test_adding_nothing_adds_nothing,
        test_without_memory_a_text_has_failed_and_keeps_its_bytes,
        test_a_failed_text_takes_no_more,
        test_a_freed_text_is_as_new,
        NULL,
    };
    return unit_run("text", tests);
}
