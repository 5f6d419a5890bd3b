/* GET /metrics: figures in Prometheus' text format, version 0.0.4. */
#include "api/resources.h"
#include "base/log_sink.h"
#include "base/process.h"
#include "http/reply.h"
#include "service/figures.h"
#include "version.h"

#include <inttypes.h>

static void add_head(struct text *out, const char *name, const char *type, const char *help)
{
    text_add_format(out, "# HELP ttstd_%s %s\n# TYPE ttstd_%s %s\n", name, help, name, type);
}

static void add_counter(struct text *out, const char *name, uint64_t value, const char *help)
{
    add_head(out, name, "counter", help);
    text_add_format(out, "ttstd_%s %" PRIu64 "\n", name, value);
}

static void add_gauge(struct text *out, const char *name, uint64_t value, const char *help)
{
    add_head(out, name, "gauge", help);
    text_add_format(out, "ttstd_%s %" PRIu64 "\n", name, value);
}

static void add_process(struct text *out, const struct api *api)
{
    add_head(out, "build_info", "gauge", "Always 1; what runs is in the labels.");
    text_add_format(out, "ttstd_build_info{version=\"%s\",commit=\"%s\",kernel=\"%s\"} 1\n",
                    TTSTD_VERSION, TTSTD_COMMIT, service_kernel(api->service));
    add_head(out, "start_time_seconds", "gauge", "When it began to serve, in seconds since 1970.");
    text_add_format(out, "ttstd_start_time_seconds %.3f\n", (double)api->started_at_ms / 1000.0);
    add_gauge(out, "resident_memory_bytes", process_resident_bytes(),
              "Physical memory that the process occupies.");
    add_head(out, "cpu_seconds_total", "counter", "Processor time used, training included.");
    text_add_format(out, "ttstd_cpu_seconds_total %.3f\n", process_cpu_seconds());
    add_counter(out, "log_lines_dropped_total", log_sink_dropped(),
                "Lines of the log that nobody read in time, or that could not be written.");
    add_gauge(
        out, "reload_failing", api->is_reload_failing,
        "Whether the latest SIGHUP found files that cannot be used: what was read before stays.");
    add_gauge(out, "tls_certificate_end_time_seconds", (uint64_t)http_certificate_end_s(api->http),
              "When the certificate ends, in seconds since 1970; 0 without TLS.");
}

static void add_route_answers(struct text *out, const struct http *http, size_t index)
{
    bool is_route = index < api_route_count;
    const char *method = is_route ? route_method_name(api_routes[index].method) : "";
    const char *pattern = is_route ? api_routes[index].pattern : "";
    for (unsigned status = 0; status <= HTTP_STATUS_MAX; status++) {
        uint64_t count = http_answers(http, index, status);
        if (count > 0)
            text_add_format(out,
                            "ttstd_http_requests_total{method=\"%s\",route=\"%s\",status=\"%u\"}"
                            " %" PRIu64 "\n",
                            method, pattern, status, count);
    }
}

static const char *const refusals[HTTP_REFUSAL_COUNT] = {
    [HTTP_REFUSED_CONNECTIONS] = "connections",
    [HTTP_REFUSED_ADDRESS] = "address",
    [HTTP_REFUSED_RATE] = "rate",
    [HTTP_REFUSED_SLOW] = "slow",
    [HTTP_REFUSED_DESCRIPTORS] = "descriptors",
    [HTTP_REFUSED_ANSWERS] = "answers",
    [HTTP_REFUSED_HEAD] = "head",
};

static void add_histogram(struct text *out, const char *name, const struct durations *durations,
                          const char *help)
{
    uint64_t count = 0;
    add_head(out, name, "histogram", help);
    for (unsigned i = 0; i < DURATIONS_BUCKETS; i++) {
        count += durations->counts[i];
        text_add_format(out, "ttstd_%s_bucket{le=\"%g\"} %" PRIu64 "\n", name,
                        (double)durations_us[i] / 1e6, count);
    }
    count += durations->counts[DURATIONS_BUCKETS];
    text_add_format(out,
                    "ttstd_%s_bucket{le=\"+Inf\"} %" PRIu64 "\nttstd_%s_sum %.6f\n"
                    "ttstd_%s_count %" PRIu64 "\n",
                    name, count, name, (double)durations->total_us / 1e6, name, count);
}

static void add_http(struct text *out, const struct http *http)
{
    add_head(out, "http_requests_total", "counter",
             "Requests answered, by route; no route is the empty one.");
    for (size_t i = 0; i <= api_route_count; i++)
        add_route_answers(out, http, i);
    add_histogram(
        out, "http_request_seconds", http_latency(http),
        "Time from a request's head to its answer; but for those that wait for a job's end.");
    add_gauge(out, "http_requests_in_flight", http_in_flight(http),
              "Requests that are arriving or not answered yet, and event streams.");
    add_gauge(out, "http_connections", http_connections(http), "Open connections.");
    add_head(out, "http_refused_total", "counter",
             "Connections and requests that were refused or cut, by the limit that they hit.");
    for (unsigned refusal = 0; refusal < HTTP_REFUSAL_COUNT; refusal++)
        text_add_format(out, "ttstd_http_refused_total{reason=\"%s\"} %" PRIu64 "\n",
                        refusals[refusal], http_refusals(http, (enum http_refusal)refusal));
}

static void add_listeners(struct text *out, const struct api *api)
{
    add_gauge(out, "event_listeners", api->listeners, "Streams of jobs' events.");
    add_counter(out, "event_listeners_refused_total", api->listeners_refused,
                "Listeners for whom there was no room.");
    add_counter(out, "event_listeners_dropped_total", api->listeners_dropped,
                "Listeners that were cut because they did not read.");
}

static void add_training(struct text *out, const struct figures *figures)
{
    add_head(out, "jobs", "gauge", "Training jobs that are kept, by state.");
    for (unsigned state = 0; state < JOB_STATE_COUNT; state++)
        text_add_format(out, "ttstd_jobs{state=\"%s\"} %u\n", job_state_name((enum job_state)state),
                        figures->jobs[state]);
    add_gauge(out, "training_threads", figures->training_threads, "Threads that train.");
    add_gauge(out, "training_workers", figures->workers, "Workers of the jobs that are running.");
    add_head(out, "matches_per_second", "gauge",
             "Speed of the jobs that are running, each since it began.");
    text_add_format(out, "ttstd_matches_per_second %.0f\n", figures->matches_per_second);
}

static void add_service(struct text *out, const struct figures *figures)
{
    add_counter(out, "moves_total", figures->moves_chosen, "Moves chosen.");
    add_counter(out, "matches_trained_total", figures->matches_trained,
                "Matches played in training.");
    add_counter(out, "training_rounds_total", figures->rounds,
                "Rounds played in training, between which tables are merged.");
    add_counter(out, "matches_learned_total", figures->matches_learned,
                "Matches learned that were played elsewhere.");
    add_histogram(out, "save_seconds", &figures->saves,
                  "Time that each save of a brain took that succeeded, the disk's included.");
    add_counter(out, "save_failures_total", figures->save_failures, "Saves of brains that failed.");
    add_gauge(out, "saves_failing", figures->failing_saves, "Brains whose latest save failed.");
    add_gauge(out, "database_lost", figures->is_database_lost,
              "1 while the database's files are not at their names: nothing can be saved.");
    add_gauge(out, "unsaved_matches", figures->unsaved_matches,
              "Matches of all brains that are not on disk yet.");
    add_gauge(out, "lessons_unfolded", figures->lessons,
              "Matches learned by POST /match that their brains' tables on disk do not have yet.");
    add_gauge(out, "wal_bytes", figures->wal_bytes, "Length of the database's write-ahead log.");
    add_head(out, "unsaved_age_seconds", "gauge",
             "How long ago the brain was saved whose unsaved matches are the oldest.");
    text_add_format(out, "ttstd_unsaved_age_seconds %.3f\n", (double)figures->unsaved_ms / 1e3);
    add_gauge(out, "brains", figures->brains, "Brains.");
    add_gauge(out, "brains_in_memory", figures->brains_loaded,
              "Brains of which the table is in memory.");
}

enum handled get_metrics(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    struct figures figures;
    service_get_figures(api->service, &figures);
    add_process(&reply->body, api);
    add_http(&reply->body, api->http);
    add_listeners(&reply->body, api);
    add_service(&reply->body, &figures);
    add_training(&reply->body, &figures);
    reply_text(reply, "text/plain; version=0.0.4; charset=utf-8");
    return HANDLED_NOW;
}
