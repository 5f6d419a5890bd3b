/*
 * GET /train/{id}/events: what happens to a job, as server-sent events (the HTML standard, 9.2).
 *
 * A feed is the chain of a job's events. Each of its listeners holds the event that was sent to it
 * last and follows the chain from there; an event goes when nobody holds it or one before it any
 * more. A listener that has all events pauses until there is another one. One that does not take
 * them is dropped, so a chain holds no more than the events of that time.
 *
 * An event's id says up to which curve point (by its matches) the listener has all of them. Who
 * comes back with it gets those behind it first, from the disk.
 */
#include "api/events.h"

#include "api/evaluations.h"
#include "api/jobs.h"
#include "api/resources.h"
#include "api/waiting.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/reply.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PROGRESS_EVERY_MS = 100,
    PING_EVERY_MS = 15 * 1000,
    /* How long a listener may leave events untaken. */
    BEHIND_MS = 10 * 1000,
    /* Whoever asks for a move waits for this many listeners at most to be written to. */
    RESUMED_A_TURN = 64,
    /* Of events that are sent in one piece. */
    PIECE = 16 * 1024,
    RETRY_MS = 1000,
    RETRY_AFTER_S = 5,
};

struct event {
    struct event *next;
    unsigned holders; /* listeners, the feed whose latest it is, the event before */
    bool is_last;
    size_t size;
    char bytes[];
};

struct feed {
    struct feed *next;
    int64_t job_id;
    struct event *latest;
    uint64_t point;  /* the last one's matches */
    struct job told; /* the job as of the last progress */
    char brain[ROUTE_PARAMETER_SIZE];
    struct listener *to_visit; /* of a ring: the next one to be resumed */
    unsigned listeners;
    unsigned visits_left;
    int64_t look_at_ms; /* at the job; by the monotonic clock, as the next */
    int64_t ping_at_ms;
};

struct listener {
    struct stream stream; /* first */
    struct api *api;
    struct exchange *exchange;
    struct listener *before; /* in the feed's ring */
    struct listener *after;
    struct feed *feed; /* NULL: the job was over from the beginning */
    struct event *sent;
    struct text first; /* to be sent before */
    int64_t resumed_at_ms;
};

/* Events. */

static void add_event(struct text *out, uint64_t point, const char *name)
{
    text_add_format(out, "id: %" PRIu64 "\nevent: %s\ndata: ", point, name);
}

static void add_job_event(struct text *out, uint64_t point, const struct job_view *job)
{
    add_event(out, point, job_is_over(&job->job) ? "end" : "progress");
    jobs_put(out, job);
    text_add_string(out, "\n\n");
}

static void add_point_event(struct text *out, const char *brain, const struct curve_point *point)
{
    add_event(out, point->matches, "evaluation");
    evaluations_put_point(out, brain, point);
    text_add_string(out, "\n\n");
}

static struct event *create_event(const struct text *text, bool is_last)
{
    struct event *event = text->failed ? NULL : malloc(sizeof *event + text->size);
    if (event == NULL)
        return NULL;
    *event = (struct event){.holders = 1, .is_last = is_last, .size = text->size};
    if (text->size > 0)
        memcpy(event->bytes, text->bytes, text->size);
    return event;
}

static void let_go(struct event *event)
{
    while (event != NULL && --event->holders == 0) {
        struct event *next = event->next;
        free(event);
        event = next;
    }
}

/* Frees the text. An event for which there is no memory is left out. */
static void publish(struct feed *feed, struct text *text, bool is_last)
{
    struct event *event = create_event(text, is_last);
    text_free(text);
    if (event == NULL)
        return;
    event->holders++; /* the feed and the one before */
    feed->latest->next = event;
    let_go(feed->latest);
    feed->latest = event;
    feed->visits_left = feed->listeners;
}

/* Feeds. */

static struct feed *find_feed(struct api *api, int64_t job_id)
{
    struct feed *feed = api->feeds;
    while (feed != NULL && feed->job_id != job_id)
        feed = feed->next;
    return feed;
}

static struct feed *create_feed(struct api *api, const struct job_view *job, uint64_t point)
{
    const struct text nothing = {0};
    struct feed *feed = calloc(1, sizeof *feed);
    struct event *event = create_event(&nothing, false);
    if (feed == NULL || event == NULL) {
        free(feed);
        free(event);
        return NULL;
    }
    const int64_t now_ms = clock_monotonic_ms();
    *feed = (struct feed){.next = api->feeds,
                          .job_id = job->job.id,
                          .latest = event,
                          .point = point,
                          .told = job->job,
                          .look_at_ms = now_ms + PROGRESS_EVERY_MS,
                          .ping_at_ms = now_ms + PING_EVERY_MS};
    snprintf(feed->brain, sizeof feed->brain, "%s", job->brain);
    api->feeds = feed;
    return feed;
}

static void destroy_feed(struct api *api, struct feed *feed)
{
    struct feed **link = &api->feeds;
    while (*link != feed)
        link = &(*link)->next;
    *link = feed->next;
    let_go(feed->latest);
    free(feed);
}

static void join(struct listener *listener, struct feed *feed)
{
    struct listener *first = feed->to_visit;
    listener->feed = feed;
    listener->sent = feed->latest;
    listener->sent->holders++;
    listener->before = first != NULL ? first->before : listener;
    listener->after = first != NULL ? first : listener;
    listener->before->after = listener;
    listener->after->before = listener;
    if (first == NULL)
        feed->to_visit = listener;
    feed->listeners++;
}

static void leave(struct listener *listener)
{
    struct feed *feed = listener->feed;
    listener->before->after = listener->after;
    listener->after->before = listener->before;
    if (feed->to_visit == listener)
        feed->to_visit = listener->after;
    let_go(listener->sent);
    if (--feed->listeners == 0)
        destroy_feed(listener->api, feed);
}

/* A listener's stream. */

static void next_events(struct stream *stream, struct text *out)
{
    struct listener *listener = (struct listener *)stream;
    if (listener->first.size > 0) {
        *out = listener->first;
        listener->first = (struct text){0};
        return;
    }
    if (listener->feed == NULL)
        return;
    while (listener->sent->next != NULL && out->size < PIECE) {
        struct event *next = listener->sent->next;
        text_add(out, next->bytes, next->size);
        next->holders++;
        let_go(listener->sent);
        listener->sent = next;
    }
    stream->pauses = out->size == 0 && !listener->sent->is_last;
}

static void free_listener(struct stream *stream)
{
    struct listener *listener = (struct listener *)stream;
    listener->api->listeners--;
    if (listener->feed != NULL)
        leave(listener);
    text_free(&listener->first);
    free(listener);
}

static struct listener *create_listener(struct api *api, struct exchange *exchange)
{
    struct listener *listener = calloc(1, sizeof *listener);
    if (listener == NULL)
        return NULL;
    *listener =
        (struct listener){.stream = {.next = next_events, .free = free_listener, .lasts = true},
                          .api = api,
                          .exchange = exchange,
                          .resumed_at_ms = clock_monotonic_ms()};
    return listener;
}

/* A request to listen, which reads the curve first. */

static void write_first(const struct call *opening, const struct job_view *job, uint64_t point,
                        struct text *out)
{
    text_add_format(out, "retry: %d\n\n", RETRY_MS);
    for (size_t i = 0; i < opening->curve.count; i++)
        if (opening->curve.points[i].matches > opening->after)
            add_point_event(out, job->brain, &opening->curve.points[i]);
    add_job_event(out, point, job);
}

static enum err open_stream(struct call *opening, struct fault *fault)
{
    struct api *api = opening->api;
    struct job_view job;
    const size_t points = opening->curve.count;
    const uint64_t point = points > 0 ? opening->curve.points[points - 1].matches : 0;
    if (http_is_draining(api->http))
        return fault_set(fault, ERR_STOPPING, NULL, "the daemon is going down");
    if (service_get_job(api->service, opening->base.job_id, &job) != ERR_OK)
        return fault_set(fault, ERR_NOT_FOUND, NULL, "there is no job of that id");
    struct listener *listener = create_listener(api, opening->exchange);
    struct feed *feed = NULL;
    if (listener != NULL && !job_is_over(&job.job)) {
        feed = find_feed(api, opening->base.job_id);
        feed = feed != NULL ? feed : create_feed(api, &job, point);
    }
    if (listener == NULL || (feed == NULL && !job_is_over(&job.job))) {
        free(listener);
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for another listener");
    }
    write_first(opening, &job, point, &listener->first);
    if (feed != NULL)
        join(listener, feed);
    struct reply *reply = exchange_reply(opening->exchange);
    reply->status = 200;
    reply->content_type = "text/event-stream";
    reply->cache_control = "no-store";
    reply->stream = &listener->stream;
    return ERR_OK;
}

static void on_curve(struct service_call *base)
{
    struct call *opening = (struct call *)base;
    struct fault fault = base->fault;
    if (fault.err == ERR_OK)
        (void)open_stream(opening, &fault);
    if (fault.err != ERR_OK) {
        opening->api->listeners--;
        reply_problem(exchange_reply(opening->exchange), &fault);
    }
    free(opening->curve.points);
    call_answer(opening);
}

static enum err begin(struct api *api, struct call *opening, struct fault *fault)
{
    const char *last = exchange_header(opening->exchange, HTTP_HEADER_LAST_EVENT_ID);
    struct job_view job;
    enum err err = jobs_parse_id(opening->exchange, &opening->base.job_id, fault);
    if (err != ERR_OK)
        return err;
    if (last == NULL)
        opening->after = UINT64_MAX;
    else if (text_parse_number(last, &opening->after) != ERR_OK)
        return fault_set(fault, ERR_MALFORMED, "Last-Event-ID", "must be an event's id");
    if (service_get_job(api->service, opening->base.job_id, &job) != ERR_OK)
        return fault_set(fault, ERR_NOT_FOUND, NULL, "there is no job of that id");
    if (api->listeners >= api->options.listeners_max) {
        api->listeners_refused++;
        return fault_set(fault, ERR_BUSY, NULL, "there are %u listeners, as many as can be",
                         api->listeners);
    }
    return service_read_curve(api->service, job.brain, &opening->curve, fault);
}

enum handled get_events(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct call *opening = call_begin(api, exchange, on_curve);
    struct fault fault;
    const enum err err = begin(api, opening, &fault);
    if (err == ERR_OK)
        api->listeners++;
    const enum handled handled = call_wait(exchange, err, &fault);
    if (err == ERR_BUSY)
        exchange_reply(exchange)->retry_after_s = RETRY_AFTER_S;
    return handled;
}

/* Telling listeners. */

void events_note_point(void *context, int64_t job_id, const struct curve_point *point)
{
    struct feed *feed = find_feed(context, job_id);
    if (feed == NULL || feed->latest->is_last)
        return;
    struct text text = {0};
    feed->point = point->matches;
    add_point_event(&text, feed->brain, point);
    publish(feed, &text, false);
}

static bool is_news(const struct job *now, const struct job *told)
{
    return now->matches_done != told->matches_done || now->state != told->state;
}

static void look_at_job(struct api *api, struct feed *feed)
{
    struct text text = {0};
    struct job_view job;
    if (service_get_job(api->service, feed->job_id, &job) != ERR_OK) {
        publish(feed, &text, true); /* it went with its brain */
    } else if (is_news(&job.job, &feed->told)) {
        feed->told = job.job;
        add_job_event(&text, feed->point, &job);
        publish(feed, &text, job_is_over(&job.job));
    }
}

static void ping(struct feed *feed)
{
    struct text text = {0};
    text_add_string(&text, ": ping\n\n");
    publish(feed, &text, false);
}

static void drop_those_behind(struct api *api, struct feed *feed, int64_t now_ms)
{
    struct listener *listener = feed->to_visit;
    for (unsigned left = feed->listeners; left > 0; left--, listener = listener->after) {
        if (exchange_is_paused(listener->exchange) || now_ms - listener->resumed_at_ms < BEHIND_MS)
            continue;
        api->listeners_dropped++;
        http_cut(listener->exchange);
        listener->resumed_at_ms = now_ms; /* once is enough */
        LOG(LOG_INFO, "listener_dropped", LOG_NUMBER("job", feed->job_id));
    }
}

static void attend(struct api *api, struct feed *feed, int64_t now_ms, bool has_job_ended)
{
    if (feed->latest->is_last)
        return;
    if (now_ms >= feed->look_at_ms || has_job_ended) {
        feed->look_at_ms = now_ms + PROGRESS_EVERY_MS;
        look_at_job(api, feed);
    }
    if (now_ms >= feed->ping_at_ms && !feed->latest->is_last) {
        feed->ping_at_ms = now_ms + PING_EVERY_MS;
        ping(feed);
    }
}

/* Returns how many more may be resumed. */
static unsigned resume(struct feed *feed, unsigned most, int64_t now_ms)
{
    for (; feed->visits_left > 0 && most > 0; feed->visits_left--) {
        struct listener *listener = feed->to_visit;
        feed->to_visit = listener->after;
        if (!exchange_is_paused(listener->exchange))
            continue;
        listener->resumed_at_ms = now_ms;
        http_go_on(listener->exchange);
        most--;
    }
    return most;
}

int events_tell(struct api *api)
{
    if (api->feeds == NULL)
        return -1;
    const int64_t now_ms = clock_monotonic_ms();
    const uint64_t ended = service_jobs_ended(api->service);
    const bool is_check_due = now_ms >= api->listeners_check_at_ms;
    unsigned most = RESUMED_A_TURN;
    for (struct feed *feed = api->feeds; feed != NULL; feed = feed->next) {
        attend(api, feed, now_ms, ended != api->ended_told);
        most = resume(feed, most, now_ms);
        if (is_check_due)
            drop_those_behind(api, feed, now_ms);
    }
    api->ended_told = ended;
    if (is_check_due)
        api->listeners_check_at_ms = now_ms + BEHIND_MS / 10;
    return most == 0 ? 0 : PROGRESS_EVERY_MS;
}

void events_end(struct api *api)
{
    const int64_t now_ms = clock_monotonic_ms();
    for (struct feed *feed = api->feeds; feed != NULL; feed = feed->next) {
        struct text text = {0};
        if (!feed->latest->is_last)
            publish(feed, &text, true);
        feed->visits_left = feed->listeners;
        (void)resume(feed, UINT32_MAX, now_ms);
    }
}
