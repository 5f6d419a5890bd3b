/*
 * bench_rules - measures one thing about a learning rule or the exact evaluation and prints it;
 * bench.py asks, in turns, for what is to be compared.
 *
 *     bench_rules speed KERNEL RULE        matches a second, 16 in lock step
 *     bench_rules evaluate KERNEL POLICY   microseconds an evaluation: of all boards, of those that
 *                                          are left when reduced by symmetry
 *     bench_rules goal RULE WORKERS SEEDS  a line for each seed from 1 on: after how many matches
 *                                          of training it never loses, and after how many
 *                                          milliseconds
 *     bench_rules curve RULE MATCHES       seconds to train without its curve and with it
 *
 * Training is played as jobs do, round by round; one thread does all. Times are processor time, on
 * which others on the machine have less of an influence.
 */
#include "engine/evaluate.h"
#include "engine/opponent.h"
#include "engine/selfplay.h"
#include "engine/table/kernel.h"
#include "engine/table/table.h"
#include "train/batch.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    WARM_UP = 1000000,    /* matches before a steady run */
    STEADY = 4000000,     /* matches of a steady run */
    EVALUATIONS = 1000,   /* of one brain */
    LEARNED = 100000,     /* matches that it has played */
    GOAL_MOST = 10000000, /* matches after which a brain is given up */
};

static const struct policy policies[] = {
    {.kind = POLICY_SAMPLE}, {.kind = POLICY_POWER, .power = 4}, {.kind = POLICY_GREEDY}};
static const struct policy *const sample = &policies[0];
static const struct policy *const greedy = &policies[2];

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void fail(const char *why)
{
    fprintf(stderr, "bench_rules: %s\n", why);
    exit(2);
}

static void require(enum err err)
{
    if (err != ERR_OK)
        fail(err_name(err));
}

/* A fresh brain and all that it takes to train and judge it. */
struct pupil {
    struct states *states;
    struct solution *solution;
    struct evaluate_space *space;
    struct brain *uniform;
    struct brain *table;
    struct batch batches[SCHEDULE_WORKERS_MAX];
    unsigned workers;
    uint64_t seed;
    const struct kernel *kernel;
};

static struct pupil *pupil_create(struct rule rule, unsigned workers, const struct kernel *kernel)
{
    const struct game *game = game_at(0);
    struct pupil *pupil = calloc(1, sizeof *pupil);
    if (pupil == NULL)
        fail("no memory");
    pupil->workers = workers;
    pupil->kernel = kernel;
    require(rule.symmetry ? states_create_reduced(game, &pupil->states)
                          : states_create(game, &pupil->states));
    require(solution_create(pupil->states, &pupil->solution));
    require(evaluate_space_create(pupil->solution, &pupil->space));
    require(table_uniform(pupil->states, &pupil->uniform));
    require(table_create(pupil->states, &rule, &pupil->table));
    for (unsigned worker = 0; worker < workers; worker++) {
        pupil->batches[worker].worker = worker;
        require(table_create(pupil->states, &rule, &pupil->batches[worker].table));
    }
    return pupil;
}

static void pupil_destroy(struct pupil *pupil)
{
    for (unsigned worker = 0; worker < pupil->workers; worker++)
        brain_destroy(pupil->batches[worker].table);
    brain_destroy(pupil->table);
    brain_destroy(pupil->uniform);
    evaluate_space_destroy(pupil->space);
    solution_destroy(pupil->solution);
    states_destroy(pupil->states);
    free(pupil);
}

/* Makes it forget all. */
static void pupil_reset(struct pupil *pupil, uint64_t seed)
{
    const struct rule rule = pupil->table->rule;
    brain_destroy(pupil->table);
    require(table_create(pupil->states, &rule, &pupil->table));
    pupil->seed = seed;
}

static void play_round(struct pupil *pupil, uint64_t end)
{
    struct round round;
    schedule_next(SCHEDULE_TABLES, pupil->workers, pupil->table->matches, end, &round);
    for (unsigned worker = 0; worker < round.workers; worker++)
        batch_play(&pupil->batches[worker], pupil->table,
                   &(struct batch_share){.seed = pupil->seed,
                                         .matches = round.shares[worker],
                                         .lanes = round.lanes,
                                         .learners = LEARN_BOTH,
                                         .uniform = pupil->uniform,
                                         .kernel = pupil->kernel});
    batch_merge(pupil->table, pupil->batches, round.workers);
}

static void play_until(struct pupil *pupil, uint64_t end)
{
    while (pupil->table->matches < end)
        play_round(pupil, end);
}

static struct evaluation judged(struct pupil *pupil, const struct policy *policy)
{
    struct evaluation evaluation;
    evaluate(
        pupil->space,
        &(struct evaluate_order){.brain = pupil->table, .policy = policy, .kernel = pupil->kernel},
        &evaluation);
    return evaluation;
}

static const struct kernel *kernel_of(const char *name)
{
    const struct kernel *kernel = selfplay_kernel(name);
    if (kernel == NULL || !kernel_is_usable(kernel))
        fail("no such kernel here");
    return kernel;
}

static struct rule rule_of(const char *name)
{
    enum rule_kind kind;
    require(rule_kind_parse(name, &kind));
    return rule_default(kind);
}

static const struct policy *policy_of(const char *name)
{
    enum policy_kind kind;
    require(policy_kind_parse(name, &kind));
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++)
        if (policies[i].kind == kind)
            return &policies[i];
    fail("no such policy here");
    return NULL;
}

static double speed(const struct kernel *kernel, struct rule rule)
{
    struct pupil *pupil = pupil_create(rule, 1, kernel);
    play_until(pupil, WARM_UP);
    double begin = now_s();
    play_until(pupil, WARM_UP + STEADY);
    double seconds = now_s() - begin;
    pupil_destroy(pupil);
    return STEADY / seconds;
}

static double evaluation_us(const struct kernel *kernel, const struct policy *policy, bool symmetry)
{
    struct rule rule = rule_default(RULE_MENACE);
    rule.symmetry = symmetry;
    struct pupil *pupil = pupil_create(rule, 1, kernel);
    play_until(pupil, LEARNED);
    double sum = 0; /* keeps evaluations from being left out */
    double begin = now_s();
    for (unsigned i = 0; i < EVALUATIONS; i++)
        sum += judged(pupil, policy).nash_conv;
    double seconds = now_s() - begin;
    if (sum < 0)
        fail("less than nothing");
    pupil_destroy(pupil);
    return seconds / EVALUATIONS * 1e6;
}

/* Under `beads` the second player alone can become safe. */
static bool is_safe(struct pupil *pupil)
{
    struct evaluation evaluation = judged(pupil, greedy);
    bool first_counts = pupil->table->rule.kind != RULE_BEADS;
    return (!first_counts || evaluation.never_loses[0]) && evaluation.never_loses[1];
}

/* Judged at the points of the curve, as a job with a goal is. */
static void reach_goal(struct pupil *pupil)
{
    double begin = now_s();
    do {
        if (pupil->table->matches >= GOAL_MOST)
            fail("a brain does not become safe");
        play_until(pupil, schedule_curve_point_after(pupil->table->matches));
    } while (!is_safe(pupil));
    printf("%" PRIu64 " %.9g\n", pupil->table->matches, (now_s() - begin) * 1e3);
}

static void goal(struct rule rule, unsigned workers, uint64_t seeds)
{
    struct pupil *pupil = pupil_create(rule, workers, NULL);
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        pupil_reset(pupil, seed);
        reach_goal(pupil);
    }
    pupil_destroy(pupil);
}

/* Trains to the next point of the curve, or to the end; returns how long that took. */
static double train_on_s(struct pupil *pupil, uint64_t end, bool with_curve)
{
    uint64_t point = schedule_curve_point_after(pupil->table->matches);
    double begin = now_s();
    play_until(pupil, point < end ? point : end);
    if (with_curve) {
        (void)judged(pupil, sample);
        (void)judged(pupil, greedy);
    }
    return now_s() - begin;
}

/* Both ways take turns from point to point, so that what else the machine does slows both. */
static void curve(struct rule rule, uint64_t matches)
{
    struct pupil *pupils[2] = {pupil_create(rule, 1, NULL), pupil_create(rule, 1, NULL)};
    double seconds[2] = {0, 0}; /* without, with */
    for (unsigned first = 0; pupils[first]->table->matches < matches; first = 1 - first) {
        seconds[first] += train_on_s(pupils[first], matches, first == 1);
        seconds[1 - first] += train_on_s(pupils[1 - first], matches, first == 0);
    }
    printf("%.9g %.9g\n", seconds[0], seconds[1]);
    pupil_destroy(pupils[0]);
    pupil_destroy(pupils[1]);
}

int main(int argc, char *argv[])
{
    const char *what = argc > 3 ? argv[1] : "";
    if (strcmp(what, "speed") == 0)
        printf("%.9g\n", speed(kernel_of(argv[2]), rule_of(argv[3])));
    else if (strcmp(what, "evaluate") == 0)
        printf("%.9g %.9g\n", evaluation_us(kernel_of(argv[2]), policy_of(argv[3]), false),
               evaluation_us(kernel_of(argv[2]), policy_of(argv[3]), true));
    else if (strcmp(what, "goal") == 0 && argc > 4)
        goal(rule_of(argv[2]), (unsigned)strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10));
    else if (strcmp(what, "curve") == 0)
        curve(rule_of(argv[2]), strtoul(argv[3], NULL, 10));
    else
        fail("usage: speed KERNEL RULE | evaluate KERNEL POLICY | goal RULE WORKERS SEEDS | "
             "curve RULE MATCHES");
    return 0;
}
