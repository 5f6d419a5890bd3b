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
    START_AT = 16,
    CELLS_AT = 28,
    MATCHES_AT = 32,
    RESULTS_AT = 40,
    COUNT_AT = 64,
    HEADER_SIZE = 68,
    WEIGHTS_SIZE = 40, /* a row's number and weights */
    PROOFS_SIZE = 16,  /* behind them, under a rule that has proofs */
    BASE_MATCHES = 3000,
};

/* A base, what a worker brings home from it, that as bytes, and a batch to decode into. */
struct fixture {
    struct brain *base;
    struct batch sent;
    struct text text;
    struct batch got;
    size_t row_size;
};

static void encode(struct fixture *fixture)
{
    text_free(&fixture->text);
    fixture->text = (struct text){0};
    batch_encode(&fixture->sent, fixture->base, &fixture->text);
    ck_assert(!fixture->text.failed);
}

static struct fixture fixture_of(struct rule rule, uint64_t base_matches, uint64_t matches)
{
    struct fixture fixture = {
        .base = tables_played_by(&rule, 1, base_matches),
        .sent = {.brain_id = INT64_MAX, .worker = 63, .table = tables_fresh(&rule)},
        .got = {.table = tables_fresh(&rule)},
        .row_size = WEIGHTS_SIZE + (rule.kind == RULE_GUARD ? PROOFS_SIZE : 0)};
    const struct batch_share share = {.seed = 99,
                                      .matches = matches,
                                      .lanes = 16,
                                      .learners = LEARN_BOTH,
                                      .uniform = tables_uniform_of(&rule)};
    batch_play(&fixture.sent, fixture.base, &share);
    encode(&fixture);
    return fixture;
}

static void fixture_free(struct fixture *fixture)
{
    text_free(&fixture->text);
    brain_destroy(fixture->got.table);
    brain_destroy(fixture->sent.table);
    brain_destroy(fixture->base);
}

/* Decodes a copy of the first `size` bytes. */
static enum err decode(struct fixture *fixture, size_t size)
{
    char *copy = malloc(size + (size == 0));
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, fixture->text.bytes, size);
    enum err err = batch_decode(copy, size, fixture->base, &fixture->got);
    free(copy);
    return err;
}

static enum err decode_all(struct fixture *fixture)
{
    return decode(fixture, fixture->text.size);
}

static void put_u32(struct fixture *fixture, size_t at, uint32_t number)
{
    bytes_put_u32(fixture->text.bytes + at, number);
}

/* One row whose weights changed, and under guard one with other proofs alone. */
START_TEST(test_the_bytes_are_laid_out_as_documented)
{
    for (unsigned has_proofs = 0; has_proofs < 2; has_proofs++) {
        struct fixture f =
            fixture_of(tables_rule(has_proofs ? RULE_GUARD : RULE_BEADS, false), 0, 0);
        const struct states *states = f.base->states;
        const uint32_t row = states_find(states, board_play(states->boards[0], 8));
        struct text expected = {0};
        f.base->matches = 0x0102030405;
        f.base->rows[row].losing = has_proofs ? 0x002 : 0;
        brain_copy(f.sent.table, f.base);
        f.sent = (struct batch){.brain_id = 0x1122334455,
                                .start = f.base->matches,
                                .worker = 63,
                                .matches = 6,
                                .tally = {.results = {3, 2, 1}, .plies = 44},
                                .table = f.sent.table};
        tables_set_weight(f.sent.table, 0, 0, 9);
        tables_set_weight(f.sent.table, 0, 8, 1);
        f.sent.table->rows[row].winning = has_proofs ? 0x011 : 0;
        f.sent.table->rows[row].losing = has_proofs ? 0x082 : 0;
        text_add(&expected, "ttstbat1", 8);
        bytes_add_u64(&expected, 0x1122334455);
        bytes_add_u64(&expected, 0x0102030405);
        bytes_add_u32(&expected, 63);
        bytes_add_u32(&expected, 9);
        bytes_add_u64(&expected, 6);
        for (uint64_t result = 3; result >= 1; result--)
            bytes_add_u64(&expected, result);
        bytes_add_u32(&expected, 1 + has_proofs);
        bytes_add_u32(&expected, 0);
        for (unsigned cell = 0; cell < 9; cell++)
            bytes_add_u32(&expected, cell == 0 ? 3 : cell == 8 ? (uint32_t)-5 : 0);
        for (unsigned i = 0; has_proofs && i < PROOFS_SIZE / 4; i++)
            bytes_add_u32(&expected, 0);
        for (unsigned i = 0; has_proofs && i < WEIGHTS_SIZE / 4; i++)
            bytes_add_u32(&expected, i == 0 ? row : 0);
        if (has_proofs) {
            bytes_add_u64(&expected, 0x011);
            bytes_add_u64(&expected, 0x082);
        }
        encode(&f);
        ck_assert_uint_eq(f.text.size, expected.size);
        ck_assert_mem_eq(f.text.bytes, expected.bytes, expected.size);
        text_free(&expected);
        fixture_free(&f);
    }
}
END_TEST

/* So merging what was sent is merging what was played. */
START_TEST(test_a_batch_of_any_rule_comes_back_as_it_went)
{
    for (unsigned i = 0; i < 2 * RULE_TABLE_KINDS; i++) {
        struct fixture f =
            fixture_of(tables_rule((enum rule_kind)(i / 2), i % 2), BASE_MATCHES, 500);
        struct text text = {0};
        text_add(&text, "before", 6);
        batch_encode(&f.sent, f.base, &text);
        ck_assert_uint_eq(text.size, 6 + f.text.size);
        ck_assert_mem_eq(text.bytes + 6, f.text.bytes, f.text.size);
        ck_assert_int_eq(decode_all(&f), ERR_OK);
        ck_assert_int_eq(f.got.brain_id, INT64_MAX);
        ck_assert_uint_eq(f.got.start, BASE_MATCHES);
        ck_assert_uint_eq(f.got.worker, 63);
        ck_assert_uint_eq(f.got.matches, 500);
        ck_assert_mem_eq(f.got.tally.results, f.sent.tally.results, sizeof f.got.tally.results);
        ck_assert_msg(tables_same(f.got.table, f.sent.table), "table %u", i);
        text_free(&text);
        fixture_free(&f);
    }
}
END_TEST

START_TEST(test_only_changed_rows_are_sent)
{
    for (unsigned matches = 0; matches < 2; matches++) {
        struct fixture f = fixture_of(tables_rule(RULE_BEADS, false), BASE_MATCHES, matches);
        const size_t rows = (f.text.size - HEADER_SIZE) / f.row_size;
        ck_assert_uint_eq((f.text.size - HEADER_SIZE) % f.row_size, 0);
        ck_assert_uint_ge(rows, matches);
        ck_assert_uint_le(rows, 9 * matches);
        fixture_free(&f);
    }
}
END_TEST

/* Merged, results that do not add up to the matches would break the table's third invariant. */
START_TEST(test_a_batch_cut_off_or_longer_or_with_a_bit_of_its_header_flipped_is_damaged)
{
    static const struct {
        size_t from, to;
    } checked[] = {{0, 8},
                   {START_AT, START_AT + 8},
                   {CELLS_AT, MATCHES_AT},
                   {MATCHES_AT, COUNT_AT},
                   {COUNT_AT, HEADER_SIZE}};
    for (unsigned i = 0; i < 2; i++) {
        struct fixture f =
            fixture_of(tables_rule(i ? RULE_GUARD : RULE_BEADS, false), BASE_MATCHES, 3);
        for (size_t size = 0; size < f.text.size; size++)
            if (decode(&f, size) != ERR_CORRUPT)
                ck_abort_msg("%zu of %zu bytes", size, f.text.size);
        for (unsigned n = 0; n < sizeof checked / sizeof checked[0]; n++)
            for (size_t bit = 8 * checked[n].from; bit < 8 * checked[n].to; bit++) {
                f.text.bytes[bit / 8] ^= (char)(1 << bit % 8);
                if (decode_all(&f) != ERR_CORRUPT)
                    ck_abort_msg("byte %zu bit %zu", bit / 8, bit % 8);
                f.text.bytes[bit / 8] ^= (char)(1 << bit % 8);
            }
        ck_assert_int_eq(decode_all(&f), ERR_OK);
        text_add(&f.text, "", 1);
        ck_assert_int_eq(decode_all(&f), ERR_CORRUPT);
        fixture_free(&f);
    }
}
END_TEST

START_TEST(test_rows_that_do_not_ascend_or_are_no_decision_boards_are_damaged)
{
    static const uint32_t lasts[] = {4520, 4521, INT32_MAX, 0x80000000, UINT32_MAX};
    struct fixture f = fixture_of(tables_rule(RULE_BEADS, false), BASE_MATCHES, 50);
    char *const rows = f.text.bytes + HEADER_SIZE;
    char row[WEIGHTS_SIZE];
    ck_assert_uint_eq(f.base->states->rows, lasts[0]);
    for (unsigned i = 0; i < sizeof lasts / sizeof lasts[0]; i++) {
        memcpy(row, f.text.bytes + f.text.size - WEIGHTS_SIZE, WEIGHTS_SIZE);
        put_u32(&f, f.text.size - WEIGHTS_SIZE, lasts[i]);
        ck_assert_int_eq(decode_all(&f), ERR_CORRUPT);
        memcpy(f.text.bytes + f.text.size - WEIGHTS_SIZE, row, WEIGHTS_SIZE);
    }
    ck_assert_int_eq(decode_all(&f), ERR_OK);
    memcpy(row, rows, WEIGHTS_SIZE);
    memcpy(rows, rows + WEIGHTS_SIZE, WEIGHTS_SIZE);
    ck_assert_int_eq(decode_all(&f), ERR_CORRUPT); /* the second row, twice */
    memcpy(rows + WEIGHTS_SIZE, row, WEIGHTS_SIZE);
    ck_assert_int_eq(decode_all(&f), ERR_CORRUPT); /* the second before the first */
    fixture_free(&f);
}
END_TEST

/* Sends one row, the board after player 1's move to cell 0, with the differences `first` at the
 * taken cell 0 and `second` and `third` behind it; the base's weights there are 6 and `weight`. */
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
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f = fixture_of(tables_rule(RULE_BEADS, false), 0, 0);
        const struct states *states = f.base->states;
        const uint32_t row = states_find(states, board_play(states->boards[0], 0));
        tables_set_weight(f.base, row, 2, cases[i].weight);
        brain_copy(f.sent.table, f.base);
        tables_set_weight(f.sent.table, row, 1, 7);
        encode(&f);
        ck_assert_uint_eq(f.text.size, HEADER_SIZE + WEIGHTS_SIZE);
        for (size_t n = 0; n < 3; n++)
            put_u32(&f, HEADER_SIZE + 4 + 4 * n, cases[i].changes[n]);
        ck_assert_msg(decode_all(&f) == cases[i].err, "case %u", i);
        if (cases[i].err == ERR_OK) {
            ck_assert_uint_eq(tables_weight(f.got.table, row, 1), 6 + cases[i].changes[1]);
            ck_assert_uint_eq(tables_weight(f.got.table, row, 2),
                              cases[i].weight + cases[i].changes[2]);
        }
        fixture_free(&f);
    }
}
END_TEST

/* Sends one row of a reduced guard, the empty board's, whose legal cells are 0, 1 and 4 and which
 * the base knows of that 0 wins and that 1 loses; with these proofs. */
START_TEST(test_proofs_that_contradict_or_are_taken_back_or_of_no_legal_move_are_damaged)
{
    static const struct {
        uint64_t winning, losing;
        enum err err;
    } cases[] = {
        {0x001, 0x002, ERR_OK},
        {0x011, 0x002, ERR_OK},
        {0x001, 0x012, ERR_OK},
        {0x011, 0x012, ERR_CORRUPT}, /* 4 wins and loses */
        {0x000, 0x002, ERR_CORRUPT}, /* taken back */
        {0x001, 0x000, ERR_CORRUPT},
        {0x002, 0x001, ERR_CORRUPT},
        {0x005, 0x002, ERR_CORRUPT}, /* 2 is not legal: 0 stands for it */
        {0x001, 0x102, ERR_CORRUPT},
        {0x201, 0x002, ERR_CORRUPT}, /* no such cell */
        {0x001, (uint64_t)1 << 16 | 0x002, ERR_CORRUPT},
        {(uint64_t)1 << 63 | 0x001, 0x002, ERR_CORRUPT},
    };
    struct fixture f = fixture_of(tables_rule(RULE_GUARD, true), 0, 0);
    f.base->rows[0].winning = 0x001;
    f.base->rows[0].losing = 0x002;
    brain_copy(f.sent.table, f.base);
    tables_set_weight(f.sent.table, 0, 4, 7);
    encode(&f);
    ck_assert_uint_eq(f.text.size, HEADER_SIZE + WEIGHTS_SIZE + PROOFS_SIZE);
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (unsigned half = 0; half < 2; half++) {
            put_u32(&f, f.text.size - 16 + 4 * half, (uint32_t)(cases[i].winning >> 32 * half));
            put_u32(&f, f.text.size - 8 + 4 * half, (uint32_t)(cases[i].losing >> 32 * half));
        }
        ck_assert_msg(decode_all(&f) == cases[i].err, "case %u", i);
        if (cases[i].err == ERR_OK) {
            ck_assert_uint_eq(f.got.table->rows[0].winning, cases[i].winning);
            ck_assert_uint_eq(f.got.table->rows[0].losing, cases[i].losing);
        }
    }
    fixture_free(&f);
}
END_TEST

START_TEST(test_any_damage_is_refused_or_leaves_a_sound_table)
{
    for (unsigned i = 0; i < 2; i++) {
        struct fixture f = fixture_of(tables_rule(i ? RULE_GUARD : RULE_BEADS, i), BASE_MATCHES, 5);
        for (uint64_t seed = 1; seed <= 800; seed++) {
            struct rng rng;
            char before[4];
            rng_seed(&rng, seed);
            const size_t at = rng_next(&rng) % (f.text.size - sizeof before);
            memcpy(before, f.text.bytes + at, sizeof before);
            put_u32(&f, at, (uint32_t)rng_next(&rng) >> rng_next(&rng) % 32);
            const enum err err = decode_all(&f);
            f.got.table->rule.halve_above = UINT32_MAX; /* halving follows the merge */
            if (err != ERR_CORRUPT && (err != ERR_OK || !tables_sound(f.got.table)))
                ck_abort_msg("seed %" PRIu64 ": %s", seed, err_name(err));
            memcpy(f.text.bytes + at, before, sizeof before);
        }
        fixture_free(&f);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_the_bytes_are_laid_out_as_documented,
        test_a_batch_of_any_rule_comes_back_as_it_went,
        test_only_changed_rows_are_sent,
        test_a_batch_cut_off_or_longer_or_with_a_bit_of_its_header_flipped_is_damaged,
        test_rows_that_do_not_ascend_or_are_no_decision_boards_are_damaged,
        test_weights_out_of_range_are_damaged,
        test_proofs_that_contradict_or_are_taken_back_or_of_no_legal_move_are_damaged,
        test_any_damage_is_refused_or_leaves_a_sound_table,
        NULL,
    };
    return unit_run("batch_bytes", tests);
}
