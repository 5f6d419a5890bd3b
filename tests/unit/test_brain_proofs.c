/* Brains that keep proofs, and brains of reduced states: creating, copying and halving
 * them, against plain references. */
#include "engine/table/table.h"
#include "support/brains.h"
#include "support/plain_game.h"
#include "support/tables.h"
#include "support/unit.h"

#include <string.h>

static struct brain *random_guard(bool symmetry, uint64_t seed)
{
    const struct rule rule = tables_rule(RULE_GUARD, symmetry);
    struct brain *brain = tables_fresh(&rule);
    struct rng rng;
    rng_seed(&rng, seed);
    brains_fill_widely(brain, &rng);
    brains_prove_at_random(brain, &rng);
    return brain;
}

START_TEST(test_a_fresh_reduced_brain_weighs_one_of_equal_moves_and_has_proven_nothing)
{
    const struct rule rule = tables_rule(RULE_GUARD, true);
    struct brain *brain = tables_fresh(&rule);
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        char board[PLAIN_TEXT_SIZE];
        plain_text(&brain->states->game, brain->states->boards[row], board);
        for (unsigned cell = 0; cell < 9; cell++) {
            bool is_legal = board[cell] == '0' &&
                            plain_stand_in(&brain->states->game, board, cell, board) == cell;
            if (tables_weight(brain, row, cell) != (is_legal ? 6 : 0) ||
                (brain->rows[row].legal >> cell & 1) != is_legal ||
                row_move_proof(&brain->rows[row], cell) != 0)
                ck_abort_msg("%s: cell %u", board, cell);
        }
    }
    brain_destroy(brain);
}
END_TEST

START_TEST(test_a_copy_has_all_proofs_and_rows_of_its_own)
{
    struct brain *from = random_guard(false, 1);
    struct brain *to = random_guard(false, 2);
    brain_copy(to, from);
    ck_assert(tables_same(to, from));
    brains_assert_same_digest(to, from);
    to->rows[5].winning ^= to->rows[5].legal;
    ck_assert(!tables_same(to, from));
    brain_destroy(to);
    brain_destroy(from);
}
END_TEST

/* Without proofs no move is better than another. */
START_TEST(test_played_weights_are_those_of_the_best_moves)
{
    struct brain *brains[2] = {random_guard(false, 3), tables_played(1, 3000)};
    for (unsigned i = 0; i < 2; i++) {
        for (uint32_t row = 0; row < brains[i]->states->rows; row++) {
            uint32_t weights[ROW_CELLS];
            uint32_t played[ROW_CELLS];
            int best = -1;
            table_weights(brains[i], row, weights);
            table_played_weights(brains[i], row, played);
            for (unsigned cell = 0; cell < 9; cell++)
                if (weights[cell] != 0 && row_move_proof(&brains[i]->rows[row], cell) > best)
                    best = row_move_proof(&brains[i]->rows[row], cell);
            for (unsigned cell = 0; cell < 9; cell++)
                if (played[cell] !=
                    (row_move_proof(&brains[i]->rows[row], cell) == best ? weights[cell] : 0))
                    ck_abort_msg("brain %u row %u cell %u", i, row, cell);
        }
        brain_destroy(brains[i]);
    }
}
END_TEST

/* Halves a copy with other proofs, and one without: the weights come out the same. */
START_TEST(test_halving_keeps_proofs_and_does_not_ask_for_them)
{
    struct brain *brain = random_guard(true, 4);
    struct brain *before = tables_copy(brain);
    struct brain *unproven = tables_copy(brain);
    for (uint32_t row = 0; row < brain->states->rows; row++)
        unproven->rows[row].winning = unproven->rows[row].losing = 0;
    brain->rule.halve_above = unproven->rule.halve_above = 512;
    brain_settle(brain, 0);
    brain_settle(unproven, 0);
    unsigned halved = 0;
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        const struct row *got = &brain->rows[row];
        const struct row *old = &before->rows[row];
        if (got->winning != old->winning || got->losing != old->losing ||
            memcmp(got->sums, unproven->rows[row].sums, sizeof got->sums) != 0)
            ck_abort_msg("row %u", row);
        halved += row_total(got) < row_total(old);
    }
    ck_assert_uint_gt(halved, 100);
    brain_destroy(unproven);
    brain_destroy(before);
    brain_destroy(brain);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_fresh_reduced_brain_weighs_one_of_equal_moves_and_has_proven_nothing,
        test_a_copy_has_all_proofs_and_rows_of_its_own,
        test_played_weights_are_those_of_the_best_moves,
        test_halving_keeps_proofs_and_does_not_ask_for_them,
        NULL,
    };
    return unit_run("brain_proofs", tests);
}
