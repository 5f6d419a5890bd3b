/* The digest of a table of weights, against its definition. */
#include "engine/table/table.h"
#include "support/brains.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <string.h>

/* A row for each board and 6 for each empty cell, hashed by other means once: a change of this
 * value must be meant, for it names every fresh brain. */
START_TEST(test_the_digest_of_a_fresh_brain_keeps_its_value)
{
    const struct states *states = tables_states();
    struct brain *brain = brains_fresh(states);
    char digest[BRAIN_DIGEST_SIZE];
    brain_digest(brain, digest);
    ck_assert_str_eq(digest,
                     "sha256:2a7509b39e511ea583d883ed59ff779bd4207cb312c2020c76d302b2b11a9150");
    brain_destroy(brain);
}
END_TEST

static void assert_digest_is_plain(const struct states *states, uint64_t seed)
{
    static const uint32_t most[] = {2, 20, 99999, 100000000};
    struct brain *brain = brains_fresh(states);
    struct rng rng;
    rng_seed(&rng, seed);
    brains_fill_random(brain, &rng, most[seed % 4]);
    char digest[BRAIN_DIGEST_SIZE];
    char expected[BRAIN_DIGEST_SIZE];
    brain_digest(brain, digest);
    brains_plain_digest(brain, false, expected);
    ck_assert_msg(strcmp(digest, expected) == 0, "seed %" PRIu64 ": %s, not %s", seed, digest,
                  expected);
    brain_destroy(brain);
}

START_TEST(test_the_digest_is_the_hash_of_the_documented_text)
{
    for (uint64_t seed = 0; seed < 8; seed++)
        assert_digest_is_plain(tables_states(), seed);
    for (uint64_t seed = 8; seed < 40; seed++)
        assert_digest_is_plain(brains_small_states(), seed);
}
END_TEST

START_TEST(test_the_digest_takes_weights_of_full_width)
{
    const struct states *states = tables_states();
    struct brain *brain = brains_fresh(states);
    static const uint32_t full[ROW_CELLS] = {UINT32_MAX, 0, 0, 0, 0, 0, 0, 0, 0};
    table_set_weights(brain, 0, full);
    table_set_weights(brain, states->rows - 1, full);
    char digest[BRAIN_DIGEST_SIZE];
    char expected[BRAIN_DIGEST_SIZE];
    brain_digest(brain, digest);
    brains_plain_digest(brain, false, expected);
    ck_assert_str_eq(digest, expected);
    brain_destroy(brain);
}
END_TEST

START_TEST(test_the_digest_changes_with_any_one_weight)
{
    const struct states *states = brains_small_states();
    struct brain *brain = brains_fresh(states);
    char fresh[BRAIN_DIGEST_SIZE];
    brain_digest(brain, fresh);
    for (uint32_t row = 0; row < states->rows; row++) {
        for (unsigned cell = 0; cell < states->cells; cell++) {
            uint32_t before = tables_weight(brain, row, cell);
            tables_set_weight(brain, row, cell, before + 1);
            char digest[BRAIN_DIGEST_SIZE];
            brain_digest(brain, digest);
            ck_assert_msg(strcmp(digest, fresh) != 0, "row %u cell %u", row, cell);
            tables_set_weight(brain, row, cell, before);
        }
    }
    brain_destroy(brain);
}
END_TEST

START_TEST(test_the_digest_leaves_absorbing_rows_out)
{
    const struct states *states = tables_states();
    struct brain *brain = brains_fresh(states);
    struct brain *garbled = brains_fresh(states);
    brains_garble_absorbing_rows(garbled, 12345);
    brains_assert_same_digest(garbled, brain);
    brain_destroy(garbled);
    brain_destroy(brain);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_the_digest_of_a_fresh_brain_keeps_its_value,
        test_the_digest_is_the_hash_of_the_documented_text,
        test_the_digest_takes_weights_of_full_width,
        test_the_digest_changes_with_any_one_weight,
        test_the_digest_leaves_absorbing_rows_out,
        NULL,
    };
    return unit_run("brain_digest", tests);
}
