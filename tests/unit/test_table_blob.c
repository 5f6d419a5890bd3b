/* A table as the bytes that are stored: it comes back to the bit, and nothing else does. */
#include "base/bytes.h"
#include "base/rng.h"
#include "support/blob.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <nettle/sha2.h>
#include <string.h>

enum {
    MATCHES_AT = 16,
    RESULTS_AT = 24,
    WEIGHTS_AT = 48,
    WEIGHTS = 16167,
    HASH_AT = WEIGHTS_AT + 4 * WEIGHTS,
    SIZE = HASH_AT + SHA256_DIGEST_SIZE,
};

/* Into a fresh table under beads. */
static enum err decode(const struct text *text, size_t size, struct brain **out)
{
    *out = tables_fresh(NULL);
    return blob_decode(text, size, *out, BRAIN_TO_LEARN);
}

static enum err outcome(const struct text *text, size_t size)
{
    struct brain *table;
    enum err err = decode(text, size, &table);
    brain_destroy(table);
    return err;
}

START_TEST(test_a_table_comes_back_as_it_went)
{
    struct brain *table = tables_played(1, 30000);
    tables_set_weight(table, 0, 4, RULE_HALVE_ABOVE_MAX - 8 * 30000);
    struct text text = blob_of(table);
    struct brain *back;
    ck_assert_int_eq(decode(&text, text.size, &back), ERR_OK);
    ck_assert(tables_same(back, table));
    char digests[2][BRAIN_DIGEST_SIZE];
    brain_digest(table, digests[0]);
    brain_digest(back, digests[1]);
    ck_assert_str_eq(digests[0], digests[1]);
    brain_destroy(back);
    brain_destroy(table);
    text_free(&text);
}
END_TEST

START_TEST(test_the_bytes_are_laid_out_as_documented)
{
    struct brain *table = tables_played(2, 3000);
    struct text expected = {0};
    text_add(&expected, "ttsttab1", 8);
    bytes_add_u32(&expected, 9);
    bytes_add_u32(&expected, 4520);
    bytes_add_u64(&expected, 3000);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        bytes_add_u64(&expected, table->results[result]);
    for (uint32_t row = 0; row < 4520; row++)
        for (unsigned cell = 0; cell < 9; cell++)
            if (tables_weight(table, row, cell) != 0)
                bytes_add_u32(&expected, tables_weight(table, row, cell));
    ck_assert_uint_eq(expected.size, HASH_AT);
    char hash[SHA256_DIGEST_SIZE] = {0};
    text_add(&expected, hash, sizeof hash);
    blob_sign(&expected);
    struct text text = blob_of(table);
    ck_assert_uint_eq(text.size, SIZE);
    ck_assert(memcmp(text.bytes, expected.bytes, SIZE) == 0);
    text_free(&text);
    text_free(&expected);
    brain_destroy(table);
}
END_TEST

START_TEST(test_a_table_is_appended_to_what_stands_there)
{
    struct brain *table = tables_fresh(NULL);
    struct text text = {0};
    text_add(&text, "before", 6);
    brain_encode(table, &text);
    ck_assert_uint_eq(text.size, 6 + SIZE);
    ck_assert_mem_eq(text.bytes, "before", 6);
    ck_assert_int_eq(brain_decode(text.bytes + 6, SIZE, table, BRAIN_TO_LEARN), ERR_OK);
    text_free(&text);
    brain_destroy(table);
}
END_TEST

START_TEST(test_any_flipped_bit_is_damage)
{
    struct brain *table = tables_played(3, 1000);
    struct text text = blob_of(table);
    struct brain *into = tables_fresh(NULL);
    for (size_t at = 0; at < SIZE; at += at < WEIGHTS_AT || at >= HASH_AT ? 1 : 61) {
        for (unsigned bit = 0; bit < 8; bit += at < WEIGHTS_AT ? 1 : 3) {
            text.bytes[at] = (char)(text.bytes[at] ^ (1 << bit));
            if (brain_decode(text.bytes, SIZE, into, BRAIN_TO_LEARN) != ERR_CORRUPT)
                ck_abort_msg("byte %zu bit %u", at, bit);
            text.bytes[at] = (char)(text.bytes[at] ^ (1 << bit));
        }
    }
    ck_assert_int_eq(brain_decode(text.bytes, SIZE, into, BRAIN_TO_LEARN), ERR_OK);
    brain_destroy(into);
    text_free(&text);
    brain_destroy(table);
}
END_TEST

START_TEST(test_a_table_cut_off_anywhere_is_damaged)
{
    struct brain *table = tables_fresh(NULL);
    struct text text = blob_of(table);
    for (size_t size = 0; size < SIZE; size += size < 200 || size > SIZE - 100 ? 1 : 97)
        if (outcome(&text, size) != ERR_CORRUPT)
            ck_abort_msg("%zu bytes", size);
    text_free(&text);
    brain_destroy(table);
}
END_TEST

/* A table of another size with the right checksum; `size` counts the checksum. */
static void assert_size_is_refused(size_t size)
{
    struct brain *table = tables_fresh(NULL);
    struct text text = blob_of(table);
    while (text.size < size)
        text_add(&text, "\6\0\0", 4);
    text.size = size;
    blob_sign(&text);
    ck_assert_msg(outcome(&text, size) == ERR_CORRUPT, "%zu bytes", size);
    text_free(&text);
    brain_destroy(table);
}

START_TEST(test_a_table_of_another_size_is_damaged_even_with_a_right_checksum)
{
    assert_size_is_refused(SHA256_DIGEST_SIZE + 8);
    assert_size_is_refused(SHA256_DIGEST_SIZE + 20);
    assert_size_is_refused(SHA256_DIGEST_SIZE + WEIGHTS_AT);
    assert_size_is_refused(SIZE - 4);
    assert_size_is_refused(SIZE - 1);
    assert_size_is_refused(SIZE + 1);
    assert_size_is_refused(SIZE + 4);
}
END_TEST

/* What becomes of a fresh table in which one number is replaced and the checksum made right. */
static enum err outcome_with(size_t at, uint32_t number)
{
    struct brain *table = tables_fresh(NULL);
    struct text text = blob_of(table);
    bytes_put_u32(text.bytes + at, number);
    blob_sign(&text);
    enum err err = outcome(&text, text.size);
    text_free(&text);
    brain_destroy(table);
    return err;
}

START_TEST(test_a_weight_of_0_is_damage_even_with_a_right_checksum)
{
    static const size_t weights[] = {0, 1, 8, 9, 777, WEIGHTS - 1};
    for (unsigned i = 0; i < sizeof weights / sizeof weights[0]; i++) {
        size_t at = WEIGHTS_AT + 4 * weights[i];
        ck_assert_msg(outcome_with(at, 0) == ERR_CORRUPT, "weight %zu", weights[i]);
        ck_assert_msg(outcome_with(at, 1) == ERR_OK, "weight %zu", weights[i]);
    }
}
END_TEST

START_TEST(test_a_row_above_the_bound_is_damage_even_with_a_right_checksum)
{
    /* The empty board's first weight, beside eight of 6. */
    ck_assert_int_eq(outcome_with(WEIGHTS_AT, RULE_HALVE_ABOVE_MAX - 48), ERR_OK);
    ck_assert_int_eq(outcome_with(WEIGHTS_AT, RULE_HALVE_ABOVE_MAX - 47), ERR_CORRUPT);
    ck_assert_int_eq(outcome_with(WEIGHTS_AT, UINT32_MAX - 47), ERR_CORRUPT);
    ck_assert_int_eq(outcome_with(WEIGHTS_AT, UINT32_MAX), ERR_CORRUPT);
}
END_TEST

START_TEST(test_the_bound_is_that_of_the_brains_own_rule)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.halve_above = 256;
    struct brain *table = tables_fresh(&rule);
    struct brain *back = tables_fresh(&rule);
    tables_set_weight(table, 0, 0, 256 - 48);
    struct text text = blob_of(table);
    ck_assert_int_eq(brain_decode(text.bytes, text.size, back, BRAIN_TO_LEARN), ERR_OK);
    text_free(&text);
    tables_set_weight(table, 0, 0, 257 - 48);
    text = blob_of(table);
    ck_assert_int_eq(brain_decode(text.bytes, text.size, back, BRAIN_TO_LEARN), ERR_CORRUPT);
    text_free(&text);
    brain_destroy(back);
    brain_destroy(table);
}
END_TEST

START_TEST(test_results_that_do_not_add_up_are_damage_even_with_a_right_checksum)
{
    ck_assert_int_eq(outcome_with(MATCHES_AT, 1), ERR_CORRUPT);
    ck_assert_int_eq(outcome_with(MATCHES_AT + 4, 1), ERR_CORRUPT);
    for (size_t result = 0; result < RESULT_COUNT; result++)
        ck_assert_int_eq(outcome_with(RESULTS_AT + 8 * result, 1), ERR_CORRUPT);
}
END_TEST

/* Three times 2^63 is 2^63 more than 2^64. */
START_TEST(test_results_whose_sum_overflows_are_damage_even_with_a_right_checksum)
{
    struct brain *into = tables_fresh(NULL);
    struct text text = blob_of(into);
    for (size_t at = MATCHES_AT; at < RESULTS_AT + 8 * RESULT_COUNT; at += 8)
        bytes_put_u32(text.bytes + at + 4, 0x80000000);
    blob_sign(&text);
    ck_assert_int_eq(brain_decode(text.bytes, text.size, into, BRAIN_TO_LEARN), ERR_CORRUPT);
    text_free(&text);
    brain_destroy(into);
}
END_TEST

START_TEST(test_a_table_of_another_game_is_damage_even_with_a_right_checksum)
{
    ck_assert_int_eq(outcome_with(8, 9), ERR_OK);
    ck_assert_int_eq(outcome_with(8, 8), ERR_CORRUPT);
    ck_assert_int_eq(outcome_with(8, UINT32_MAX), ERR_CORRUPT);
    ck_assert_int_eq(outcome_with(12, 4519), ERR_CORRUPT);
    ck_assert_int_eq(outcome_with(12, 4521), ERR_CORRUPT);
    ck_assert_int_eq(outcome_with(0, 0x74737474), ERR_OK);      /* "ttst" */
    ck_assert_int_eq(outcome_with(4, 0x32626174), ERR_CORRUPT); /* "tab2" */
}
END_TEST

START_TEST(test_any_numbers_with_a_right_checksum_are_refused_or_make_a_sound_table)
{
    struct brain *table = tables_played(4, 1000);
    struct text text = blob_of(table);
    struct brain *into = tables_fresh(NULL);
    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct rng rng;
        rng_seed(&rng, seed);
        char before[4];
        size_t at = rng_next(&rng) % (HASH_AT - sizeof before);
        memcpy(before, text.bytes + at, sizeof before);
        bytes_put_u32(text.bytes + at, (uint32_t)rng_next(&rng) >> rng_next(&rng) % 32);
        blob_sign(&text);
        enum err err = brain_decode(text.bytes, text.size, into, BRAIN_TO_LEARN);
        if (err != ERR_CORRUPT && (err != ERR_OK || !tables_sound(into)))
            ck_abort_msg("seed %" PRIu64 ": %s", seed, err_name(err));
        memcpy(text.bytes + at, before, sizeof before);
    }
    brain_destroy(into);
    text_free(&text);
    brain_destroy(table);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_table_comes_back_as_it_went,
        test_the_bytes_are_laid_out_as_documented,
        test_a_table_is_appended_to_what_stands_there,
        test_any_flipped_bit_is_damage,
        test_a_table_cut_off_anywhere_is_damaged,
        test_a_table_of_another_size_is_damaged_even_with_a_right_checksum,
        test_a_weight_of_0_is_damage_even_with_a_right_checksum,
        test_a_row_above_the_bound_is_damage_even_with_a_right_checksum,
        test_the_bound_is_that_of_the_brains_own_rule,
        test_results_that_do_not_add_up_are_damage_even_with_a_right_checksum,
        test_results_whose_sum_overflows_are_damage_even_with_a_right_checksum,
        test_a_table_of_another_game_is_damage_even_with_a_right_checksum,
        test_any_numbers_with_a_right_checksum_are_refused_or_make_a_sound_table,
        NULL,
    };
    return unit_run("table_blob", tests);
}
