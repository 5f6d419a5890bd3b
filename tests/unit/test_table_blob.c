/*
 * A table as the bytes that are stored: every kind comes back to the bit, and nothing else does,
 * also where somebody has made the checksum right.
 */
#include "base/bytes.h"
#include "base/rng.h"
#include "engine/opponent.h"
#include "engine/table/table.h"
#include "support/blob.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <nettle/sha2.h>
#include <string.h>

enum {
    MATCHES_AT = 16,
    RESULTS_AT = 24,
    HEADER_SIZE = 48,
    FULL_MOVES = 16167,
    REDUCED_MOVES = 2096,
    FULL_SIZE = HEADER_SIZE + 4 * FULL_MOVES + SHA256_DIGEST_SIZE,
};

/* Without proofs and with them. */
static struct rule rule_at(unsigned index)
{
    return tables_rule(index == 0 ? RULE_BEADS : RULE_GUARD, index > 0);
}

enum { RULES = 2 };

/* Into a fresh table under the rule. */
static enum err outcome(const struct text *text, const struct rule *rule, enum brain_use use)
{
    struct brain *table = tables_fresh(rule);
    enum err err = blob_decode(text, text->size, table, use);
    brain_destroy(table);
    return err;
}

/* A number for each legal move, in row and cell order. */
static void add_moves(const struct brain *table, struct text *out,
                      void (*add)(const struct brain *table, uint32_t row, unsigned cell,
                                  struct text *out))
{
    for (uint32_t row = 0; row < table->states->rows; row++)
        for (unsigned cell = 0; cell < 9; cell++)
            if (tables_weight(table, row, cell) != 0)
                add(table, row, cell, out);
}

static void add_weight(const struct brain *table, uint32_t row, unsigned cell, struct text *out)
{
    bytes_add_u32(out, tables_weight(table, row, cell));
}

static void add_proof(const struct brain *table, uint32_t row, unsigned cell, struct text *out)
{
    const bool is_won = table->rows[row].winning >> cell & 1;
    const bool is_lost = table->rows[row].losing >> cell & 1;
    text_add(out, is_won ? "\x01" : is_lost ? "\xff" : "\0", 1);
}

/* Its first eight bytes, and how many there are in all. */
static void assert_layout(struct rule rule, const char *magic, size_t size)
{
    struct brain *table = tables_played_by(&rule, 2, 3000);
    const char hash[SHA256_DIGEST_SIZE] = {0};
    struct text expected = {0};
    text_add(&expected, magic, 8);
    bytes_add_u32(&expected, 9);
    bytes_add_u32(&expected, rule.symmetry ? 627 : 4520);
    bytes_add_u64(&expected, 3000);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        bytes_add_u64(&expected, table->results[result]);
    add_moves(table, &expected, add_weight);
    if (rule_has_proofs(&rule))
        add_moves(table, &expected, add_proof);
    text_add(&expected, hash, sizeof hash);
    blob_sign(&expected);
    ck_assert_uint_eq(expected.size, size);
    struct text text = {0};
    text_add(&text, "before", 6);
    brain_encode(table, &text);
    ck_assert_uint_eq(text.size, 6 + size);
    ck_assert(memcmp(text.bytes, "before", 6) == 0);
    ck_assert(memcmp(text.bytes + 6, expected.bytes, size) == 0);
    text_free(&text);
    text_free(&expected);
    brain_destroy(table);
}

START_TEST(test_the_bytes_are_appended_as_documented)
{
    assert_layout(tables_rule(RULE_BEADS, false), "ttsttab1", FULL_SIZE);
    assert_layout(tables_rule(RULE_GUARD, false), "ttsttab2", FULL_SIZE + FULL_MOVES);
    assert_layout(tables_rule(RULE_GUARD, true), "ttsttab2",
                  HEADER_SIZE + 5 * REDUCED_MOVES + SHA256_DIGEST_SIZE);
}
END_TEST

START_TEST(test_every_kind_of_table_comes_back_as_it_went)
{
    for (unsigned i = 0; i < 2 * RULE_TABLE_KINDS; i++) {
        const struct rule rule = tables_rule((enum rule_kind)(i / 2), i % 2);
        struct brain *table = tables_played_by(&rule, i, 20000);
        struct brain *back = tables_fresh(&rule);
        brain_settle(table, 0);
        if (i == 0)
            tables_set_weight(table, 0, 4, RULE_HALVE_ABOVE_MAX - 8 * 30000);
        struct text text = blob_of(table);
        ck_assert_int_eq(blob_decode(&text, text.size, back, BRAIN_TO_LEARN), ERR_OK);
        ck_assert_msg(tables_same(back, table), "table %u", i);
        brain_destroy(back);
        text_free(&text);
        brain_destroy(table);
    }
}
END_TEST

START_TEST(test_tables_of_another_rule_with_or_without_proofs_or_of_other_states_are_refused)
{
    for (unsigned i = 0; i < 4; i++) {
        const struct rule rule = tables_rule(i < 2 ? RULE_BEADS : RULE_GUARD, i % 2);
        struct brain *table = tables_fresh(&rule);
        struct text text = blob_of(table);
        for (unsigned n = 0; n < 4; n++) {
            const struct rule other = tables_rule(n < 2 ? RULE_BEADS : RULE_GUARD, n % 2);
            ck_assert_msg(outcome(&text, &other, BRAIN_TO_LEARN) == (n == i ? ERR_OK : ERR_CORRUPT),
                          "table %u as %u", i, n);
        }
        text_free(&text);
        brain_destroy(table);
    }
}
END_TEST

START_TEST(test_any_flipped_bit_is_damage)
{
    for (unsigned i = 0; i < RULES; i++) {
        const struct rule rule = rule_at(i);
        struct brain *table = tables_played_by(&rule, 3, 1000);
        struct brain *into = tables_fresh(&rule);
        struct text text = blob_of(table);
        const size_t hash_at = text.size - SHA256_DIGEST_SIZE;
        for (size_t at = 0; at < text.size;
             at += at < HEADER_SIZE || at >= hash_at ? 1 : text.size / 100) {
            for (unsigned bit = 0; bit < 8; bit += at < HEADER_SIZE ? 1 : 3) {
                text.bytes[at] = (char)(text.bytes[at] ^ (1 << bit));
                if (brain_decode(text.bytes, text.size, into, BRAIN_TO_LEARN) != ERR_CORRUPT)
                    ck_abort_msg("byte %zu bit %u", at, bit);
                text.bytes[at] = (char)(text.bytes[at] ^ (1 << bit));
            }
        }
        ck_assert_int_eq(brain_decode(text.bytes, text.size, into, BRAIN_TO_LEARN), ERR_OK);
        brain_destroy(into);
        text_free(&text);
        brain_destroy(table);
    }
}
END_TEST

/* Where there is room for one, the checksum is right. */
START_TEST(test_a_table_cut_off_anywhere_or_longer_is_damaged)
{
    for (unsigned i = 0; i < RULES; i++) {
        const struct rule rule = rule_at(i);
        struct brain *table = tables_fresh(&rule);
        struct text whole = blob_of(table);
        struct text text = {0};
        text_add(&text, whole.bytes, whole.size);
        text_add(&text, "\6\0\0", 4);
        for (size_t size = 0; size <= whole.size + 4;
             size += size < 200 || size > whole.size - 100 ? 1 : whole.size / 40) {
            memcpy(text.bytes, whole.bytes, whole.size);
            text.size = size;
            if (size >= SHA256_DIGEST_SIZE)
                blob_sign(&text);
            if ((outcome(&text, &rule, BRAIN_TO_LEARN) == ERR_OK) != (size == whole.size))
                ck_abort_msg("%zu of %zu bytes", size, whole.size);
        }
        text_free(&text);
        text_free(&whole);
        brain_destroy(table);
    }
}
END_TEST

/* Numbers in a fresh table of beads, replaced with the checksum made right. */
static const struct {
    size_t at;
    uint32_t number;
    enum err err;
} numbers[] = {
    /* The game. */
    {0, 0x74737474, ERR_OK},      /* "ttst" */
    {4, 0x32626174, ERR_CORRUPT}, /* "tab2" */
    {8, 9, ERR_OK},
    {8, 8, ERR_CORRUPT},
    {8, UINT32_MAX, ERR_CORRUPT},
    {12, 4519, ERR_CORRUPT},
    {12, 4521, ERR_CORRUPT},
    /* Results that do not add up. */
    {MATCHES_AT, 1, ERR_CORRUPT},
    {MATCHES_AT + 4, 1, ERR_CORRUPT},
    {RESULTS_AT, 1, ERR_CORRUPT},
    {RESULTS_AT + 8, 1, ERR_CORRUPT},
    {RESULTS_AT + 16, 1, ERR_CORRUPT},
    /* A weight of 0. */
    {HEADER_SIZE, 0, ERR_CORRUPT},
    {HEADER_SIZE, 1, ERR_OK},
    {HEADER_SIZE + 4 * 777, 0, ERR_CORRUPT},
    {HEADER_SIZE + 4 * 777, 1, ERR_OK},
    {HEADER_SIZE + 4 * (FULL_MOVES - 1), 0, ERR_CORRUPT},
    {HEADER_SIZE + 4 * (FULL_MOVES - 1), 1, ERR_OK},
    /* A row above the bound: the empty board's first weight, beside eight of 6. */
    {HEADER_SIZE, RULE_HALVE_ABOVE_MAX - 48, ERR_OK},
    {HEADER_SIZE, RULE_HALVE_ABOVE_MAX - 47, ERR_CORRUPT},
    {HEADER_SIZE, UINT32_MAX - 47, ERR_CORRUPT},
    {HEADER_SIZE, UINT32_MAX, ERR_CORRUPT},
};

START_TEST(test_numbers_that_cannot_be_are_damage_even_with_a_right_checksum)
{
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct brain *table = tables_fresh(NULL);
        struct text text = blob_of(table);
        bytes_put_u32(text.bytes + numbers[i].at, numbers[i].number);
        blob_sign(&text);
        ck_assert_msg(outcome(&text, NULL, BRAIN_TO_LEARN) == numbers[i].err, "number %u", i);
        text_free(&text);
        brain_destroy(table);
    }
}
END_TEST

/* Three times 2^63 is 2^63 more than 2^64. */
START_TEST(test_results_whose_sum_overflows_are_damage_even_with_a_right_checksum)
{
    struct brain *table = tables_fresh(NULL);
    struct text text = blob_of(table);
    for (size_t at = MATCHES_AT; at < RESULTS_AT + 8 * RESULT_COUNT; at += 8)
        bytes_put_u32(text.bytes + at + 4, 0x80000000);
    blob_sign(&text);
    ck_assert_int_eq(outcome(&text, NULL, BRAIN_TO_LEARN), ERR_CORRUPT);
    text_free(&text);
    brain_destroy(table);
}
END_TEST

START_TEST(test_the_bound_is_that_of_the_brains_own_rule)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.halve_above = 256;
    struct brain *table = tables_fresh(&rule);
    for (uint32_t above = 0; above < 2; above++) {
        tables_set_weight(table, 0, 0, 256 - 48 + above);
        struct text text = blob_of(table);
        ck_assert_int_eq(outcome(&text, &rule, BRAIN_TO_LEARN), above ? ERR_CORRUPT : ERR_OK);
        text_free(&text);
    }
    brain_destroy(table);
}
END_TEST

START_TEST(test_a_proof_that_is_none_is_damage_even_with_a_right_checksum)
{
    static const size_t moves[] = {0, 1, 1000, REDUCED_MOVES - 1};
    const struct rule rule = tables_rule(RULE_GUARD, true);
    struct brain *table = tables_fresh(&rule);
    struct text text = blob_of(table);
    for (unsigned i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        char *proof = text.bytes + HEADER_SIZE + 4 * REDUCED_MOVES + moves[i];
        for (int byte = -128; byte < 128; byte += i == 0 || (byte >= -3 && byte < 3) ? 1 : 25) {
            *proof = (char)byte;
            blob_sign(&text);
            if (outcome(&text, &rule, BRAIN_TO_LEARN) !=
                (byte >= -1 && byte <= 1 ? ERR_OK : ERR_CORRUPT))
                ck_abort_msg("move %zu: %d", moves[i], byte);
        }
        *proof = 0;
    }
    text_free(&text);
    brain_destroy(table);
}
END_TEST

static struct brain *opponent_at(unsigned index, const struct rule *rule)
{
    struct brain *brain = tables_played_by(rule, 7, 20000);
    struct brain *opponent = NULL;
    if (index == 0)
        ck_assert_int_eq(table_uniform(brain->states, &opponent), ERR_OK);
    else if (index == 1)
        ck_assert_int_eq(table_perfect(tables_solution_of(rule), &opponent), ERR_OK);
    else
        ck_assert_int_eq(opponent_frozen(tables_atlas(), &brain->rule, brain, &opponent), ERR_OK);
    brain_destroy(brain);
    return opponent;
}

START_TEST(test_opponents_come_back_as_they_went_and_are_no_brains_where_a_move_weighs_nothing)
{
    for (unsigned i = 0; i < 6; i++) {
        const struct rule rule = tables_rule(RULE_GUARD, i % 2);
        const struct rule beads = tables_rule(RULE_BEADS, i % 2);
        struct brain *opponent = opponent_at(i / 2, &rule);
        struct text text = blob_of(opponent);
        struct brain *back = tables_fresh(&beads);
        ck_assert_int_eq(blob_decode(&text, text.size, back, BRAIN_TO_PLAY), ERR_OK);
        ck_assert_msg(tables_same(back, opponent), "opponent %u", i);
        brain_destroy(back);
        /* The uniform one alone gives every move some weight. */
        ck_assert_int_eq(outcome(&text, &beads, BRAIN_TO_LEARN), i < 2 ? ERR_OK : ERR_CORRUPT);
        text_free(&text);
        brain_destroy(opponent);
    }
}
END_TEST

START_TEST(test_an_opponent_that_can_make_no_move_on_a_board_is_damage)
{
    const struct rule rule = tables_rule(RULE_BEADS, true);
    static const uint32_t none[ROW_CELLS];
    static const uint32_t rows[] = {0, 300, 626};
    for (unsigned i = 0; i < 3; i++) {
        struct brain *opponent = opponent_at(0, &rule);
        table_set_weights(opponent, rows[i], none);
        struct text text = blob_of(opponent);
        ck_assert_int_eq(outcome(&text, &rule, BRAIN_TO_PLAY), ERR_CORRUPT);
        text_free(&text);
        brain_destroy(opponent);
    }
}
END_TEST

START_TEST(test_any_numbers_with_a_right_checksum_are_refused_or_make_a_sound_table)
{
    for (unsigned i = 0; i < RULES; i++) {
        const struct rule rule = rule_at(i);
        struct brain *table = tables_played_by(&rule, 4, 1000);
        struct brain *into = tables_fresh(&rule);
        struct text text = blob_of(table);
        for (uint64_t seed = 1; seed <= 400; seed++) {
            struct rng rng;
            char before[4];
            rng_seed(&rng, seed);
            size_t at = rng_next(&rng) % (text.size - SHA256_DIGEST_SIZE - sizeof before);
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
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_the_bytes_are_appended_as_documented,
        test_every_kind_of_table_comes_back_as_it_went,
        test_tables_of_another_rule_with_or_without_proofs_or_of_other_states_are_refused,
        test_any_flipped_bit_is_damage,
        test_a_table_cut_off_anywhere_or_longer_is_damaged,
        test_numbers_that_cannot_be_are_damage_even_with_a_right_checksum,
        test_results_whose_sum_overflows_are_damage_even_with_a_right_checksum,
        test_the_bound_is_that_of_the_brains_own_rule,
        test_a_proof_that_is_none_is_damage_even_with_a_right_checksum,
        test_opponents_come_back_as_they_went_and_are_no_brains_where_a_move_weighs_nothing,
        test_an_opponent_that_can_make_no_move_on_a_board_is_damage,
        test_any_numbers_with_a_right_checksum_are_refused_or_make_a_sound_table,
        NULL,
    };
    return unit_run("table_blob", tests);
}
