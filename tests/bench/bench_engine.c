/*
 * bench_engine - how fast the engine plays and learns, beside the plain baseline, in one run.
 *
 * Every figure is the median of RUNS; baseline and engine take turns, so that a machine that
 * slows down slows both.
 */
#include "bench/plain.h"
#include "engine/sampler.h"
#include "engine/selfplay.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    RUNS = 7,
    WARM_UP = 2000000, /* matches before a steady run */
    STEADY = 3000000,  /* matches of a steady run */
    FIRST = 100000,
    FIRST_SINGLE = 2000, /* of these, with K = 1: as the training schedule has it */
    DRAWS = 20000000,
};

enum figure { PLAIN, SINGLE, LOCK_STEP, FIGURES };

static const char *const names[FIGURES] = {"plain C, a match at a time", "engine, K = 1",
                                           "engine, K = 16"};

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double values[RUNS])
{
    qsort(values, RUNS, sizeof values[0], compare);
    return values[RUNS / 2];
}

static void train(struct brain *brain, uint64_t matches, unsigned lanes, uint64_t seed)
{
    struct tally tally;
    selfplay_run(brain,
                 &(struct selfplay){
                     .seed = seed, .matches = matches, .lanes = lanes, .learners = LEARN_BOTH},
                 &tally);
    brain_halve(brain);
}

static struct brain *fresh(const struct states *states)
{
    struct rule rule = rule_default(RULE_BEADS);
    struct brain *brain;
    if (brain_create(states, &rule, &brain) != ERR_OK)
        abort();
    return brain;
}

static void bench_steady(const struct states *states, double out[FIGURES])
{
    double seconds[FIGURES][RUNS];
    struct plain *plain = plain_create(1);
    struct brain *single = fresh(states);
    struct brain *lock_step = fresh(states);
    if (plain == NULL)
        abort();
    plain_train(plain, WARM_UP);
    train(single, WARM_UP, 1, 1);
    train(lock_step, WARM_UP, SELFPLAY_LANES, 1);
    for (unsigned run = 0; run < RUNS; run++) {
        double start = now_s();
        plain_train(plain, STEADY);
        double plain_end = now_s();
        train(single, STEADY, 1, run);
        double single_end = now_s();
        train(lock_step, STEADY, SELFPLAY_LANES, run);
        seconds[PLAIN][run] = plain_end - start;
        seconds[SINGLE][run] = single_end - plain_end;
        seconds[LOCK_STEP][run] = now_s() - single_end;
    }
    for (unsigned figure = 0; figure < FIGURES; figure++)
        out[figure] = STEADY / median(seconds[figure]);
    plain_destroy(plain);
    brain_destroy(single);
    brain_destroy(lock_step);
}

static void bench_first(const struct states *states, double out[FIGURES])
{
    double seconds[FIGURES][RUNS];
    for (unsigned run = 0; run < RUNS; run++) {
        struct plain *plain = plain_create(run);
        struct brain *single = fresh(states);
        struct brain *lock_step = fresh(states);
        if (plain == NULL)
            abort();
        double start = now_s();
        plain_train(plain, FIRST);
        double plain_end = now_s();
        train(single, FIRST, 1, run);
        double single_end = now_s();
        train(lock_step, FIRST_SINGLE, 1, run);
        train(lock_step, FIRST - FIRST_SINGLE, SELFPLAY_LANES, run);
        seconds[PLAIN][run] = plain_end - start;
        seconds[SINGLE][run] = single_end - plain_end;
        seconds[LOCK_STEP][run] = now_s() - single_end;
        plain_destroy(plain);
        brain_destroy(single);
        brain_destroy(lock_step);
    }
    for (unsigned figure = 0; figure < FIGURES; figure++)
        out[figure] = median(seconds[figure]) * 1e3;
}

/* Nanoseconds a draw of nine weights in a loop, over running sums and over plain weights. */
static void bench_draw(double *out_sums, double *out_weights)
{
    const uint32_t weights[ROW_CELLS] = {4218, 618, 894, 1233, 2791, 225, 25, 311, 3839};
    uint32_t sums[ROW_CELLS + 1] = {0};
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        sums[cell + 1] = sums[cell] + weights[cell];
    double by_sums[RUNS];
    double by_weights[RUNS];
    unsigned drawn = 0;
    for (unsigned run = 0; run < RUNS; run++) {
        struct rng rng;
        rng_seed(&rng, run);
        double start = now_s();
        for (unsigned i = 0; i < DRAWS; i++)
            drawn += sampler_draw_sums(sums, ROW_CELLS, (uint32_t)rng_next(&rng));
        double middle = now_s();
        for (unsigned i = 0; i < DRAWS; i++)
            drawn += sampler_draw(weights, ROW_CELLS, (uint32_t)rng_next(&rng));
        by_sums[run] = middle - start;
        by_weights[run] = now_s() - middle;
    }
    if (drawn == 0)
        abort(); /* keeps the draws from being left out */
    *out_sums = median(by_sums) / DRAWS * 1e9;
    *out_weights = median(by_weights) / DRAWS * 1e9;
}

static void print_processor(void)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char model[200];
        if (sscanf(line, "model name : %199[^\n]", model) == 1) {
            printf("processor: %s\n", model);
            break;
        }
    }
    if (file != NULL)
        fclose(file);
}

int main(void)
{
    struct states *states;
    if (states_create(game_find("tictactoe"), &states) != ERR_OK)
        return 1;
    double steady[FIGURES];
    double first[FIGURES];
    double by_sums;
    double by_weights;
    bench_steady(states, steady);
    bench_first(states, first);
    bench_draw(&by_sums, &by_weights);
    states_destroy(states);

    print_processor();
    printf("kernel: %s; medians of %d; one thread; rule beads, both players learn\n\n",
           selfplay_kernel(), RUNS);
    printf("%-28s %14s %7s %20s %7s\n", "", "M matches/s", "", "first 100,000 in ms", "");
    for (unsigned figure = 0; figure < FIGURES; figure++)
        printf("%-28s %14.1f %6.2fx %20.2f %6.2fx\n", names[figure], steady[figure] / 1e6,
               steady[figure] / steady[PLAIN], first[figure], first[PLAIN] / first[figure]);
    printf(
        "\na draw of nine weights, random number included: %.1f ns over running sums, %.1f ns over "
        "plain weights\n",
        by_sums, by_weights);
    return 0;
}
