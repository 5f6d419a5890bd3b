/* A job as the store keeps it: words instead of enums, so that a database explains itself. */
#include "service/internal.h"

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
    uint64_t sum = 0;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        sum += job.results[result];
    snprintf(job.error, sizeof job.error, "%s", record->error);
    if (job_state_parse(record->state, &job.state) != ERR_OK ||
        (record->ended_by[0] != '\0' && job_end_parse(record->ended_by, &job.ended_by) != ERR_OK) ||
        job.workers < 1 || job.workers > SCHEDULE_WORKERS_MAX || job.matches_done > job.matches ||
        sum != job.matches_done)
        return ERR_CORRUPT;
    *out = job;
    return ERR_OK;
}
