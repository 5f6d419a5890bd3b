/*
 * bench_engine - measures one thing about the engine and prints it; bench.py asks, in turns, for
 * what is to be compared.
 *
 *     bench_engine kernels               the kernels that this processor can run, a line each
 *     bench_engine train plain           matches a second, and seconds for the first 100,000
 *     bench_engine train KERNEL LANES    the same of libttst
 *     bench_engine draw KERNEL           nanoseconds a draw of nine weights: from a row, from
 *                                        weights
 *
 * Times are processor time, on which others on the machine have less of an influence.
 */
#include "bench/plain.h"
#include "engine/selfplay.h"
#include "engine/table/kernel.h"
#include "engine/table/table.h"
#include "engine/ttst.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    WARM_UP = 2000000,   /* matches before a steady run */
    STEADY = 8000000,    /* matches of a steady run */
    FIRST = 100000,      /* from an empty brain */
    FIRST_SINGLE = 2000, /* of these, with one lane: as the training schedule has it */
    DRAWS = 20000000,
    NUMBERS = 1024, /* random numbers, drawn beforehand */
};

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void fail(const char *why)
{
    fprintf(stderr, "bench_engine: %s\n", why);
    exit(2);
}

static void train_plain(double *out_steady_s, double *out_first_s)
{
    struct plain *plain = plain_create(1);
    if (plain == NULL)
        fail("no memory");
    double begin = now_s();
    plain_train(plain, FIRST);
    *out_first_s = now_s() - begin;
    plain_train(plain, WARM_UP);
    begin = now_s();
    plain_train(plain, STEADY);
    *out_steady_s = now_s() - begin;
    plain_destroy(plain);
}

static void learn(struct ttst_brain *brain, uint64_t matches, unsigned lanes)
{
    if (ttst_brain_train(brain, matches, matches, lanes, TTST_BOTH, NULL) != TTST_OK)
        fail("it did not train");
}

static void train_library(const char *kernel, unsigned lanes, double *out_steady_s,
                          double *out_first_s)
{
    struct ttst_brain *brain;
    if (ttst_brain_create("tictactoe", &brain) != TTST_OK ||
        ttst_brain_set_kernel(brain, kernel) != TTST_OK)
        fail("no such kernel here");
    double begin = now_s();
    learn(brain, FIRST_SINGLE, 1);
    learn(brain, FIRST - FIRST_SINGLE, lanes);
    *out_first_s = now_s() - begin;
    learn(brain, WARM_UP, lanes);
    begin = now_s();
    learn(brain, STEADY, lanes);
    *out_steady_s = now_s() - begin;
    ttst_brain_destroy(brain);
}

static void draw(const char *name, double *out_row_ns, double *out_weights_ns)
{
    static const uint32_t weights[ROW_CELLS] = {4218, 618, 894, 1233, 2791, 225, 25, 311, 3839};
    static uint32_t numbers[NUMBERS];
    const struct kernel *kernel = selfplay_kernel(name);
    if (kernel == NULL || !kernel_is_usable(kernel))
        fail("no such kernel here");
    struct row row = {.sums = {0}};
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        row.sums[cell + 1] = row.sums[cell] + weights[cell];
    for (unsigned i = 0; i < NUMBERS; i++)
        numbers[i] = i * 2654435761u; /* 2^32 / the golden ratio: spread over all moves */
    unsigned drawn = 0;
    double begin = now_s();
    for (unsigned i = 0; i < DRAWS; i++)
        drawn += kernel->draw(&row, numbers[i % NUMBERS]);
    double middle = now_s();
    for (unsigned i = 0; i < DRAWS; i++)
        drawn += (unsigned)kernel->sample(weights, ROW_CELLS, numbers[i % NUMBERS]);
    double end = now_s();
    if (drawn == 0)
        fail("nothing was drawn"); /* keeps the draws from being left out */
    *out_row_ns = (middle - begin) / DRAWS * 1e9;
    *out_weights_ns = (end - middle) / DRAWS * 1e9;
}

int main(int argc, char *argv[])
{
    const char *what = argc > 1 ? argv[1] : "";
    const char *name = argc > 2 ? argv[2] : "";
    double first = 0;
    double second = 0;
    if (strcmp(what, "kernels") == 0) {
        for (unsigned i = 0; i < kernel_count(); i++)
            if (kernel_is_usable(kernel_at(i)))
                puts(kernel_at(i)->name);
        return 0;
    }
    if (strcmp(what, "train") == 0 && strcmp(name, "plain") == 0)
        train_plain(&first, &second);
    else if (strcmp(what, "train") == 0 && argc > 3)
        train_library(name, (unsigned)strtoul(argv[3], NULL, 10), &first, &second);
    else if (strcmp(what, "draw") == 0)
        draw(name, &first, &second);
    else
        fail("usage: kernels | train plain | train KERNEL LANES | draw KERNEL");
    if (strcmp(what, "train") == 0)
        first = STEADY / first;
    printf("%.9g %.9g\n", first, second);
    return 0;
}
