/*
 * schedule - which matches make the next round, and from which seeds.
 *
 * A round is what all workers of a job play between two merges. It is a pure function of
 * the job and of brain.matches at its start: time, threads, load and readers have no say.
 * So equal jobs on equal brains end in equal brains, and a job that was cut off goes on
 * from any saved round to the very same end.
 *
 *   share   n = clamp(matches / (10 W), 64, 65536), rounded down to a multiple of 16
 *   W       the job's workers, but 1 below 10,000 matches
 *   K       lock step of 1 match below 2,000 matches, of 16 from there on
 *   cuts    no round crosses the next curve point or the job's end; what is left till
 *           there is split evenly, the first workers taking one more
 *
 * That is version 1, of tables. Networks (version 2) differ in the share,
 *
 *   n = clamp(matches / (10 W), 64, max(64, 16384 / W)),
 *
 * which is not rounded, and have no lock step; match n of a job draws by a seed from (job's seed,
 * n), whichever worker plays it.
 *
 * Small early rounds let workers see each other's lessons while the table changes fast;
 * K = 1 at first spares the lock step's lag of about 200 matches.
 *
 * Curve points are the integers ceil(10^(i/20)), i = 20, 21, ...: 20 a decade from 10 on.
 * They cut rounds in every job, watched or not, or watching would change the result.
 */
#ifndef TTSTD_TRAIN_SCHEDULE_H
#define TTSTD_TRAIN_SCHEDULE_H

#include "model/limits.h"

#include <stdbool.h>
#include <stdint.h>

/* A job is finished under the version that it began with. */
enum { SCHEDULE_TABLES = 1, SCHEDULE_NETWORKS = 2 };

/* The version of jobs on brains under a rule. */
unsigned schedule_under(const struct rule *rule);

struct round {
    unsigned workers; /* that play in this round */
    unsigned lanes;   /* K of the lock step */
    uint64_t matches; /* the sum of all shares */
    uint64_t shares[SCHEDULE_WORKERS_MAX];
};

/* Plans the round of a job with `workers` workers on a brain that has `matches` matches, where the
 * job ends at `end` > `matches`. */
void schedule_next(unsigned version, unsigned workers, uint64_t matches, uint64_t end,
                   struct round *out);

/* The first curve point above `matches`; UINT64_MAX when there is none. */
uint64_t schedule_curve_point_after(uint64_t matches);

/* Whether there is one at just so many matches. */
bool schedule_is_curve_point(uint64_t matches);

/* Whether a brain is evaluated there: at curve points, if its game is exact. */
bool schedule_is_judged(const struct game *game, const struct rule *rule, uint64_t matches);

/* The seed of worker `worker`'s share in the round that starts at `matches`. */
uint64_t schedule_seed(uint64_t job_seed, unsigned worker, uint64_t matches);

#endif
