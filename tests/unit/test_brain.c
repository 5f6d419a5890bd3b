/* The table of weights: digest, merge and halving against plain references. */
#include "base/rng.h"
#include "engine/brain.h"
#include "support/unit.h"

#include <inttypes.h>
#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORKERS_MAX = 64 };

/* A game and its states, which live as long as the process. */
struct variant {
    struct game game;
    struct states *states;
};

static struct variant tictactoe = {.game = {.width = 3, .height = 3, .run = 3}};
static struct variant small_game = {.game = {.width = 3, .height = 2, .run = 2}};
static struct variant wide_game = {.game = {.width = 5, .height = 2, .run = 2}};

static const struct states *states_of(struct variant *variant)
{
    if (variant->states == NULL)
        ck_assert_int_eq(states_create(&variant->game, &variant->states), ERR_OK);
    return variant->states;
}

static struct brain *brain_of(const struct states *states)
{
    struct rule rule = rule_default(RULE_BEADS);
    struct brain *brain;
    ck_assert_int_eq(brain_create(states, &rule, &brain), ERR_OK);
    return brain;
}

static bool is_empty(const struct brain *brain, uint32_t row, unsigned cell)
{
    const struct states *states = brain->states;
    return cell < states->cells &&
           (board_empty(&states->game, states->boards[row]) >> cell & 1) != 0;
}

/* Gives every legal move a weight from 1 to `most`; a few rows get one that fills the bound. */
static void fill_random(struct brain *brain, struct rng *rng, uint32_t most)
{
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        uint32_t weights[ROW_CELLS] = {0};
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            if (is_empty(brain, row, cell))
                weights[cell] = 1 + (uint32_t)(rng_next(rng) % most);
        unsigned cell = (unsigned)(rng_next(rng) % ROW_CELLS);
        if (rng_next(rng) % 16 == 0 && is_empty(brain, row, cell))
            weights[cell] = RULE_HALVE_ABOVE_MAX - ROW_CELLS * most;
        brain_set_weights(brain, row, weights);
    }
}

static uint32_t weight(const struct brain *brain, uint32_t row, unsigned cell)
{
    return row_weight(&brain->rows[row], cell);
}

static void set_weight(struct brain *brain, uint32_t row, unsigned cell, uint32_t value)
{
    uint32_t weights[ROW_CELLS];
    brain_weights(brain, row, weights);
    weights[cell] = value;
    brain_set_weights(brain, row, weights);
}

static void garble_absorbing_rows(struct brain *brain, uint32_t value)
{
    for (uint32_t row = brain->states->rows; row < brain->states->rows + RESULT_COUNT; row++)
        for (unsigned i = 0; i <= ROW_CELLS; i++)
            brain->rows[row].sums[i] = value + i;
}

/* The digest by its definition: one text of all lines, hashed in one go. */
static void plain_digest(const struct brain *brain, char out[BRAIN_DIGEST_SIZE])
{
    const struct states *states = brain->states;
    size_t capacity = states->rows * (size_t)128;
    char *text = malloc(capacity);
    size_t size = 0;
    for (uint32_t row = 0; row < states->rows; row++) {
        board_format(&states->game, states->boards[row], text + size);
        size += states->cells;
        for (unsigned cell = 0; cell < states->cells; cell++)
            size += (size_t)snprintf(text + size, capacity - size, ",%" PRIu32,
                                     weight(brain, row, cell));
        text[size++] = '\n';
    }
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    sha256_update(&context, size, (const uint8_t *)text);
    sha256_digest(&context, sizeof digest, digest);
    free(text);
    memcpy(out, "sha256:", 7);
    base16_encode_update(out + 7, sizeof digest, digest);
    out[BRAIN_DIGEST_SIZE - 1] = '\0';
}

static void assert_same_digest(const struct brain *a, const struct brain *b)
{
    char digests[2][BRAIN_DIGEST_SIZE];
    brain_digest(a, digests[0]);
    brain_digest(b, digests[1]);
    ck_assert_str_eq(digests[0], digests[1]);
}

static void assert_fresh(struct variant *variant, uint32_t start_weight)
{
    const struct states *states = states_of(variant);
    struct rule rule = rule_default(RULE_BEADS);
    rule.start_weight = start_weight;
    struct brain *brain;
    ck_assert_int_eq(brain_create(states, &rule, &brain), ERR_OK);
    for (uint32_t row = 0; row < states->rows; row++)
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            if (weight(brain, row, cell) != (is_empty(brain, row, cell) ? start_weight : 0))
                ck_abort_msg("row %u cell %u", row, cell);
    brain_destroy(brain);
}

START_TEST(test_a_fresh_brain_weighs_every_legal_move_the_same_and_taken_cells_not)
{
    assert_fresh(&tictactoe, 6);
    assert_fresh(&tictactoe, 1);
    assert_fresh(&tictactoe, RULE_START_WEIGHT_MAX);
    assert_fresh(&small_game, 6);
}
END_TEST

START_TEST(test_a_fresh_brain_has_lived_nothing_and_keeps_its_rule)
{
    const struct states *states = states_of(&tictactoe);
    struct rule rule = rule_default(RULE_BEADS);
    rule.penalty = 77;
    struct brain *brain;
    ck_assert_int_eq(brain_create(states, &rule, &brain), ERR_OK);
    ck_assert_uint_eq(brain->matches, 0);
    for (unsigned i = 0; i < RESULT_COUNT; i++)
        ck_assert_uint_eq(brain->results[i], 0);
    ck_assert_ptr_eq(brain->states, states);
    ck_assert_uint_eq(brain->rule.penalty, 77);
    brain_destroy(brain);
}
END_TEST

START_TEST(test_rows_lead_where_the_states_say_and_absorbing_rows_to_themselves)
{
    const struct states *states = states_of(&tictactoe);
    struct brain *brain = brain_of(states);
    for (uint32_t row = 0; row < states->rows; row++)
        for (unsigned cell = 0; cell < 9; cell++)
            if (brain->rows[row].next[cell] != states->next[row * 9 + cell])
                ck_abort_msg("row %u cell %u", row, cell);
    for (uint32_t row = states->rows; row < states->rows + RESULT_COUNT; row++)
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            ck_assert_uint_eq(brain->rows[row].next[cell], row);
    brain_destroy(brain);
}
END_TEST

START_TEST(test_a_game_of_more_cells_than_a_row_is_not_supported)
{
    struct rule rule = rule_default(RULE_BEADS);
    struct brain *brain = NULL;
    ck_assert_int_eq(brain_create(states_of(&wide_game), &rule, &brain), ERR_UNSUPPORTED);
    ck_assert_ptr_null(brain);
}
END_TEST

START_TEST(test_weights_that_were_set_are_read_back_and_other_rows_stay)
{
    static const uint32_t set[ROW_CELLS] = {1, 0, 1u << 30, 7, 0, 2, 65536, 9, 4};
    const struct states *states = states_of(&tictactoe);
    struct brain *brain = brain_of(states);
    uint16_t next[ROW_CELLS];
    memcpy(next, brain->rows[100].next, sizeof next);
    brain_set_weights(brain, 100, set);
    uint32_t got[ROW_CELLS];
    brain_weights(brain, 100, got);
    ck_assert_mem_eq(got, set, sizeof set);
    ck_assert_uint_eq(row_total(&brain->rows[100]), (1u << 30) + 65536 + 23);
    ck_assert_mem_eq(brain->rows[100].next, next, sizeof next);
    for (unsigned cell = 0; cell < ROW_CELLS; cell++) {
        ck_assert_uint_eq(weight(brain, 99, cell), is_empty(brain, 99, cell) ? 6 : 0);
        ck_assert_uint_eq(weight(brain, 101, cell), is_empty(brain, 101, cell) ? 6 : 0);
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
    const struct states *states = states_of(&tictactoe);
    struct brain *from = brain_of(states);
    struct brain *to = brain_of(states);
    struct rng rng;
    rng_seed(&rng, 1);
    fill_random(from, &rng, 1000);
    from->matches = 60;
    memcpy(from->results, (uint64_t[]){10, 20, 30}, sizeof from->results);
    from->rule.reward = 99;
    struct row *rows = to->rows;
    brain_copy(to, from);
    assert_same_digest(to, from);
    ck_assert_uint_eq(to->matches, 60);
    ck_assert_mem_eq(to->results, from->results, sizeof to->results);
    ck_assert_uint_eq(to->rule.reward, 99);
    ck_assert_ptr_eq(to->rows, rows);
    uint32_t before = weight(from, 0, 0);
    set_weight(to, 0, 0, before + 1);
    ck_assert_uint_eq(weight(from, 0, 0), before);
    brain_destroy(to);
    brain_destroy(from);
}
END_TEST

/* A row for each board and 6 for each empty cell, hashed by other means once: a change of this
 * value must be meant, for it names every fresh brain. */
START_TEST(test_the_digest_of_a_fresh_brain_keeps_its_value)
{
    const struct states *states = states_of(&tictactoe);
    struct brain *brain = brain_of(states);
    char digest[BRAIN_DIGEST_SIZE];
    brain_digest(brain, digest);
    ck_assert_str_eq(digest,
                     "sha256:2a7509b39e511ea583d883ed59ff779bd4207cb312c2020c76d302b2b11a9150");
    brain_destroy(brain);
}
END_TEST

static void assert_digest_is_plain(struct variant *variant, uint64_t seed)
{
    static const uint32_t most[] = {2, 20, 99999, 100000000};
    const struct states *states = states_of(variant);
    struct brain *brain = brain_of(states);
    struct rng rng;
    rng_seed(&rng, seed);
    fill_random(brain, &rng, most[seed % 4]);
    char digest[BRAIN_DIGEST_SIZE];
    char expected[BRAIN_DIGEST_SIZE];
    brain_digest(brain, digest);
    plain_digest(brain, expected);
    ck_assert_msg(strcmp(digest, expected) == 0, "seed %" PRIu64 ": %s, not %s", seed, digest,
                  expected);
    brain_destroy(brain);
}

START_TEST(test_the_digest_is_the_hash_of_the_documented_text)
{
    for (uint64_t seed = 0; seed < 8; seed++)
        assert_digest_is_plain(&tictactoe, seed);
    for (uint64_t seed = 8; seed < 40; seed++)
        assert_digest_is_plain(&small_game, seed);
}
END_TEST

START_TEST(test_the_digest_takes_weights_of_full_width)
{
    const struct states *states = states_of(&tictactoe);
    struct brain *brain = brain_of(states);
    static const uint32_t full[ROW_CELLS] = {UINT32_MAX, 0, 0, 0, 0, 0, 0, 0, 0};
    brain_set_weights(brain, 0, full);
    brain_set_weights(brain, states->rows - 1, full);
    char digest[BRAIN_DIGEST_SIZE];
    char expected[BRAIN_DIGEST_SIZE];
    brain_digest(brain, digest);
    plain_digest(brain, expected);
    ck_assert_str_eq(digest, expected);
    brain_destroy(brain);
}
END_TEST

START_TEST(test_the_digest_changes_with_any_one_weight)
{
    const struct states *states = states_of(&small_game);
    struct brain *brain = brain_of(states);
    char fresh[BRAIN_DIGEST_SIZE];
    brain_digest(brain, fresh);
    for (uint32_t row = 0; row < states->rows; row++) {
        for (unsigned cell = 0; cell < states->cells; cell++) {
            uint32_t before = weight(brain, row, cell);
            set_weight(brain, row, cell, before + 1);
            char digest[BRAIN_DIGEST_SIZE];
            brain_digest(brain, digest);
            ck_assert_msg(strcmp(digest, fresh) != 0, "row %u cell %u", row, cell);
            set_weight(brain, row, cell, before);
        }
    }
    brain_destroy(brain);
}
END_TEST

START_TEST(test_the_digest_leaves_absorbing_rows_out)
{
    const struct states *states = states_of(&tictactoe);
    struct brain *brain = brain_of(states);
    struct brain *garbled = brain_of(states);
    garble_absorbing_rows(garbled, 12345);
    assert_same_digest(garbled, brain);
    brain_destroy(garbled);
    brain_destroy(brain);
}
END_TEST

struct crew {
    struct brain *brains[WORKERS_MAX];
    unsigned count;
};

static struct crew crew_of(const struct brain *base, unsigned count)
{
    struct crew crew = {.count = count};
    for (unsigned i = 0; i < count; i++) {
        crew.brains[i] = brain_of(base->states);
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
    if (!is_empty(base, row, cell))
        return 0;
    int64_t before = weight(base, row, cell);
    int64_t sum = before;
    for (unsigned i = 0; i < crew->count; i++)
        sum += weight(crew->brains[i], row, cell) - before;
    return sum < 1 ? 1 : sum;
}

/* Merges random tables; the workers' weights are often lower than the base's, so that sums fall
 * below the floor. Returns how many did. */
static unsigned assert_merge_is_plain(const struct states *states, unsigned count, uint64_t seed)
{
    struct brain *base = brain_of(states);
    struct brain *before = brain_of(states);
    struct rng rng;
    rng_seed(&rng, seed);
    fill_random(base, &rng, 500);
    brain_copy(before, base);
    struct crew crew = crew_of(base, count);
    for (unsigned i = 0; i < count; i++)
        for (uint32_t row = 0; row < states->rows; row++)
            for (unsigned cell = 0; cell < states->cells; cell++)
                if (is_empty(base, row, cell) && rng_next(&rng) % 2 == 0)
                    set_weight(crew.brains[i], row, cell, 1 + (uint32_t)(rng_next(&rng) % 600));
    crew_merge(&crew, base);
    unsigned floored = 0;
    for (uint32_t row = 0; row < states->rows; row++) {
        for (unsigned cell = 0; cell < ROW_CELLS; cell++) {
            int64_t expected = plain_merge(before, &crew, row, cell);
            floored += expected == 1;
            if (weight(base, row, cell) != expected)
                ck_abort_msg("seed %" PRIu64 ", %u workers, row %u cell %u: %" PRIu32
                             ", not %" PRId64,
                             seed, count, row, cell, weight(base, row, cell), expected);
        }
    }
    crew_free(&crew);
    brain_destroy(before);
    brain_destroy(base);
    return floored;
}

START_TEST(test_merging_any_number_of_workers_equals_the_plain_sum)
{
    const struct states *states = states_of(&small_game);
    for (unsigned count = 1; count <= WORKERS_MAX; count++) {
        unsigned floored = assert_merge_is_plain(states, count, count);
        ck_assert_msg(count == 1 || floored > 5, "%u workers: %u at the floor", count, floored);
    }
}
END_TEST

START_TEST(test_merging_tictactoe_equals_the_plain_sum)
{
    const struct states *states = states_of(&tictactoe);
    assert_merge_is_plain(states, 1, 101);
    assert_merge_is_plain(states, 2, 102);
    assert_merge_is_plain(states, 16, 103);
}
END_TEST

START_TEST(test_a_sum_may_pass_32_bits_on_the_way)
{
    enum { HALF = WORKERS_MAX / 2 };
    const uint32_t heavy = RULE_HALVE_ABOVE_MAX;
    const struct states *states = states_of(&small_game);
    for (unsigned upward_first = 0; upward_first < 2; upward_first++) {
        struct brain *base = brain_of(states);
        set_weight(base, 0, 2, heavy);
        struct crew crew = crew_of(base, WORKERS_MAX);
        for (unsigned i = 0; i < WORKERS_MAX; i++)
            set_weight(crew.brains[i], 0, 2, (i < HALF) == (upward_first == 1) ? 2 * heavy - 1 : 1);
        crew_merge(&crew, base);
        ck_assert_uint_eq(weight(base, 0, 2), heavy);
        crew_free(&crew);
        brain_destroy(base);
    }
}
END_TEST

START_TEST(test_a_sum_far_below_zero_becomes_one)
{
    const struct states *states = states_of(&small_game);
    struct brain *base = brain_of(states);
    set_weight(base, 0, 2, RULE_HALVE_ABOVE_MAX);
    struct crew crew = crew_of(base, WORKERS_MAX);
    for (unsigned i = 0; i < WORKERS_MAX; i++)
        set_weight(crew.brains[i], 0, 2, 1);
    crew_merge(&crew, base);
    ck_assert_uint_eq(weight(base, 0, 2), 1);
    crew_free(&crew);
    brain_destroy(base);
}
END_TEST

START_TEST(test_workers_that_learned_nothing_change_nothing)
{
    const struct states *states = states_of(&tictactoe);
    struct brain *base = brain_of(states);
    struct rng rng;
    rng_seed(&rng, 5);
    fill_random(base, &rng, 1000);
    struct crew crew = crew_of(base, 3);
    crew_merge(&crew, base);
    assert_same_digest(base, crew.brains[0]);
    crew_free(&crew);
    brain_destroy(base);
}
END_TEST

START_TEST(test_the_order_of_workers_within_a_round_does_not_matter)
{
    const struct states *states = states_of(&small_game);
    struct brain *base = brain_of(states);
    struct brain *other = brain_of(states);
    struct crew crew = crew_of(base, 5);
    struct rng rng;
    rng_seed(&rng, 6);
    for (unsigned i = 0; i < crew.count; i++)
        fill_random(crew.brains[i], &rng, 12);
    struct crew reversed = {.count = crew.count};
    for (unsigned i = 0; i < crew.count; i++)
        reversed.brains[i] = crew.brains[crew.count - 1 - i];
    crew_merge(&crew, base);
    crew_merge(&reversed, other);
    assert_same_digest(base, other);
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
        set_weight(crew.brains[i], 0, 0, (uint32_t)((int)weight(base, 0, 0) + change));
    crew_merge(&crew, base);
    crew_free(&crew);
}

START_TEST(test_the_order_of_rounds_matters_at_the_floor)
{
    const struct states *states = states_of(&small_game);
    struct brain *down_up = brain_of(states);
    struct brain *up_down = brain_of(states);
    play_round(down_up, -5); /* 6 - 10 becomes 1 */
    play_round(down_up, 3);
    play_round(up_down, 3);
    play_round(up_down, -5);
    ck_assert_uint_eq(weight(down_up, 0, 0), 1 + 6);
    ck_assert_uint_eq(weight(up_down, 0, 0), 6 + 6 - 10);
    brain_destroy(up_down);
    brain_destroy(down_up);
}
END_TEST

START_TEST(test_merging_leaves_matches_results_and_absorbing_rows)
{
    const struct states *states = states_of(&small_game);
    struct brain *base = brain_of(states);
    struct crew crew = crew_of(base, 2);
    base->matches = 6;
    memcpy(base->results, (uint64_t[]){1, 2, 3}, sizeof base->results);
    garble_absorbing_rows(base, 7);
    crew.brains[0]->matches = 100;
    garble_absorbing_rows(crew.brains[0], 1000);
    crew_merge(&crew, base);
    ck_assert_uint_eq(base->matches, 6);
    ck_assert_mem_eq(base->results, ((uint64_t[]){1, 2, 3}), sizeof base->results);
    for (unsigned i = 0; i <= ROW_CELLS; i++)
        ck_assert_uint_eq(base->rows[states->rows].sums[i], 7 + i);
    crew_free(&crew);
    brain_destroy(base);
}
END_TEST

/* Row 0 of a fresh tic-tac-toe brain set to `weights`, and all rows halved. */
static void assert_halved(uint32_t halve_above, const uint32_t weights[ROW_CELLS],
                          const uint32_t expected[ROW_CELLS])
{
    const struct states *states = states_of(&tictactoe);
    struct brain *brain = brain_of(states);
    brain->rule.halve_above = halve_above;
    brain_set_weights(brain, 0, weights);
    brain_halve(brain);
    uint32_t got[ROW_CELLS];
    brain_weights(brain, 0, got);
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
    struct brain *brain = brain_of(states_of(&tictactoe));
    struct brain *before = brain_of(states_of(&tictactoe));
    struct rng rng;
    rng_seed(&rng, seed);
    fill_random(brain, &rng, 300);
    brain->rule.halve_above = 512;
    brain_copy(before, brain);
    brain_halve(brain);
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        uint32_t weights[ROW_CELLS];
        brain_weights(before, row, weights);
        plain_halve(weights, 512);
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            if (weight(brain, row, cell) != weights[cell])
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
    const struct states *states = states_of(&tictactoe);
    struct brain *brain = brain_of(states);
    brain->rule.halve_above = RULE_HALVE_ABOVE_MIN;
    garble_absorbing_rows(brain, 100000);
    static const uint32_t above[ROW_CELLS] = {400, 1, 1, 1, 1, 1, 1, 1, 1};
    brain_set_weights(brain, 0, above);
    brain_halve(brain);
    ck_assert_uint_eq(weight(brain, 0, 0), 200);
    for (uint32_t row = 1; row < states->rows; row++)
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            if (weight(brain, row, cell) != (is_empty(brain, row, cell) ? 6 : 0))
                ck_abort_msg("row %u cell %u", row, cell);
    for (uint32_t row = states->rows; row < states->rows + RESULT_COUNT; row++)
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
        test_rows_lead_where_the_states_say_and_absorbing_rows_to_themselves,
        test_a_game_of_more_cells_than_a_row_is_not_supported,
        test_weights_that_were_set_are_read_back_and_other_rows_stay,
        test_adding_to_a_cell_changes_its_weight_alone,
        test_destroying_nothing_is_allowed,
        test_a_copy_equals_its_original_and_has_rows_of_its_own,
        test_the_digest_of_a_fresh_brain_keeps_its_value,
        test_the_digest_is_the_hash_of_the_documented_text,
        test_the_digest_takes_weights_of_full_width,
        test_the_digest_changes_with_any_one_weight,
        test_the_digest_leaves_absorbing_rows_out,
        test_merging_any_number_of_workers_equals_the_plain_sum,
        test_merging_tictactoe_equals_the_plain_sum,
        test_a_sum_may_pass_32_bits_on_the_way,
        test_a_sum_far_below_zero_becomes_one,
        test_workers_that_learned_nothing_change_nothing,
        test_the_order_of_workers_within_a_round_does_not_matter,
        test_the_order_of_rounds_matters_at_the_floor,
        test_merging_leaves_matches_results_and_absorbing_rows,
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
