/*
 * Learning, against the original program: 60 runs of it are in tests/data, and ours must be of the
 * same kind. For each statistic z is the difference of both means in standard errors of that
 * difference; seeds are fixed, so what passes once passes always.
 */
#include "engine/selfplay.h"
#include "support/rounds.h"
#include "support/tables.h"
#include "support/unit.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ORIGINAL_RUNS = 60, RUNS = 120, FEW_RUNS = 60, POINTS = 3, STATISTICS = 2 };

/* After these many matches: player 1's share of wins so far, and plies a match so far. */
static const uint64_t points[POINTS] = {1000, 5000, 20000};
static const char *const statistics[STATISTICS] = {"wins of player 1", "plies a match"};

static const double Z_MAX = 4;

/* Sums over runs. */
struct sample {
    unsigned runs;
    double sum[POINTS][STATISTICS];
    double squares[POINTS][STATISTICS];
};

static void add_point(struct sample *sample, unsigned point, uint64_t wins, uint64_t plies)
{
    double matches = (double)points[point];
    double values[STATISTICS] = {(double)wins / matches, (double)plies / matches};
    for (unsigned i = 0; i < STATISTICS; i++) {
        sample->sum[point][i] += values[i];
        sample->squares[point][i] += values[i] * values[i];
    }
}

static double mean_of(const struct sample *sample, unsigned point, unsigned statistic)
{
    return sample->sum[point][statistic] / sample->runs;
}

/* The mean's variance. */
static double variance_of(const struct sample *sample, unsigned point, unsigned statistic)
{
    double mean = mean_of(sample, point, statistic);
    double variance =
        (sample->squares[point][statistic] - sample->runs * mean * mean) / (sample->runs - 1);
    return variance / sample->runs;
}

static double z_of(const struct sample *a, const struct sample *b, unsigned point,
                   unsigned statistic)
{
    double off = mean_of(a, point, statistic) - mean_of(b, point, statistic);
    return off / sqrt(variance_of(a, point, statistic) + variance_of(b, point, statistic));
}

/* The data stand beside this file's folder, wherever the sources are. */
static FILE *open_original(void)
{
    char path[512];
    const char *end = strrchr(__FILE__, '/');
    ck_assert_ptr_nonnull(end);
    snprintf(path, sizeof path, "%.*s/../data/ttst-learning-curve.jsonl", (int)(end - __FILE__),
             __FILE__);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "cannot open %s; tests run in the sources' folder", path);
    return file;
}

static void add_original_run(struct sample *sample, const char *line)
{
    json_t *run = json_loads(line, 0, NULL);
    ck_assert_ptr_nonnull(run);
    unsigned found = 0;
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(run, "points"), i, entry)
    {
        uint64_t numbers[3];
        for (size_t n = 0; n < 3; n++)
            numbers[n] = (uint64_t)json_integer_value(json_array_get(entry, n));
        for (unsigned point = 0; point < POINTS; point++) {
            if (numbers[0] == points[point]) {
                add_point(sample, point, numbers[1], numbers[2]);
                found++;
            }
        }
    }
    ck_assert_uint_eq(found, POINTS);
    json_decref(run);
    sample->runs++;
}

static struct sample original_sample(void)
{
    struct sample sample = {.runs = 0};
    char line[1024];
    FILE *file = open_original();
    while (fgets(line, sizeof line, file) != NULL)
        add_original_run(&sample, line);
    fclose(file);
    ck_assert_uint_eq(sample.runs, ORIGINAL_RUNS);
    return sample;
}

static struct sample own_sample(const struct rule *rule, unsigned workers, unsigned runs)
{
    struct sample sample = {.runs = runs};
    for (uint64_t seed = 1; seed <= runs; seed++) {
        struct brain *table = tables_fresh(rule);
        uint64_t plies = 0;
        for (unsigned point = 0; point < POINTS; point++) {
            struct rounds_plan plan = {
                .seed = seed, .workers = workers, .learners = LEARN_BOTH, .end = points[point]};
            plies += rounds_play(table, &plan);
            add_point(&sample, point, table->results[RESULT_PLAYER1 - 1], plies);
        }
        brain_destroy(table);
    }
    return sample;
}

/* Prints all z, and returns the largest without its sign. */
static double compare(const char *what, const struct sample *own, const struct sample *original)
{
    double largest = 0;
    for (unsigned point = 0; point < POINTS; point++) {
        for (unsigned i = 0; i < STATISTICS; i++) {
            double z = z_of(own, original, point, i);
            printf("%s, %s after %llu matches: %.4f, original %.4f, z %+.2f\n", what, statistics[i],
                   (unsigned long long)points[point], mean_of(own, point, i),
                   mean_of(original, point, i), z);
            largest = fmax(largest, fabs(z));
        }
    }
    fflush(stdout);
    return largest;
}

START_TEST(test_one_worker_learns_as_the_original_does)
{
    struct sample original = original_sample();
    struct sample own = own_sample(NULL, 1, RUNS);
    ck_assert_double_lt(compare("1 worker", &own, &original), Z_MAX);
}
END_TEST

START_TEST(test_two_workers_learn_as_the_original_does)
{
    struct sample original = original_sample();
    struct sample own = own_sample(NULL, 2, RUNS);
    ck_assert_double_lt(compare("2 workers", &own, &original), Z_MAX);
}
END_TEST

/* The comparison can tell: rules that differ from the original's in one option fail it. */
static void assert_is_told_apart(const char *what, struct rule rule)
{
    struct sample original = original_sample();
    struct sample own = own_sample(&rule, 1, FEW_RUNS);
    ck_assert_double_gt(compare(what, &own, &original), Z_MAX);
}

START_TEST(test_draws_that_reward_nobody_would_be_noticed)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.scoring = SCORING_STANDARD;
    assert_is_told_apart("standard scoring", rule);
}
END_TEST

START_TEST(test_a_reward_twice_as_high_would_be_noticed)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.reward = 6;
    assert_is_told_apart("reward 6", rule);
}
END_TEST

START_TEST(test_losses_that_cost_nothing_would_be_noticed)
{
    struct rule rule = rule_default(RULE_BEADS);
    rule.penalty = 0;
    assert_is_told_apart("penalty 0", rule);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_one_worker_learns_as_the_original_does,
        test_two_workers_learn_as_the_original_does,
        test_draws_that_reward_nobody_would_be_noticed,
        test_a_reward_twice_as_high_would_be_noticed,
        test_losses_that_cost_nothing_would_be_noticed,
        NULL,
    };
    return unit_run("learning", tests);
}
