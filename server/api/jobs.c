/* /train */
#include "service/jobs.h"
#include "api/brains.h"
#include "api/idempotency.h"
#include "api/jobs.h"
#include "api/json.h"
#include "api/policy.h"
#include "api/resources.h"
#include "api/waiting.h"
#include "base/clock.h"
#include "base/json.h"
#include "engine/selfplay.h"
#include "http/reply.h"

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

/* Reading. */

static void read_opponent(struct fields *in, struct job_order *out)
{
    struct fields object;
    const char *word = "";
    switch (fields_kind(in, "opponent")) {
    case FIELD_MISSING:
        break;
    case FIELD_OBJECT:
        (void)fields_object(in, "opponent", &object);
        fields_need(&object, "brain");
        fields_string(&object, "brain", &out->opponent_brain);
        (void)fields_end(&object);
        out->opponent = JOB_OPPONENT_BRAIN;
        break;
    case FIELD_STRING:
        fields_string(in, "opponent", &word);
        if (job_opponent_parse(word, &out->opponent) != ERR_OK ||
            out->opponent >= JOB_OPPONENT_BRAIN) /* which are not said in a word */
            fields_refuse(in, ERR_IMPOSSIBLE, "opponent",
                          "must be \"self\", \"random\", \"perfect\" or {\"brain\": \"name\"}");
        break;
    default:
        fields_refuse(in, ERR_MALFORMED, "opponent", "must be a string or {\"brain\": \"name\"}");
    }
}

static void read_never_loses(struct fields *in, struct until *out)
{
    bool wanted = true;
    if (fields_kind(in, "never_loses") != FIELD_BOOL)
        fields_refuse(in, ERR_MALFORMED, "never_loses", "must be true");
    fields_bool(in, "never_loses", &wanted);
    if (!wanted)
        fields_refuse(in, ERR_IMPOSSIBLE, "never_loses", "must be true");
    if (fields_kind(in, "policy") != FIELD_MISSING)
        fields_refuse(in, ERR_MALFORMED, "policy", "goes with exploitability_below only");
    out->kind = UNTIL_NEVER_LOSES;
    out->policy.kind = POLICY_GREEDY;
}

static void read_below(struct fields *in, struct until *out)
{
    out->kind = UNTIL_EXPLOITABILITY_BELOW;
    fields_number(in, "exploitability_below", &out->below);
    if (!(out->below > 0 && out->below <= 1))
        fields_refuse(in, ERR_IMPOSSIBLE, "exploitability_below", "must be above 0 and at most 1");
    policy_read(in, "policy", &out->policy);
}

static void read_until(struct fields *in, struct until *out)
{
    struct fields object;
    const enum field_kind kind = fields_kind(in, "until");
    if (kind == FIELD_MISSING || kind == FIELD_NULL)
        return;
    if (kind != FIELD_OBJECT)
        fields_refuse(in, ERR_MALFORMED, "until", "must be an object or null");
    if (!fields_object(in, "until", &object))
        return;
    const bool never_loses = fields_kind(&object, "never_loses") != FIELD_MISSING;
    const bool has_below = fields_kind(&object, "exploitability_below") != FIELD_MISSING;
    if (never_loses && !has_below)
        read_never_loses(&object, out);
    else if (has_below && !never_loses)
        read_below(&object, out);
    (void)fields_end(&object); /* first: one that is unknown may be meant for one of them */
    if (never_loses == has_below)
        fields_refuse(in, ERR_MALFORMED, "until",
                      "must have never_loses or exploitability_below, not both");
}

static void read_order(struct fields *in, struct job_order *out)
{
    uint64_t workers = 1;
    fields_need(in, "matches");
    fields_integer(in, "matches", 1, JOB_MATCHES_MAX, &out->matches);
    fields_string(in, "brain", &out->brain);
    fields_integer(in, "workers", 1, SCHEDULE_WORKERS_MAX, &workers);
    out->workers = (unsigned)workers;
    fields_seed(in, "seed", &out->seed);
    api_read_learners(in, &out->learners);
    read_opponent(in, out);
    read_until(in, &out->until);
}

/* Writing. */

static void add_opponent(struct text *out, const struct job *job)
{
    if (job->opponent != JOB_OPPONENT_BRAIN) {
        json_add_string(out, "opponent", job_opponent_name(job->opponent));
        return;
    }
    json_open(out, "opponent", '{');
    json_add_string(out, "brain", job->opponent_brain);
    json_end(out, '}');
}

static void add_until(struct text *out, const struct until *until)
{
    if (until->kind == UNTIL_NOTHING) {
        json_add_null(out, "until");
        return;
    }
    json_open(out, "until", '{');
    if (until->kind == UNTIL_NEVER_LOSES) {
        json_add_bool(out, "never_loses", true);
    } else {
        json_add_real(out, "exploitability_below", until->below);
        policy_add(out, &until->policy);
    }
    json_end(out, '}');
}

void jobs_put(struct text *out, const struct job_view *view)
{
    const struct job *job = &view->job;
    const double seconds = (double)job->running_ms / 1000.0;
    json_begin(out, '{');
    json_add_integer(out, "id", job->id);
    json_add_string(out, "brain", view->brain);
    json_add_string(out, "state", job_state_name(job->state));
    json_add_integer(out, "matches", (int64_t)job->matches);
    json_add_integer(out, "matches_done", (int64_t)job->matches_done);
    json_add_integer(out, "workers", job->workers);
    json_add_digits(out, "seed", job->seed);
    json_open(out, "learn", '[');
    for (unsigned player = 1; player <= 2; player++)
        if (job->learners >> (player - 1) & 1)
            json_put_integer(out, player);
    json_end(out, ']');
    add_opponent(out, job);
    add_until(out, &job->until);
    json_add_text(out, "ended_by", job_end_name(job->ended_by));
    brains_add_results(out, job->results);
    json_add_integer(out, "matches_per_second",
                     seconds > 0 ? (int64_t)((double)job->matches_done / seconds) : 0);
    json_add_time(out, "created_at", job->created_at_ms);
    json_add_time(out, "started_at", job->started_at_ms);
    json_add_time(out, "finished_at", job->finished_at_ms);
    json_add_text(out, "error", job->error);
    json_end(out, '}');
}

static void write_job(struct api *api, struct reply *reply, int64_t id, unsigned status)
{
    struct job_view job;
    if (service_get_job(api->service, id, &job) != ERR_OK) {
        reply_error(reply, ERR_NOT_FOUND, "there is no job of that id");
        return;
    }
    jobs_put(&reply->body, &job);
    if (status == 202)
        reply_done(reply, status);
    else
        reply_json(reply, status);
}

enum err jobs_parse_id(const struct exchange *exchange, int64_t *out, struct fault *fault)
{
    uint64_t id;
    if (text_parse_number(exchange_parameter(exchange, 0), &id) != ERR_OK || id > INT64_MAX)
        return fault_set(fault, ERR_NOT_FOUND, NULL, "there is no job of that id");
    *out = (int64_t)id;
    return ERR_OK;
}

static void write_receipt(struct receipt *receipt, const struct job_view *job)
{
    struct receipt_record *kept = &receipt->kept;
    kept->status = 202;
    snprintf(kept->location, sizeof kept->location, "/train/%" PRId64, job->job.id);
    jobs_put(&kept->body, job);
}

static void on_started(struct service_call *base)
{
    struct call *call = (struct call *)base;
    struct reply *reply = exchange_reply(call->exchange);
    if (!call_failed(call) && !idempotency_replied(call)) {
        write_job(call->api, reply, base->job_id, 202);
        snprintf(reply->location, sizeof reply->location, "/train/%" PRId64, base->job_id);
    }
    call_answer(call);
}

enum handled post_train(void *context, struct exchange *exchange)
{
    struct api *api = context;
    size_t size;
    const char *body = exchange_body(exchange, &size);
    struct job_order order = {.brain = SERVICE_DEFAULT_BRAIN,
                              .learners = LEARN_BOTH,
                              .seed = service_draw_seed(api->service)};
    struct fields in;
    struct fault fault;
    enum handled handled;
    if (!idempotency_begin(api, exchange, &order.receipt, &handled))
        return handled;
    if (order.receipt != NULL)
        order.receipt->write = write_receipt;
    fields_open(&in, body, size, &fault);
    read_order(&in, &order);
    enum err err = fields_end(&in);
    if (err == ERR_OK)
        err = service_start_job(api->service, &order, &call_begin(api, exchange, on_started)->base,
                                &fault);
    fields_free(&in);
    return call_wait(exchange, err, &fault);
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
        err = api_read_parameter("limit", limit_text, 1, LIST_MAX, &limit, &fault);
    if (err != ERR_OK)
        return api_refuse(exchange, &fault);
    json_begin(&reply->body, '{');
    json_open(&reply->body, "jobs", '[');
    for (unsigned i = 0, listed = 0;
         i < service_count_jobs(api->service) && (int64_t)listed < limit; i++) {
        struct job_view job;
        service_job_at(api->service, i, &job);
        if ((state_name != NULL && job.job.state != state) ||
            (brain != NULL && strcmp(brain, job.brain) != 0))
            continue;
        jobs_put(&reply->body, &job);
        listed++;
    }
    json_end(&reply->body, ']');
    json_end(&reply->body, '}');
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
    struct call *call = call_begin(api, exchange, NULL);
    call->base.job_id = id;
    call->until_ms = clock_monotonic_ms() + wait_s * 1000;
    call->next = api->waiters;
    if (api->waiters == NULL || call->until_ms < api->first_until_ms)
        api->first_until_ms = call->until_ms;
    api->waiters = call;
    exchange_note_patience(exchange);
    return HANDLED_LATER;
}

int jobs_answer_waiters(struct api *api, bool now)
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
    struct call **link = &api->waiters;
    while (*link != NULL) {
        struct call *waiter = *link;
        if (now || waiter->until_ms <= now_ms || is_over(api, waiter->base.job_id)) {
            *link = waiter->next;
            write_job(api, exchange_reply(waiter->exchange), waiter->base.job_id, 200);
            call_answer(waiter);
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
        err = api_read_parameter("wait", wait, 0, WAIT_MAX_S, &wait_s, &fault);
    if (err == ERR_OK)
        err = jobs_parse_id(exchange, &id, &fault);
    if (err != ERR_OK)
        return api_refuse(exchange, &fault);
    if (wait_s > 0 && !is_over(api, id))
        return wait_for_job(api, exchange, id, wait_s);
    write_job(api, exchange_reply(exchange), id, 200);
    return HANDLED_NOW;
}

static void on_stopped(struct service_call *base)
{
    struct call *call = (struct call *)base;
    if (!call_failed(call))
        write_job(call->api, exchange_reply(call->exchange), base->job_id, 202);
    call_answer(call);
}

enum handled delete_job(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct call *call = call_begin(api, exchange, on_stopped);
    int64_t id = 0;
    struct fault fault;
    enum err err = jobs_parse_id(exchange, &id, &fault);
    if (err == ERR_OK)
        err = service_stop_job(api->service, id, &call->base, &fault);
    return call_wait(exchange, err, &fault);
}

static void write_stopped(struct api *api, const struct jobs_call *jobs, struct reply *reply)
{
    json_begin(&reply->body, '{');
    json_open(&reply->body, "jobs", '[');
    for (unsigned i = 0; i < jobs->count; i++) {
        struct job_view job;
        if (service_get_job(api->service, jobs->ids[i], &job) == ERR_OK)
            jobs_put(&reply->body, &job);
    }
    json_end(&reply->body, ']');
    json_end(&reply->body, '}');
    reply_done(reply, 202);
}

static void on_all_stopped(struct service_call *base)
{
    struct call *call = (struct call *)base;
    if (!call_failed(call))
        write_stopped(call->api, &call->jobs, exchange_reply(call->exchange));
    free(call->jobs.ids);
    call_answer(call);
}

enum handled delete_jobs(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct call *call = call_begin(api, exchange, on_all_stopped);
    struct fault fault;
    enum err err = service_stop_jobs(api->service, &call->jobs, &fault);
    if (err != ERR_NOT_FOUND)
        return call_wait(exchange, err, &fault);
    write_stopped(api, &call->jobs, exchange_reply(exchange));
    return HANDLED_NOW;
}
