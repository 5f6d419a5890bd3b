/* The table of weights: creating, setting, copying and halving it, against plain references. */
#include "engine/table/table.h"
#include "support/brains.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <string.h>

static void assert_fresh(const struct states *states, uint32_t start_weight)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.start_weight = start_weight;
    struct brain *brain;
    ck_assert_int_eq(table_create(states, &rule, &brain), ERR_OK);
    for (uint32_t row = 0; row < states->rows; row++)
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            if (tables_weight(brain, row, cell) !=
                (brains_is_empty(brain, row, cell) ? start_weight : 0))
                ck_abort_msg("row %u cell %u", row, cell);
    brain_destroy(brain);
}

START_TEST(test_a_fresh_brain_weighs_every_legal_move_the_same_and_taken_cells_not)
{
    assert_fresh(tables_states(), 6);
    assert_fresh(tables_states(), 1);
    assert_fresh(tables_states(), RULE_START_WEIGHT_MAX);
    assert_fresh(brains_small_states(), 6);
}
END_TEST

START_TEST(test_a_fresh_brain_has_lived_nothing_and_keeps_its_rule)
{
    const struct states *states = tables_states();
    struct rule rule = rule_default(RULE_BEADS);
    rule.penalty = 77;
    struct brain *brain;
    ck_assert_int_eq(table_create(states, &rule, &brain), ERR_OK);
    ck_assert_uint_eq(brain->matches, 0);
    for (unsigned i = 0; i < RESULT_COUNT; i++)
        ck_assert_uint_eq(brain->results[i], 0);
    ck_assert_ptr_eq(brain->states, states);
    ck_assert_uint_eq(brain->rule.penalty, 77);
    brain_destroy(brain);
}
END_TEST

START_TEST(test_rows_lead_where_the_states_say_and_absorbing_rows_to_the_next_level)
{
    const struct states *states = tables_states();
    struct brain *brain = brains_fresh(states);
    for (uint32_t row = 0; row < states->rows; row++)
        for (unsigned cell = 0; cell < 9; cell++)
            if (brain->rows[row].next[cell] != states->next[row * 9 + cell])
                ck_abort_msg("row %u cell %u", row, cell);
    ck_assert_uint_eq(states->levels, 5); /* 5 to 9 moves */
    uint32_t last_level = states_all_rows(states) - RESULT_COUNT;
    for (uint32_t row = states->rows; row < states_all_rows(states); row++)
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            ck_assert_uint_eq(brain->rows[row].next[cell],
                              row < last_level ? row + RESULT_COUNT : row);
    brain_destroy(brain);
}
END_TEST

START_TEST(test_a_game_of_more_cells_than_a_row_is_not_supported)
{
    const struct game wide_game = {.width = 5, .height = 2, .run = 2};
    struct states *states;
    ck_assert_int_eq(states_create(&wide_game, &states), ERR_OK);
    struct rule rule = rule_default(RULE_BEADS);
    struct brain *brain = NULL;
    ck_assert_int_eq(table_create(states, &rule, &brain), ERR_UNSUPPORTED);
    ck_assert_ptr_null(brain);
    states_destroy(states);
}
END_TEST

START_TEST(test_weights_that_were_set_are_read_back_and_other_rows_stay)
{
    static const uint32_t set[ROW_CELLS] = {1, 0, 1u << 30, 7, 0, 2, 65536, 9, 4};
    const struct states *states = tables_states();
    struct brain *brain = brains_fresh(states);
    uint16_t next[ROW_CELLS];
    memcpy(next, brain->rows[100].next, sizeof next);
    table_set_weights(brain, 100, set);
    uint32_t got[ROW_CELLS];
    table_weights(brain, 100, got);
    ck_assert_mem_eq(got, set, sizeof set);
    ck_assert_uint_eq(row_total(&brain->rows[100]), (1u << 30) + 65536 + 23);
    ck_assert_mem_eq(brain->rows[100].next, next, sizeof next);
    for (unsigned cell = 0; cell < ROW_CELLS; cell++) {
        ck_assert_uint_eq(tables_weight(brain, 99, cell), brains_is_empty(brain, 99, cell) ? 6 : 0);
        ck_assert_uint_eq(tables_weight(brain, 101, cell),
                          brains_is_empty(brain, 101, cell) ? 6 : 0);
    }
    brain_destroy(brain);
}
END_TEST

START_TEST(test_adding_to_a_cell_changes_its_weight_alone)
{
    for (unsigned cell = 0; cell < ROW_CELLS; cell++) {
        struct row row = {.sums = {0, 10, 20, 30, 40, 50, 60, 70, 80, 90}};
        row_add(&row, cell, 255);
        row_add(&row, cell, (uint32_t)-256);
        for (unsigned i = 0; i < ROW_CELLS; i++)
            ck_assert_uint_eq(row_weight(&row, i), i == cell ? 9 : 10);
        ck_assert_uint_eq(row_total(&row), 89);
    }
}
END_TEST

START_TEST(test_destroying_nothing_is_allowed)
{
    brain_destroy(NULL);
}
END_TEST

START_TEST(test_a_copy_equals_its_original_and_has_rows_of_its_own)
{
    const struct states *states = tables_states();
    struct brain *from = brains_fresh(states);
    struct brain *to = brains_fresh(states);
    struct rng rng;
    rng_seed(&rng, 1);
    brains_fill_random(from, &rng, 1000);
    from->matches = 60;
    memcpy(from->results, (uint64_t[]){10, 20, 30}, sizeof from->results);
    from->rule.reward = 99;
    struct row *rows = to->rows;
    brain_copy(to, from);
    brains_assert_same_digest(to, from);
    ck_assert_uint_eq(to->matches, 60);
    ck_assert_mem_eq(to->results, from->results, sizeof to->results);
    ck_assert_uint_eq(to->rule.reward, 99);
    ck_assert_ptr_eq(to->rows, rows);
    uint32_t before = tables_weight(from, 0, 0);
    tables_set_weight(to, 0, 0, before + 1);
    ck_assert_uint_eq(tables_weight(from, 0, 0), before);
    brain_destroy(to);
    brain_destroy(from);
}
END_TEST

/* Row 0 of a fresh tic-tac-toe brain set to `weights`, and all rows halved. */
static void assert_halved(uint32_t halve_above, const uint32_t weights[ROW_CELLS],
                          const uint32_t expected[ROW_CELLS])
{
    const struct states *states = tables_states();
    struct brain *brain = brains_fresh(states);
    brain->rule.halve_above = halve_above;
    table_set_weights(brain, 0, weights);
    brain_settle(brain, 0);
    uint32_t got[ROW_CELLS];
    table_weights(brain, 0, got);
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        ck_assert_msg(got[cell] == expected[cell], "cell %u: %" PRIu32 ", not %" PRIu32, cell,
                      got[cell], expected[cell]);
    brain_destroy(brain);
}

START_TEST(test_a_row_at_the_bound_is_kept)
{
    static const uint32_t weights[ROW_CELLS] = {200, 49, 1, 1, 1, 1, 1, 1, 1}; /* 256 in all */
    assert_halved(256, weights, weights);
}
END_TEST

START_TEST(test_a_row_above_the_bound_is_halved_rounding_down_to_one_at_least)
{
    static const uint32_t weights[ROW_CELLS] = {200, 47, 1, 2, 3, 1, 1, 1, 1}; /* 257 in all */
    static const uint32_t halved[ROW_CELLS] = {100, 23, 1, 1, 1, 1, 1, 1, 1};
    assert_halved(256, weights, halved);
}
END_TEST

START_TEST(test_a_row_is_halved_until_it_is_within_the_bound)
{
    static const uint32_t weights[ROW_CELLS] = {1u << 30, 1u << 10, 1, 1, 1, 1, 1, 1, 1};
    /* A 23rd halving would leave 128: after 22, 256 + 8 is still above the bound. */
    static const uint32_t halved[ROW_CELLS] = {128, 1, 1, 1, 1, 1, 1, 1, 1};
    assert_halved(256, weights, halved);
}
END_TEST

START_TEST(test_a_total_that_fills_32_bits_is_halved)
{
    static const uint32_t weights[ROW_CELLS] = {UINT32_MAX - 8, 1, 1, 1, 1, 1, 1, 1, 1};
    static const uint32_t halved[ROW_CELLS] = {(1u << 29) - 2, 1, 1, 1, 1, 1, 1, 1, 1};
    assert_halved(1u << 30, weights, halved);
}
END_TEST

static void plain_halve(uint32_t weights[ROW_CELLS], uint32_t halve_above)
{
    for (;;) {
        uint64_t total = 0;
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            total += weights[cell];
        if (total <= halve_above)
            return;
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            if (weights[cell] > 1)
                weights[cell] /= 2;
    }
}

static void assert_halving_is_plain(uint64_t seed)
{
    struct brain *brain = brains_fresh(tables_states());
    struct brain *before = brains_fresh(tables_states());
    struct rng rng;
    rng_seed(&rng, seed);
    brains_fill_random(brain, &rng, 300);
    brain->rule.halve_above = 512;
    brain_copy(before, brain);
    brain_settle(brain, 0);
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        uint32_t weights[ROW_CELLS];
        table_weights(before, row, weights);
        plain_halve(weights, 512);
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            if (tables_weight(brain, row, cell) != weights[cell])
                ck_abort_msg("seed %" PRIu64 " row %u cell %u", seed, row, cell);
    }
    brain_destroy(before);
    brain_destroy(brain);
}

START_TEST(test_halving_equals_the_plain_way_in_every_row)
{
    for (uint64_t seed = 1; seed <= 5; seed++)
        assert_halving_is_plain(seed);
}
END_TEST

START_TEST(test_halving_leaves_rows_within_the_bound_and_absorbing_rows)
{
    const struct states *states = tables_states();
    struct brain *brain = brains_fresh(states);
    brain->rule.halve_above = RULE_HALVE_ABOVE_MIN;
    brains_garble_absorbing_rows(brain, 100000);
    static const uint32_t above[ROW_CELLS] = {400, 1, 1, 1, 1, 1, 1, 1, 1};
    table_set_weights(brain, 0, above);
    brain_settle(brain, 0);
    ck_assert_uint_eq(tables_weight(brain, 0, 0), 200);
    for (uint32_t row = 1; row < states->rows; row++)
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            if (tables_weight(brain, row, cell) != (brains_is_empty(brain, row, cell) ? 6 : 0))
                ck_abort_msg("row %u cell %u", row, cell);
    for (uint32_t row = states->rows; row < states_all_rows(states); row++)
        for (unsigned i = 0; i <= ROW_CELLS; i++)
            ck_assert_uint_eq(brain->rows[row].sums[i], 100000 + i);
    brain_destroy(brain);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_fresh_brain_weighs_every_legal_move_the_same_and_taken_cells_not,
        test_a_fresh_brain_has_lived_nothing_and_keeps_its_rule,
        test_rows_lead_where_the_states_say_and_absorbing_rows_to_the_next_level,
        test_a_game_of_more_cells_than_a_row_is_not_supported,
        test_weights_that_were_set_are_read_back_and_other_rows_stay,
        test_adding_to_a_cell_changes_its_weight_alone,
        test_destroying_nothing_is_allowed,
        test_a_copy_equals_its_original_and_has_rows_of_its_own,
        test_a_row_at_the_bound_is_kept,
        test_a_row_above_the_bound_is_halved_rounding_down_to_one_at_least,
        test_a_row_is_halved_until_it_is_within_the_bound,
        test_a_total_that_fills_32_bits_is_halved,
        test_halving_equals_the_plain_way_in_every_row,
        test_halving_leaves_rows_within_the_bound_and_absorbing_rows,
        NULL,
    };
    return unit_run("brain", tests);
}
