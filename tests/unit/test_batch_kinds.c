/*
 * Batches of all kinds, with proofs, of reduced states, against opponents: played as told, merged,
 * and as bytes. Every text that is decoded lies in memory of exactly its size, so that
 * AddressSanitizer sees a look beyond it.
 */
#include "base/bytes.h"
#include "base/rng.h"
#include "engine/opponent.h"
#include "engine/table/table.h"
#include "support/boards.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/batch.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADER_SIZE = 68,
    WEIGHTS_SIZE = 40,            /* a row's number and weights */
    ROW_SIZE = WEIGHTS_SIZE + 16, /* with its proofs */
    BASE_MATCHES = 3000,
};

static void play(struct batch *batch, const struct brain *base, uint64_t matches,
                 const struct brain *opponent)
{
    struct batch_share share = {.seed = 99,
                                .matches = matches,
                                .lanes = 16,
                                .learners = opponent == NULL ? LEARN_BOTH : LEARN_PLAYER2,
                                .opponent = opponent,
                                .uniform = tables_uniform_of(&base->rule)};
    batch_play(batch, base, &share);
}

/* Decodes a copy of exactly that size. */
static enum err decode(const struct text *text, size_t size, const struct brain *base,
                       struct batch *batch)
{
    char *copy = malloc(size + (size == 0));
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text->bytes, size);
    enum err err = batch_decode(copy, size, base, batch);
    free(copy);
    return err;
}

START_TEST(test_a_share_is_played_against_its_opponent_and_explores_by_its_uniform_table)
{
    for (unsigned i = 0; i < 2 * RULE_KIND_COUNT; i++) {
        const struct rule rule = tables_rule((enum rule_kind)(i / 2), i % 2);
        struct brain *base = tables_played_by(&rule, i, 2000);
        struct brain *plain = tables_copy(base);
        struct brain *opponent;
        struct batch batch = {.worker = 5, .table = tables_fresh(&rule)};
        struct tally tally;
        ck_assert_int_eq(table_perfect(tables_solution_of(&rule), &opponent), ERR_OK);
        play(&batch, base, 333, opponent);
        const struct selfplay plan = {.seed = schedule_seed(99, 5, 2000),
                                      .matches = 333,
                                      .lanes = 16,
                                      .learners = LEARN_PLAYER2,
                                      .opponent = opponent,
                                      .uniform = tables_uniform_of(&rule)};
        selfplay_run(plain, &plan, &tally);
        ck_assert_msg(tables_same(batch.table, plain), "table %u", i);
        ck_assert_uint_eq(batch.tally.results[RESULT_PLAYER2 - 1], 0); /* against a perfect one */
        brain_destroy(batch.table);
        brain_destroy(opponent);
        brain_destroy(plain);
        brain_destroy(base);
    }
}
END_TEST

START_TEST(test_the_bytes_are_laid_out_as_documented)
{
    const struct rule rule = tables_rule(RULE_GUARD, false);
    struct brain *base = tables_fresh(&rule);
    base->matches = 7;
    uint32_t row = states_find(base->states, boards_parsed(&base->states->game, "000000001"));
    base->rows[row].losing = 0x002;
    struct batch batch = {.brain_id = 0x1122334455,
                          .start = 7,
                          .worker = 3,
                          .matches = 6,
                          .tally = {.results = {3, 2, 1}},
                          .table = tables_copy(base)};
    tables_set_weight(batch.table, 0, 0, 9);
    batch.table->rows[row].winning = 0x011;
    batch.table->rows[row].losing = 0x082;
    struct text expected = {0};
    struct text text = {0};
    text_add(&expected, "ttstbat1", 8);
    bytes_add_u64(&expected, 0x1122334455);
    bytes_add_u64(&expected, 7);
    bytes_add_u32(&expected, 3);
    bytes_add_u32(&expected, 9);
    bytes_add_u64(&expected, 6);
    for (uint64_t result = 3; result >= 1; result--)
        bytes_add_u64(&expected, result);
    bytes_add_u32(&expected, 2);
    bytes_add_u32(&expected, 0); /* the row whose weight changed */
    bytes_add_u32(&expected, 3);
    for (unsigned cell = 1; cell < 9; cell++)
        bytes_add_u32(&expected, 0);
    bytes_add_u64(&expected, 0);
    bytes_add_u64(&expected, 0);
    bytes_add_u32(&expected, row); /* the row with other proofs alone */
    for (unsigned cell = 0; cell < 9; cell++)
        bytes_add_u32(&expected, 0);
    bytes_add_u64(&expected, 0x011);
    bytes_add_u64(&expected, 0x082);
    batch_encode(&batch, base, &text);
    ck_assert_uint_eq(text.size, expected.size);
    ck_assert_mem_eq(text.bytes, expected.bytes, expected.size);
    text_free(&text);
    text_free(&expected);
    brain_destroy(batch.table);
    brain_destroy(base);
}
END_TEST

START_TEST(test_a_batch_of_any_rule_comes_back_as_it_went)
{
    for (unsigned i = 0; i < 2 * RULE_KIND_COUNT; i++) {
        const struct rule rule = tables_rule((enum rule_kind)(i / 2), i % 2);
        struct brain *base = tables_played_by(&rule, i, BASE_MATCHES);
        struct batch sent = {.brain_id = 1, .worker = i, .table = tables_fresh(&rule)};
        struct batch got = {.table = tables_fresh(&rule)};
        struct text text = {0};
        play(&sent, base, 500, NULL);
        batch_encode(&sent, base, &text);
        ck_assert_uint_eq(
            (text.size - HEADER_SIZE) % (rule.kind == RULE_GUARD ? ROW_SIZE : WEIGHTS_SIZE), 0);
        ck_assert_int_eq(decode(&text, text.size, base, &got), ERR_OK);
        ck_assert_msg(tables_same(got.table, sent.table), "table %u", i);
        ck_assert_uint_eq(got.worker, i);
        text_free(&text);
        brain_destroy(got.table);
        brain_destroy(sent.table);
        brain_destroy(base);
    }
}
END_TEST

/* Plays a round of unequal shares on the first base, sends it all as bytes, and ends it on both. */
static void play_and_send(struct brain *const bases[2], struct batch played[], struct batch sent[],
                          unsigned workers)
{
    for (unsigned i = 0; i < workers; i++) {
        struct text text = {0};
        play(&played[i], bases[0], 100 + i, NULL);
        batch_encode(&played[i], bases[0], &text);
        ck_assert_int_eq(decode(&text, text.size, bases[1], &sent[i]), ERR_OK);
        text_free(&text);
    }
    batch_merge(bases[0], played, workers);
    batch_merge(bases[1], sent, workers);
}

/* Two tables trained alike, one of them with batches that went through bytes. */
static void assert_merges_alike(struct rule rule, unsigned workers)
{
    struct brain *bases[2] = {tables_played_by(&rule, 2, BASE_MATCHES),
                              tables_played_by(&rule, 2, BASE_MATCHES)};
    struct batch played[SCHEDULE_WORKERS_MAX];
    struct batch sent[SCHEDULE_WORKERS_MAX];
    for (unsigned i = 0; i < workers; i++) {
        played[i] = (struct batch){.worker = i, .table = tables_fresh(&rule)};
        sent[i] = (struct batch){.table = tables_fresh(&rule)};
    }
    for (unsigned round = 0; round < 3; round++) {
        play_and_send(bases, played, sent, workers);
        ck_assert_msg(tables_same(bases[0], bases[1]), "%u workers, round %u", workers, round);
        ck_assert_msg(tables_sound(bases[0]), "%u workers, round %u", workers, round);
    }
    for (unsigned i = 0; i < workers; i++) {
        brain_destroy(played[i].table);
        brain_destroy(sent[i].table);
    }
    brain_destroy(bases[0]);
    brain_destroy(bases[1]);
}

START_TEST(test_merging_what_was_sent_equals_merging_what_was_played)
{
    static const unsigned workers[] = {1, 2, 7, SCHEDULE_WORKERS_MAX};
    for (unsigned i = 0; i < 4; i++) {
        assert_merges_alike(tables_rule(RULE_BEADS, false), workers[i]);
        assert_merges_alike(tables_rule(RULE_MENACE, i % 2), workers[i]);
        assert_merges_alike(tables_rule(RULE_GUARD, i % 2), workers[i]);
    }
}
END_TEST

/* Sends one row of a reduced guard, the empty board's, whose legal cells are 0, 1 and 4 and which
 * the base knows of that 0 wins or that 1 loses; with these proofs. */
static enum err decode_proofs(uint64_t winning, uint64_t losing)
{
    const struct rule rule = tables_rule(RULE_GUARD, true);
    struct brain *base = tables_fresh(&rule);
    struct batch batch = {.table = tables_fresh(&rule)};
    struct text text = {0};
    base->rows[0].winning = 0x001;
    base->rows[0].losing = 0x002;
    brain_copy(batch.table, base);
    tables_set_weight(batch.table, 0, 4, 7);
    batch_encode(&batch, base, &text);
    ck_assert_uint_eq(text.size, HEADER_SIZE + ROW_SIZE);
    for (unsigned i = 0; i < 8; i++) {
        text.bytes[text.size - 16 + i] = (char)(winning >> 8 * i);
        text.bytes[text.size - 8 + i] = (char)(losing >> 8 * i);
    }
    enum err err = decode(&text, text.size, base, &batch);
    if (err == ERR_OK) {
        ck_assert_uint_eq(batch.table->rows[0].winning, winning);
        ck_assert_uint_eq(batch.table->rows[0].losing, losing);
    }
    text_free(&text);
    brain_destroy(batch.table);
    brain_destroy(base);
    return err;
}

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
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(decode_proofs(cases[i].winning, cases[i].losing) == cases[i].err, "case %u",
                      i);
}
END_TEST

START_TEST(test_a_batch_with_proofs_cut_off_at_any_byte_is_damaged)
{
    const struct rule rule = tables_rule(RULE_GUARD, false);
    struct brain *base = tables_played_by(&rule, 1, BASE_MATCHES);
    struct batch sent = {.table = tables_fresh(&rule)};
    struct batch got = {.table = tables_fresh(&rule)};
    struct text text = {0};
    play(&sent, base, 3, NULL);
    batch_encode(&sent, base, &text);
    for (size_t size = 0; size < text.size; size++)
        if (decode(&text, size, base, &got) != ERR_CORRUPT)
            ck_abort_msg("%zu of %zu bytes", size, text.size);
    ck_assert_int_eq(decode(&text, text.size, base, &got), ERR_OK);
    text_add(&text, "", 1);
    ck_assert_int_eq(decode(&text, text.size, base, &got), ERR_CORRUPT);
    text_free(&text);
    brain_destroy(got.table);
    brain_destroy(sent.table);
    brain_destroy(base);
}
END_TEST

START_TEST(test_any_damage_is_refused_or_leaves_a_sound_table)
{
    const struct rule rule = tables_rule(RULE_GUARD, true);
    struct brain *base = tables_played_by(&rule, 1, BASE_MATCHES);
    struct batch sent = {.table = tables_fresh(&rule)};
    struct batch got = {.table = tables_fresh(&rule)};
    struct text text = {0};
    play(&sent, base, 5, NULL);
    batch_encode(&sent, base, &text);
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        struct rng rng;
        char before[4];
        rng_seed(&rng, seed);
        size_t at = rng_next(&rng) % (text.size - sizeof before);
        memcpy(before, text.bytes + at, sizeof before);
        bytes_put_u32(text.bytes + at, (uint32_t)rng_next(&rng) >> rng_next(&rng) % 32);
        enum err err = decode(&text, text.size, base, &got);
        got.table->rule.halve_above = UINT32_MAX; /* halving follows the merge */
        if (err != ERR_CORRUPT && (err != ERR_OK || !tables_sound(got.table)))
            ck_abort_msg("seed %" PRIu64 ": %s", seed, err_name(err));
        memcpy(text.bytes + at, before, sizeof before);
    }
    text_free(&text);
    brain_destroy(got.table);
    brain_destroy(sent.table);
    brain_destroy(base);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_share_is_played_against_its_opponent_and_explores_by_its_uniform_table,
        test_the_bytes_are_laid_out_as_documented,
        test_a_batch_of_any_rule_comes_back_as_it_went,
        test_merging_what_was_sent_equals_merging_what_was_played,
        test_proofs_that_contradict_or_are_taken_back_or_of_no_legal_move_are_damaged,
        test_a_batch_with_proofs_cut_off_at_any_byte_is_damaged,
        test_any_damage_is_refused_or_leaves_a_sound_table,
        NULL,
    };
    return unit_run("batch_kinds", tests);
}
