#include "service/jobs.h"

#include "base/clock.h"
#include "base/log.h"
#include "engine/opponent.h"
#include "service/receipts.h"
#include "service/run.h"
#include "service/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(struct service *service, struct job_entry *item, const char *why)
{
    job_move(&item->job, JOB_FAILED);
    item->job.ended_by = JOB_END_ERROR;
    item->job.finished_at_ms = clock_unix_ms();
    snprintf(item->job.error, sizeof item->job.error, "%s", why);
    text_free(&item->opponent);
    service->jobs_ended++;
    LOG(LOG_ERROR, "job_failed", LOG_NUMBER("job", item->job.id), LOG_TEXT("error", why));
    job_entry_write_unasked(service, item);
}

/* The brain's next queued job; NULL if there is none. */
static struct job_entry *next_queued(const struct service *service, const struct brain_entry *entry)
{
    for (unsigned i = 0; i < service->job_count; i++)
        if (service->jobs[i]->brain == entry && service->jobs[i]->job.state == JOB_QUEUED)
            return service->jobs[i];
    return NULL;
}

void jobs_wait(struct service *service, struct brain_entry *entry, enum err err, const char *why)
{
    struct job_entry *item = next_queued(service, entry);
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
    (void)retry_later(service, &entry->next_job);
}

static void run(struct service *service, struct job_entry *item)
{
    struct brain_entry *entry = item->brain;
    enum err err = run_start(service, item);
    if (err != ERR_OK) {
        jobs_wait(service, entry, err,
                  err == ERR_CORRUPT ? "its opponent is damaged" : "no memory to run it");
        return;
    }
    entry->is_damaged = false;
    job_move(&item->job, JOB_RUNNING);
    if (item->job.started_at_ms == 0)
        item->job.started_at_ms = clock_unix_ms();
    job_entry_write_unasked(service, item);
    LOG(LOG_INFO, "job_running", LOG_NUMBER("job", item->job.id),
        LOG_TEXT("brain", entry->record.name), LOG_NUMBER("matches", item->job.matches),
        LOG_NUMBER("matches_done", item->job.matches_done));
}

/* Why it can never run; NULL: it can. */
static const char *why_not(const struct job_entry *item)
{
    if (item->job.schedule != SCHEDULE_VERSION)
        return "it was begun under another version of the training schedule";
    return brain_entry_counts(item->brain).matches >= BRAIN_MATCHES_MAX ? BRAIN_IS_FULL : NULL;
}

void jobs_start_next(struct service *service, struct brain_entry *entry)
{
    if (service->is_closing || entry->study != NULL || entry->is_replaced || entry->run != NULL)
        return;
    struct job_entry *item = next_queued(service, entry);
    for (; item != NULL; item = next_queued(service, entry)) {
        const char *why = why_not(item);
        if (why != NULL) {
            fail(service, item, why);
            continue;
        }
        if (!entry->is_loaded)
            shelf_fetch_for_job(service, entry);
        else
            run(service, item);
        return;
    }
}

void jobs_start_again(struct service *service, struct retry *retry)
{
    jobs_start_next(service,
                    (struct brain_entry *)((char *)retry - offsetof(struct brain_entry, next_job)));
}

void jobs_take_back(struct service *service, struct job_entry *item)
{
    if (item->job.state == JOB_STOPPING) {
        job_move(&item->job, JOB_STOPPED);
        item->job.ended_by = JOB_END_STOP;
        item->job.finished_at_ms = clock_unix_ms();
        job_entry_write_unasked(service, item);
    } else if (item->job.state == JOB_RUNNING) {
        item->job.state = JOB_QUEUED; /* until its brain is in memory, which it may be now */
    }
}

void jobs_resume(struct service *service)
{
    for (unsigned i = 0; i < service->job_count; i++)
        jobs_take_back(service, service->jobs[i]);
    for (unsigned i = 0; i < service->brain_count; i++)
        jobs_start_next(service, service->brains[i]);
}

/* A new job on its way to the disk. */
struct insertion {
    struct change change;    /* first */
    struct job_entry *item;  /* not in the list yet */
    struct receipt *receipt; /* or NULL */
};

static enum err perform_insertion(struct store *store, struct store_request *request)
{
    const struct insertion *insertion = (const struct insertion *)request;
    const struct text *opponent = &insertion->item->opponent;
    enum err err = store_insert_job(store, &insertion->item->job, opponent->bytes, opponent->size);
    if (err == ERR_OK)
        err = store_prune_jobs(store, JOBS_FINISHED_KEPT);
    return err == ERR_OK ? receipt_keep(store, insertion->receipt) : err;
}

static void finish_insertion(struct change *change)
{
    struct insertion *insertion = (struct insertion *)change;
    struct service *service = change->service;
    struct job_entry *item = insertion->item;
    service->jobs_under_way--;
    item->brain->jobs_under_way--;
    if (change->request.err == ERR_OK) {
        job_entry_add(service, item);
        job_entries_prune(service);
    }
    change_report(change); /* of a job that is queued, even if it runs the moment after */
    if (change->request.err == ERR_OK)
        jobs_start_next(service, item->brain);
    else
        job_entry_free(item);
    free(change);
}

static enum err check_order(const struct service *service, const struct job_order *order,
                            struct fault *fault)
{
    if (order->matches < 1 || order->matches > JOB_MATCHES_MAX)
        return fault_set(fault, ERR_IMPOSSIBLE, "matches", "must be from 1 to 2^53");
    if (order->workers < 1 || order->workers > SCHEDULE_WORKERS_MAX)
        return fault_set(fault, ERR_IMPOSSIBLE, "workers", "must be from 1 to %d",
                         SCHEDULE_WORKERS_MAX);
    if (order->opponent != JOB_OPPONENT_SELF && order->learners == LEARN_BOTH)
        return fault_set(fault, ERR_IMPOSSIBLE, "learn",
                         "must name one player: the opponent is the other");
    if (job_entries_active(service) + service->jobs_under_way >= JOBS_ACTIVE_MAX)
        return fault_set(fault, ERR_BUSY, NULL, "%d jobs are queued or running, as many as can be",
                         JOBS_ACTIVE_MAX);
    return ERR_OK;
}

static enum err freeze(const struct brain *opponent, struct text *out, struct fault *fault)
{
    struct brain *table;
    enum err err = opponent_frozen(opponent, &table);
    if (err == ERR_OK) {
        brain_encode(table, out);
        brain_destroy(table);
    }
    return err == ERR_OK && !out->failed
               ? ERR_OK
               : fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to copy the opponent");
}

/* Copies the opponent as it is now, if it is a brain. */
static enum err freeze_opponent(struct service *service, const struct job_order *order,
                                const struct brain_entry *brain, struct text *out,
                                struct fault *fault)
{
    if (order->opponent != JOB_OPPONENT_BRAIN)
        return ERR_OK;
    struct reading opponent;
    enum err err = shelf_read(service, order->opponent_brain, "opponent.brain", &opponent, fault);
    if (err != ERR_OK)
        return err;
    if (opponent.entry->record.rule.symmetry != brain->record.rule.symmetry)
        err = fault_set(fault, ERR_IMPOSSIBLE, "opponent.brain",
                        "must have the same option symmetry as the brain that learns");
    else
        err = freeze(opponent.edition->table, out, fault);
    edition_let_go(opponent.edition);
    return err;
}

static struct job job_of_order(const struct service *service, const struct job_order *order,
                               const struct brain_entry *brain)
{
    struct job job = {.id = service->next_job_id,
                      .brain_id = brain->record.id,
                      .state = JOB_QUEUED,
                      .matches = order->matches,
                      .workers = order->workers,
                      .seed = order->seed,
                      .learners = order->learners,
                      .schedule = SCHEDULE_VERSION,
                      .opponent = order->opponent,
                      .until = order->until,
                      .created_at_ms = clock_unix_ms()};
    if (order->opponent == JOB_OPPONENT_BRAIN)
        snprintf(job.opponent_brain, sizeof job.opponent_brain, "%s", order->opponent_brain);
    return job;
}

enum err service_start_job(struct service *service, const struct job_order *order,
                           struct service_call *call, struct fault *fault)
{
    enum err err = check_order(service, order, fault);
    if (err != ERR_OK)
        return err;
    struct brain_entry *brain = brain_entry_find(service, order->brain);
    if (brain == NULL)
        return fault_set(fault, ERR_NOT_FOUND, "brain", BRAIN_NOT_FOUND);
    if (brain_entry_counts(brain).matches >= BRAIN_MATCHES_MAX)
        return fault_set(fault, ERR_IMPOSSIBLE, "brain", BRAIN_IS_FULL);
    if (service->next_job_id > STORE_ID_MAX)
        return fault_set(fault, ERR_BUSY, NULL, "all ids of jobs have been given");
    struct text opponent = {0};
    err = freeze_opponent(service, order, brain, &opponent, fault);
    if (err != ERR_OK) {
        text_free(&opponent);
        return err;
    }
    struct job job = job_of_order(service, order, brain);
    struct job_view as_queued = {.job = job, .brain = brain->record.name};
    struct insertion *insertion = calloc(1, sizeof *insertion);
    if (insertion == NULL || receipt_write(order->receipt, &as_queued) != ERR_OK ||
        job_entry_create(service, &job, brain, &opponent, &insertion->item) != ERR_OK) {
        text_free(&opponent);
        free(insertion);
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for another job");
    }
    insertion->receipt = order->receipt;
    insertion->change = (struct change){.request.perform = perform_insertion,
                                        .service = service,
                                        .call = call,
                                        .finish = finish_insertion};
    service->next_job_id++;
    service->jobs_under_way++;
    brain->jobs_under_way++;
    call->job_id = job.id;
    change_post(&insertion->change);
    return ERR_OK;
}

enum err service_stop_job(struct service *service, int64_t id, struct service_call *call,
                          struct fault *fault)
{
    struct job_entry *item = job_entry_find(service, id);
    if (item == NULL)
        return fault_set(fault, ERR_NOT_FOUND, NULL, "there is no job of that id");
    call->job_id = id;
    struct job before = item->job;
    if (item->job.state == JOB_QUEUED) {
        job_move(&item->job, JOB_STOPPED);
        item->job.ended_by = JOB_END_STOP;
        item->job.finished_at_ms = clock_unix_ms();
    } else if (item->job.state == JOB_RUNNING && !run_is_ending(item->run)) {
        job_move(&item->job, JOB_STOPPING);
    }
    /* One that is over or ending is not written here: its row goes to disk with its brain's last
     * table, or the two could part. */
    bool changed = item->job.state != before.state;
    enum err err =
        changed ? job_entry_write(service, item, call) : change_post_barrier(service, call);
    if (err != ERR_OK) {
        item->job = before;
        return fault_set(fault, err, NULL, "no memory to stop it");
    }
    if (item->job.state == JOB_STOPPING)
        run_stop(item->run);
    if (before.state == JOB_QUEUED) {
        text_free(&item->opponent);
        service->jobs_ended++;
    }
    return ERR_OK;
}

static void view(const struct job_entry *item, struct job_view *out)
{
    out->job = item->job;
    out->brain = item->brain->record.name;
    if (item->run != NULL && !job_is_over(&item->job))
        run_progress(item->run, &out->job);
}

enum err service_get_job(struct service *service, int64_t id, struct job_view *out)
{
    const struct job_entry *item = job_entry_find(service, id);
    if (item == NULL)
        return ERR_NOT_FOUND;
    view(item, out);
    return ERR_OK;
}

unsigned service_count_jobs(const struct service *service)
{
    return service->job_count;
}

uint64_t service_jobs_ended(const struct service *service)
{
    return service->jobs_ended;
}

void service_job_at(struct service *service, unsigned index, struct job_view *out)
{
    view(service->jobs[service->job_count - 1 - index], out);
}
