/*
 * A batch as bytes: it comes back as it went, and whatever else comes is refused. Every text that
 * is decoded lies in memory of exactly its size, so that AddressSanitizer sees a look beyond it.
 */
#include "base/bytes.h"
#include "base/rng.h"
#include "engine/table/table.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    BRAIN = 42,
    HEADER_SIZE = 68,
    START_AT = 16,
    CELLS_AT = 28,
    MATCHES_AT = 32,
    RESULTS_AT = 40,
    COUNT_AT = 64,
    ROW_SIZE = 40,
    BASE_MATCHES = 3000,
};

static void play(struct batch *batch, const struct brain *base, uint64_t matches)
{
    struct batch_share share = {
        .seed = 99, .matches = matches, .lanes = 16, .learners = LEARN_BOTH};
    batch_play(batch, base, &share);
}

/* Decodes a copy of exactly that size. */
static enum err decode(const char *bytes, size_t size, const struct brain *base,
                       struct batch *batch)
{
    char *copy = malloc(size);
    ck_assert(copy != NULL || size == 0);
    if (size > 0)
        memcpy(copy, bytes, size);
    enum err err = batch_decode(copy, size, base, batch);
    free(copy);
    return err;
}

/* A base, the bytes of a batch from it, and a batch to decode into. */
struct fixture {
    struct brain *base;
    struct text text;
    struct batch batch;
};

static struct fixture fixture_of(uint64_t matches)
{
    struct fixture fixture = {.base = tables_played(1, BASE_MATCHES)};
    struct batch sent = {.brain_id = BRAIN, .worker = 3, .table = tables_fresh(NULL)};
    play(&sent, fixture.base, matches);
    batch_encode(&sent, fixture.base, &fixture.text);
    ck_assert(!fixture.text.failed);
    brain_destroy(sent.table);
    fixture.batch.table = tables_fresh(NULL);
    return fixture;
}

static enum err decode_fixture(struct fixture *fixture)
{
    return decode(fixture->text.bytes, fixture->text.size, fixture->base, &fixture->batch);
}

static void fixture_free(struct fixture *fixture)
{
    text_free(&fixture->text);
    brain_destroy(fixture->batch.table);
    brain_destroy(fixture->base);
}

static void put_u32(struct fixture *fixture, size_t at, uint32_t number)
{
    bytes_put_u32(fixture->text.bytes + at, number);
}

static uint32_t get_u32(const struct fixture *fixture, size_t at)
{
    struct reader reader = {.bytes = fixture->text.bytes + at, .size = 4};
    return reader_u32(&reader);
}

START_TEST(test_the_bytes_are_laid_out_as_documented)
{
    struct brain *base = tables_fresh(NULL);
    base->matches = 0x0102030405;
    struct batch batch = {.brain_id = 0x1122334455,
                          .start = base->matches,
                          .worker = 63,
                          .matches = 6,
                          .tally = {.results = {3, 2, 1}, .plies = 44},
                          .table = tables_copy(base)};
    tables_set_weight(batch.table, 0, 0, 9);
    tables_set_weight(batch.table, 0, 8, 1);
    uint32_t row = states_find(base->states, board_play(base->states->boards[0], 0));
    tables_set_weight(batch.table, row, 8, 1000006);
    struct text expected = {0};
    text_add(&expected, "ttstbat1", 8);
    bytes_add_u64(&expected, 0x1122334455);
    bytes_add_u64(&expected, 0x0102030405);
    bytes_add_u32(&expected, 63);
    bytes_add_u32(&expected, 9);
    bytes_add_u64(&expected, 6);
    for (uint64_t result = 3; result >= 1; result--)
        bytes_add_u64(&expected, result);
    bytes_add_u32(&expected, 2);
    const uint32_t rows[2][10] = {{0, 3, 0, 0, 0, 0, 0, 0, 0, (uint32_t)-5},
                                  {row, 0, 0, 0, 0, 0, 0, 0, 0, 1000000}};
    for (unsigned i = 0; i < 20; i++)
        bytes_add_u32(&expected, rows[i / 10][i % 10]);
    struct text text = {0};
    batch_encode(&batch, base, &text);
    ck_assert_uint_eq(text.size, expected.size);
    ck_assert_mem_eq(text.bytes, expected.bytes, expected.size);
    text_free(&text);
    text_free(&expected);
    brain_destroy(batch.table);
    brain_destroy(base);
}
END_TEST

START_TEST(test_a_batch_comes_back_as_it_went)
{
    struct brain *base = tables_played(1, BASE_MATCHES);
    struct batch sent = {.brain_id = INT64_MAX, .worker = 63, .table = tables_fresh(NULL)};
    play(&sent, base, 1000);
    struct text text = {0};
    text_add(&text, "before", 6);
    batch_encode(&sent, base, &text);
    struct batch got = {.table = tables_fresh(NULL)};
    ck_assert_int_eq(decode(text.bytes + 6, text.size - 6, base, &got), ERR_OK);
    ck_assert_int_eq(got.brain_id, INT64_MAX);
    ck_assert_uint_eq(got.start, BASE_MATCHES);
    ck_assert_uint_eq(got.worker, 63);
    ck_assert_uint_eq(got.matches, 1000);
    ck_assert_mem_eq(got.tally.results, sent.tally.results, sizeof got.tally.results);
    ck_assert(tables_same(got.table, sent.table));
    text_free(&text);
    brain_destroy(got.table);
    brain_destroy(sent.table);
    brain_destroy(base);
}
END_TEST

START_TEST(test_only_changed_rows_are_sent)
{
    struct fixture fixture = fixture_of(0);
    ck_assert_uint_eq(fixture.text.size, HEADER_SIZE);
    fixture_free(&fixture);
    fixture = fixture_of(1);
    uint32_t rows = get_u32(&fixture, COUNT_AT);
    ck_assert_uint_ge(rows, 1);
    ck_assert_uint_le(rows, 9);
    ck_assert_uint_eq(fixture.text.size, HEADER_SIZE + rows * ROW_SIZE);
    fixture_free(&fixture);
}
END_TEST

START_TEST(test_a_batch_cut_off_at_any_byte_is_damaged)
{
    struct fixture fixture = fixture_of(2);
    for (size_t size = 0; size < fixture.text.size; size++)
        if (decode(fixture.text.bytes, size, fixture.base, &fixture.batch) != ERR_CORRUPT)
            ck_abort_msg("%zu of %zu bytes", size, fixture.text.size);
    ck_assert_int_eq(decode_fixture(&fixture), ERR_OK);
    fixture_free(&fixture);
}
END_TEST

START_TEST(test_a_batch_with_bytes_behind_it_is_damaged)
{
    struct fixture fixture = fixture_of(2);
    text_add(&fixture.text, "", 1);
    ck_assert_int_eq(decode_fixture(&fixture), ERR_CORRUPT);
    fixture_free(&fixture);
}
END_TEST

static void assert_flips_are_refused(size_t from, size_t size)
{
    struct fixture fixture = fixture_of(50);
    for (size_t at = from; at < from + size; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            fixture.text.bytes[at] = (char)(fixture.text.bytes[at] ^ (1 << bit));
            if (decode_fixture(&fixture) != ERR_CORRUPT)
                ck_abort_msg("byte %zu bit %u", at, bit);
            fixture.text.bytes[at] = (char)(fixture.text.bytes[at] ^ (1 << bit));
        }
    }
    ck_assert_int_eq(decode_fixture(&fixture), ERR_OK);
    fixture_free(&fixture);
}

START_TEST(test_a_batch_that_does_not_begin_as_one_is_damaged)
{
    assert_flips_are_refused(0, 8);
}
END_TEST

START_TEST(test_a_batch_from_another_start_is_damaged)
{
    assert_flips_are_refused(START_AT, 8);
}
END_TEST

START_TEST(test_a_batch_of_another_board_is_damaged)
{
    assert_flips_are_refused(CELLS_AT, 4);
}
END_TEST

START_TEST(test_a_batch_with_another_count_of_rows_is_damaged)
{
    assert_flips_are_refused(COUNT_AT, 4);
}
END_TEST

/* Merged, it would break the table's third invariant. */
START_TEST(test_a_batch_whose_results_do_not_add_up_to_its_matches_is_damaged)
{
    assert_flips_are_refused(MATCHES_AT, 8);
    assert_flips_are_refused(RESULTS_AT, 24);
}
END_TEST

START_TEST(test_rows_that_do_not_ascend_are_damaged)
{
    struct fixture fixture = fixture_of(50);
    uint32_t first = get_u32(&fixture, HEADER_SIZE);
    uint32_t second = get_u32(&fixture, HEADER_SIZE + ROW_SIZE);
    put_u32(&fixture, HEADER_SIZE + ROW_SIZE, first);
    ck_assert_int_eq(decode_fixture(&fixture), ERR_CORRUPT);
    put_u32(&fixture, HEADER_SIZE + ROW_SIZE, second);
    ck_assert_int_eq(decode_fixture(&fixture), ERR_OK);
    char row[ROW_SIZE];
    char *rows = fixture.text.bytes + HEADER_SIZE;
    memcpy(row, rows, ROW_SIZE);
    memcpy(rows, rows + ROW_SIZE, ROW_SIZE);
    memcpy(rows + ROW_SIZE, row, ROW_SIZE);
    ck_assert_int_eq(decode_fixture(&fixture), ERR_CORRUPT);
    fixture_free(&fixture);
}
END_TEST

START_TEST(test_rows_that_are_no_decision_boards_are_damaged)
{
    static const uint32_t rows[] = {4520, 4521, 4522, 4523, INT32_MAX, 0x80000000, UINT32_MAX};
    struct fixture fixture = fixture_of(50);
    size_t last = fixture.text.size - ROW_SIZE;
    ck_assert_uint_eq(fixture.base->states->rows, rows[0]);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put_u32(&fixture, last, rows[i]);
        ck_assert_int_eq(decode_fixture(&fixture), ERR_CORRUPT);
    }
    fixture_free(&fixture);
}
END_TEST

/* Sends one row, the board after player 1's move to cell 0, with the differences `first` at the
 * taken cell 0 and `second` and `third` behind it; the base's weights there are 6 and `weight`. */
static enum err decode_changes(uint32_t weight, const uint32_t changes[3])
{
    struct brain *base = tables_fresh(NULL);
    struct board board = board_play(base->states->boards[0], 0);
    uint32_t row = states_find(base->states, board);
    tables_set_weight(base, row, 2, weight);
    struct batch batch = {.table = tables_copy(base)};
    tables_set_weight(batch.table, row, 1, 7);
    struct text text = {0};
    batch_encode(&batch, base, &text);
    ck_assert_uint_eq(text.size, HEADER_SIZE + ROW_SIZE);
    for (unsigned i = 0; i < 3; i++)
        bytes_put_u32(text.bytes + HEADER_SIZE + 4 + 4 * (size_t)i, changes[i]);
    enum err err = decode(text.bytes, text.size, base, &batch);
    if (err == ERR_OK) {
        ck_assert_uint_eq(tables_weight(batch.table, row, 1), 6 + changes[1]);
        ck_assert_uint_eq(tables_weight(batch.table, row, 2), weight + changes[2]);
    }
    text_free(&text);
    brain_destroy(batch.table);
    brain_destroy(base);
    return err;
}

START_TEST(test_weights_out_of_range_are_damaged)
{
    static const struct {
        uint32_t weight;
        uint32_t changes[3];
        enum err err;
    } cases[] = {
        {6, {0, (uint32_t)-5, 0}, ERR_OK},
        {6, {0, (uint32_t)-6, 0}, ERR_CORRUPT},
        {6, {0, (uint32_t)-7, 0}, ERR_CORRUPT},
        {6, {0, 0x80000000, 0}, ERR_CORRUPT},
        {6, {1, 0, 0}, ERR_CORRUPT},
        {6, {(uint32_t)-1, 0, 0}, ERR_CORRUPT},
        {1u << 30, {0, 0, INT32_MAX}, ERR_OK},
        /* Six cells of 6, one of 1 and this one fill 32 bits exactly, and not. */
        {UINT32_MAX - 37, {0, (uint32_t)-5, 0}, ERR_OK},
        {UINT32_MAX - 37, {0, (uint32_t)-5, 1}, ERR_CORRUPT},
        {UINT32_MAX - 42, {0, INT32_MAX, 0}, ERR_CORRUPT},
        {UINT32_MAX - 42, {0, 0, INT32_MAX}, ERR_CORRUPT},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(decode_changes(cases[i].weight, cases[i].changes) == cases[i].err, "case %u",
                      i);
}
END_TEST

START_TEST(test_any_damage_is_refused_or_leaves_weights_in_range)
{
    struct fixture fixture = fixture_of(5);
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        struct rng rng;
        rng_seed(&rng, seed);
        char before[4];
        size_t at = rng_next(&rng) % (fixture.text.size - sizeof before);
        memcpy(before, fixture.text.bytes + at, sizeof before);
        bytes_put_u32(fixture.text.bytes + at, (uint32_t)rng_next(&rng) >> rng_next(&rng) % 32);
        enum err err = decode_fixture(&fixture);
        fixture.batch.table->rule.halve_above = UINT32_MAX; /* halving follows the merge */
        if (err != ERR_CORRUPT && (err != ERR_OK || !tables_sound(fixture.batch.table)))
            ck_abort_msg("seed %" PRIu64 ": %s", seed, err_name(err));
        memcpy(fixture.text.bytes + at, before, sizeof before);
    }
    fixture_free(&fixture);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_the_bytes_are_laid_out_as_documented,
        test_a_batch_comes_back_as_it_went,
        test_only_changed_rows_are_sent,
        test_a_batch_cut_off_at_any_byte_is_damaged,
        test_a_batch_with_bytes_behind_it_is_damaged,
        test_a_batch_that_does_not_begin_as_one_is_damaged,
        test_a_batch_from_another_start_is_damaged,
        test_a_batch_of_another_board_is_damaged,
        test_a_batch_with_another_count_of_rows_is_damaged,
        test_a_batch_whose_results_do_not_add_up_to_its_matches_is_damaged,
        test_rows_that_do_not_ascend_are_damaged,
        test_rows_that_are_no_decision_boards_are_damaged,
        test_weights_out_of_range_are_damaged,
        test_any_damage_is_refused_or_leaves_weights_in_range,
        NULL,
    };
    return unit_run("batch_bytes", tests);
}
