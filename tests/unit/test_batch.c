/* Playing shares and merging them: what a round does to a table. How weights are merged is
 * test_brain_merge's and test_brain_proofs' matter. */
#include "engine/table/table.h"
#include "support/tables.h"
#include "support/unit.h"
#include "train/batch.h"
#include "train/schedule.h"

#include <inttypes.h>

/* Every rule and both kinds of states, against themselves and a perfect opponent. */
START_TEST(test_a_share_is_self_play_on_a_copy_from_the_schedules_seed)
{
    static const unsigned learners[] = {LEARN_BOTH, LEARN_PLAYER1, LEARN_PLAYER2};
    for (unsigned i = 0; i < 12; i++) {
        const struct rule rule = tables_rule((enum rule_kind)(i % RULE_TABLE_KINDS), i % 2);
        struct brain *base = tables_played_by(&rule, i, 2000);
        struct brain *before = tables_copy(base);
        struct brain *plain = tables_copy(base);
        struct brain *perfect = NULL;
        struct batch batch = {.brain_id = 42, .worker = 5, .table = tables_fresh(&rule)};
        struct selfplay plan = {.seed = schedule_seed(i, 5, 2000),
                                .matches = i == 0 ? 0 : 333,
                                .lanes = i % 4 == 1 ? 1 : 16,
                                .learners = learners[i / 4],
                                .uniform = tables_uniform_of(&rule)};
        struct tally tally;
        if (plan.learners == LEARN_PLAYER2)
            ck_assert_int_eq(table_perfect(tables_solution_of(&rule), &perfect), ERR_OK);
        plan.opponent = perfect;
        const struct batch_share share = {.seed = i,
                                          .matches = plan.matches,
                                          .lanes = plan.lanes,
                                          .learners = plan.learners,
                                          .opponent = perfect,
                                          .uniform = plan.uniform};
        batch_play(&batch, base, &share);
        selfplay_run(plain, &plan, &tally);
        ck_assert_msg(tables_same(batch.table, plain), "share %u", i);
        ck_assert_mem_eq(batch.tally.results, tally.results, sizeof tally.results);
        ck_assert_uint_eq(batch.tally.plies, tally.plies);
        ck_assert_msg(tables_same(base, before), "share %u: the base changed", i);
        ck_assert_int_eq(batch.brain_id, 42);
        ck_assert_uint_eq(batch.worker, 5);
        ck_assert_uint_eq(batch.start, 2000);
        ck_assert_uint_eq(batch.matches, plan.matches);
        brain_destroy(perfect);
        brain_destroy(batch.table);
        brain_destroy(plain);
        brain_destroy(before);
        brain_destroy(base);
    }
}
END_TEST

/* Worker i plays 16 (i + 1) matches. */
START_TEST(test_a_round_merges_the_workers_tables_and_counts_what_they_played)
{
    static const unsigned counts[] = {1, 2, 5, SCHEDULE_WORKERS_MAX};
    for (unsigned n = 0; n < 4; n++) {
        struct brain *base = tables_played(11, 3000);
        struct brain *plain = tables_copy(base);
        struct batch batches[SCHEDULE_WORKERS_MAX];
        const struct brain *tables[SCHEDULE_WORKERS_MAX];
        for (unsigned i = 0; i < counts[n]; i++) {
            const struct batch_share share = {
                .seed = 7, .matches = 16 * (i + 1), .lanes = 16, .learners = LEARN_BOTH};
            batches[i] = (struct batch){.worker = i, .table = tables_fresh(NULL)};
            batch_play(&batches[i], base, &share);
            tables[i] = batches[i].table;
            plain->matches += share.matches;
            for (unsigned result = 0; result < RESULT_COUNT; result++)
                plain->results[result] += batches[i].tally.results[result];
        }
        brain_merge(plain, tables, counts[n]);
        batch_merge(base, batches, counts[n]);
        ck_assert_msg(tables_same(base, plain), "%u workers", counts[n]);
        ck_assert_msg(tables_sound(base), "%u workers", counts[n]);
        for (unsigned i = 0; i < counts[n]; i++)
            brain_destroy(batches[i].table);
        brain_destroy(plain);
        brain_destroy(base);
    }
}
END_TEST

/* A worker's table may be over the bound; only the merged row is halved, once it stands. */
START_TEST(test_rows_are_halved_after_the_merge_and_only_then)
{
    static const struct {
        unsigned workers;
        uint32_t learned, first, others;
    } cases[] = {
        {1, 208, 208, 6}, /* 256 in all */
        {1, 209, 104, 3}, {2, 204, 208, 6},
        {2, 205, 105, 3}, /* 210; neither worker alone is over the bound */
        {3, 301, 125, 1}, /* 503; 251 + 24 is still over the bound */
    };
    struct rule rule = rule_default(RULE_BEADS);
    rule.halve_above = RULE_HALVE_ABOVE_MIN; /* 256 */
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct brain *base = tables_fresh(&rule);
        struct batch batches[3];
        tables_set_weight(base, 0, 0, 200); /* 248 with the other eight */
        for (unsigned i = 0; i < cases[n].workers; i++) {
            batches[i] = (struct batch){.worker = i, .table = tables_copy(base)};
            tables_set_weight(batches[i].table, 0, 0, cases[n].learned);
        }
        batch_merge(base, batches, cases[n].workers);
        ck_assert_msg(tables_weight(base, 0, 0) == cases[n].first, "case %u", n);
        ck_assert_uint_eq(tables_weight(base, 0, 1), cases[n].others);
        ck_assert_uint_eq(tables_weight(base, 1, 1), 6);
        for (unsigned i = 0; i < cases[n].workers; i++)
            brain_destroy(batches[i].table);
        brain_destroy(base);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_share_is_self_play_on_a_copy_from_the_schedules_seed,
        test_a_round_merges_the_workers_tables_and_counts_what_they_played,
        test_rows_are_halved_after_the_merge_and_only_then,
        NULL,
    };
    return unit_run("batch", tests);
}
