#include "service/jobs.h"

#include "base/clock.h"
#include "engine/opponent.h"
#include "service/log.h"
#include "service/receipts.h"
#include "service/run.h"
#include "service/shelf.h"
#include "train/schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A run has its own, the one that is saved, three that are published, and two at curve points; and
 * the opponent. */
enum { JOB_BRAINS_BESIDE = 7 };

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
    if (job_entries_active(service) + service->jobs_coming_count >= JOBS_ACTIVE_MAX)
        return fault_set(fault, ERR_BUSY, NULL, "%d jobs are queued or running, as many as can be",
                         JOBS_ACTIVE_MAX);
    return ERR_OK;
}

/* The store's thread: the opponent as it was when the job was decided. */
static enum err freeze(struct posting *posting)
{
    struct change *change = &posting->change;
    struct brain *frozen;
    text_free(&change->opponent); /* of a try before */
    enum err err =
        opponent_frozen(posting->atlas, &change->brain.rule, posting->before->table, &frozen);
    if (err != ERR_OK)
        return err;
    brain_encode(frozen, &change->opponent);
    brain_destroy(frozen);
    return change->opponent.failed ? ERR_NO_MEMORY : ERR_OK;
}

/* Whether the goal can be judged, and the opponent be met. */
static enum err check_game(const struct job_order *order, const struct brain_entry *brain,
                           struct fault *fault)
{
    const struct game *game = &brain->atlas->game;
    const size_t bytes = brain_size_under(brain->atlas, &brain->record.rule);
    const size_t needed = (order->workers + JOB_BRAINS_BESIDE) * bytes;
    if (needed > JOB_BYTES_MAX)
        return fault_set(fault, ERR_IMPOSSIBLE, "workers",
                         "would take %zu MB beside each other; %d can be", needed >> 20,
                         JOB_BYTES_MAX >> 20);
    if (order->opponent == JOB_OPPONENT_PERFECT && !game->is_exact)
        return fault_set(fault, ERR_IMPOSSIBLE, "opponent", "nobody plays %s perfectly here",
                         game->name);
    if (order->until.kind != UNTIL_NOTHING && !game->is_exact)
        return fault_set(fault, ERR_IMPOSSIBLE, "until", BRAINS_ARE_NOT_EXACT, game->name);
    return ERR_OK;
}

/* The bytes of the opponents of jobs that are not over, each in memory until its job is; of those
 * that are coming about so many. */
static size_t count_opponents(const struct service *service)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < service->job_count; i++)
        bytes += service->jobs[i]->opponent.size;
    for (const struct job_entry *item = service->jobs_coming; item != NULL; item = item->next)
        if (item->job.opponent == JOB_OPPONENT_BRAIN)
            bytes += brain_size_under(item->brain->atlas, &item->brain->record.rule);
    return bytes;
}

/* Holds the opponent as it is now, if it is a brain; else there is none. */
static enum err hold_opponent(struct service *service, const struct job_order *order,
                              const struct brain_entry *brain, struct service_call *call,
                              struct edition **out, struct fault *fault)
{
    *out = NULL;
    if (order->opponent != JOB_OPPONENT_BRAIN)
        return ERR_OK;
    struct reading opponent = {
        .name = order->opponent_brain, .field = "opponent.brain", .call = call};
    enum err err = shelf_read(service, &opponent, fault);
    if (err != ERR_OK)
        return err;
    const struct rule *rule = &opponent.entry->record.rule;
    if (opponent.entry->atlas != brain->atlas)
        err = fault_set(fault, ERR_IMPOSSIBLE, "opponent.brain",
                        "must play the same game as the brain that learns");
    else if (rule_has_table(rule) && rule_has_table(&brain->record.rule) &&
             rule->symmetry != brain->record.rule.symmetry)
        err = fault_set(fault, ERR_IMPOSSIBLE, "opponent.brain",
                        "must have the same option symmetry as the brain that learns");
    const size_t bytes = count_opponents(service) + brain_size(opponent.edition->table);
    if (err == ERR_OK && bytes > OPPONENTS_BYTES_MAX)
        err = fault_set(fault, ERR_BUSY, NULL,
                        "opponents of jobs that are not over would take %zu MB; %d can be",
                        bytes >> 20, OPPONENTS_BYTES_MAX >> 20);
    if (err == ERR_OK)
        *out = opponent.edition;
    else
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
                      .schedule = schedule_under(&brain->record.rule),
                      .opponent = order->opponent,
                      .until = order->until,
                      .created_at_ms = clock_unix_ms()};
    if (order->opponent == JOB_OPPONENT_BRAIN)
        snprintf(job.opponent_brain, sizeof job.opponent_brain, "%s", order->opponent_brain);
    return job;
}

/* A job that is to be. NULL: no memory. */
static struct posting *decide(struct service *service, const struct job_order *order,
                              struct brain_entry *brain)
{
    struct posting *posting = posting_create(service, CHANGE_JOB_ACCEPTED);
    if (posting == NULL)
        return NULL;
    struct change *change = &posting->change;
    change->brain = brain->record;
    change->job = job_of_order(service, order, brain);
    const struct job_view as_queued = {.job = change->job, .brain = brain->record.name};
    if (receipt_add(order->receipt, &as_queued, change) == ERR_OK &&
        job_entry_create(service, &change->job, brain) == ERR_OK)
        return posting;
    posting_free(posting);
    return NULL;
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
    if (service->next_job_id > ID_MAX)
        return fault_set(fault, ERR_BUSY, NULL, "all ids of jobs have been given");
    struct edition *opponent;
    err = check_game(order, brain, fault);
    if (err == ERR_OK)
        err = hold_opponent(service, order, brain, call, &opponent, fault);
    if (err != ERR_OK)
        return err;
    struct posting *posting = decide(service, order, brain);
    if (posting == NULL) {
        edition_let_go(opponent);
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for another job");
    }
    posting->atlas = brain->atlas;
    posting->before = opponent;
    posting->prepare = opponent != NULL ? freeze : NULL;
    log_await(posting, call);
    call->job_id = posting->change.job.id;
    log_claim(posting);
    log_post(posting);
    return ERR_OK;
}

/* Stopping. */

/* One that is over or ending stays as it is: its row goes to disk with its brain's last table, or
 * the two could part. */
static bool can_stop(const struct job_entry *item)
{
    return item->job.state == JOB_QUEUED ||
           (item->job.state == JOB_RUNNING && !run_is_ending(item->run));
}

static void stop(struct service *service, struct job_entry *item)
{
    item->is_owed = true;
    if (item->job.state == JOB_RUNNING) {
        job_move(&item->job, JOB_STOPPING);
        run_stop(item->run);
        return;
    }
    job_move(&item->job, JOB_STOPPED);
    item->job.ended_by = JOB_END_STOP;
    item->job.finished_at_ms = clock_unix_ms();
    job_entry_end(service, item);
}

/* From the first of them on, to the change, which has room for them. */
static void stop_each(struct service *service, unsigned first, unsigned count,
                      struct change *change)
{
    for (unsigned i = first; i < first + count; i++) {
        struct job_entry *item = service->jobs[i];
        if (!can_stop(item))
            continue;
        stop(service, item);
        change->jobs[change->job_count++] = item->job;
    }
}

/* Stops those jobs, of the list, that can be, in one change. */
static enum err stop_range(struct service *service, unsigned first, unsigned count,
                           struct service_call *call, struct fault *fault)
{
    struct posting *posting = posting_create(service, CHANGE_JOBS_MOVED);
    struct job *jobs = malloc(count * sizeof *jobs);
    if (posting == NULL || jobs == NULL) {
        posting_free(posting);
        free(jobs);
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to stop it");
    }
    posting->change.jobs = jobs;
    log_await(posting, call);
    stop_each(service, first, count, &posting->change);
    log_post(posting);
    return ERR_OK;
}

enum err service_stop_job(struct service *service, int64_t id, struct service_call *call,
                          struct fault *fault)
{
    if (job_entry_find(service, id) == NULL)
        return fault_set(fault, ERR_NOT_FOUND, NULL, "there is no job of that id");
    call->job_id = id;
    return stop_range(service, job_entry_index(service, id), 1, call, fault);
}

/* Their ids, the newest first. */
static void list_active(const struct service *service, struct jobs_call *out)
{
    for (unsigned i = service->job_count; i-- > 0;)
        if (!job_is_over(&service->jobs[i]->job))
            out->ids[out->count++] = service->jobs[i]->job.id;
}

enum err service_stop_jobs(struct service *service, struct jobs_call *call, struct fault *fault)
{
    call->count = 0;
    call->ids = malloc((service->job_count + 1) * sizeof *call->ids);
    if (call->ids == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to stop them");
    list_active(service, call);
    enum err err = ERR_NOT_FOUND;
    if (call->count > 0)
        err = stop_range(service, 0, service->job_count, &call->call, fault);
    if (err != ERR_OK) {
        free(call->ids);
        call->ids = NULL;
    }
    return err;
}

/* Looking. */

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
    return service->totals.jobs_ended;
}

void service_job_at(struct service *service, unsigned index, struct job_view *out)
{
    view(service->jobs[service->job_count - 1 - index], out);
}
