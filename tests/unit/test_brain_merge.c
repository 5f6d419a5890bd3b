/* The merge of the workers' tables, against the plain sum. */
#include "engine/table/table.h"
#include "support/brains.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <string.h>

enum { WORKERS_MAX = 64 };

struct crew {
    struct brain *brains[WORKERS_MAX];
    unsigned count;
};

static struct crew crew_of(const struct brain *base, unsigned count)
{
    struct crew crew = {.count = count};
    for (unsigned i = 0; i < count; i++) {
        crew.brains[i] = brains_fresh(base->states);
        brain_copy(crew.brains[i], base);
    }
    return crew;
}

static void crew_merge(const struct crew *crew, struct brain *base)
{
    const struct brain *workers[WORKERS_MAX];
    for (unsigned i = 0; i < crew->count; i++)
        workers[i] = crew->brains[i];
    brain_merge(base, workers, crew->count);
}

static void crew_free(struct crew *crew)
{
    for (unsigned i = 0; i < crew->count; i++)
        brain_destroy(crew->brains[i]);
}

/* What a weight becomes by the definition. */
static int64_t plain_merge(const struct brain *base, const struct crew *crew, uint32_t row,
                           unsigned cell)
{
    if (!brains_is_empty(base, row, cell))
        return 0;
    int64_t before = tables_weight(base, row, cell);
    int64_t sum = before;
    for (unsigned i = 0; i < crew->count; i++)
        sum += tables_weight(crew->brains[i], row, cell) - before;
    return sum < 1 ? 1 : sum;
}

/* Merges random tables; the workers' weights are often lower than the base's, so that sums fall
 * below the floor. Returns how many did. */
static unsigned assert_merge_is_plain(const struct states *states, unsigned count, uint64_t seed)
{
    struct brain *base = brains_fresh(states);
    struct brain *before = brains_fresh(states);
    struct rng rng;
    rng_seed(&rng, seed);
    brains_fill_random(base, &rng, 500);
    brain_copy(before, base);
    struct crew crew = crew_of(base, count);
    for (unsigned i = 0; i < count; i++)
        for (uint32_t row = 0; row < states->rows; row++)
            for (unsigned cell = 0; cell < states->cells; cell++)
                if (brains_is_empty(base, row, cell) && rng_next(&rng) % 2 == 0)
                    tables_set_weight(crew.brains[i], row, cell,
                                      1 + (uint32_t)(rng_next(&rng) % 600));
    crew_merge(&crew, base);
    unsigned floored = 0;
    for (uint32_t row = 0; row < states->rows; row++) {
        for (unsigned cell = 0; cell < ROW_CELLS; cell++) {
            int64_t expected = plain_merge(before, &crew, row, cell);
            floored += expected == 1;
            if (tables_weight(base, row, cell) != expected)
                ck_abort_msg("seed %" PRIu64 ", %u workers, row %u cell %u: %" PRIu32
                             ", not %" PRId64,
                             seed, count, row, cell, tables_weight(base, row, cell), expected);
        }
    }
    crew_free(&crew);
    brain_destroy(before);
    brain_destroy(base);
    return floored;
}

START_TEST(test_merging_any_number_of_workers_equals_the_plain_sum)
{
    const struct states *states = brains_small_states();
    for (unsigned count = 1; count <= WORKERS_MAX; count++) {
        unsigned floored = assert_merge_is_plain(states, count, count);
        ck_assert_msg(count == 1 || floored > 5, "%u workers: %u at the floor", count, floored);
    }
}
END_TEST

START_TEST(test_merging_tictactoe_equals_the_plain_sum)
{
    const struct states *states = tables_states();
    assert_merge_is_plain(states, 1, 101);
    assert_merge_is_plain(states, 2, 102);
    assert_merge_is_plain(states, 16, 103);
}
END_TEST

START_TEST(test_a_sum_may_pass_32_bits_on_the_way)
{
    enum { HALF = WORKERS_MAX / 2 };
    const uint32_t heavy = RULE_HALVE_ABOVE_MAX;
    const struct states *states = brains_small_states();
    for (unsigned upward_first = 0; upward_first < 2; upward_first++) {
        struct brain *base = brains_fresh(states);
        tables_set_weight(base, 0, 2, heavy);
        struct crew crew = crew_of(base, WORKERS_MAX);
        for (unsigned i = 0; i < WORKERS_MAX; i++)
            tables_set_weight(crew.brains[i], 0, 2,
                              (i < HALF) == (upward_first == 1) ? 2 * heavy - 1 : 1);
        crew_merge(&crew, base);
        ck_assert_uint_eq(tables_weight(base, 0, 2), heavy);
        crew_free(&crew);
        brain_destroy(base);
    }
}
END_TEST

START_TEST(test_a_sum_far_below_zero_becomes_one)
{
    const struct states *states = brains_small_states();
    struct brain *base = brains_fresh(states);
    tables_set_weight(base, 0, 2, RULE_HALVE_ABOVE_MAX);
    struct crew crew = crew_of(base, WORKERS_MAX);
    for (unsigned i = 0; i < WORKERS_MAX; i++)
        tables_set_weight(crew.brains[i], 0, 2, 1);
    crew_merge(&crew, base);
    ck_assert_uint_eq(tables_weight(base, 0, 2), 1);
    crew_free(&crew);
    brain_destroy(base);
}
END_TEST

START_TEST(test_workers_that_learned_nothing_change_nothing)
{
    const struct states *states = tables_states();
    struct brain *base = brains_fresh(states);
    struct rng rng;
    rng_seed(&rng, 5);
    brains_fill_random(base, &rng, 1000);
    struct crew crew = crew_of(base, 3);
    crew_merge(&crew, base);
    brains_assert_same_digest(base, crew.brains[0]);
    crew_free(&crew);
    brain_destroy(base);
}
END_TEST

START_TEST(test_the_order_of_workers_within_a_round_does_not_matter)
{
    const struct states *states = brains_small_states();
    struct brain *base = brains_fresh(states);
    struct brain *other = brains_fresh(states);
    struct crew crew = crew_of(base, 5);
    struct rng rng;
    rng_seed(&rng, 6);
    for (unsigned i = 0; i < crew.count; i++)
        brains_fill_random(crew.brains[i], &rng, 12);
    struct crew reversed = {.count = crew.count};
    for (unsigned i = 0; i < crew.count; i++)
        reversed.brains[i] = crew.brains[crew.count - 1 - i];
    crew_merge(&crew, base);
    crew_merge(&reversed, other);
    brains_assert_same_digest(base, other);
    crew_free(&crew);
    brain_destroy(other);
    brain_destroy(base);
}
END_TEST

/* A round in which each of two workers changes one weight by `change`. */
static void play_round(struct brain *base, int change)
{
    struct crew crew = crew_of(base, 2);
    for (unsigned i = 0; i < crew.count; i++)
        tables_set_weight(crew.brains[i], 0, 0,
                          (uint32_t)((int)tables_weight(base, 0, 0) + change));
    crew_merge(&crew, base);
    crew_free(&crew);
}

START_TEST(test_the_order_of_rounds_matters_at_the_floor)
{
    const struct states *states = brains_small_states();
    struct brain *down_up = brains_fresh(states);
    struct brain *up_down = brains_fresh(states);
    play_round(down_up, -5); /* 6 - 10 becomes 1 */
    play_round(down_up, 3);
    play_round(up_down, 3);
    play_round(up_down, -5);
    ck_assert_uint_eq(tables_weight(down_up, 0, 0), 1 + 6);
    ck_assert_uint_eq(tables_weight(up_down, 0, 0), 6 + 6 - 10);
    brain_destroy(up_down);
    brain_destroy(down_up);
}
END_TEST

START_TEST(test_merging_leaves_matches_results_and_absorbing_rows)
{
    const struct states *states = brains_small_states();
    struct brain *base = brains_fresh(states);
    struct crew crew = crew_of(base, 2);
    base->matches = 6;
    memcpy(base->results, (uint64_t[]){1, 2, 3}, sizeof base->results);
    brains_garble_absorbing_rows(base, 7);
    crew.brains[0]->matches = 100;
    brains_garble_absorbing_rows(crew.brains[0], 1000);
    crew_merge(&crew, base);
    ck_assert_uint_eq(base->matches, 6);
    ck_assert_mem_eq(base->results, ((uint64_t[]){1, 2, 3}), sizeof base->results);
    for (unsigned i = 0; i <= ROW_CELLS; i++)
        ck_assert_uint_eq(base->rows[states->rows].sums[i], 7 + i);
    crew_free(&crew);
    brain_destroy(base);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_merging_any_number_of_workers_equals_the_plain_sum,
        test_merging_tictactoe_equals_the_plain_sum,
        test_a_sum_may_pass_32_bits_on_the_way,
        test_a_sum_far_below_zero_becomes_one,
        test_workers_that_learned_nothing_change_nothing,
        test_the_order_of_workers_within_a_round_does_not_matter,
        test_the_order_of_rounds_matters_at_the_floor,
        test_merging_leaves_matches_results_and_absorbing_rows,
        NULL,
    };
    return unit_run("brain_merge", tests);
}
