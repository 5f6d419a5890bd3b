/* The merge of the workers' brains: weights against the plain sum, proofs against the plain union.
 */
#include "engine/table/table.h"
#include "support/brains.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <string.h>

enum { WORKERS_MAX = 64 };

struct crew {
    struct brain *brains[WORKERS_MAX];
    unsigned count;
};

/* Workers that have learned nothing yet. */
static struct crew crew_of(const struct brain *base, unsigned count)
{
    struct crew crew = {.count = count};
    for (unsigned i = 0; i < count; i++) {
        ck_assert_int_eq(table_create(base->states, &base->rule, &crew.brains[i]), ERR_OK);
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

/* Weights of all magnitudes, or such low ones that many sums fall below the floor. */
static void fill(struct brain *brain, struct rng *rng)
{
    if (rule_has_proofs(&brain->rule)) {
        brains_fill_widely(brain, rng);
        brains_prove_at_random(brain, rng);
    } else {
        brains_fill_random(brain, rng, 600);
    }
}

/* Each has random weights in some rows and random proofs in some, and has forgotten none. */
static void learn(struct crew *crew, const struct brain *base, struct rng *rng)
{
    struct brain *other = tables_copy(base);
    for (unsigned i = 0; i < crew->count; i++) {
        fill(other, rng);
        for (uint32_t row = 0; row < base->states->rows; row++) {
            struct row *own = &crew->brains[i]->rows[row];
            if (rng_next(rng) % 3 == 0)
                memcpy(own->sums, other->rows[row].sums, sizeof own->sums);
            if (rng_next(rng) % 3 == 0) {
                own->winning |= other->rows[row].winning & (row_set)~base->rows[row].losing;
                own->losing |= other->rows[row].losing & (row_set)~base->rows[row].winning;
            }
        }
    }
    brain_destroy(other);
}

/* Holds every cell against the definition; how many stand at the floor. */
static unsigned assert_merged(const struct brain *base, const struct brain *before,
                              const struct crew *crew)
{
    unsigned floored = 0;
    for (uint32_t row = 0; row < base->states->rows; row++) {
        uint64_t winning = before->rows[row].winning;
        uint64_t losing = before->rows[row].losing;
        for (unsigned i = 0; i < crew->count; i++) {
            winning |= crew->brains[i]->rows[row].winning;
            losing |= crew->brains[i]->rows[row].losing;
        }
        if (base->rows[row].winning != winning || base->rows[row].losing != losing)
            ck_abort_msg("%u workers: proofs of row %u", crew->count, row);
        for (unsigned cell = 0; cell < ROW_CELLS; cell++) {
            const int64_t old = tables_weight(before, row, cell);
            int64_t sum = old;
            for (unsigned i = 0; i < crew->count; i++)
                sum += (int64_t)tables_weight(crew->brains[i], row, cell) - old;
            sum = old == 0 ? 0 : sum < 1 ? 1 : sum;
            floored += sum == 1;
            if (tables_weight(base, row, cell) != sum)
                ck_abort_msg("%u workers: row %u cell %u: %" PRIu32 ", not %" PRId64, crew->count,
                             row, cell, tables_weight(base, row, cell), sum);
        }
    }
    return floored;
}

/* Of the small game any number, of tic-tac-toe some, with proofs and reduced or not. */
START_TEST(test_merging_sums_up_the_weights_and_keeps_what_any_worker_proved)
{
    static const unsigned counts[] = {1, 2, 3, 16, WORKERS_MAX};
    unsigned floored = 0;
    for (unsigned n = 0; n < WORKERS_MAX + 10; n++) {
        const unsigned count = n < WORKERS_MAX ? n + 1 : counts[(n - WORKERS_MAX) / 2];
        const struct rule rule = tables_rule(RULE_GUARD, n % 2);
        struct brain *base =
            n < WORKERS_MAX ? brains_fresh(brains_small_states()) : tables_fresh(&rule);
        struct rng rng;
        rng_seed(&rng, n);
        fill(base, &rng);
        struct crew crew = crew_of(base, count);
        struct crew before = crew_of(base, 1);
        learn(&crew, base, &rng);
        crew_merge(&crew, base);
        floored += assert_merged(base, before.brains[0], &crew);
        crew_free(&before);
        crew_free(&crew);
        brain_destroy(base);
    }
    ck_assert_uint_gt(floored, 1000);
}
END_TEST

START_TEST(test_a_sum_may_pass_32_bits_on_the_way_and_far_below_zero_becomes_one)
{
    enum { HALF = WORKERS_MAX / 2, ORDERS = 3 };
    const uint32_t heavy = RULE_HALVE_ABOVE_MAX;
    const struct states *states = brains_small_states();
    for (unsigned order = 0; order < ORDERS; order++) { /* upward last, first, not at all */
        struct brain *base = brains_fresh(states);
        tables_set_weight(base, 0, 2, heavy);
        struct crew crew = crew_of(base, WORKERS_MAX);
        for (unsigned i = 0; i < WORKERS_MAX; i++)
            tables_set_weight(crew.brains[i], 0, 2,
                              order < 2 && (i < HALF) == (order == 1) ? 2 * heavy - 1 : 1);
        crew_merge(&crew, base);
        ck_assert_uint_eq(tables_weight(base, 0, 2), order < 2 ? heavy : 1);
        crew_free(&crew);
        brain_destroy(base);
    }
}
END_TEST

START_TEST(test_merging_leaves_matches_results_and_absorbing_rows)
{
    const struct states *states = brains_small_states();
    struct brain *base = brains_fresh(states);
    struct crew crew = crew_of(base, 2);
    base->matches = 6;
    memcpy(base->results, (uint64_t[]){1, 2, 3}, sizeof base->results);
    brains_garble_absorbing_rows(base, 7);
    crew.brains[0]->matches = 100;
    brains_garble_absorbing_rows(crew.brains[0], 1000);
    crew_merge(&crew, base);
    ck_assert_uint_eq(base->matches, 6);
    ck_assert_mem_eq(base->results, ((uint64_t[]){1, 2, 3}), sizeof base->results);
    for (unsigned i = 0; i <= ROW_CELLS; i++)
        ck_assert_uint_eq(base->rows[states->rows].sums[i], 7 + i);
    crew_free(&crew);
    brain_destroy(base);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_merging_sums_up_the_weights_and_keeps_what_any_worker_proved,
        test_a_sum_may_pass_32_bits_on_the_way_and_far_below_zero_becomes_one,
        test_merging_leaves_matches_results_and_absorbing_rows,
        NULL,
    };
    return unit_run("brain_merge", tests);
}
