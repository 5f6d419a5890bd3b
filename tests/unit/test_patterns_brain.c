/* Brains that are networks: how they meet others, learn from matches, are seen, merged, and
 * written. */
#include "base/bytes.h"
#include "base/rng.h"
#include "engine/listing.h"
#include "engine/match.h"
#include "engine/opponent.h"
#include "engine/patterns/practice.h"
#include "engine/selfplay.h"
#include "engine/table/table.h"
#include "engine/view.h"
#include "support/plain_network.h"
#include "support/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct policy sample = {.kind = POLICY_SAMPLE};

static struct atlas *atlas_of(const char *name)
{
    struct game game;
    struct atlas *atlas = NULL;
    ck_assert_msg(game_parse(name, &game) == ERR_OK, "%s", name);
    ck_assert_msg(atlas_create(&game, &atlas) == ERR_OK, "%s", name);
    return atlas;
}

static struct brain *fresh(const struct atlas *atlas)
{
    const struct rule rule = rule_default(RULE_PATTERNS);
    struct brain *brain;
    ck_assert_int_eq(brain_create(atlas, &rule, &brain), ERR_OK);
    return brain;
}

/* One round, ended as a round ends. */
static void play(struct brain *brain, uint64_t seed, uint64_t matches)
{
    const struct selfplay plan = {
        .matches = matches, .learners = LEARN_BOTH, .match_seed = seed, .workers = 1};
    struct tally tally;
    selfplay_run(brain, &plan, &tally);
    brain->matches += matches;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        brain->results[result] += tally.results[result];
    brain_settle(brain, matches);
}

static struct brain *played(const struct atlas *atlas, uint64_t seed, uint64_t matches)
{
    struct brain *brain = fresh(atlas);
    play(brain, seed, matches);
    return brain;
}

static bool is_same(const struct brain *a, const struct brain *b)
{
    char digests[2][BRAIN_DIGEST_SIZE];
    brain_digest(a, digests[0]);
    brain_digest(b, digests[1]);
    return strcmp(digests[0], digests[1]) == 0 && a->matches == b->matches &&
           memcmp(a->results, b->results, sizeof a->results) == 0;
}

/* Boards of random matches, before each of their moves. */
struct walk {
    struct rng rng;
    struct board board;
    uint8_t moves[GAME_CELLS_MAX];
    uint8_t cells[GAME_CELLS_MAX];
    unsigned plies;
};

static void walk_on(const struct game *game, struct walk *walk)
{
    uint64_t moves = board_moves(game, walk->board);
    for (uint64_t skip = rng_next(&walk->rng) % (unsigned)__builtin_popcountll(moves); skip > 0;
         skip--)
        moves &= moves - 1;
    const unsigned move = (unsigned)__builtin_ctzll(moves);
    walk->moves[walk->plies] = (uint8_t)move;
    walk->cells[walk->plies++] = (uint8_t)board_cell(game, walk->board, move);
    walk->board = board_play(walk->board, board_cell(game, walk->board, move));
}

static struct walk walk_match(const struct game *game, uint64_t seed)
{
    struct walk walk = {.plies = 0};
    rng_seed(&walk.rng, seed);
    while (game_result(game, walk.board) == RESULT_NONE)
        walk_on(game, &walk);
    return walk;
}

static const char *const names[] = {"tictactoe", "connectfour-4x4", "three-4x4",
                                    "9x2r3g",    "7x1r3g",          "connectfour"};
enum { GAMES = sizeof names / sizeof names[0] };

/* Opponents. */

START_TEST(test_against_others_a_network_learns_as_the_plain_one_does)
{
    for (unsigned i = 0; i < GAMES; i++)
        for (unsigned against = 0; against < 4; against++) {
            struct atlas *atlas = atlas_of(names[i]);
            struct brain *teacher = fresh(atlas);
            struct brain *opponent;
            struct plain_network *plain = plain_network_create(&atlas->game);
            struct plain_network *plain_teacher = plain_network_create(&atlas->game);
            int32_t *weights = calloc(network_size(atlas->patterns), sizeof *weights);
            const struct network network = {.patterns = atlas->patterns, .weights = weights};
            const struct practice lesson = {.seed = 4,
                                            .matches = 100,
                                            .learners = LEARN_BOTH,
                                            .explore = 13107,
                                            .step = 39322,
                                            .trace = 45875};
            struct practice plan = lesson;
            struct tally tally;
            struct tally expected;
            /* What it plays by are its averages. */
            const struct network averages = {.patterns = atlas->patterns,
                                             .weights = teacher->averages};
            practice_run(&averages, &lesson, &tally);
            plain_network_practise(plain_teacher, &lesson, &expected);
            ck_assert_int_eq(against < 2
                                 ? opponent_frozen(atlas, &teacher->rule, teacher, &opponent)
                                 : opponent_uniform(atlas, &teacher->rule, &opponent),
                             ERR_OK);
            plan.learners = against % 2 ? LEARN_PLAYER1 : LEARN_PLAYER2;
            plan.opponent = opponent;
            practice_run(&network, &plan, &tally);
            plain_network_practise_against(plain, against < 2 ? plain_teacher : NULL, &plan,
                                           &expected);
            ck_assert_msg(memcmp(&tally, &expected, sizeof tally) == 0, "%s, %u", names[i],
                          against);
            for (uint64_t seed = 0; seed < 20; seed++) {
                struct walk walk = {.plies = 0};
                rng_seed(&walk.rng, seed);
                for (; game_result(&atlas->game, walk.board) == RESULT_NONE;
                     walk_on(&atlas->game, &walk))
                    ck_assert_int_eq(network_value_of(atlas->patterns, weights, walk.board),
                                     plain_network_value(plain, walk.board));
            }
            free(weights);
            plain_network_destroy(plain);
            plain_network_destroy(plain_teacher);
            brain_destroy(opponent);
            brain_destroy(teacher);
            atlas_destroy(atlas);
        }
}
END_TEST

/* By probability under sample, on all boards, in both directions. */
static void assert_plays_alike(const struct brain *a, const struct brain *b,
                               const struct states *states)
{
    for (uint32_t row = 0; row < states->rows; row += 3) {
        struct view views[2];
        double probabilities[2][GAME_CELLS_MAX];
        ck_assert(view_open(a, states->boards[row], &views[0]));
        ck_assert(view_open(b, states->boards[row], &views[1]));
        for (unsigned i = 0; i < 2; i++)
            view_probabilities(&views[i], &sample, probabilities[i]);
        for (unsigned move = 0; move < states->cells; move++)
            ck_assert_double_eq_tol(probabilities[0][move], probabilities[1][move], 1e-6);
    }
}

START_TEST(test_brains_of_either_kind_are_frozen_for_those_of_the_other)
{
    struct atlas *atlas = atlas_of("tictactoe");
    struct brain *network = played(atlas, 1, 500);
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        struct rule rule = rule_default(RULE_GUARD);
        rule.symmetry = symmetry;
        struct brain *table;
        struct brain *frozen;
        struct brain *thawed;
        struct text bytes = {0};
        ck_assert_int_eq(brain_create(atlas, &rule, &table), ERR_OK);
        ck_assert_int_eq(opponent_frozen(atlas, &rule, network, &frozen), ERR_OK);
        assert_plays_alike(network, frozen, atlas->states[false]);
        brain_encode(frozen, &bytes);
        ck_assert_int_eq(opponent_decode(atlas, &rule, bytes.bytes, bytes.size, &thawed), ERR_OK);
        assert_plays_alike(network, thawed, atlas->states[false]);
        brain_destroy(thawed);
        brain_destroy(frozen);
        text_free(&bytes);
        ck_assert_int_eq(opponent_frozen(atlas, &network->rule, table, &frozen), ERR_OK);
        assert_plays_alike(table, frozen, atlas->states[false]);
        brain_encode(frozen, &bytes);
        ck_assert_int_eq(opponent_decode(atlas, &network->rule, bytes.bytes, bytes.size, &thawed),
                         ERR_OK);
        assert_plays_alike(table, thawed, atlas->states[false]);
        bytes.bytes[60] ^= 1;
        ck_assert_int_eq(opponent_decode(atlas, &network->rule, bytes.bytes, bytes.size, &thawed),
                         ERR_CORRUPT);
        brain_destroy(thawed);
        brain_destroy(frozen);
        brain_destroy(table);
        text_free(&bytes);
    }
    brain_destroy(network);
    atlas_destroy(atlas);
}
END_TEST

/* Matches that are told. */

START_TEST(test_a_match_that_is_told_changes_weights_and_averages_as_the_plain_network_says)
{
    for (unsigned i = 0; i < GAMES; i++) {
        struct atlas *atlas = atlas_of(names[i]);
        struct brain *brain = fresh(atlas);
        struct plain_network *plain = plain_network_create(&atlas->game);
        const size_t size = listing_count(brain) * sizeof(int32_t);
        for (unsigned n = 0; n < 60; n++) {
            const struct walk walk = walk_match(&atlas->game, n);
            const unsigned learners = 1 + n % 3;
            const struct practice plan = {.learners = learners,
                                          .step = network_step(brain->rule.step_size, n, 1),
                                          .trace = brain->rule.trace_decay};
            struct match match;
            struct match_change changes[GAME_CELLS_MAX];
            struct fault fault;
            ck_assert_int_eq(match_read(&atlas->game, walk.moves, walk.plies, &match, &fault),
                             ERR_OK);
            const unsigned count = match_learn(brain, &match, learners, changes);
            plain_network_learn(plain, &plan, walk.cells, walk.plies);
            ck_assert_uint_eq(count, learners == LEARN_BOTH      ? walk.plies
                                     : learners == LEARN_PLAYER1 ? (walk.plies + 1) / 2
                                                                 : walk.plies / 2);
            for (unsigned k = 0; k < count; k++) {
                const unsigned ply = learners == LEARN_BOTH ? k : 2 * k + learners - 1;
                struct view view;
                uint32_t weights[GAME_CELLS_MAX];
                int32_t expected[GAME_CELLS_MAX];
                ck_assert(view_open(brain, changes[k].board, &view));
                view_weights(&view, weights);
                ck_assert(view_expected(&view, expected));
                ck_assert_uint_eq(changes[k].move, walk.moves[ply]);
                ck_assert_uint_eq(changes[k].cell, walk.cells[ply]);
                ck_assert_uint_eq(changes[k].after, weights[changes[k].move]);
                ck_assert_int_eq(changes[k].expected_after, expected[changes[k].move]);
            }
            struct board board = {{0, 0}};
            for (unsigned ply = 0; ply < walk.plies; board = board_play(board, walk.cells[ply++]))
                ck_assert_int_eq(network_value_of(atlas->patterns, brain->weights, board),
                                 plain_network_value(plain, board));
        }
        ck_assert_mem_eq(brain->weights, brain->averages, size); /* both were zero */
        ck_assert_uint_eq(brain->matches, 60);
        plain_network_destroy(plain);
        brain_destroy(brain);
        atlas_destroy(atlas);
    }
}
END_TEST

START_TEST(test_the_same_match_told_again_and_again_settles)
{
    struct atlas *atlas = atlas_of("connectfour");
    struct brain *brain = played(atlas, 1, 2000);
    static const uint8_t moves[] = {0, 1, 0, 1, 0, 1, 0};
    struct match_change changes[GAME_CELLS_MAX];
    struct match match;
    struct fault fault;
    int32_t last[2] = {0, 0};
    ck_assert_int_eq(match_read(&atlas->game, moves, sizeof moves, &match, &fault), ERR_OK);
    for (unsigned n = 0; n < 30; n++) {
        (void)match_learn(brain, &match, LEARN_BOTH, changes);
        for (unsigned i = 0; i < 2; i++) {
            const int32_t change = changes[i].expected_after - last[i];
            ck_assert(n < 10 || (change > -6554 && change < 6554)); /* a tenth */
            last[i] = changes[i].expected_after;
        }
    }
    brain_destroy(brain);
    atlas_destroy(atlas);
}
END_TEST

/* Seen. */

START_TEST(test_moves_weigh_half_with_each_32nd_that_they_are_worse)
{
    for (unsigned i = 0; i < GAMES; i++) {
        struct atlas *atlas = atlas_of(names[i]);
        const struct game *game = &atlas->game;
        struct brain *brain = played(atlas, 3, 300);
        for (uint64_t seed = 0; seed < 30; seed++) {
            struct walk walk = {.plies = 0};
            rng_seed(&walk.rng, seed);
            for (; game_result(game, walk.board) == RESULT_NONE; walk_on(game, &walk)) {
                const int32_t sign = board_player(walk.board) == 1 ? 1 : -1;
                struct view view;
                uint32_t weights[GAME_CELLS_MAX];
                int32_t expected[GAME_CELLS_MAX];
                int32_t best = INT32_MIN;
                ck_assert(view_open(brain, walk.board, &view));
                view_weights(&view, weights);
                ck_assert(view_expected(&view, expected));
                const uint64_t moves = board_moves(game, walk.board);
                for (unsigned move = 0; move < game_moves(game); move++) {
                    if ((moves >> move & 1) == 0) {
                        ck_assert_uint_eq(weights[move], 0);
                        continue;
                    }
                    const struct board next =
                        board_play(walk.board, board_cell(game, walk.board, move));
                    const enum result result = game_result(game, next);
                    const int32_t value =
                        result == RESULT_NONE
                            ? network_value_of(atlas->patterns, brain->averages, next)
                        : result == RESULT_DRAW    ? 0
                        : result == RESULT_PLAYER1 ? 65536
                                                   : -65536;
                    ck_assert_int_eq(expected[move], sign * value);
                    best = expected[move] > best ? expected[move] : best;
                }
                for (unsigned move = 0; move < game_moves(game); move++)
                    if (moves >> move & 1)
                        ck_assert_uint_eq(weights[move],
                                          plain_network_weight(best - expected[move]));
            }
        }
        brain_destroy(brain);
        atlas_destroy(atlas);
    }
}
END_TEST

/* Rounds. */

START_TEST(test_a_round_ends_with_the_mean_of_its_workers_and_that_in_the_average)
{
    struct atlas *atlas = atlas_of("connectfour-4x4");
    struct brain *base = played(atlas, 1, 100);
    struct brain *workers[3];
    struct brain *copy = fresh(atlas);
    brain_copy(copy, base);
    ck_assert(is_same(copy, base));
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_int_eq(brain_create_like(base, &workers[i]), ERR_OK);
        brain_copy(workers[i], base);
        play(workers[i], 10 + i, 50);
    }
    brain_merge(copy, (const struct brain *const *)workers, 3);
    for (size_t i = 0; i < listing_count(base); i++) {
        int64_t sum = 0;
        int changed = 0;
        for (unsigned k = 0; k < 3; k++) {
            sum += (int64_t)workers[k]->weights[i] - base->weights[i];
            changed += workers[k]->weights[i] != base->weights[i];
        }
        ck_assert_int_eq(copy->weights[i], base->weights[i] + (changed > 0 ? sum / changed : 0));
        ck_assert_int_eq(copy->averages[i], base->averages[i]);
    }
    copy->matches += 150;
    brain_settle(copy, 150);
    ck_assert(!is_same(copy, base));
    for (unsigned i = 0; i < 3; i++)
        brain_destroy(workers[i]);
    brain_destroy(copy);
    brain_destroy(base);
    atlas_destroy(atlas);
}
END_TEST

START_TEST(test_no_match_begins_once_it_is_given_up)
{
    struct atlas *atlas = atlas_of("connectfour");
    for (unsigned i = 0; i < 2; i++) {
        struct brain *brain = fresh(atlas);
        const _Atomic bool yes = true;
        const _Atomic bool no = false;
        struct selfplay plan = {.matches = 100, .learners = LEARN_BOTH, .workers = 1};
        struct tally tally;
        plan.given_up[i] = &yes;
        plan.given_up[1 - i] = &no;
        selfplay_run(brain, &plan, &tally);
        ck_assert_uint_eq(tally.plies, 0);
        ck_assert(brain_is_fresh(brain));
        brain_destroy(brain);
    }
    atlas_destroy(atlas);
}
END_TEST

/* Bytes. */

START_TEST(test_bytes_are_read_back_and_any_that_are_altered_refused)
{
    struct atlas *atlas = atlas_of("connectfour-4x4");
    struct atlas *other = atlas_of("connectfour-5x4");
    struct brain *brain = played(atlas, 5, 200);
    struct brain *read = fresh(atlas);
    struct brain *stranger = fresh(other);
    struct text bytes = {0};
    brain_encode(brain, &bytes);
    ck_assert_uint_eq(bytes.size, 48 + 8 * listing_count(brain) + 32);
    ck_assert_int_eq(brain_decode(bytes.bytes, bytes.size, read, BRAIN_TO_LEARN), ERR_OK);
    ck_assert(is_same(read, brain));
    ck_assert_int_eq(brain_decode(bytes.bytes, bytes.size, stranger, BRAIN_TO_LEARN), ERR_CORRUPT);
    for (size_t at = 0; at < bytes.size; at += at < 100 ? 1 : 997) {
        bytes.bytes[at] ^= 4;
        ck_assert_int_eq(brain_decode(bytes.bytes, bytes.size, read, BRAIN_TO_LEARN), ERR_CORRUPT);
        bytes.bytes[at] ^= 4;
    }
    for (size_t size = 0; size < 100; size++)
        ck_assert_int_eq(brain_decode(bytes.bytes, size, read, BRAIN_TO_LEARN), ERR_CORRUPT);
    text_free(&bytes);
    brain->averages[7] = NETWORK_WEIGHT_MAX + 1; /* under a seal of its own */
    brain_encode(brain, &bytes);
    ck_assert_int_eq(brain_decode(bytes.bytes, bytes.size, read, BRAIN_TO_LEARN), ERR_CORRUPT);
    text_free(&bytes);
    brain_destroy(stranger);
    brain_destroy(read);
    brain_destroy(brain);
    atlas_destroy(other);
    atlas_destroy(atlas);
}
END_TEST

START_TEST(test_what_a_worker_changed_is_read_back_and_nothing_out_of_range)
{
    struct atlas *atlas = atlas_of("three-4x4");
    struct brain *base = played(atlas, 1, 100);
    struct brain *worker = fresh(atlas);
    struct brain *read = fresh(atlas);
    struct text bytes = {0};
    brain_copy(worker, base);
    const struct selfplay plan = {
        .matches = 30, .learners = LEARN_BOTH, .match_seed = 9, .workers = 1};
    struct tally tally;
    selfplay_run(worker, &plan, &tally);
    brain_encode_delta(worker, base, &bytes);
    brain_copy(read, base);
    struct reader in = {.bytes = bytes.bytes, .size = bytes.size};
    ck_assert_int_eq(brain_decode_delta(&in, base, read), ERR_OK);
    ck_assert(is_same(read, worker));
    for (size_t size = 0; size < bytes.size; size += 3) {
        in = (struct reader){.bytes = bytes.bytes, .size = size};
        ck_assert_int_eq(brain_decode_delta(&in, base, read), ERR_CORRUPT);
    }
    bytes.bytes[11] = 0x7f; /* the first change: out of all range */
    in = (struct reader){.bytes = bytes.bytes, .size = bytes.size};
    ck_assert_int_eq(brain_decode_delta(&in, base, read), ERR_CORRUPT);
    text_free(&bytes);
    brain_destroy(read);
    brain_destroy(worker);
    brain_destroy(base);
    atlas_destroy(atlas);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_against_others_a_network_learns_as_the_plain_one_does,
        test_brains_of_either_kind_are_frozen_for_those_of_the_other,
        test_a_match_that_is_told_changes_weights_and_averages_as_the_plain_network_says,
        test_the_same_match_told_again_and_again_settles,
        test_moves_weigh_half_with_each_32nd_that_they_are_worse,
        test_a_round_ends_with_the_mean_of_its_workers_and_that_in_the_average,
        test_no_match_begins_once_it_is_given_up,
        test_bytes_are_read_back_and_any_that_are_altered_refused,
        test_what_a_worker_changed_is_read_back_and_nothing_out_of_range,
        NULL,
    };
    return unit_run("patterns_brain", tests);
}
