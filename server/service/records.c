/* A job as the store keeps it: words instead of enums, so that a database explains itself. */
#include "service/internal.h"
#include "service/jobs.h"

#include <stdio.h>
#include <string.h>

void record_from_job(const struct job *job, struct store_job *out)
{
    *out = (struct store_job){.id = job->id,
                              .brain_id = job->brain_id,
                              .matches = job->matches,
                              .workers = job->workers,
                              .seed = job->seed,
                              .learners = job->learners,
                              .schedule = job->schedule,
                              .until_below = job->until.below,
                              .until_power = job->until.policy.power,
                              .matches_done = job->matches_done,
                              .running_ms = job->running_ms,
                              .created_at_ms = job->created_at_ms,
                              .started_at_ms = job->started_at_ms,
                              .finished_at_ms = job->finished_at_ms};
    memcpy(out->results, job->results, sizeof out->results);
    snprintf(out->state, sizeof out->state, "%s", job_state_name(job->state));
    const char *ended_by = job_end_name(job->ended_by);
    snprintf(out->ended_by, sizeof out->ended_by, "%s", ended_by != NULL ? ended_by : "");
    snprintf(out->error, sizeof out->error, "%s", job->error);
    snprintf(out->opponent, sizeof out->opponent, "%s", job_opponent_name(job->opponent));
    snprintf(out->opponent_brain, sizeof out->opponent_brain, "%s", job->opponent_brain);
    if (job->until.kind == UNTIL_NOTHING)
        return;
    snprintf(out->until, sizeof out->until, "%s", until_kind_name(job->until.kind));
    snprintf(out->until_policy, sizeof out->until_policy, "%s",
             policy_kind_name(job->until.policy.kind));
}

static enum err read_until(const struct store_job *record, struct until *out)
{
    if (record->until[0] == '\0')
        return ERR_OK;
    out->below = record->until_below;
    out->policy.power = record->until_power;
    enum err err = until_kind_parse(record->until, &out->kind);
    if (err == ERR_OK)
        err = policy_kind_parse(record->until_policy, &out->policy.kind);
    bool is_sound =
        out->below >= 0 && (out->policy.kind != POLICY_POWER ||
                            (out->policy.power > 0 && out->policy.power <= POLICY_POWER_MAX));
    return err == ERR_OK && is_sound ? ERR_OK : ERR_CORRUPT;
}

/* Whether its numbers are in range and agree with each other. */
static bool is_sound(const struct job *job)
{
    uint64_t left = job->matches_done; /* a sum could overflow */
    bool adds_up = true;
    for (unsigned result = 0; result < RESULT_COUNT; result++) {
        adds_up = adds_up && job->results[result] <= left;
        left -= job->results[result];
    }
    bool has_opponent_brain = job->opponent_brain[0] != '\0';
    return job->workers >= 1 && job->workers <= SCHEDULE_WORKERS_MAX &&
           job->learners >= LEARN_PLAYER1 && job->learners <= LEARN_BOTH &&
           job->matches <= JOB_MATCHES_MAX && job->matches_done <= job->matches && adds_up &&
           left == 0 && (job->opponent == JOB_OPPONENT_BRAIN) == has_opponent_brain &&
           (job->opponent == JOB_OPPONENT_SELF || job->learners != LEARN_BOTH);
}

enum err record_to_job(const struct store_job *record, struct job *out)
{
    struct job job = {.id = record->id,
                      .brain_id = record->brain_id,
                      .matches = record->matches,
                      .workers = record->workers,
                      .seed = record->seed,
                      .learners = record->learners,
                      .schedule = record->schedule,
                      .matches_done = record->matches_done,
                      .running_ms = record->running_ms,
                      .created_at_ms = record->created_at_ms,
                      .started_at_ms = record->started_at_ms,
                      .finished_at_ms = record->finished_at_ms};
    memcpy(job.results, record->results, sizeof job.results);
    snprintf(job.error, sizeof job.error, "%s", record->error);
    snprintf(job.opponent_brain, sizeof job.opponent_brain, "%s", record->opponent_brain);
    if (job_state_parse(record->state, &job.state) != ERR_OK ||
        (record->ended_by[0] != '\0' && job_end_parse(record->ended_by, &job.ended_by) != ERR_OK) ||
        job_opponent_parse(record->opponent, &job.opponent) != ERR_OK ||
        read_until(record, &job.until) != ERR_OK || !is_sound(&job))
        return ERR_CORRUPT;
    *out = job;
    return ERR_OK;
}
