/* Brains that keep proofs, and brains of reduced states: creating, copying, merging, halving and
 * digesting them, against plain references. */
#include "engine/table/table.h"
#include "support/brains.h"
#include "support/plain_game.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <string.h>

enum { WORKERS_MAX = 64 };

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

START_TEST(test_played_weights_are_those_of_the_best_moves)
{
    struct brain *brain = random_guard(false, 3);
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        uint32_t weights[ROW_CELLS];
        uint32_t played[ROW_CELLS];
        int best = -1;
        table_weights(brain, row, weights);
        table_played_weights(brain, row, played);
        for (unsigned cell = 0; cell < 9; cell++)
            if (weights[cell] != 0 && row_move_proof(&brain->rows[row], cell) > best)
                best = row_move_proof(&brain->rows[row], cell);
        for (unsigned cell = 0; cell < 9; cell++)
            if (played[cell] !=
                (row_move_proof(&brain->rows[row], cell) == best ? weights[cell] : 0))
                ck_abort_msg("row %u cell %u", row, cell);
    }
    brain_destroy(brain);
}
END_TEST

START_TEST(test_without_proofs_all_weights_are_played)
{
    struct brain *brain = tables_played(1, 3000);
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        uint32_t weights[ROW_CELLS];
        uint32_t played[ROW_CELLS];
        table_weights(brain, row, weights);
        table_played_weights(brain, row, played);
        if (memcmp(weights, played, sizeof played) != 0)
            ck_abort_msg("row %u", row);
    }
    brain_destroy(brain);
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
    brain_halve(brain);
    brain_halve(unproven);
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

/* What some workers have made of a base: random weights in some rows, random proofs in some. */
struct crew {
    unsigned count;
    struct brain *brains[WORKERS_MAX];
};

static struct crew crew_of(const struct brain *base, unsigned count, uint64_t seed)
{
    struct crew crew = {.count = count};
    struct rng rng;
    rng_seed(&rng, seed);
    for (unsigned i = 0; i < count; i++) {
        struct brain *other = random_guard(base->states->is_reduced, seed + i);
        crew.brains[i] = tables_copy(base);
        for (uint32_t row = 0; row < base->states->rows; row++) {
            struct row *own = &crew.brains[i]->rows[row];
            if (rng_next(&rng) % 3 == 0)
                memcpy(own->sums, other->rows[row].sums, sizeof own->sums);
            if (rng_next(&rng) % 3 == 0) {
                own->winning |= other->rows[row].winning & (row_set)~base->rows[row].losing;
                own->losing |= other->rows[row].losing & (row_set)~base->rows[row].winning;
            }
        }
        brain_destroy(other);
    }
    return crew;
}

/* Merges them and holds every cell against the definition. */
static void assert_merge_is_plain(bool symmetry, unsigned count, uint64_t seed)
{
    struct brain *base = random_guard(symmetry, seed);
    struct brain *before = tables_copy(base);
    struct crew crew = crew_of(base, count, 1000 * seed);
    brain_merge(base, (const struct brain *const *)crew.brains, count);
    for (uint32_t row = 0; row < base->states->rows; row++) {
        uint64_t winning = before->rows[row].winning;
        uint64_t losing = before->rows[row].losing;
        for (unsigned i = 0; i < count; i++) {
            winning |= crew.brains[i]->rows[row].winning;
            losing |= crew.brains[i]->rows[row].losing;
        }
        if (base->rows[row].winning != winning || base->rows[row].losing != losing)
            ck_abort_msg("seed %" PRIu64 ", %u workers: proofs of row %u", seed, count, row);
        for (unsigned cell = 0; cell < 9; cell++) {
            const int64_t old = tables_weight(before, row, cell);
            int64_t sum = old;
            for (unsigned i = 0; i < count; i++)
                sum += (int64_t)tables_weight(crew.brains[i], row, cell) - old;
            if (tables_weight(base, row, cell) != (old == 0 ? 0 : sum < 1 ? 1 : sum))
                ck_abort_msg("seed %" PRIu64 ", %u workers: row %u cell %u", seed, count, row,
                             cell);
        }
    }
    for (unsigned i = 0; i < count; i++)
        brain_destroy(crew.brains[i]);
    brain_destroy(before);
    brain_destroy(base);
}

START_TEST(test_merging_keeps_what_any_worker_proved_and_sums_up_the_weights)
{
    static const unsigned counts[] = {1, 2, 3, 16, 60};
    for (unsigned i = 0; i < 5; i++) {
        assert_merge_is_plain(false, counts[i], 1 + i);
        assert_merge_is_plain(true, counts[i], 11 + i);
    }
}
END_TEST

START_TEST(test_a_worker_that_only_proved_something_changes_no_weight)
{
    struct brain *base = random_guard(false, 21);
    struct brain *before = tables_copy(base);
    struct brain *workers[2] = {tables_copy(base), tables_copy(base)};
    base->rows[7].losing = before->rows[7].losing = 0;
    base->rows[7].winning = before->rows[7].winning = 0;
    for (unsigned i = 0; i < 2; i++)
        workers[i]->rows[7].winning = workers[i]->rows[7].losing = 0;
    unsigned cell = (unsigned)__builtin_ctz(base->rows[7].legal);
    workers[0]->rows[7].losing = (row_set)(1u << cell);
    tables_set_weight(workers[1], 7, cell, tables_weight(base, 7, cell) + 3);
    brain_merge(base, (const struct brain *const *)workers, 2);
    ck_assert_int_eq(row_move_proof(&base->rows[7], cell), -1);
    ck_assert_uint_eq(tables_weight(base, 7, cell), tables_weight(before, 7, cell) + 3);
    brain_destroy(workers[0]);
    brain_destroy(workers[1]);
    brain_destroy(before);
    brain_destroy(base);
}
END_TEST

/* Whether lines list proofs is said here, not by the rule. */
static void assert_digest(const struct brain *brain, bool has_proofs)
{
    char digest[BRAIN_DIGEST_SIZE];
    char expected[BRAIN_DIGEST_SIZE];
    brain_digest(brain, digest);
    brains_plain_digest(brain, has_proofs, expected);
    ck_assert_str_eq(digest, expected);
}

START_TEST(test_the_digest_lists_proofs_behind_the_weights)
{
    for (uint64_t seed = 31; seed < 37; seed++) {
        struct brain *brain = random_guard(seed % 2, seed);
        assert_digest(brain, true);
        brain_destroy(brain);
    }
    const struct rule rule = tables_rule(RULE_GUARD, false);
    struct brain *fresh = tables_fresh(&rule);
    assert_digest(fresh, true);
    brain_destroy(fresh);
}
END_TEST

START_TEST(test_the_digest_of_other_rules_lists_no_proofs_and_of_reduced_brains_canonical_boards)
{
    for (unsigned i = 0; i < 4; i++) {
        const struct rule rule = tables_rule(i < 2 ? RULE_BEADS : RULE_MENACE, i % 2);
        struct brain *brain = tables_played_by(&rule, i, 5000);
        assert_digest(brain, false);
        brain_destroy(brain);
    }
}
END_TEST

START_TEST(test_the_digest_takes_proofs_and_weights_of_full_width)
{
    static const uint32_t full[ROW_CELLS] = {UINT32_MAX, 0, 0, 0, 0, 0, 0, 0, 0};
    struct brain *brain = random_guard(false, 41);
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        table_set_weights(brain, row, full);
        brain->rows[row].winning = 0;
        brain->rows[row].losing = 0x1ff; /* the widest text */
    }
    assert_digest(brain, true);
    brain_destroy(brain);
}
END_TEST

START_TEST(test_the_digest_changes_with_any_one_proof)
{
    const struct rule rule = tables_rule(RULE_GUARD, true);
    struct brain *brain = tables_fresh(&rule);
    char fresh[BRAIN_DIGEST_SIZE];
    char digest[BRAIN_DIGEST_SIZE];
    brain_digest(brain, fresh);
    for (unsigned n = 0; n < 200; n++) {
        struct row *row = &brain->rows[n * 3];
        row_set *set = n % 2 == 0 ? &row->winning : &row->losing;
        *set = (row_set)(row->legal & -row->legal);
        brain_digest(brain, digest);
        ck_assert_msg(strcmp(digest, fresh) != 0, "row %u", n * 3);
        *set = 0;
    }
    brain_destroy(brain);
}
END_TEST

/* These two name every fresh brain of their kind, as hashed by other means once. */
START_TEST(test_the_digests_of_fresh_brains_keep_their_values)
{
    static const char *const digests[] = {
        "sha256:1ceb4454bfe070c0a19925774833ea90e55bc1043994c974d385d937b82f6d95",
        "sha256:45c70b97068c19ab34456839e8f8e1f944f5c30e16b75bb4c9d45b2d26790be2"};
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        const struct rule rule = tables_rule(RULE_GUARD, symmetry);
        struct brain *brain = tables_fresh(&rule);
        char digest[BRAIN_DIGEST_SIZE];
        brain_digest(brain, digest);
        ck_assert_str_eq(digest, digests[symmetry]);
        brain_destroy(brain);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_fresh_reduced_brain_weighs_one_of_equal_moves_and_has_proven_nothing,
        test_a_copy_has_all_proofs_and_rows_of_its_own,
        test_played_weights_are_those_of_the_best_moves,
        test_without_proofs_all_weights_are_played,
        test_halving_keeps_proofs_and_does_not_ask_for_them,
        test_merging_keeps_what_any_worker_proved_and_sums_up_the_weights,
        test_a_worker_that_only_proved_something_changes_no_weight,
        test_the_digest_lists_proofs_behind_the_weights,
        test_the_digest_of_other_rules_lists_no_proofs_and_of_reduced_brains_canonical_boards,
        test_the_digest_takes_proofs_and_weights_of_full_width,
        test_the_digest_changes_with_any_one_proof,
        test_the_digests_of_fresh_brains_keep_their_values,
        NULL,
    };
    return unit_run("brain_proofs", tests);
}
