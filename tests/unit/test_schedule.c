/* Rounds and seeds, against a plain statement of the rules that all brains and jobs rest on. */
#include "base/rng.h"
#include "support/unit.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static struct round round_of(unsigned workers, uint64_t matches, uint64_t end)
{
    struct round round;
    memset(&round, 0xee, sizeof round);
    schedule_next(SCHEDULE_TABLES, workers, matches, end, &round);
    return round;
}

/* A whole job's worth of matches is left. */
#define FULL UINT64_MAX

/* Worked out by hand; `share` is the last worker's that plays at all. */
static const struct {
    unsigned workers;
    uint64_t matches, end;
    unsigned playing, lanes;
    uint64_t share, played;
} examples[] = {
    /* Never below 64 where there is room. */
    {1, 563, FULL, 1, 1, 64, 64},
    {64, 40000, FULL, 64, 16, 64, 4096},
    /* A tenth of the brain's matches over the workers, rounded down to whole lock steps. */
    {1, 1000, FULL, 1, 1, 96, 96},
    {1, 1600, FULL, 1, 1, 160, 160},
    {1, 1779, FULL, 1, 1, 176, 176},
    {2, 100000, FULL, 2, 16, 4992, 9984},
    {10, 16000, FULL, 10, 16, 160, 1600},
    /* Never above 65,536. */
    {1, 1000000, FULL, 1, 16, 65536, 65536},
    {64, 1000000000000000000, FULL, 64, 16, 65536, 64 * 65536},
    /* Below 10,000 worker 0 plays alone; below 2,000 it plays one match after the other. */
    {8, 9000, FULL, 1, 16, 896, 896},
    {8, 9999, FULL, 1, 16, 1, 1},
    {8, 10000, FULL, 8, 16, 112, 896},
    {64, 1999, FULL, 1, 1, 192, 192},
    {64, 2000, FULL, 1, 16, 192, 192},
    /* It ends at the next curve point or the job's end, and what is left is split evenly. */
    {1, 0, FULL, 1, 1, 10, 10},
    {1, 562, FULL, 1, 1, 1, 1},
    {1, 655360, FULL, 1, 16, 52586, 52586},
    {64, 12590, FULL, 64, 16, 24, 1536},
    {1, 1000, 1095, 1, 1, 95, 95},
    {1, 1000, 1097, 1, 1, 96, 96},
    {4, 100000, 100011, 4, 16, 2, 11},
    {4, 100000, 100002, 4, 16, 0, 2},
};

/* The same of networks. */
static const struct {
    unsigned workers;
    uint64_t matches, end;
    unsigned playing;
    uint64_t share, played;
} network_examples[] = {
    {1, 0, FULL, 1, 10, 10},
    {1, 1003, FULL, 1, 100, 100}, /* not rounded */
    {1, 600000, FULL, 1, 16384, 16384},
    {8, 9000, FULL, 1, 900, 900}, /* alone below 10,000 */
    {8, 40000, FULL, 8, 500, 4000},
    {8, 600000, FULL, 8, 2048, 16384}, /* never above 16,384 over all workers */
    {64, 600000, FULL, 64, 256, 16384},
    {4, 100000, 100002, 4, 0, 2},
};

START_TEST(test_rounds_of_networks_are_what_was_worked_out_by_hand)
{
    for (unsigned i = 0; i < sizeof network_examples / sizeof network_examples[0]; i++) {
        struct round round;
        schedule_next(SCHEDULE_NETWORKS, network_examples[i].workers, network_examples[i].matches,
                      network_examples[i].end, &round);
        ck_assert_uint_eq(round.workers, network_examples[i].playing);
        ck_assert_uint_eq(round.shares[round.workers - 1], network_examples[i].share);
        ck_assert_uint_eq(round.matches, network_examples[i].played);
    }
}
END_TEST

START_TEST(test_rounds_are_what_was_worked_out_by_hand)
{
    for (unsigned i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct round round = round_of(examples[i].workers, examples[i].matches, examples[i].end);
        ck_assert_msg(round.workers == examples[i].playing && round.lanes == examples[i].lanes &&
                          round.shares[round.workers - 1] == examples[i].share &&
                          round.matches == examples[i].played,
                      "example %u: %u of %" PRIu64 " matches, %" PRIu64 " in all", i, round.workers,
                      round.shares[round.workers - 1], round.matches);
    }
}
END_TEST

/* The rules once more, as a reader of them would write them down. */
static struct round plain_round(unsigned workers, uint64_t matches, uint64_t end)
{
    struct round round = {.workers = matches < 10000 ? 1 : workers,
                          .lanes = matches < 2000 ? 1 : 16};
    uint64_t share = matches / 10 / round.workers;
    if (share < 64)
        share = 64;
    if (share > 65536)
        share = 65536;
    share = share / 16 * 16;
    uint64_t limit = schedule_curve_point_after(matches);
    if (end < limit)
        limit = end;
    uint64_t left = limit - matches;
    bool is_cut = share * round.workers > left;
    for (unsigned worker = 0; worker < round.workers; worker++) {
        round.shares[worker] = share;
        if (is_cut)
            round.shares[worker] = (left + round.workers - 1 - worker) / round.workers;
        round.matches += round.shares[worker];
    }
    return round;
}

static bool same_round(const struct round *a, const struct round *b)
{
    return a->workers == b->workers && a->lanes == b->lanes && a->matches == b->matches &&
           memcmp(a->shares, b->shares, a->workers * sizeof a->shares[0]) == 0;
}

static void assert_plain(uint64_t seed, unsigned workers, uint64_t matches, uint64_t end)
{
    struct round round = round_of(workers, matches, end);
    struct round plain = plain_round(workers, matches, end);
    if (!same_round(&round, &plain))
        ck_abort_msg("seed %" PRIu64 ": %u workers at %" PRIu64 " of %" PRIu64, seed, workers,
                     matches, end);
}

START_TEST(test_rounds_are_as_the_rules_say)
{
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        struct rng rng;
        rng_seed(&rng, seed);
        unsigned workers = 1 + (unsigned)(rng_next(&rng) % SCHEDULE_WORKERS_MAX);
        uint64_t matches = rng_next(&rng) >> (1 + rng_next(&rng) % 63);
        uint64_t more = 1 + (rng_next(&rng) >> (1 + rng_next(&rng) % 63));
        assert_plain(seed, workers, matches, matches + more);
    }
    static const uint64_t thresholds[] = {0,     64,    640,    1000,   2000,    10000,
                                          10240, 40960, 100000, 655360, 1310720, 41943040};
    for (unsigned i = 0; i < sizeof thresholds / sizeof thresholds[0]; i++)
        for (uint64_t off = 0; off < 40; off++)
            for (unsigned workers = 1; workers <= SCHEDULE_WORKERS_MAX; workers++)
                if (thresholds[i] + off >= 20)
                    assert_plain(0, workers, thresholds[i] + off - 20,
                                 thresholds[i] + 20 + workers * off * off);
}
END_TEST

/* The matches at which a job's rounds end; `bounds[0]` is its start. */
static unsigned bounds_of(unsigned workers, uint64_t start, uint64_t end, uint64_t bounds[],
                          unsigned size)
{
    unsigned count = 0;
    bounds[count++] = start;
    while (bounds[count - 1] < end) {
        ck_assert_uint_lt(count, size);
        bounds[count] = bounds[count - 1] + round_of(workers, bounds[count - 1], end).matches;
        count++;
    }
    return count;
}

START_TEST(test_rounds_meet_every_curve_point_and_the_end)
{
    enum { SIZE = 2000 };
    for (unsigned workers = 1; workers <= SCHEDULE_WORKERS_MAX; workers++) {
        uint64_t end = 1000000 + 12345 * workers;
        uint64_t bounds[SIZE];
        unsigned count = bounds_of(workers, 0, end, bounds, SIZE);
        ck_assert_uint_eq(bounds[count - 1], end);
        uint64_t point = schedule_curve_point_after(0);
        for (unsigned i = 0; i < count; i++) {
            ck_assert_msg(bounds[i] <= point, "%u workers cross %" PRIu64, workers, point);
            if (bounds[i] == point)
                point = schedule_curve_point_after(point);
        }
        ck_assert_uint_gt(point, end);
    }
}
END_TEST

/* A job saved at any of its rounds and continued, or cut into two jobs there, plays the very same
 * rounds: also those before the cut do not notice it. */
START_TEST(test_a_job_cut_in_two_at_any_round_plays_the_same_rounds)
{
    enum { SIZE = 2000 };
    uint64_t whole[SIZE];
    uint64_t part[SIZE];
    for (unsigned workers = 1; workers <= SCHEDULE_WORKERS_MAX; workers = workers * 2 + 1) {
        uint64_t end = 60000 + 7 * workers;
        unsigned count = bounds_of(workers, 0, end, whole, SIZE);
        for (unsigned cut = 1; cut + 1 < count; cut++) {
            ck_assert_uint_eq(bounds_of(workers, 0, whole[cut], part, SIZE), cut + 1);
            ck_assert_mem_eq(part, whole, (cut + 1) * sizeof whole[0]);
            for (unsigned i = 0; i < cut; i++) {
                struct round a = round_of(workers, whole[i], end);
                struct round b = round_of(workers, whole[i], whole[cut]);
                if (!same_round(&a, &b))
                    ck_abort_msg("%u workers, cut at %" PRIu64 ", round at %" PRIu64, workers,
                                 whole[cut], whole[i]);
            }
            ck_assert_uint_eq(bounds_of(workers, whole[cut], end, part, SIZE), count - cut);
            ck_assert_mem_eq(part, whole + cut, (count - cut) * sizeof whole[0]);
        }
    }
}
END_TEST

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

START_TEST(test_seeds_differ_by_the_jobs_seed_the_worker_and_the_matches)
{
    enum { JOBS = 12, STARTS = 40, SEEDS = JOBS * STARTS * SCHEDULE_WORKERS_MAX };
    uint64_t *seeds = malloc(SEEDS * sizeof *seeds);
    ck_assert_ptr_nonnull(seeds);
    unsigned count = 0;
    for (uint64_t job = 0; job < JOBS; job++)
        for (uint64_t start = 0; start < STARTS; start++)
            for (unsigned worker = 0; worker < SCHEDULE_WORKERS_MAX; worker++)
                seeds[count++] = schedule_seed(job == 0 ? UINT64_MAX : job - 1, worker, start);
    qsort(seeds, count, sizeof *seeds, compare);
    for (unsigned i = 1; i < count; i++)
        if (seeds[i] == seeds[i - 1])
            ck_abort_msg("seed %" PRIu64 " comes twice", seeds[i]);
    free(seeds);
}
END_TEST

/* Jobs that other releases began must go on from the same seeds. */
START_TEST(test_seeds_keep_their_values)
{
    ck_assert_uint_eq(schedule_seed(0, 0, 0), 0x238275bc38fcbe91);
    ck_assert_uint_eq(schedule_seed(1, 2, 3), 0xd0734750fde362b3);
    ck_assert_uint_eq(schedule_seed(UINT64_MAX, 63, 1ull << 53), 0x8522c9ec21005d97);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_rounds_are_what_was_worked_out_by_hand,
        test_rounds_of_networks_are_what_was_worked_out_by_hand,
        test_rounds_are_as_the_rules_say,
        test_rounds_meet_every_curve_point_and_the_end,
        test_a_job_cut_in_two_at_any_round_plays_the_same_rounds,
        test_seeds_differ_by_the_jobs_seed_the_worker_and_the_matches,
        test_seeds_keep_their_values,
        NULL,
    };
    return unit_run("schedule", tests);
}
