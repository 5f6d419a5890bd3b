/* /train */
#include "api/codec_job.h"
#include "api/idempotency.h"
#include "api/reply.h"
#include "api/resources.h"
#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* A client that went away is not noticed while it waits, so waiting has an end. */
    WAIT_MAX_S = 60,
    LIST_DEFAULT = 100,
    LIST_MAX = JOBS_ACTIVE_MAX + JOBS_FINISHED_KEPT,
};

/* An exchange that waits for a job's end. */
struct waiter {
    struct waiter *next;
    struct exchange *exchange;
    int64_t job_id;
    int64_t until_ms; /* by the monotonic clock */
};

static void write_job(struct api *api, struct reply *reply, int64_t id, unsigned status)
{
    struct job_view job;
    if (service_get_job(api->service, id, &job) != ERR_OK) {
        reply_error(reply, ERR_NOT_FOUND, "there is no job of that id");
        return;
    }
    codec_encode_job(&job, &reply->body);
    if (status == 202)
        reply_done(reply, status);
    else
        reply_json(reply, status);
}

static enum err parse_parameter(const char *name, const char *text, int64_t min, int64_t max,
                                int64_t *out, struct fault *fault)
{
    uint64_t number;
    enum err err = text_parse_number(text, &number);
    if (err == ERR_MALFORMED)
        return fault_set(fault, ERR_MALFORMED, name, "must be a whole number");
    if (err != ERR_OK || number > (uint64_t)max || (int64_t)number < min)
        return fault_set(fault, ERR_IMPOSSIBLE, name, "must be from %" PRId64 " to %" PRId64, min,
                         max);
    *out = (int64_t)number;
    return ERR_OK;
}

enum err api_parse_job_id(const struct exchange *exchange, int64_t *out, struct fault *fault)
{
    uint64_t id;
    if (text_parse_number(exchange_parameter(exchange, 0), &id) != ERR_OK || id > INT64_MAX)
        return fault_set(fault, ERR_NOT_FOUND, NULL, "there is no job of that id");
    *out = (int64_t)id;
    return ERR_OK;
}

static void write_receipt(struct receipt *receipt, const struct job_view *job)
{
    struct store_receipt *kept = &receipt->kept;
    kept->status = 202;
    snprintf(kept->location, sizeof kept->location, "/train/%" PRId64, job->job.id);
    codec_encode_job(job, &kept->body);
}

static void on_started(struct service_call *call)
{
    struct pending *pending = (struct pending *)call;
    struct reply *reply = exchange_reply(pending->exchange);
    const struct receipt *receipt = exchange_attachment(pending->exchange);
    enum err err = pending_outcome(pending);
    if (err == ERR_OK && receipt != NULL) {
        idempotency_reply(receipt, reply);
    } else if (err == ERR_OK) {
        write_job(pending->api, reply, call->job_id, 202);
        snprintf(reply->location, sizeof reply->location, "/train/%" PRId64, call->job_id);
    }
    pending_finish(pending);
}

enum handled post_train(void *context, struct exchange *exchange)
{
    struct api *api = context;
    size_t size;
    const char *body = exchange_body(exchange, &size);
    struct job_request request;
    struct fault fault;
    struct receipt *receipt;
    enum handled handled;
    if (!idempotency_begin(api, exchange, &receipt, &handled))
        return handled;
    if (codec_decode_job_request(body, size, &request, &fault) != ERR_OK)
        return api_refuse(api, exchange, &fault);
    if (receipt != NULL)
        receipt->write = write_receipt;
    struct job_order order = {.brain = request.brain,
                              .matches = request.matches,
                              .workers = request.workers,
                              .seed =
                                  request.has_seed ? request.seed : service_draw_seed(api->service),
                              .learners = request.learners,
                              .opponent = request.opponent,
                              .opponent_brain = request.opponent_brain,
                              .until = request.until,
                              .receipt = receipt};
    struct pending *pending = pending_create(api, exchange, on_started);
    if (pending == NULL)
        return HANDLED_NOW;
    if (service_start_job(api->service, &order, &pending->call, &fault) != ERR_OK) {
        free(pending);
        return api_refuse(api, exchange, &fault);
    }
    return HANDLED_LATER;
}

enum handled get_jobs(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    const char *state_name = exchange_query(exchange, TRAIN_STATE);
    const char *brain = exchange_query(exchange, TRAIN_BRAIN);
    const char *limit_text = exchange_query(exchange, TRAIN_LIMIT);
    struct fault fault;
    enum job_state state = JOB_QUEUED;
    int64_t limit = LIST_DEFAULT;
    enum err err = ERR_OK;
    if (state_name != NULL && job_state_parse(state_name, &state) != ERR_OK)
        err = fault_set(&fault, ERR_IMPOSSIBLE, "state",
                        "must be queued, running, stopping, done, stopped or failed");
    if (err == ERR_OK && limit_text != NULL)
        err = parse_parameter("limit", limit_text, 1, LIST_MAX, &limit, &fault);
    if (err != ERR_OK)
        return api_refuse(api, exchange, &fault);
    text_add_string(&reply->body, "{\"jobs\":[");
    for (unsigned i = 0, listed = 0;
         i < service_count_jobs(api->service) && (int64_t)listed < limit; i++) {
        struct job_view job;
        service_job_at(api->service, i, &job);
        if ((state_name != NULL && job.job.state != state) ||
            (brain != NULL && strcmp(brain, job.brain) != 0))
            continue;
        if (listed++ > 0)
            text_add_string(&reply->body, ",");
        codec_encode_job(&job, &reply->body);
    }
    text_add_string(&reply->body, "]}");
    reply_json(reply, 200);
    return HANDLED_NOW;
}

static bool is_over(struct api *api, int64_t id)
{
    struct job_view job;
    return service_get_job(api->service, id, &job) != ERR_OK || job_is_over(&job.job);
}

static enum handled wait_for_job(struct api *api, struct exchange *exchange, int64_t id,
                                 int64_t wait_s)
{
    struct waiter *waiter = malloc(sizeof *waiter);
    if (waiter == NULL) {
        reply_error(exchange_reply(exchange), ERR_NO_MEMORY, "no memory to wait");
        return HANDLED_NOW;
    }
    *waiter = (struct waiter){.next = api->waiters,
                              .exchange = exchange,
                              .job_id = id,
                              .until_ms = clock_monotonic_ms() + wait_s * 1000};
    if (api->waiters == NULL || waiter->until_ms < api->first_until_ms)
        api->first_until_ms = waiter->until_ms;
    api->waiters = waiter;
    exchange_note_patience(exchange);
    return HANDLED_LATER;
}

int answer_waiters(struct api *api, bool now)
{
    int64_t now_ms = clock_monotonic_ms();
    uint64_t ended = service_jobs_ended(api->service);
    if (api->waiters == NULL)
        return -1;
    /* Looking through all of them at every turn of the loop would cost each move its share. */
    if (!now && ended == api->ended_seen && now_ms < api->first_until_ms)
        return (int)(api->first_until_ms - now_ms);
    api->ended_seen = ended;
    api->first_until_ms = INT64_MAX;
    struct waiter **link = &api->waiters;
    while (*link != NULL) {
        struct waiter *waiter = *link;
        if (now || waiter->until_ms <= now_ms || is_over(api, waiter->job_id)) {
            *link = waiter->next;
            write_job(api, exchange_reply(waiter->exchange), waiter->job_id, 200);
            http_answer(waiter->exchange);
            free(waiter);
            continue;
        }
        if (waiter->until_ms < api->first_until_ms)
            api->first_until_ms = waiter->until_ms;
        link = &waiter->next;
    }
    return api->waiters != NULL ? (int)(api->first_until_ms - now_ms) : -1;
}

enum handled get_job(void *context, struct exchange *exchange)
{
    struct api *api = context;
    const char *wait = exchange_query(exchange, JOB_WAIT);
    int64_t wait_s = 0;
    int64_t id = 0;
    struct fault fault;
    enum err err = ERR_OK;
    if (wait != NULL)
        err = parse_parameter("wait", wait, 0, WAIT_MAX_S, &wait_s, &fault);
    if (err == ERR_OK)
        err = api_parse_job_id(exchange, &id, &fault);
    if (err != ERR_OK)
        return api_refuse(api, exchange, &fault);
    if (wait_s > 0 && !is_over(api, id))
        return wait_for_job(api, exchange, id, wait_s);
    write_job(api, exchange_reply(exchange), id, 200);
    return HANDLED_NOW;
}

static void on_stopped(struct service_call *call)
{
    struct pending *pending = (struct pending *)call;
    if (pending_outcome(pending) == ERR_OK)
        write_job(pending->api, exchange_reply(pending->exchange), call->job_id, 202);
    pending_finish(pending);
}

enum handled delete_job(void *context, struct exchange *exchange)
{
    struct api *api = context;
    int64_t id = 0;
    struct fault fault;
    if (api_parse_job_id(exchange, &id, &fault) != ERR_OK)
        return api_refuse(api, exchange, &fault);
    struct pending *pending = pending_create(api, exchange, on_stopped);
    if (pending == NULL)
        return HANDLED_NOW;
    if (service_stop_job(api->service, id, &pending->call, &fault) != ERR_OK) {
        free(pending);
        return api_refuse(api, exchange, &fault);
    }
    return HANDLED_LATER;
}

/* DELETE /train stops many jobs and answers when the last one's stop is on disk. */
struct stop_all {
    struct api *api;
    struct exchange *exchange;
    unsigned under_way;
    struct fault fault; /* of the first that failed */
    unsigned count;
    int64_t ids[]; /* room for all jobs: restarts may have let in more than are admitted */
};

struct stop_one {
    struct service_call call; /* first */
    struct stop_all *all;
};

static void write_stopped(const struct stop_all *all, struct reply *reply)
{
    text_add_string(&reply->body, "{\"jobs\":[");
    for (unsigned i = 0, listed = 0; i < all->count; i++) {
        struct job_view job;
        if (service_get_job(all->api->service, all->ids[i], &job) != ERR_OK)
            continue;
        if (listed++ > 0)
            text_add_string(&reply->body, ",");
        codec_encode_job(&job, &reply->body);
    }
    text_add_string(&reply->body, "]}");
    reply_done(reply, 202);
}

static void on_one_stopped(struct service_call *call)
{
    struct stop_one *one = (struct stop_one *)call;
    struct stop_all *all = one->all;
    if (call->fault.err != ERR_OK && all->fault.err == ERR_OK)
        all->fault = call->fault;
    free(one);
    if (--all->under_way > 0)
        return;
    if (all->fault.err != ERR_OK)
        reply_problem(exchange_reply(all->exchange), &all->fault);
    else
        write_stopped(all, exchange_reply(all->exchange));
    http_answer(all->exchange);
    free(all);
}

static enum err begin_stop(struct stop_all *all, int64_t id)
{
    struct stop_one *one = calloc(1, sizeof *one);
    if (one == NULL)
        return fault_set(&all->fault, ERR_NO_MEMORY, NULL, "no memory to stop them all");
    one->call.done = on_one_stopped;
    one->all = all;
    enum err err = service_stop_job(all->api->service, id, &one->call, &all->fault);
    if (err != ERR_OK) {
        free(one);
        return err;
    }
    all->ids[all->count++] = id;
    all->under_way++;
    return ERR_OK;
}

enum handled delete_jobs(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    struct stop_all *all =
        calloc(1, sizeof *all + service_count_jobs(api->service) * sizeof all->ids[0]);
    if (all == NULL) {
        reply_error(reply, ERR_NO_MEMORY, "no memory to stop them");
        return HANDLED_NOW;
    }
    all->api = api;
    all->exchange = exchange;
    for (unsigned i = 0; i < service_count_jobs(api->service); i++) {
        struct job_view job;
        service_job_at(api->service, i, &job);
        if (!job_is_over(&job.job) && begin_stop(all, job.job.id) != ERR_OK)
            break;
    }
    if (all->under_way > 0)
        return HANDLED_LATER;
    if (all->fault.err != ERR_OK)
        reply_problem(reply, &all->fault);
    else
        write_stopped(all, reply);
    free(all);
    return HANDLED_NOW;
}
