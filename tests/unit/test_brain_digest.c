/* The digest of a brain, against its definition. */
#include "engine/table/table.h"
#include "support/brains.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <string.h>

/* A row for each board and 6 for each empty cell, hashed by other means once: a change of these
 * values must be meant, for they name every fresh brain of their kind. */
START_TEST(test_the_digests_of_fresh_brains_keep_their_values)
{
    static const struct {
        enum rule_kind kind;
        bool symmetry;
        const char *digest;
    } cases[] = {
        {RULE_BEADS, false,
         "sha256:2a7509b39e511ea583d883ed59ff779bd4207cb312c2020c76d302b2b11a9150"},
        {RULE_GUARD, false,
         "sha256:1ceb4454bfe070c0a19925774833ea90e55bc1043994c974d385d937b82f6d95"},
        {RULE_GUARD, true,
         "sha256:45c70b97068c19ab34456839e8f8e1f944f5c30e16b75bb4c9d45b2d26790be2"},
    };
    for (unsigned i = 0; i < 3; i++) {
        const struct rule rule = tables_rule(cases[i].kind, cases[i].symmetry);
        struct brain *brain = tables_fresh(&rule);
        char digest[BRAIN_DIGEST_SIZE];
        brain_digest(brain, digest);
        ck_assert_str_eq(digest, cases[i].digest);
        brain_destroy(brain);
    }
}
END_TEST

/* Whether lines list proofs is said here, not by the rule. */
static void assert_digest_is_plain(struct brain *brain, bool has_proofs, uint64_t seed)
{
    char digest[BRAIN_DIGEST_SIZE];
    char expected[BRAIN_DIGEST_SIZE];
    brain_digest(brain, digest);
    brains_plain_digest(brain, has_proofs, expected);
    ck_assert_msg(strcmp(digest, expected) == 0, "seed %" PRIu64 ": %s, not %s", seed, digest,
                  expected);
    brain_destroy(brain);
}

START_TEST(test_the_digest_is_the_hash_of_the_documented_text)
{
    static const uint32_t most[] = {2, 20, 99999, 100000000};
    for (uint64_t seed = 0; seed < 16; seed++) {
        struct brain *brain = brains_fresh(seed < 4 ? tables_states() : brains_small_states());
        struct rng rng;
        rng_seed(&rng, seed);
        brains_fill_random(brain, &rng, most[seed % 4]);
        assert_digest_is_plain(brain, false, seed);
    }
}
END_TEST

/* Behind the weights; of reduced brains canonical boards. */
START_TEST(test_the_digest_lists_the_proofs_of_rules_that_have_some)
{
    for (uint64_t seed = 0; seed < 12; seed++) {
        const struct rule rule = tables_rule((enum rule_kind)(seed % 6 / 2), seed % 2);
        struct brain *brain = tables_played_by(&rule, seed, 5000);
        struct rng rng;
        rng_seed(&rng, seed);
        if (rule.kind == RULE_GUARD && seed >= 6) {
            brains_fill_widely(brain, &rng);
            brains_prove_at_random(brain, &rng);
        }
        assert_digest_is_plain(brain, rule.kind == RULE_GUARD, seed);
    }
}
END_TEST

START_TEST(test_the_digest_takes_proofs_and_weights_of_full_width)
{
    static const uint32_t full[ROW_CELLS] = {UINT32_MAX, 0, 0, 0, 0, 0, 0, 0, 0};
    for (unsigned has_proofs = 0; has_proofs < 2; has_proofs++) {
        const struct rule rule = tables_rule(has_proofs ? RULE_GUARD : RULE_BEADS, false);
        struct brain *brain = tables_fresh(&rule);
        for (uint32_t row = 0; row < brain->states->rows; row++) {
            table_set_weights(brain, row, full);
            brain->rows[row].losing = has_proofs ? 0x1ff : 0; /* the widest text */
        }
        assert_digest_is_plain(brain, has_proofs, 0);
    }
}
END_TEST

static void assert_differs(const struct brain *brain, const char *fresh, uint32_t row)
{
    char digest[BRAIN_DIGEST_SIZE];
    brain_digest(brain, digest);
    ck_assert_msg(strcmp(digest, fresh) != 0, "row %u", row);
}

START_TEST(test_the_digest_changes_with_any_one_weight_or_proof)
{
    const struct rule rule = tables_rule(RULE_GUARD, true);
    struct brain *small = brains_fresh(brains_small_states());
    struct brain *guard = tables_fresh(&rule);
    char fresh[BRAIN_DIGEST_SIZE];
    brain_digest(small, fresh);
    for (uint32_t row = 0; row < small->states->rows; row++) {
        for (unsigned cell = 0; cell < small->states->cells; cell++) {
            uint32_t before = tables_weight(small, row, cell);
            tables_set_weight(small, row, cell, before + 1);
            assert_differs(small, fresh, row);
            tables_set_weight(small, row, cell, before);
        }
    }
    brain_digest(guard, fresh);
    for (uint32_t n = 0; n < 200; n++) {
        struct row *row = &guard->rows[n * 3];
        row_set *set = n % 2 == 0 ? &row->winning : &row->losing;
        *set = (row_set)(row->legal & -row->legal);
        assert_differs(guard, fresh, n * 3);
        *set = 0;
    }
    brain_destroy(guard);
    brain_destroy(small);
}
END_TEST

START_TEST(test_the_digest_leaves_absorbing_rows_out)
{
    struct brain *brain = brains_fresh(tables_states());
    struct brain *garbled = brains_fresh(tables_states());
    brains_garble_absorbing_rows(garbled, 12345);
    brains_assert_same_digest(garbled, brain);
    brain_destroy(garbled);
    brain_destroy(brain);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_the_digests_of_fresh_brains_keep_their_values,
        test_the_digest_is_the_hash_of_the_documented_text,
        test_the_digest_lists_the_proofs_of_rules_that_have_some,
        test_the_digest_takes_proofs_and_weights_of_full_width,
        test_the_digest_changes_with_any_one_weight_or_proof,
        test_the_digest_leaves_absorbing_rows_out,
        NULL,
    };
    return unit_run("brain_digest", tests);
}
