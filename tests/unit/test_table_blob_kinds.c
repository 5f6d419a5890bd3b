/*
 * The kinds of tables that are stored: with proofs, reduced by symmetry, opponents; and tables from
 * before there were proofs, byte by byte.
 */
#include "base/bytes.h"
#include "engine/opponent.h"
#include "engine/selfplay.h"
#include "engine/table/table.h"
#include "support/blob.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <nettle/sha2.h>
#include <string.h>

enum { HEADER_SIZE = 48, FULL_MOVES = 16167, REDUCED_MOVES = 2096 };

/* What stood in a database before there were proofs: a table of 2x2 with runs of 2, after 20
 * matches from seed 42 under beads, one at a time. */
static const uint8_t old_table[240] = {
    0x74, 0x74, 0x73, 0x74, 0x74, 0x61, 0x62, 0x31, 0x04, 0x00, 0x00, 0x00, 0x11, 0x00, 0x00, 0x00,
    0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x0f, 0x00, 0x00, 0x00, 0x24, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x1b, 0x00, 0x00, 0x00,
    0x05, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00,
    0x06, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00,
    0x0f, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
    0x03, 0x00, 0x00, 0x00, 0x09, 0x00, 0x00, 0x00, 0x0c, 0x00, 0x00, 0x00, 0x0f, 0x00, 0x00, 0x00,
    0x0c, 0x00, 0x00, 0x00, 0x0f, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00,
    0x06, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00,
    0x09, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x09, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00,
    0x06, 0x00, 0x00, 0x00, 0x09, 0x00, 0x00, 0x00, 0x09, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00,
    0x06, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x0c, 0x00, 0x00, 0x00,
    0x10, 0x4b, 0x6d, 0xd1, 0xad, 0x01, 0x02, 0xc5, 0xbe, 0x65, 0xf6, 0x05, 0x92, 0xc6, 0x59, 0xf6,
    0xc1, 0x92, 0xa1, 0x8a, 0xbd, 0x5b, 0x38, 0x75, 0x9d, 0x98, 0xb8, 0x8a, 0x63, 0x62, 0x02, 0x0f,
};

/* Into a fresh table under the rule. */
static enum err outcome(const struct text *text, const struct rule *rule, enum brain_use kind)
{
    struct brain *table = tables_fresh(rule);
    enum err err = blob_decode(text, text->size, table, kind);
    brain_destroy(table);
    return err;
}

START_TEST(test_a_table_from_before_proofs_is_read_and_written_as_it_was)
{
    static const struct game game = {.width = 2, .height = 2, .run = 2};
    const struct rule rule = tables_rule(RULE_BEADS, false);
    struct states *states;
    struct brain *table;
    char digest[BRAIN_DIGEST_SIZE];
    ck_assert_int_eq(states_create(&game, &states), ERR_OK);
    ck_assert_int_eq(table_create(states, &rule, &table), ERR_OK);
    ck_assert_int_eq(brain_decode((const char *)old_table, sizeof old_table, table, BRAIN_TO_LEARN),
                     ERR_OK);
    ck_assert_uint_eq(table->matches, 20);
    ck_assert_uint_eq(table->results[RESULT_PLAYER1 - 1], 20);
    brain_digest(table, digest);
    ck_assert_str_eq(digest,
                     "sha256:dada02d4ba7fd5c1b8d5cf56f98446cc980e4664207eb909484d9b1e92f370d7");
    struct text text = blob_of(table);
    ck_assert_uint_eq(text.size, sizeof old_table);
    ck_assert_mem_eq(text.bytes, old_table, sizeof old_table);
    text_free(&text);
    brain_destroy(table);
    states_destroy(states);
}
END_TEST

/* Its last bytes are the hash of all before them, and were written before there were proofs. */
START_TEST(test_a_table_of_tictactoe_is_stored_in_the_same_bytes_as_before_proofs)
{
    static const uint8_t hash[SHA256_DIGEST_SIZE] = {
        0x0f, 0xff, 0x79, 0x45, 0xc5, 0x6f, 0x83, 0xa9, 0x0e, 0xc1, 0x61,
        0x18, 0xc6, 0x56, 0xf1, 0x61, 0xe2, 0xb7, 0xea, 0x2d, 0xb6, 0xcd,
        0x75, 0x47, 0xc9, 0x35, 0x3e, 0xc3, 0x8b, 0x24, 0xcd, 0xcb};
    const struct rule rule = tables_rule(RULE_BEADS, false);
    struct brain *table = tables_played(42, 20000);
    struct text text = blob_of(table);
    ck_assert_uint_eq(text.size, 64748);
    ck_assert_mem_eq(text.bytes + text.size - sizeof hash, hash, sizeof hash);
    ck_assert_int_eq(outcome(&text, &rule, BRAIN_TO_LEARN), ERR_OK);
    text_free(&text);
    brain_destroy(table);
}
END_TEST

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

static void assert_layout(bool symmetry, size_t size)
{
    const struct rule rule = tables_rule(RULE_GUARD, symmetry);
    struct brain *table = tables_played_by(&rule, 2, 3000);
    const char hash[SHA256_DIGEST_SIZE] = {0};
    struct text expected = {0};
    text_add(&expected, "ttsttab2", 8);
    bytes_add_u32(&expected, 9);
    bytes_add_u32(&expected, symmetry ? 627 : 4520);
    bytes_add_u64(&expected, 3000);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        bytes_add_u64(&expected, table->results[result]);
    add_moves(table, &expected, add_weight);
    add_moves(table, &expected, add_proof);
    text_add(&expected, hash, sizeof hash);
    blob_sign(&expected);
    struct text text = blob_of(table);
    ck_assert_uint_eq(text.size, size);
    ck_assert_uint_eq(text.size, expected.size);
    ck_assert(memcmp(text.bytes, expected.bytes, size) == 0);
    text_free(&text);
    text_free(&expected);
    brain_destroy(table);
}

START_TEST(test_proofs_stand_behind_the_weights_as_documented)
{
    assert_layout(false, HEADER_SIZE + 5 * FULL_MOVES + SHA256_DIGEST_SIZE);
    assert_layout(true, HEADER_SIZE + 5 * REDUCED_MOVES + SHA256_DIGEST_SIZE);
}
END_TEST

START_TEST(test_every_kind_of_table_comes_back_as_it_went)
{
    for (unsigned i = 0; i < 2 * RULE_KIND_COUNT; i++) {
        const struct rule rule = tables_rule((enum rule_kind)(i / 2), i % 2);
        struct brain *table = tables_played_by(&rule, i, 20000);
        struct brain *back = tables_fresh(&rule);
        brain_halve(table);
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
    static const enum rule_kind kinds[4] = {RULE_BEADS, RULE_BEADS, RULE_GUARD, RULE_GUARD};
    for (unsigned i = 0; i < 4; i++) {
        const struct rule rule = tables_rule(kinds[i], i % 2);
        struct brain *table = tables_fresh(&rule);
        struct text text = blob_of(table);
        for (unsigned n = 0; n < 4; n++) {
            const struct rule other = tables_rule(kinds[n], n % 2);
            ck_assert_msg(outcome(&text, &other, BRAIN_TO_LEARN) == (n == i ? ERR_OK : ERR_CORRUPT),
                          "table %u as %u", i, n);
        }
        text_free(&text);
        brain_destroy(table);
    }
}
END_TEST

/* What becomes of a fresh guard's table with one proof's byte replaced and the checksum made
 * right. */
static enum err outcome_with_proof(size_t move, int byte)
{
    const struct rule rule = tables_rule(RULE_GUARD, true);
    struct brain *table = tables_fresh(&rule);
    struct text text = blob_of(table);
    text.bytes[HEADER_SIZE + 4 * REDUCED_MOVES + move] = (char)byte;
    blob_sign(&text);
    enum err err = outcome(&text, &rule, BRAIN_TO_LEARN);
    text_free(&text);
    brain_destroy(table);
    return err;
}

START_TEST(test_a_proof_that_is_none_is_damage_even_with_a_right_checksum)
{
    static const size_t moves[] = {0, 1, 2, 3, 1000, REDUCED_MOVES - 1};
    for (unsigned i = 0; i < sizeof moves / sizeof moves[0]; i++)
        for (int byte = -128; byte < 128; byte++)
            if (outcome_with_proof(moves[i], byte) !=
                (byte >= -1 && byte <= 1 ? ERR_OK : ERR_CORRUPT))
                ck_abort_msg("move %zu: %d", moves[i], byte);
}
END_TEST

START_TEST(test_a_table_with_proofs_cut_off_or_longer_is_damaged_even_with_a_right_checksum)
{
    const struct rule rule = tables_rule(RULE_GUARD, true);
    struct brain *table = tables_fresh(&rule);
    struct text text = blob_of(table);
    const size_t size = text.size;
    text_add(&text, "\0\0\0\0", 4);
    for (size_t cut = 1; cut <= size + 4; cut += cut < size - 2200 ? 501 : 1) {
        text.size = cut;
        if (cut >= SHA256_DIGEST_SIZE)
            blob_sign(&text);
        if ((outcome(&text, &rule, BRAIN_TO_LEARN) == ERR_OK) != (cut == size))
            ck_abort_msg("%zu of %zu bytes", cut, size);
        struct text whole = blob_of(table); /* what signing has changed */
        memcpy(text.bytes, whole.bytes, size);
        text_free(&whole);
    }
    text_free(&text);
    brain_destroy(table);
}
END_TEST

START_TEST(test_any_flipped_bit_of_a_table_with_proofs_is_damage)
{
    const struct rule rule = tables_rule(RULE_GUARD, true);
    struct brain *table = tables_played_by(&rule, 3, 1000);
    struct text text = blob_of(table);
    struct brain *into = tables_fresh(&rule);
    for (size_t at = 0; at < text.size; at += at < HEADER_SIZE ? 1 : 37) {
        for (unsigned bit = 0; bit < 8; bit++) {
            text.bytes[at] = (char)(text.bytes[at] ^ (1 << bit));
            if (brain_decode(text.bytes, text.size, into, BRAIN_TO_LEARN) != ERR_CORRUPT)
                ck_abort_msg("byte %zu bit %u", at, bit);
            text.bytes[at] = (char)(text.bytes[at] ^ (1 << bit));
        }
    }
    brain_destroy(into);
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
        ck_assert_int_eq(opponent_frozen(brain, &opponent), ERR_OK);
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

START_TEST(test_any_numbers_with_a_right_checksum_are_refused_or_make_a_sound_table_with_proofs)
{
    const struct rule rule = tables_rule(RULE_GUARD, true);
    struct brain *table = tables_played_by(&rule, 4, 1000);
    struct text text = blob_of(table);
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        struct rng rng;
        struct brain *into = tables_fresh(&rule);
        char before[4];
        rng_seed(&rng, seed);
        size_t at = rng_next(&rng) % (text.size - SHA256_DIGEST_SIZE - sizeof before);
        memcpy(before, text.bytes + at, sizeof before);
        bytes_put_u32(text.bytes + at, (uint32_t)rng_next(&rng) >> rng_next(&rng) % 32);
        blob_sign(&text);
        enum err err = blob_decode(&text, text.size, into, BRAIN_TO_LEARN);
        if (err != ERR_CORRUPT && (err != ERR_OK || !tables_sound(into)))
            ck_abort_msg("seed %" PRIu64 ": %s", seed, err_name(err));
        brain_destroy(into);
        memcpy(text.bytes + at, before, sizeof before);
    }
    text_free(&text);
    brain_destroy(table);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_table_from_before_proofs_is_read_and_written_as_it_was,
        test_a_table_of_tictactoe_is_stored_in_the_same_bytes_as_before_proofs,
        test_proofs_stand_behind_the_weights_as_documented,
        test_every_kind_of_table_comes_back_as_it_went,
        test_tables_of_another_rule_with_or_without_proofs_or_of_other_states_are_refused,
        test_a_proof_that_is_none_is_damage_even_with_a_right_checksum,
        test_a_table_with_proofs_cut_off_or_longer_is_damaged_even_with_a_right_checksum,
        test_any_flipped_bit_of_a_table_with_proofs_is_damage,
        test_opponents_come_back_as_they_went_and_are_no_brains_where_a_move_weighs_nothing,
        test_an_opponent_that_can_make_no_move_on_a_board_is_damage,
        test_any_numbers_with_a_right_checksum_are_refused_or_make_a_sound_table_with_proofs,
        NULL,
    };
    return unit_run("table_blob_kinds", tests);
}
