/* Networks of patterns: what they read follows from the board, and what they learn is, to the bit,
 * what the plain network learns. */
#include "base/rng.h"
#include "base/sha256.h"
#include "engine/patterns/practice.h"
#include "engine/rule.h"
#include "support/plain_network.h"
#include "support/unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXPLORE = 13107, STEP = 39322, TRACE = 45875 }; /* 0.2, 0.6, 0.7 */

static struct patterns *patterns_of(const char *name)
{
    struct game game;
    struct patterns *patterns = NULL;
    ck_assert_msg(game_parse(name, &game) == ERR_OK, "%s", name);
    ck_assert_msg(patterns_create(&game, &patterns) == ERR_OK, "%s", name);
    return patterns;
}

/* How a brain with one worker lives: rounds of a tenth of its life, each taken into the average. */
static void live(const struct patterns *patterns, int32_t weights[], int32_t averages[],
                 uint64_t seed, uint64_t matches)
{
    const size_t size = network_size(patterns);
    const struct network network = {.patterns = patterns, .weights = weights};
    struct tally tally;
    for (uint64_t lived = 0; lived < matches;) {
        uint64_t share = lived / 10 < 64 ? 64 : lived / 10;
        share = share < matches - lived ? share : matches - lived;
        const struct practice plan = {.seed = seed,
                                      .first = lived,
                                      .matches = share,
                                      .learners = LEARN_BOTH,
                                      .explore = EXPLORE,
                                      .step = network_step(STEP, lived, 1),
                                      .trace = TRACE};
        practice_run(&network, &plan, &tally);
        lived += share;
        network_average(averages, weights, size, share, lived);
    }
}

/* Games. */

START_TEST(test_patterns_are_as_many_as_boards_have)
{
    static const struct {
        const char *name;
        unsigned patterns;
        unsigned slots;
        uint32_t entries;
    } expected[] = {{"tictactoe", 4, 32, 810},       {"connectfour", 37, 74, 232448},
                    {"gomoku-8x8", 22, 176, 862650}, {"connectfour-4x4", 12, 24, 15680},
                    {"four-6x6", 15, 120, 62289},    {"6x4r4g", 19, 38, 44896}};
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct patterns *patterns = patterns_of(expected[i].name);
        ck_assert_uint_eq(patterns->patterns, expected[i].patterns);
        ck_assert_uint_eq(patterns->slots, expected[i].slots);
        ck_assert_uint_eq(patterns->entries, expected[i].entries);
        patterns_destroy(patterns);
    }
}
END_TEST

START_TEST(test_boards_with_too_many_slots_are_not_supported)
{
    struct game game;
    struct patterns *const untouched = (struct patterns *)&game;
    struct patterns *patterns = untouched;
    ck_assert_int_eq(game_parse("8x8r3", &game), ERR_OK);
    ck_assert_int_eq(patterns_create(&game, &patterns), ERR_UNSUPPORTED);
    ck_assert_ptr_eq(patterns, untouched);
}
END_TEST

/* Indexes stay within their tables, whatever stands on the board, and each is met. */
START_TEST(test_every_index_is_within_its_table)
{
    static const char *const names[] = {"tictactoe", "connectfour-4x4", "5x3r3g", "4x5r4"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct patterns *patterns = patterns_of(names[i]);
        bool *is_met = calloc(patterns->entries, sizeof *is_met);
        uint32_t index[PATTERNS_SLOTS_MAX];
        struct rng rng;
        rng_seed(&rng, i);
        for (unsigned match = 0; match < 20000; match++) {
            struct board board = {{0, 0}};
            while (game_result(&patterns->game, board) == RESULT_NONE) {
                uint64_t open = board_open(&patterns->game, board);
                for (uint64_t skip = rng_next(&rng) % (unsigned)__builtin_popcountll(open);
                     skip > 0; skip--)
                    open &= open - 1;
                board = board_play(board, (unsigned)__builtin_ctzll(open));
            }
            patterns_read(patterns, board, index);
            for (unsigned slot = 0; slot < patterns->slots; slot++) {
                ck_assert_uint_lt(index[slot], patterns->entries);
                is_met[index[slot]] = true;
            }
        }
        unsigned met = 0;
        for (uint32_t entry = 0; entry < patterns->entries; entry++)
            met += is_met[entry];
        ck_assert_uint_gt(met, patterns->entries / 8); /* finished boards are full, or nearly so */
        free(is_met);
        patterns_destroy(patterns);
    }
}
END_TEST

/* Values. */

START_TEST(test_values_grow_with_their_sums_and_stay_below_an_end)
{
    int32_t last = -NETWORK_ONE;
    ck_assert_int_eq(network_value(0), 0);
    ck_assert_int_eq(network_value(INT32_MAX), NETWORK_VALUE_MAX);
    for (int64_t sum = INT32_MIN + 1; sum <= INT32_MAX; sum += 4099) {
        const int32_t value = network_value((int32_t)sum);
        ck_assert_int_ge(value, last);
        ck_assert_int_eq(network_value((int32_t)-sum), -value);
        last = value;
    }
    ck_assert_int_eq(network_value(1 << 22), 50972); /* s(1) = 28 / 36 */
}
END_TEST

START_TEST(test_steps_fall_to_a_fiftieth_and_half_way_after_so_many_matches)
{
    ck_assert_uint_eq(network_step(STEP, 0, 1), STEP);
    ck_assert_uint_eq(network_step(STEP, 400000, 1), (STEP + 1311) / 2);
    ck_assert_uint_eq(network_step(STEP, 1600000, 8), (STEP + 1311) / 2);
    ck_assert_uint_eq(network_step(STEP, UINT64_C(1) << 53, 1), 1311);
    ck_assert_uint_eq(network_step(1311, 1000, 1), 1311);
}
END_TEST

START_TEST(test_averages_take_in_a_round_by_its_share)
{
    static const struct {
        uint64_t matches;
        uint64_t lived;
        int32_t weight;
        int32_t average; /* of 0 */
    } expected[] = {{64, 64, 100, 100},           {64, 600, 100, 50},
                    {64, 1024, 100, 25},          {64, 1000000, 640, 10},
                    {16384, 1000000, 100, 25},    {65536, 10000000, 100, 100},
                    {100000, 10000000, 100, 100}, {16384, 1000000, -6, -1}};
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        int32_t average = 0;
        network_average(&average, &expected[i].weight, 1, expected[i].matches, expected[i].lived);
        ck_assert_msg(average == expected[i].average, "%u: %" PRId32, i, average);
    }
}
END_TEST

START_TEST(test_workers_are_merged_to_the_mean_of_those_that_changed_something)
{
    enum { ROWS = 6 };
    int32_t base[ROWS] = {10, 10, 10, 10, NETWORK_WEIGHT_MAX, 0};
    const int32_t a[ROWS] = {10, 20, 20, 3, NETWORK_WEIGHT_MAX, -1};
    const int32_t b[ROWS] = {10, 10, 31, 10, NETWORK_WEIGHT_MAX - 3, 0};
    const int32_t c[ROWS] = {10, 10, 10, 6, NETWORK_WEIGHT_MAX, -2};
    const int32_t expected[ROWS] = {10, 20, 25, 5, NETWORK_WEIGHT_MAX - 3, -1};
    network_merge(base, (const int32_t *const[]){a, b, c}, 3, ROWS);
    for (unsigned i = 0; i < ROWS; i++)
        ck_assert_int_eq(base[i], expected[i]);
}
END_TEST

/* Learning. */

static void assert_same_values(const struct patterns *patterns, const int32_t weights[],
                               struct plain_network *plain, const char *name)
{
    struct rng rng;
    rng_seed(&rng, 5);
    for (unsigned match = 0; match < 30; match++) {
        struct board board = {{0, 0}};
        while (game_result(&patterns->game, board) == RESULT_NONE) {
            const int32_t value = network_value_of(patterns, weights, board);
            if (value != plain_network_value(plain, board))
                ck_abort_msg("%s: a board is worth another value", name);
            uint64_t open = board_open(&patterns->game, board);
            for (uint64_t skip = rng_next(&rng) % (unsigned)__builtin_popcountll(open); skip > 0;
                 skip--)
                open &= open - 1;
            board = board_play(board, (unsigned)__builtin_ctzll(open));
        }
    }
}

START_TEST(test_practice_is_that_of_the_plain_network_to_the_bit)
{
    static const char *const names[] = {"tictactoe",       "connectfour", "connectfour-4x4",
                                        "three-4x4",       "6x4r4g",      "4x3r3",
                                        "connectfour-6x5", "gomoku-7x7",  "9x2r3g"};
    static const struct practice plans[] = {{.seed = 1,
                                             .matches = 120,
                                             .learners = LEARN_BOTH,
                                             .explore = EXPLORE,
                                             .step = STEP,
                                             .trace = TRACE},
                                            {.seed = 2,
                                             .first = 7,
                                             .matches = 40,
                                             .learners = LEARN_PLAYER1,
                                             .explore = 65536,
                                             .step = 65536,
                                             .trace = 0},
                                            {.seed = 3,
                                             .matches = 40,
                                             .learners = LEARN_PLAYER2,
                                             .explore = 0,
                                             .step = 1311,
                                             .trace = 65536}};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct patterns *patterns = patterns_of(names[i]);
        struct plain_network *plain = plain_network_create(&patterns->game);
        int32_t *weights = calloc(network_size(patterns), sizeof *weights);
        const struct network network = {.patterns = patterns, .weights = weights};
        ck_assert_uint_eq(plain_network_patterns(plain), patterns->patterns);
        for (unsigned k = 0; k < sizeof plans / sizeof plans[0]; k++) {
            struct tally tally;
            struct tally expected;
            practice_run(&network, &plans[k], &tally);
            plain_network_practise(plain, &plans[k], &expected);
            ck_assert_msg(memcmp(&tally, &expected, sizeof tally) == 0, "%s, plan %u", names[i], k);
            assert_same_values(patterns, weights, plain, names[i]);
        }
        free(weights);
        plain_network_destroy(plain);
        patterns_destroy(patterns);
    }
}
END_TEST

START_TEST(test_a_seed_gives_the_same_weights_wherever_it_is_played)
{
    static const struct {
        const char *name;
        const char *digest;
    } expected[] = {{"tictactoe", "fae5e9e4ea43f6e5"},
                    {"connectfour", "882060c7aa506d3b"},
                    {"gomoku-8x8", "9ecd7f966dc9ef69"}};
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct patterns *patterns = patterns_of(expected[i].name);
        const size_t size = network_size(patterns);
        int32_t *weights = calloc(2 * size, sizeof *weights);
        struct sha256 hash;
        uint8_t digest[SHA256_SIZE];
        char hex[17];
        live(patterns, weights, weights + size, 1, 1000);
        sha256_start(&hash);
        sha256_add(&hash, weights, 2 * size * sizeof *weights); /* little-endian machines */
        sha256_end(&hash, digest);
        for (unsigned k = 0; k < 8; k++)
            snprintf(hex + 2 * k, 3, "%02x", digest[k]);
        ck_assert_str_eq(hex, expected[i].digest);
        free(weights);
        patterns_destroy(patterns);
    }
}
END_TEST

/* Strength. */

static int32_t worth(const struct patterns *patterns, const int32_t weights[], struct board board)
{
    const enum result result = game_result(&patterns->game, board);
    if (result == RESULT_NONE)
        return network_value_of(patterns, weights, board);
    return result == RESULT_DRAW ? 0 : result == RESULT_PLAYER1 ? NETWORK_ONE : -NETWORK_ONE;
}

/* The best move, one ply ahead. */
static struct board best_move(const struct patterns *patterns, const int32_t weights[],
                              struct board board)
{
    struct board best = board;
    const int32_t sign = board_player(board) == 1 ? 1 : -1;
    int32_t most = INT32_MIN;
    for (uint64_t open = board_open(&patterns->game, board); open != 0; open &= open - 1) {
        const struct board next = board_play(board, (unsigned)__builtin_ctzll(open));
        const int32_t value = sign * worth(patterns, weights, next);
        if (value > most) {
            most = value;
            best = next;
        }
    }
    return best;
}

/* Whether it never loses as that player, whatever the other one does. */
static bool never_loses(const struct patterns *patterns, const int32_t weights[],
                        struct board board, unsigned player)
{
    const enum result result = game_result(&patterns->game, board);
    if (result != RESULT_NONE)
        return result == RESULT_DRAW || (unsigned)result == player;
    if (board_player(board) == player)
        return never_loses(patterns, weights, best_move(patterns, weights, board), player);
    bool is_safe = true;
    for (uint64_t open = board_open(&patterns->game, board); open != 0 && is_safe; open &= open - 1)
        is_safe = never_loses(patterns, weights, board_play(board, (unsigned)__builtin_ctzll(open)),
                              player);
    return is_safe;
}

START_TEST(test_tic_tac_toe_is_not_lost_after_twenty_thousand_matches)
{
    struct patterns *patterns = patterns_of("tictactoe");
    const size_t size = network_size(patterns);
    for (uint64_t seed = 1; seed <= 5; seed++) {
        int32_t *weights = calloc(2 * size, sizeof *weights);
        live(patterns, weights, weights + size, seed, 20000);
        for (unsigned player = 1; player <= 2; player++)
            ck_assert_msg(never_loses(patterns, weights + size, (struct board){{0, 0}}, player),
                          "seed %" PRIu64 ", player %u", seed, player);
        free(weights);
    }
    patterns_destroy(patterns);
}
END_TEST

/* Matches that it wins of so many against random moves. */
static unsigned wins(const struct patterns *patterns, const int32_t weights[], unsigned player,
                     unsigned matches)
{
    unsigned won = 0;
    struct rng rng;
    rng_seed(&rng, player);
    for (unsigned i = 0; i < matches; i++) {
        struct board board = {{0, 0}};
        while (game_result(&patterns->game, board) == RESULT_NONE) {
            if (board_player(board) == player) {
                board = best_move(patterns, weights, board);
                continue;
            }
            uint64_t open = board_open(&patterns->game, board);
            for (uint64_t skip = rng_next(&rng) % (unsigned)__builtin_popcountll(open); skip > 0;
                 skip--)
                open &= open - 1;
            board = board_play(board, (unsigned)__builtin_ctzll(open));
        }
        won += (unsigned)game_result(&patterns->game, board) == player;
    }
    return won;
}

START_TEST(test_connect_four_is_won_against_random_moves_after_ten_thousand_matches)
{
    struct patterns *patterns = patterns_of("connectfour");
    const size_t size = network_size(patterns);
    int32_t *weights = calloc(2 * size, sizeof *weights);
    live(patterns, weights, weights + size, 1, 10000);
    for (unsigned player = 1; player <= 2; player++)
        ck_assert_uint_ge(wins(patterns, weights + size, player, 400), 390);
    free(weights);
    patterns_destroy(patterns);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_patterns_are_as_many_as_boards_have,
        test_boards_with_too_many_slots_are_not_supported,
        test_every_index_is_within_its_table,
        test_values_grow_with_their_sums_and_stay_below_an_end,
        test_steps_fall_to_a_fiftieth_and_half_way_after_so_many_matches,
        test_averages_take_in_a_round_by_its_share,
        test_workers_are_merged_to_the_mean_of_those_that_changed_something,
        test_practice_is_that_of_the_plain_network_to_the_bit,
        test_a_seed_gives_the_same_weights_wherever_it_is_played,
        test_tic_tac_toe_is_not_lost_after_twenty_thousand_matches,
        test_connect_four_is_won_against_random_moves_after_ten_thousand_matches,
        NULL,
    };
    return unit_run("patterns", tests);
}
