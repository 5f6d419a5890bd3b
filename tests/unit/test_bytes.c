/* Integers in byte strings: the same bytes on every machine, and reading past the end is noticed.
 */
#include "base/bytes.h"
#include "support/unit.h"

#include <string.h>

static struct reader reader_of(const struct text *text)
{
    return (struct reader){.bytes = text->bytes, .size = text->size};
}

START_TEST(test_numbers_are_written_lowest_byte_first)
{
    struct text text = {0};
    bytes_add_u32(&text, 0x01020384);
    bytes_add_u64(&text, 0xf1e2d3c4b5a69788);
    static const unsigned char expected[] = {0x84, 3,    2,    1,    0x88, 0x97,
                                             0xa6, 0xb5, 0xc4, 0xd3, 0xe2, 0xf1};
    ck_assert_uint_eq(text.size, sizeof expected);
    ck_assert_mem_eq(text.bytes, expected, sizeof expected);
    text_free(&text);
}
END_TEST

START_TEST(test_putting_a_number_writes_four_bytes_and_no_more)
{
    char bytes[6] = "abcdef";
    bytes_put_u32(bytes + 1, 0xfffefdfc);
    ck_assert_mem_eq(bytes,
                     "a\xfc\xfd\xfe\xff"
                     "f",
                     6);
}
END_TEST

START_TEST(test_what_was_written_is_read_back)
{
    static const uint64_t numbers[] = {
        0, 1, 0x7f, 0x80, 0xff, 0x8000, INT32_MAX, 0x80000000, UINT32_MAX, 1ull << 32, UINT64_MAX};
    enum { COUNT = sizeof numbers / sizeof numbers[0] };
    struct text text = {0};
    for (unsigned i = 0; i < COUNT; i++) {
        bytes_add_u32(&text, (uint32_t)numbers[i]);
        bytes_add_u64(&text, numbers[i]);
    }
    struct reader reader = reader_of(&text);
    for (unsigned i = 0; i < COUNT; i++) {
        ck_assert_uint_eq(reader_u32(&reader), (uint32_t)numbers[i]);
        ck_assert_uint_eq(reader_u64(&reader), numbers[i]);
    }
    ck_assert_uint_eq(reader.size, 0);
    ck_assert(!reader.failed);
    text_free(&text);
}
END_TEST

START_TEST(test_taking_bytes_gives_the_front_and_goes_on_behind_it)
{
    struct reader reader = {.bytes = "abcdefg", .size = 7};
    ck_assert_mem_eq(reader_take(&reader, 3), "abc", 3);
    ck_assert_mem_eq(reader_take(&reader, 4), "defg", 4);
    ck_assert_ptr_nonnull(reader_take(&reader, 0));
    ck_assert(!reader.failed);
    ck_assert_ptr_null(reader_take(&reader, 1));
    ck_assert(reader.failed);
}
END_TEST

START_TEST(test_a_number_that_is_not_all_there_reads_as_zero_and_fails)
{
    for (size_t size = 0; size < 4; size++) {
        char bytes[4] = {1, 1, 1, 1};
        struct reader reader = {.bytes = bytes, .size = size};
        ck_assert_uint_eq(reader_u32(&reader), 0);
        ck_assert(reader.failed);
    }
    for (size_t size = 0; size < 8; size++) {
        char bytes[8] = {0};
        struct reader reader = {.bytes = bytes, .size = size};
        ck_assert_uint_eq(reader_u64(&reader), 0);
        ck_assert(reader.failed);
    }
}
END_TEST

START_TEST(test_after_a_failure_nothing_more_is_read)
{
    struct reader reader = {.bytes = "\1\1\1\1\1", .size = 5};
    ck_assert_ptr_null(reader_take(&reader, 6));
    ck_assert_ptr_null(reader_take(&reader, 1));
    ck_assert_uint_eq(reader_u32(&reader), 0);
    ck_assert_uint_eq(reader_u64(&reader), 0);
    ck_assert(reader.failed);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_numbers_are_written_lowest_byte_first,
        test_putting_a_number_writes_four_bytes_and_no_more,
        test_what_was_written_is_read_back,
        test_taking_bytes_gives_the_front_and_goes_on_behind_it,
        test_a_number_that_is_not_all_there_reads_as_zero_and_fails,
        test_after_a_failure_nothing_more_is_read,
        NULL,
    };
    return unit_run("bytes", tests);
}
