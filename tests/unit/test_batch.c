/* Playing shares and merging them: what a round does to a table. */
#include "engine/table/table.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/batch.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <string.h>

enum { SEED = 7, BRAIN = 42 };

static void open_batches(struct batch batches[], unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        batches[i] = (struct batch){.brain_id = BRAIN, .worker = i, .table = tables_fresh(NULL)};
}

static void close_batches(struct batch batches[], unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        brain_destroy(batches[i].table);
}

/* Batch i plays 16 (i + 1) matches. */
static void play_batches(struct batch batches[], unsigned count, const struct brain *base)
{
    for (unsigned i = 0; i < count; i++) {
        struct batch_share share = {
            .seed = SEED, .matches = 16 * (i + 1), .lanes = 16, .learners = LEARN_BOTH};
        batch_play(&batches[i], base, &share);
    }
}

static void assert_plays_plainly(uint64_t seed, unsigned lanes, unsigned learners)
{
    struct brain *base = tables_played(seed, 500);
    struct brain *before = tables_copy(base);
    struct batch batch = {.worker = 5, .table = tables_fresh(NULL)};
    struct batch_share share = {.seed = seed, .matches = 333, .lanes = lanes, .learners = learners};
    batch_play(&batch, base, &share);

    struct brain *plain = tables_copy(base);
    struct selfplay plan = {
        .seed = schedule_seed(seed, 5, 500), .matches = 333, .lanes = lanes, .learners = learners};
    struct tally tally;
    selfplay_run(plain, &plan, &tally);
    ck_assert_msg(tables_same(batch.table, plain), "seed %" PRIu64, seed);
    ck_assert_mem_eq(batch.tally.results, tally.results, sizeof tally.results);
    ck_assert_uint_eq(batch.tally.plies, tally.plies);
    ck_assert_msg(tables_same(base, before), "seed %" PRIu64 ": the base changed", seed);
    brain_destroy(plain);
    brain_destroy(batch.table);
    brain_destroy(before);
    brain_destroy(base);
}

START_TEST(test_a_share_is_self_play_on_a_copy_from_the_schedules_seed)
{
    assert_plays_plainly(1, 16, LEARN_BOTH);
    assert_plays_plainly(2, 1, LEARN_BOTH);
    assert_plays_plainly(UINT64_MAX, 16, LEARN_PLAYER1);
    assert_plays_plainly(4, 16, LEARN_PLAYER2);
}
END_TEST

START_TEST(test_a_played_batch_says_where_it_began_and_what_it_played)
{
    struct brain *base = tables_played(3, 700);
    struct batch batch = {.brain_id = BRAIN, .worker = 9, .table = tables_fresh(NULL)};
    struct batch_share share = {.seed = 3, .matches = 40, .lanes = 16, .learners = LEARN_BOTH};
    batch_play(&batch, base, &share);
    ck_assert_int_eq(batch.brain_id, BRAIN);
    ck_assert_uint_eq(batch.worker, 9);
    ck_assert_uint_eq(batch.start, 700);
    ck_assert_uint_eq(batch.matches, 40);
    ck_assert_uint_eq(batch.tally.results[0] + batch.tally.results[1] + batch.tally.results[2], 40);
    brain_destroy(batch.table);
    brain_destroy(base);
}
END_TEST

START_TEST(test_a_share_without_matches_changes_nothing)
{
    struct brain *base = tables_played(3, 700);
    struct brain *before = tables_copy(base);
    struct batch batch = {.table = tables_fresh(NULL)};
    struct batch_share share = {.seed = 3, .matches = 0, .lanes = 16, .learners = LEARN_BOTH};
    batch_play(&batch, base, &share);
    ck_assert(tables_same(batch.table, base));
    batch_merge(base, &batch, 1);
    ck_assert(tables_same(base, before));
    brain_destroy(batch.table);
    brain_destroy(before);
    brain_destroy(base);
}
END_TEST

/* max(1, base + the sum of what each worker changed), matches and results, weight by weight. */
static void assert_merge_is_plain(unsigned count)
{
    struct batch batches[SCHEDULE_WORKERS_MAX];
    struct brain *base = tables_played(11, 3000);
    open_batches(batches, count);
    play_batches(batches, count, base);
    struct brain *plain = tables_copy(base);
    for (uint32_t row = 0; row < base->states->rows; row++) {
        for (unsigned cell = 0; cell < 9; cell++) {
            int64_t before = tables_weight(base, row, cell);
            int64_t sum = before;
            for (unsigned i = 0; i < count; i++)
                sum += (int64_t)tables_weight(batches[i].table, row, cell) - before;
            if (before != 0)
                tables_set_weight(plain, row, cell, sum < 1 ? 1 : (uint32_t)sum);
        }
    }
    for (unsigned i = 0; i < count; i++) {
        plain->matches += 16 * (i + 1);
        for (unsigned result = 0; result < RESULT_COUNT; result++)
            plain->results[result] += batches[i].tally.results[result];
    }
    batch_merge(base, batches, count);
    ck_assert_msg(tables_same(base, plain), "%u workers", count);
    ck_assert_msg(tables_sound(base), "%u workers", count);
    brain_destroy(plain);
    brain_destroy(base);
    close_batches(batches, count);
}

START_TEST(test_merging_adds_up_what_the_workers_learned_and_counts_it)
{
    assert_merge_is_plain(1);
    assert_merge_is_plain(2);
    assert_merge_is_plain(5);
    assert_merge_is_plain(SCHEDULE_WORKERS_MAX);
}
END_TEST

/* A worker's table may be over the bound; only the merged row is halved, once it stands. */
static void assert_halves_after_merging(unsigned count, uint32_t learned, uint32_t first,
                                        uint32_t others)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.halve_above = RULE_HALVE_ABOVE_MIN; /* 256 */
    struct brain *base = tables_fresh(&rule);
    tables_set_weight(base, 0, 0, 200); /* 248 with the other eight */
    struct batch batches[3];
    open_batches(batches, count);
    for (unsigned i = 0; i < count; i++) {
        brain_copy(batches[i].table, base);
        tables_set_weight(batches[i].table, 0, 0, learned);
    }
    batch_merge(base, batches, count);
    ck_assert_uint_eq(tables_weight(base, 0, 0), first);
    ck_assert_uint_eq(tables_weight(base, 0, 1), others);
    ck_assert_uint_eq(tables_weight(base, 1, 1), 6);
    brain_destroy(base);
    close_batches(batches, count);
}

START_TEST(test_rows_are_halved_after_the_merge_and_only_then)
{
    assert_halves_after_merging(1, 208, 208, 6); /* 256 in all */
    assert_halves_after_merging(1, 209, 104, 3);
    assert_halves_after_merging(2, 204, 208, 6);
    assert_halves_after_merging(2, 205, 105, 3); /* 210; neither worker alone is over the bound */
    assert_halves_after_merging(3, 301, 125, 1); /* 503; 251 + 24 is still over the bound */
}
END_TEST

START_TEST(test_two_merges_from_equal_tables_are_equal)
{
    struct brain *tables[2];
    for (unsigned n = 0; n < 2; n++) {
        struct batch batches[4];
        tables[n] = tables_played(5, 2500);
        open_batches(batches, 4);
        for (unsigned round = 0; round < 3; round++) {
            play_batches(batches, 4, tables[n]);
            batch_merge(tables[n], batches, 4);
        }
        close_batches(batches, 4);
    }
    ck_assert(tables_same(tables[0], tables[1]));
    ck_assert_uint_eq(tables[0]->matches, 2500 + 3 * 160);
    brain_destroy(tables[0]);
    brain_destroy(tables[1]);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_share_is_self_play_on_a_copy_from_the_schedules_seed,
        test_a_played_batch_says_where_it_began_and_what_it_played,
        test_a_share_without_matches_changes_nothing,
        test_merging_adds_up_what_the_workers_learned_and_counts_it,
        test_rows_are_halved_after_the_merge_and_only_then,
        test_two_merges_from_equal_tables_are_equal,
        NULL,
    };
    return unit_run("batch", tests);
}
