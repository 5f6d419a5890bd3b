#include "service/work.h"

#include "base/clock.h"
#include "base/log.h"
#include "model/limits.h"
#include "service/matches.h"
#include "service/run.h"
#include "service/shelf.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* A job's row. */

static void write_again(struct service *service, struct retry *retry);

/* It is tried again until it is on disk. */
static void owe_row(struct service *service, struct job_entry *item, const char *why)
{
    if (item->row.wait_ms == 0)
        LOG(LOG_ERROR, "job_write_failed", LOG_NUMBER("job", item->job.id), LOG_TEXT("error", why));
    item->is_owed = true;
    (void)retry_later(&service->retries, &item->row, write_again);
}

static void write_row(struct service *service, struct job_entry *item)
{
    if (log_post_job(service, item) != ERR_OK)
        owe_row(service, item, err_name(ERR_NO_MEMORY));
}

/* The last save of one that is ending writes its row, too, and further on than this. */
static void write_again(struct service *service, struct retry *retry)
{
    struct job_entry *item = (struct job_entry *)((char *)retry - offsetof(struct job_entry, row));
    if (item->run == NULL || !run_is_ending(item->run))
        write_row(service, item);
}

static void owe_rows(struct service *service, const struct change *change)
{
    for (unsigned i = 0; i < change->job_count; i++) {
        struct job_entry *item = job_entry_find(service, change->jobs[i].id);
        if (item != NULL)
            owe_row(service, item, change->error);
    }
}

/* Jobs. */

/* It is over without having run to its end. */
static void end_early(struct service *service, struct job_entry *item, enum job_state state,
                      enum job_end ended_by)
{
    job_move(&item->job, state);
    item->job.ended_by = ended_by;
    item->job.finished_at_ms = clock_unix_ms();
    job_entry_end(service, item);
    write_row(service, item);
}

static void fail(struct service *service, struct job_entry *item, const char *why)
{
    snprintf(item->job.error, sizeof item->job.error, "%s", why);
    LOG(LOG_ERROR, "job_failed", LOG_NUMBER("job", item->job.id), LOG_TEXT("error", why));
    end_early(service, item, JOB_FAILED, JOB_END_ERROR);
}

/* The brain's next queued job; NULL if there is none. */
static struct job_entry *next_queued(const struct brain_entry *entry)
{
    struct job_entry *item = entry->jobs;
    while (item != NULL && item->job.state != JOB_QUEUED)
        item = item->next;
    return item;
}

static void start_next(struct service *service, struct brain_entry *entry);

static void start_again(struct service *service, struct retry *retry)
{
    start_next(service,
               (struct brain_entry *)((char *)retry - offsetof(struct brain_entry, next_job)));
}

/* The brain's next queued job could not be started. Where trying again helps it waits for that,
 * else it has failed. */
static void postpone(struct service *service, struct brain_entry *entry, enum err err,
                     const char *why)
{
    struct job_entry *item = next_queued(entry);
    if (item == NULL)
        return;
    const bool is_damaged = err == ERR_CORRUPT && entry->is_damaged; /* seen twice */
    entry->is_damaged = err == ERR_CORRUPT;
    if (is_damaged || err == ERR_NOT_FOUND) {
        fail(service, item, why);
        retry_end(&entry->next_job); /* the one behind it has not been tried */
    } else if (entry->next_job.wait_ms == 0) {
        LOG(LOG_WARN, "job_waits", LOG_NUMBER("job", item->job.id),
            LOG_TEXT("brain", entry->record.name), LOG_TEXT("error", why));
    }
    (void)retry_later(&service->retries, &entry->next_job, start_again);
}

static void start(struct service *service, struct job_entry *item)
{
    struct brain_entry *entry = item->brain;
    enum err err = run_start(service, item);
    if (err != ERR_OK) {
        postpone(service, entry, err,
                 err == ERR_CORRUPT ? "its opponent is damaged" : "no memory to run it");
        return;
    }
    entry->is_damaged = false;
    job_move(&item->job, JOB_RUNNING);
    if (item->job.started_at_ms == 0)
        item->job.started_at_ms = clock_unix_ms();
    write_row(service, item);
    LOG(LOG_INFO, "job_running", LOG_NUMBER("job", item->job.id),
        LOG_TEXT("brain", entry->record.name), LOG_NUMBER("matches", item->job.matches),
        LOG_NUMBER("matches_done", item->job.matches_done));
}

/* A job that waits for its brain's table. The brain may be deleted meanwhile. */
struct patience {
    struct service_call call; /* first */
    struct service *service;
    int64_t brain_id;
};

static void on_fetched(struct service_call *call)
{
    const struct patience *patience = (const struct patience *)call;
    struct service *service = patience->service;
    struct brain_entry *entry = brain_entry_by_id(service, patience->brain_id);
    if (entry != NULL && call->fault.err == ERR_LATER)
        start_next(service, entry);
    else if (entry != NULL && !service->is_closing)
        postpone(service, entry, call->fault.err, call->fault.detail);
    free(call);
}

static void start_when_fetched(struct service *service, struct brain_entry *entry)
{
    struct fault fault;
    struct patience *patience = calloc(1, sizeof *patience);
    if (patience != NULL)
        *patience = (struct patience){
            .call.done = on_fetched, .service = service, .brain_id = entry->record.id};
    if (patience != NULL && shelf_need(service, entry, &patience->call, &fault) == ERR_LATER)
        return;
    free(patience);
    postpone(service, entry, ERR_NO_MEMORY, "no memory to run it");
}

/* Why it can never run; NULL: it can. */
static const char *why_not(const struct job_entry *item)
{
    if (item->job.schedule != schedule_under(&item->brain->record.rule))
        return "it was begun under another version of the training schedule";
    return brain_entry_counts(item->brain).matches >= BRAIN_MATCHES_MAX ? BRAIN_IS_FULL : NULL;
}

/* Runs the brain's next queued job, if none is running and its table is not being written. */
static void start_next(struct service *service, struct brain_entry *entry)
{
    if (service->is_closing || brain_entry_is_written(entry) || entry->run != NULL)
        return;
    struct job_entry *item = next_queued(entry);
    for (; item != NULL; item = next_queued(entry)) {
        const char *why = why_not(item);
        if (why != NULL) {
            fail(service, item, why);
            continue;
        }
        if (!entry->is_loaded)
            start_when_fetched(service, entry);
        else
            start(service, item);
        return;
    }
}

/* A job whose training is gone, though it is not over: it stops, if that was asked for, or is
 * queued once more. */
static void take_back(struct service *service, struct job_entry *item)
{
    if (item->job.state == JOB_STOPPING)
        end_early(service, item, JOB_STOPPED, JOB_END_STOP);
    else if (item->job.state == JOB_RUNNING)
        item->job.state = JOB_QUEUED; /* until its brain is in memory, which it may be now */
}

void work_resume(struct service *service)
{
    for (unsigned i = 0; i < service->job_count; i++)
        take_back(service, service->jobs[i]);
    for (unsigned i = 0; i < service->brain_count; i++)
        start_next(service, service->brains[i]);
}

/* After changes. */

/* Learns the matches that have been waiting, or runs the next job. */
static void go_on(struct service *service, struct brain_entry *entry)
{
    enum err err = entry->matches != NULL ? matches_learn(service, entry) : ERR_OK;
    if (err != ERR_OK)
        matches_refuse(entry, err);
    start_next(service, entry);
}

static void end_run(struct service *service, struct brain_entry *entry)
{
    struct run *run = entry->run;
    struct job_entry *item = run_job(run);
    const enum training_end end = run_end(run);
    const uint64_t matches = run_matches(run);
    service->totals.matches_trained += matches;
    if (matches > 0) /* else it starved at once, and is to be tried less often */
        retry_end(&entry->next_job);
    item->run = NULL;
    entry->run = NULL;
    run_free(run);
    if (job_is_over(&item->job)) { /* its row went with the brain's table */
        item->is_owed = false;
        retry_end(&item->row);
    }
    if (end == TRAINING_STARVED) {
        take_back(service, item);
        postpone(service, entry, ERR_NO_MEMORY, "no memory for its workers' tables");
    } else if (end != TRAINING_SUSPENDED) {
        LOG(LOG_INFO, "job_over", LOG_NUMBER("job", item->job.id),
            LOG_TEXT("brain", entry->record.name),
            LOG_TEXT("state", job_state_name(item->job.state)),
            LOG_NUMBER("matches_done", item->job.matches_done));
        start_next(service, entry);
    }
}

static void post_again(struct service *service, struct retry *retry)
{
    (void)service;
    log_post((struct posting *)((char *)retry - offsetof(struct posting, retry)));
}

static void log_point(const char *event, const struct change *change)
{
    LOG(LOG_WARN, event, LOG_NUMBER("brain", change->brain.id),
        LOG_NUMBER("matches", change->point.matches), LOG_TEXT("error", change->error));
}

/* A point that could not be written is kept until it can: training has gone on, and nobody would
 * evaluate that table again. false: it is not kept. */
static bool keep_point(struct posting *posting, struct brain_entry *entry)
{
    const struct change *change = &posting->change;
    const bool was_owed = posting->retry.wait_ms > 0;
    if (change->err != ERR_OK &&
        retry_later(&posting->service->retries, &posting->retry, post_again)) {
        entry->points_owed += !was_owed;
        if (!was_owed)
            log_point("curve_point_waits", change);
        return true;
    }
    entry->points_owed -= was_owed;
    if (change->err != ERR_OK)
        log_point("curve_point_lost", change);
    return false;
}

void work_go_on(struct posting *posting)
{
    struct service *service = posting->service;
    const struct change *change = &posting->change;
    struct brain_entry *entry = brain_entry_by_id(service, change->brain.id);
    switch (change->kind) {
    case CHANGE_POINT_REACHED:
        if (keep_point(posting, entry))
            return;
        break;
    case CHANGE_JOBS_MOVED:
        if (change->err != ERR_OK)
            owe_rows(service, change);
        break;
    case CHANGE_JOB_PROGRESSED:
        run_note_progress(entry->run);
        break;
    case CHANGE_JOB_SUSPENDED:
    case CHANGE_JOB_OVER:
        if (change->err == ERR_OK)
            end_run(service, entry); /* the posting with it */
        else
            run_save_again(entry->run);
        return;
    default:
        if (entry != NULL && change_claims_brain(change->kind))
            go_on(service, entry);
        break;
    }
    posting_free(posting);
}
