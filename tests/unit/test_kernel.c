/* The kernels, row by row, against the portable one: over random rows and the extremes. */
#include "base/rng.h"
#include "engine/table/kernel.h"
#include "engine/table/sampler.h"
#include "engine/table/table.h"
#include "support/unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 12000, KINDS = 6, NUMBERS = 8, CHANGES = 8, COUNTS_MAX = SAMPLER_COUNT_MAX };

/* The kernel of a loop test, or NULL where the processor cannot run it. */
static const struct kernel *kernel_of(int index)
{
    const struct kernel *kernel = kernel_at((unsigned)index);
    if (kernel_is_usable(kernel))
        return kernel;
    printf("kernel %s: not on this processor\n", kernel->name);
    return NULL;
}

static uint32_t random_below(struct rng *rng, uint64_t bound)
{
    return (uint32_t)(rng_next(rng) % bound);
}

/* What play and merging make of rows, and the extremes: all ones, a single legal move, the heaviest
 * that sums can hold. Taken cells have no weight; one legal move is left. */
static void random_weights(struct rng *rng, unsigned kind, uint32_t out[], unsigned count)
{
    static const uint64_t bounds[KINDS] = {1, 8, 5000, 1 << 20, 2, 1};
    uint64_t total = 0;
    for (unsigned i = 0; i < count; i++)
        total += out[i] = random_below(rng, 3) == 0 ? 0 : 1 + random_below(rng, bounds[kind]);
    unsigned special = random_below(rng, count);
    total -= out[special];
    if (kind == 4)
        memset(out, 0, count * sizeof *out);
    out[special] = kind == 5 ? (uint32_t)(UINT32_MAX - total - random_below(rng, 2)) : 1;
}

static void random_row(struct rng *rng, unsigned kind, struct row *out)
{
    uint32_t weights[ROW_CELLS];
    memset(out, 0, sizeof *out);
    random_weights(rng, kind, weights, ROW_CELLS);
    for (unsigned cell = 0; cell < ROW_CELLS; cell++) {
        out->sums[cell + 1] = out->sums[cell] + weights[cell];
        out->next[cell] = (uint16_t)rng_next(rng);
    }
}

/* Random ones, the extremes, and the two on both sides of the border to a move. */
static void interesting_numbers(struct rng *rng, const struct row *row, uint32_t out[NUMBERS])
{
    uint64_t sum = row->sums[random_below(rng, ROW_CELLS)];
    uint64_t total = row_total(row);
    uint32_t border = (uint32_t)(((sum << 32) + total - 1) / total); /* the first that reaches it */
    out[0] = 0;
    out[1] = UINT32_MAX;
    out[2] = border;
    out[3] = border - 1;
    for (unsigned i = 4; i < NUMBERS; i++)
        out[i] = (uint32_t)rng_next(rng);
}

START_TEST(test_every_kernel_draws_as_the_portable_one_does)
{
    const struct kernel *kernel = kernel_of(_i);
    for (uint64_t seed = 0; seed < ROWS && kernel != NULL; seed++) {
        struct rng rng;
        struct row row;
        uint32_t numbers[NUMBERS];
        rng_seed(&rng, seed);
        random_row(&rng, (unsigned)(seed % KINDS), &row);
        interesting_numbers(&rng, &row, numbers);
        for (unsigned i = 0; i < NUMBERS; i++) {
            unsigned expected = (unsigned)sampler_draw_sums(row.sums, ROW_CELLS, numbers[i]);
            if (kernel->draw(&row, numbers[i]) != expected || row_weight(&row, expected) == 0)
                ck_abort_msg("%s: seed %" PRIu64 " number %" PRIu32, kernel->name, seed,
                             numbers[i]);
        }
    }
}
END_TEST

START_TEST(test_every_kernel_changes_a_row_as_the_portable_one_does)
{
    static const int32_t changes[CHANGES] = {3, -1, 0, 1, 255, -255, -2, 100};
    const struct kernel *kernel = kernel_of(_i);
    for (uint64_t seed = 0; seed < ROWS && kernel != NULL; seed++) {
        struct rng rng;
        struct row rows[3]; /* what lies before and behind a row must stay as it is */
        rng_seed(&rng, seed);
        for (unsigned i = 0; i < 3; i++)
            random_row(&rng, (unsigned)(seed % (KINDS - 1)), &rows[i]);
        struct row expected[3];
        memcpy(expected, rows, sizeof rows);
        for (unsigned cell = 0; cell < ROW_CELLS; cell++) {
            int32_t change = changes[(seed + cell) % CHANGES];
            if (row_weight(&rows[1], cell) == 0)
                continue;
            kernel->change(&rows[1], cell, change);
            row_change(&expected[1], cell, change);
            if (memcmp(rows, expected, sizeof rows) != 0)
                ck_abort_msg("%s: seed %" PRIu64 " cell %u", kernel->name, seed, cell);
        }
    }
}
END_TEST

START_TEST(test_a_row_without_weights_is_drawn_its_last_cell)
{
    const struct kernel *kernel = kernel_of(_i);
    static const struct row none;
    if (kernel != NULL)
        ck_assert_uint_eq(kernel->draw(&none, 12345), ROW_CELLS - 1);
}
END_TEST

/* A copy that ends where its memory does, so that sanitizers see a load beyond it. */
static uint32_t *exact_copy(const uint32_t weights[], unsigned count)
{
    uint32_t *copy = malloc(count * sizeof *copy);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, weights, count * sizeof *copy);
    return copy;
}

START_TEST(test_every_kernel_samples_any_count_of_weights_as_the_portable_one_does)
{
    const struct kernel *kernel = kernel_of(_i);
    for (uint64_t seed = 0; seed < ROWS && kernel != NULL; seed++) {
        struct rng rng;
        uint32_t weights[COUNTS_MAX];
        unsigned count = 1 + (unsigned)(seed % COUNTS_MAX);
        rng_seed(&rng, seed);
        random_weights(&rng, (unsigned)(seed / COUNTS_MAX % KINDS), weights, count);
        uint32_t *copy = exact_copy(weights, count);
        for (unsigned i = 0; i < NUMBERS; i++) {
            uint32_t number = i < 2 ? (uint32_t)0 - i : (uint32_t)rng_next(&rng);
            int expected = sampler_draw(weights, count, number);
            if (kernel->sample(copy, count, number) != expected || expected < 0 ||
                weights[expected] == 0)
                ck_abort_msg("%s: seed %" PRIu64 " count %u", kernel->name, seed, count);
        }
        free(copy);
    }
}
END_TEST

START_TEST(test_no_kernel_samples_what_has_no_total_in_range)
{
    const struct kernel *kernel = kernel_of(_i);
    uint32_t weights[COUNTS_MAX + 1] = {0};
    if (kernel == NULL)
        return;
    ck_assert_int_eq(kernel->sample(weights, 0, 1), -1);
    ck_assert_int_eq(kernel->sample(weights, COUNTS_MAX + 1, 1), -1);
    for (unsigned count = 1; count <= COUNTS_MAX; count++) {
        memset(weights, 0, sizeof weights);
        ck_assert_int_eq(kernel->sample(weights, count, 1), -1);
        for (unsigned i = 1; i < count; i++) {
            weights[i - 1] = UINT32_MAX;
            ck_assert_int_eq(kernel->sample(weights, count, 1), (int)i - 1);
            weights[i] = 1;
            ck_assert_int_eq(kernel->sample(weights, count, 1), -1);
            weights[i - 1] = weights[i] = 0;
        }
    }
    for (unsigned i = 0; i < COUNTS_MAX; i++)
        weights[i] = UINT32_MAX; /* wraps at every step */
    ck_assert_int_eq(kernel->sample(weights, COUNTS_MAX, 1), -1);
}
END_TEST

START_TEST(test_the_portable_kernel_is_always_there_and_the_best_one_can_run)
{
    ck_assert_ptr_nonnull(kernel_find("scalar"));
    ck_assert(kernel_is_usable(kernel_find("scalar")));
    ck_assert(kernel_is_usable(kernel_best()));
    ck_assert_ptr_null(kernel_find("sse9"));
    for (unsigned i = 0; i < kernel_count(); i++)
        ck_assert_ptr_eq(kernel_find(kernel_at(i)->name), kernel_at(i));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("kernel");
    TCase *tests = tcase_create("kernel");
    int kernels = (int)kernel_count();
    tcase_add_loop_test(tests, test_every_kernel_draws_as_the_portable_one_does, 0, kernels);
    tcase_add_loop_test(tests, test_every_kernel_changes_a_row_as_the_portable_one_does, 0,
                        kernels);
    tcase_add_loop_test(tests, test_a_row_without_weights_is_drawn_its_last_cell, 0, kernels);
    tcase_add_loop_test(
        tests, test_every_kernel_samples_any_count_of_weights_as_the_portable_one_does, 0, kernels);
    tcase_add_loop_test(tests, test_no_kernel_samples_what_has_no_total_in_range, 0, kernels);
    tcase_add_test(tests, test_the_portable_kernel_is_always_there_and_the_best_one_can_run);
    tcase_set_timeout(tests, 60);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
