/* What a brain learns from matches that it is told, under every rule and reduced by symmetry:
 * against plain learning on texts. */
#include "base/rng.h"
#include "engine/match.h"
#include "engine/table/table.h"
#include "support/boards.h"
#include "support/trial.h"
#include "support/unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MATCHES = 1500 };

static const struct game tictactoe = {.width = 3, .height = 3, .run = 3};

struct moves {
    unsigned count;
    uint8_t cell[ROW_CELLS];
};

/* Random ones, to the end of a match. */
static struct moves random_moves(struct rng *rng)
{
    struct moves moves = {.count = 0};
    char board[PLAIN_TEXT_SIZE];
    plain_start(&tictactoe, board);
    while (plain_result(&tictactoe, board) == RESULT_NONE) {
        unsigned cell = (unsigned)(rng_next(rng) % 9);
        if (board[cell] != '0')
            continue;
        plain_play(board, cell, board);
        moves.cell[moves.count++] = (uint8_t)cell;
    }
    return moves;
}

/* What plain learning knows of a move on a board as it lies there. */
static uint32_t plain_weight(struct plain_selfplay *plain, struct board board, unsigned cell)
{
    char text[PLAIN_TEXT_SIZE];
    char known[PLAIN_TEXT_SIZE];
    plain_text(&tictactoe, board, text);
    if (!plain->rule.symmetry)
        return plain_selfplay_row(plain, text)->weights[cell];
    plain_canonical(&tictactoe, text, known);
    return plain_selfplay_row(plain, known)->weights[plain_stand_in(&tictactoe, text, cell, known)];
}

/* What plain learning knows of each move of a match. */
static void plain_weights(struct plain_selfplay *plain, const struct moves *moves,
                          uint32_t out[ROW_CELLS])
{
    struct board board = {{0, 0}};
    for (unsigned ply = 0; ply < moves->count; ply++) {
        out[ply] = plain_weight(plain, board, moves->cell[ply]);
        board = board_play(board, moves->cell[ply]);
    }
}

/* Learns a match both ways and compares what was told of it. */
static void learn(struct brain *brain, struct plain_selfplay *plain, unsigned learners,
                  const struct moves *moves)
{
    struct match match;
    struct match_change told[ROW_CELLS];
    uint32_t before[ROW_CELLS];
    uint32_t after[ROW_CELLS];
    struct fault fault;
    struct board board = {{0, 0}};
    unsigned learned = 0;
    if (match_read(brain_game(brain), moves->cell, moves->count, &match, &fault) != ERR_OK)
        ck_abort_msg("%s", fault.detail);
    plain_weights(plain, moves, before);
    const enum result result = plain_selfplay_learn(plain, moves->cell, learners);
    plain_weights(plain, moves, after);
    const unsigned changes = match_learn(brain, &match, learners, told);
    for (unsigned ply = 0; ply < moves->count; ply++) {
        const struct match_change *change = &told[learned];
        const bool learns = learners >> ply % 2 & 1;
        if (learns &&
            (board_compare(change->board, board) != 0 || change->move != moves->cell[ply] ||
             change->before != before[ply] || change->after != after[ply]))
            ck_abort_msg("ply %u", ply);
        learned += learns;
        board = board_play(board, moves->cell[ply]);
    }
    if (match.result != result || changes != learned)
        ck_abort_msg("%u changes, not %u", changes, learned);
}

static void assert_learns_plainly(enum rule_kind kind, bool symmetry, unsigned learners)
{
    struct rule rule = rule_default(kind);
    rule.symmetry = symmetry;
    rule.halve_above = RULE_HALVE_ABOVE_MAX; /* plain learning does not halve */
    struct states *states = trial_states(&tictactoe, &rule);
    struct brain *brain = trial_brain(states, &rule);
    struct plain_selfplay *plain = plain_selfplay_create(&tictactoe, &rule);
    const uint64_t seed = 10 * (uint64_t)kind + 4 * symmetry + learners;
    struct rng rng;
    rng_seed(&rng, seed);
    for (unsigned n = 0; n < MATCHES; n++) {
        struct moves moves = random_moves(&rng);
        learn(brain, plain, learners, &moves);
    }
    trial_assert_same(brain, plain, seed);
    ck_assert_uint_eq(brain->matches, MATCHES);
    ck_assert_mem_eq(brain->results, plain->tally.results, sizeof brain->results);
    free(plain);
    brain_destroy(brain);
    states_destroy(states);
}

START_TEST(test_matches_teach_every_rule_what_they_teach_plainly)
{
    for (int kind = 0; kind < RULE_TABLE_KINDS; kind++)
        for (unsigned learners = LEARN_PLAYER1; learners <= LEARN_BOTH; learners++)
            assert_learns_plainly((enum rule_kind)kind, false, learners);
}
END_TEST

START_TEST(test_matches_teach_reduced_brains_what_they_teach_plainly)
{
    for (int kind = 0; kind < RULE_TABLE_KINDS; kind++)
        for (unsigned learners = LEARN_PLAYER1; learners <= LEARN_BOTH; learners++)
            assert_learns_plainly((enum rule_kind)kind, true, learners);
}
END_TEST

START_TEST(test_a_match_and_its_images_teach_a_reduced_brain_the_same)
{
    struct rule rule = rule_default(RULE_GUARD);
    rule.symmetry = true;
    struct states *states = trial_states(&tictactoe, &rule);
    char digests[8][BRAIN_DIGEST_SIZE];
    for (unsigned image = 0; image < 8; image++) {
        struct brain *brain = trial_brain(states, &rule);
        struct match_change told[ROW_CELLS];
        struct match match;
        struct fault fault;
        uint8_t moves[6] = {3, 0, 4, 1, 8, 2}; /* player 2 wins */
        char from[PLAIN_TEXT_SIZE];            /* where the image's cells come from */
        plain_image(&tictactoe, image, "012345678", from);
        for (unsigned ply = 0; ply < 6; ply++)
            moves[ply] = (uint8_t)(strchr(from, '0' + moves[ply]) - from);
        ck_assert_int_eq(match_read(game_at(0), moves, 6, &match, &fault), ERR_OK);
        ck_assert_uint_eq(match_learn(brain, &match, LEARN_BOTH, told), 6);
        ck_assert_uint_eq(told[5].after, 9);
        brain_digest(brain, digests[image]);
        ck_assert_str_eq(digests[image], digests[0]);
        brain_destroy(brain);
    }
    states_destroy(states);
}
END_TEST

START_TEST(test_one_match_proves_its_last_move_and_the_one_that_allowed_it)
{
    const struct rule rule = rule_default(RULE_GUARD);
    struct states *states = trial_states(&tictactoe, &rule);
    struct brain *brain = trial_brain(states, &rule);
    const uint8_t moves[5] = {0, 3, 1, 4, 2};
    struct match_change told[ROW_CELLS];
    struct match match;
    struct fault fault;
    unsigned proven = 0;
    ck_assert_int_eq(match_read(game_at(0), moves, 5, &match, &fault), ERR_OK);
    match_learn(brain, &match, LEARN_BOTH, told);
    for (uint32_t row = 0; row < states->rows; row++)
        for (unsigned cell = 0; cell < 9; cell++)
            proven += row_move_proof(&brain->rows[row], cell) != 0;
    ck_assert_uint_eq(proven, 2);
    const uint32_t last = states_find(states, boards_parsed(&states->game, "110220000"));
    const uint32_t before = states_find(states, boards_parsed(&states->game, "110200000"));
    ck_assert_int_eq(row_move_proof(&brain->rows[last], 2), 1);
    ck_assert_int_eq(row_move_proof(&brain->rows[before], 4), -1);
    brain_destroy(brain);
    states_destroy(states);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_matches_teach_every_rule_what_they_teach_plainly,
        test_matches_teach_reduced_brains_what_they_teach_plainly,
        test_a_match_and_its_images_teach_a_reduced_brain_the_same,
        test_one_match_proves_its_last_move_and_the_one_that_allowed_it,
        NULL,
    };
    return unit_run("match_rules", tests);
}
