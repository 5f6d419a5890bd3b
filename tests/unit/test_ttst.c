/* The public face of libttst, through its one header. */
#include "engine/ttst.h"
#include "support/unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 9 };

#define EMPTY "000000000"

static struct ttst_brain *created(void)
{
    struct ttst_brain *brain = NULL;
    ck_assert_int_eq(ttst_brain_create("tictactoe", &brain), TTST_OK);
    ck_assert_ptr_nonnull(brain);
    return brain;
}

static void train(struct ttst_brain *brain, uint64_t matches, uint64_t seed)
{
    ck_assert_int_eq(ttst_brain_train(brain, matches, seed, 16, TTST_BOTH, NULL), TTST_OK);
}

static bool same_digest(const struct ttst_brain *a, const struct ttst_brain *b)
{
    char digests[2][TTST_DIGEST_SIZE];
    ttst_brain_digest(a, digests[0]);
    ttst_brain_digest(b, digests[1]);
    return strcmp(digests[0], digests[1]) == 0;
}

START_TEST(test_a_brain_of_tictactoe_has_nine_cells)
{
    struct ttst_brain *brain = created();
    ck_assert_uint_eq(ttst_brain_cells(brain), CELLS);
    ttst_brain_destroy(brain);
}
END_TEST

START_TEST(test_an_unknown_game_is_a_bad_argument)
{
    static const char *const unknown[] = {"", "chess", "TicTacToe"};
    for (unsigned i = 0; i < 3; i++) {
        struct ttst_brain *brain = NULL;
        ck_assert_int_eq(ttst_brain_create(unknown[i], &brain), TTST_BAD_ARGUMENT);
        ck_assert_ptr_null(brain);
    }
}
END_TEST

START_TEST(test_destroying_nothing_is_allowed)
{
    ttst_brain_destroy(NULL);
}
END_TEST

START_TEST(test_a_fresh_brain_weighs_each_empty_cell_six_and_taken_ones_zero)
{
    static const char board[] = "012000210";
    struct ttst_brain *brain = created();
    uint32_t weights[CELLS];
    ck_assert_int_eq(ttst_brain_weights(brain, board, weights), TTST_OK);
    for (unsigned cell = 0; cell < CELLS; cell++)
        ck_assert_uint_eq(weights[cell], board[cell] == '0' ? 6 : 0);
    ttst_brain_destroy(brain);
}
END_TEST

/* The digest of every fresh brain of the game: a change must be meant. */
START_TEST(test_the_digest_of_a_fresh_brain_keeps_its_value)
{
    struct ttst_brain *brain = created();
    char digest[TTST_DIGEST_SIZE];
    ttst_brain_digest(brain, digest);
    ck_assert_str_eq(digest,
                     "sha256:2a7509b39e511ea583d883ed59ff779bd4207cb312c2020c76d302b2b11a9150");
    ttst_brain_destroy(brain);
}
END_TEST

START_TEST(test_equal_seeds_make_equal_brains_and_others_others)
{
    struct ttst_brain *brains[3] = {created(), created(), created()};
    train(brains[0], 3000, 1);
    train(brains[1], 3000, 1);
    train(brains[2], 3000, 2);
    ck_assert(same_digest(brains[0], brains[1]));
    ck_assert(!same_digest(brains[0], brains[2]));
    for (unsigned i = 0; i < 3; i++)
        ttst_brain_destroy(brains[i]);
}
END_TEST

START_TEST(test_results_count_every_match)
{
    static const uint64_t counts[] = {0, 1, 17, 5000};
    struct ttst_brain *brain = created();
    for (unsigned i = 0; i < 4; i++) {
        for (unsigned lanes = 1; lanes <= 16; lanes += 15) {
            uint64_t results[3] = {9, 9, 9};
            ck_assert_int_eq(ttst_brain_train(brain, counts[i], i, lanes, TTST_BOTH, results),
                             TTST_OK);
            ck_assert_uint_eq(results[0] + results[1] + results[2], counts[i]);
        }
    }
    ttst_brain_destroy(brain);
}
END_TEST

START_TEST(test_more_matches_than_one_run_holds_are_all_played)
{
    const uint64_t matches = ((uint64_t)1 << 20) + 3;
    struct ttst_brain *brain = created();
    uint64_t results[3];
    ck_assert_int_eq(ttst_brain_train(brain, matches, 1, 16, TTST_BOTH, results), TTST_OK);
    ck_assert_uint_eq(results[0] + results[1] + results[2], matches);
    ttst_brain_destroy(brain);
}
END_TEST

START_TEST(test_training_moves_weight_to_the_centre)
{
    struct ttst_brain *brain = created();
    train(brain, 20000, 1);
    uint32_t weights[CELLS];
    ck_assert_int_eq(ttst_brain_weights(brain, EMPTY, weights), TTST_OK);
    uint64_t total = 0;
    for (unsigned cell = 0; cell < CELLS; cell++)
        total += weights[cell];
    ck_assert_uint_gt(total, 9 * 6);
    ck_assert_uint_gt(weights[4] * (uint64_t)CELLS, total);
    ttst_brain_destroy(brain);
}
END_TEST

START_TEST(test_the_player_that_does_not_learn_keeps_its_weights)
{
    static const char second[] = "000010000";
    uint32_t weights[CELLS];
    struct ttst_brain *brain = created();
    ck_assert_int_eq(ttst_brain_train(brain, 1000, 1, 1, TTST_PLAYER1, NULL), TTST_OK);
    ck_assert_int_eq(ttst_brain_weights(brain, second, weights), TTST_OK);
    for (unsigned cell = 0; cell < CELLS; cell++)
        ck_assert_uint_eq(weights[cell], cell == 4 ? 0 : 6);
    ck_assert_int_eq(ttst_brain_train(brain, 1000, 1, 1, TTST_PLAYER2, NULL), TTST_OK);
    ck_assert_int_eq(ttst_brain_weights(brain, second, weights), TTST_OK);
    unsigned changed = 0;
    for (unsigned cell = 0; cell < CELLS; cell++)
        changed += weights[cell] != (cell == 4 ? 0 : 6);
    ck_assert_uint_gt(changed, 0);
    ttst_brain_destroy(brain);
}
END_TEST

START_TEST(test_other_lanes_or_learners_are_bad_arguments_and_change_nothing)
{
    static const unsigned lanes[] = {0, 2, 8, 15, 17, 32, UINT32_MAX};
    static const unsigned learners[] = {0, 4, 5, UINT32_MAX};
    struct ttst_brain *fresh = created();
    struct ttst_brain *brain = created();
    uint64_t results[3] = {7, 8, 9};
    for (unsigned i = 0; i < 7; i++)
        ck_assert_int_eq(ttst_brain_train(brain, 100, 1, lanes[i], TTST_BOTH, results),
                         TTST_BAD_ARGUMENT);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_int_eq(ttst_brain_train(brain, 100, 1, 16, learners[i], results),
                         TTST_BAD_ARGUMENT);
    ck_assert(same_digest(brain, fresh));
    ck_assert(results[0] == 7 && results[1] == 8 && results[2] == 9);
    ttst_brain_destroy(brain);
    ttst_brain_destroy(fresh);
}
END_TEST

/* Asks for weights and a move of a board; both answer `status` and write nothing. */
static void assert_refused(const char *board, int status)
{
    struct ttst_brain *brain = created();
    uint32_t weights[CELLS] = {77};
    unsigned move = 77;
    ck_assert_msg(ttst_brain_weights(brain, board, weights) == status, "\"%s\"", board);
    ck_assert_msg(ttst_brain_move(brain, board, 1, &move) == status, "\"%s\"", board);
    ck_assert_uint_eq(weights[0], 77);
    ck_assert_uint_eq(move, 77);
    ttst_brain_destroy(brain);
}

START_TEST(test_every_kernel_that_can_be_chosen_makes_the_same_brain)
{
    static const char *const names[] = {"auto", "scalar", "avx2", "avx512"};
    struct ttst_brain *expected = created();
    unsigned usable = 0;
    train(expected, 5000, 3);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct ttst_brain *brain = created();
        int status = ttst_brain_set_kernel(brain, names[i]);
        usable += status == TTST_OK;
        train(brain, 5000, 3);
        ck_assert(status == TTST_OK || status == TTST_BAD_ARGUMENT);
        ck_assert_msg(same_digest(brain, expected), "%s", names[i]);
        ttst_brain_destroy(brain);
    }
    ck_assert_uint_ge(usable, 2); /* auto and scalar, on every processor */
    ck_assert_int_eq(ttst_brain_set_kernel(expected, "mmx"), TTST_BAD_ARGUMENT);
    ttst_brain_destroy(expected);
}
END_TEST

START_TEST(test_a_sample_is_exact_to_one_in_two_to_the_32)
{
    /* Halves and quarters: the borders are known to the bit. */
    static const uint32_t weights[4] = {2, 0, 1, 1};
    static const uint32_t half = (uint32_t)1 << 31;
    static const uint32_t quarter = (uint32_t)1 << 30;
    ck_assert_int_eq(ttst_sample(weights, 4, 0), 0);
    ck_assert_int_eq(ttst_sample(weights, 4, half - 1), 0);
    ck_assert_int_eq(ttst_sample(weights, 4, half), 2);
    ck_assert_int_eq(ttst_sample(weights, 4, half + quarter - 1), 2);
    ck_assert_int_eq(ttst_sample(weights, 4, half + quarter), 3);
    ck_assert_int_eq(ttst_sample(weights, 4, UINT32_MAX), 3);
}
END_TEST

START_TEST(test_what_cannot_be_sampled_is_told_apart)
{
    uint32_t weights[65] = {0};
    ck_assert_int_eq(ttst_sample(weights, 9, 1), -1);
    weights[0] = 1;
    ck_assert_int_eq(ttst_sample(weights, 64, 1), 0);
    ck_assert_int_eq(ttst_sample(weights, 65, 1), -1);
    ck_assert_int_eq(ttst_sample(weights, 0, 1), -1);
    weights[1] = UINT32_MAX;
    ck_assert_int_eq(ttst_sample(weights, 2, 1), -1);
}
END_TEST

START_TEST(test_a_malformed_board_is_a_bad_argument)
{
    assert_refused("", TTST_BAD_ARGUMENT);
    assert_refused("00000000", TTST_BAD_ARGUMENT);
    assert_refused("0000000000", TTST_BAD_ARGUMENT);
    assert_refused("00000000x", TTST_BAD_ARGUMENT);
    assert_refused("000030000", TTST_BAD_ARGUMENT);
    assert_refused("00000000 ", TTST_BAD_ARGUMENT);
}
END_TEST

START_TEST(test_a_finished_or_unreachable_board_has_no_move)
{
    assert_refused("111220000", TTST_NO_MOVE);
    assert_refused("121122211", TTST_NO_MOVE);
    assert_refused("200000000", TTST_NO_MOVE);
    assert_refused("110000000", TTST_NO_MOVE);
}
END_TEST

START_TEST(test_a_move_is_drawn_by_weight)
{
    /* Cells 2, 3, 6, 7 and 8 are empty and weigh the same: each has a fifth of the numbers. */
    static const unsigned expected[] = {2, 3, 6, 7, 8};
    struct ttst_brain *brain = created();
    for (uint32_t i = 0; i < 5; i++) {
        unsigned move;
        uint32_t middle = UINT32_MAX / 5 * i + UINT32_MAX / 10;
        ck_assert_int_eq(ttst_brain_move(brain, "120012000", middle, &move), TTST_OK);
        ck_assert_uint_eq(move, expected[i]);
    }
    ttst_brain_destroy(brain);
}
END_TEST

START_TEST(test_the_extreme_numbers_draw_the_first_and_the_last_empty_cell)
{
    struct ttst_brain *brain = created();
    train(brain, 1000, 1);
    unsigned move;
    ck_assert_int_eq(ttst_brain_move(brain, "012000210", 0, &move), TTST_OK);
    ck_assert_uint_eq(move, 0);
    ck_assert_int_eq(ttst_brain_move(brain, "210000012", UINT32_MAX, &move), TTST_OK);
    ck_assert_uint_eq(move, 6);
    ttst_brain_destroy(brain);
}
END_TEST

/* Any game. */

START_TEST(test_connect_four_learns_and_is_told_of)
{
    struct ttst_brain *four = NULL;
    struct ttst_brain *same = NULL;
    uint64_t results[3];
    uint32_t weights[7];
    double expected[7];
    unsigned move;
    const char *empty = "000000000000000000000000000000000000000000";
    ck_assert_int_eq(ttst_brain_create("connectfour", &four), TTST_OK);
    ck_assert_int_eq(ttst_brain_create_rule("7x6r4g", "patterns", &same), TTST_OK);
    ck_assert_uint_eq(ttst_brain_cells(four), 42);
    ck_assert_uint_eq(ttst_brain_moves(four), 7);
    ck_assert_int_eq(ttst_brain_train(four, 3000, 1, 16, TTST_BOTH, results), TTST_OK);
    ck_assert_int_eq(ttst_brain_train(same, 3000, 1, 1, TTST_BOTH, NULL), TTST_OK);
    ck_assert_uint_eq(results[0] + results[1] + results[2], 3000);
    ck_assert(same_digest(four, same));
    ck_assert_int_eq(ttst_brain_weights(four, empty, weights), TTST_OK);
    ck_assert_int_eq(ttst_brain_expected(four, empty, expected), TTST_OK);
    for (unsigned column = 0; column < 7; column++) {
        ck_assert_uint_ge(weights[column], 1);
        ck_assert_uint_le(weights[column], 65536);
        ck_assert_double_eq(expected[column], expected[6 - column]);
    }
    ck_assert_int_eq(ttst_brain_move(four, empty, 0, &move), TTST_OK);
    ck_assert_uint_lt(move, 7);
    ck_assert_int_eq(ttst_brain_move(four, EMPTY, 0, &move), TTST_BAD_ARGUMENT);
    ttst_brain_destroy(same);
    ttst_brain_destroy(four);
}
END_TEST

START_TEST(test_what_was_learned_is_exported_and_imported)
{
    static const char *const kinds[][2] = {{"tictactoe", "guard"},
                                           {"tictactoe", "beads"},
                                           {"tictactoe", "patterns"},
                                           {"connectfour-4x4", "patterns"}};
    for (unsigned i = 0; i < 4; i++) {
        struct ttst_brain *brain = NULL;
        struct ttst_brain *other = NULL;
        ck_assert_int_eq(ttst_brain_create_rule(kinds[i][0], kinds[i][1], &brain), TTST_OK);
        ck_assert_int_eq(ttst_brain_create_rule(kinds[i][0], kinds[i][1], &other), TTST_OK);
        train(brain, 500, 7);
        const size_t size = ttst_brain_export(brain, NULL, 0);
        char *bytes = malloc(size);
        ck_assert_uint_gt(size, 80);
        ck_assert_uint_eq(ttst_brain_export(brain, bytes, size), size);
        bytes[50] ^= 1;
        ck_assert_int_eq(ttst_brain_import(other, bytes, size), TTST_BAD_ARGUMENT);
        bytes[50] ^= 1;
        ck_assert(!same_digest(brain, other));
        ck_assert_int_eq(ttst_brain_import(other, bytes, size), TTST_OK);
        ck_assert(same_digest(brain, other));
        free(bytes);
        ttst_brain_destroy(other);
        ttst_brain_destroy(brain);
    }
}
END_TEST

START_TEST(test_rules_that_a_game_has_not_are_bad_arguments)
{
    static const char *const kinds[][2] = {{"connectfour", "beads"},
                                           {"tictactoe", "chess"},
                                           {"8x8r3", "patterns"},
                                           {"2x2r2", "patterns"},
                                           {"03x3r3", "patterns"}};
    struct ttst_brain *brain = NULL;
    double expected[CELLS];
    for (unsigned i = 0; i < 5; i++)
        ck_assert_int_eq(ttst_brain_create_rule(kinds[i][0], kinds[i][1], &brain),
                         TTST_BAD_ARGUMENT);
    brain = created();
    ck_assert_int_eq(ttst_brain_expected(brain, EMPTY, expected), TTST_BAD_ARGUMENT);
    ttst_brain_destroy(brain);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_brain_of_tictactoe_has_nine_cells,
        test_an_unknown_game_is_a_bad_argument,
        test_destroying_nothing_is_allowed,
        test_a_fresh_brain_weighs_each_empty_cell_six_and_taken_ones_zero,
        test_the_digest_of_a_fresh_brain_keeps_its_value,
        test_equal_seeds_make_equal_brains_and_others_others,
        test_results_count_every_match,
        test_more_matches_than_one_run_holds_are_all_played,
        test_training_moves_weight_to_the_centre,
        test_the_player_that_does_not_learn_keeps_its_weights,
        test_other_lanes_or_learners_are_bad_arguments_and_change_nothing,
        test_every_kernel_that_can_be_chosen_makes_the_same_brain,
        test_a_sample_is_exact_to_one_in_two_to_the_32,
        test_what_cannot_be_sampled_is_told_apart,
        test_a_malformed_board_is_a_bad_argument,
        test_a_finished_or_unreachable_board_has_no_move,
        test_a_move_is_drawn_by_weight,
        test_the_extreme_numbers_draw_the_first_and_the_last_empty_cell,
        test_connect_four_learns_and_is_told_of,
        test_what_was_learned_is_exported_and_imported,
        test_rules_that_a_game_has_not_are_bad_arguments,
        NULL,
    };
    return unit_run("ttst", tests);
}
