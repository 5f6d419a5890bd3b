#include "api/api.h"

#include "api/events.h"
#include "api/idempotency.h"
#include "api/jobs.h"
#include "api/page.h"
#include "api/resources.h"
#include "api/waiting.h"
#include "base/clock.h"
#include "base/log.h"
#include "service/evaluations.h"

#include <stdio.h>
#include <stdlib.h>

/* Bytes of a batch of moves that takes the loop a tenth of a millisecond: 170 boards. */
enum { LONG_BATCH = 2 << 10 };

static const struct route routes[] = {
    /* Heavy: a batch; one move is what nobody should wait for. */
    {HTTP_POST, "/move", RIGHT_PLAY, ROUTE_BODY_MOVE, .is_heavy = true, .heavy_from = LONG_BATCH,
     .handle = post_move},
    {HTTP_POST, "/match", RIGHT_ALL, ROUTE_BODY_SMALL, .handle = post_match},
    {HTTP_POST, "/train", RIGHT_ALL, ROUTE_BODY_SMALL, .handle = post_train},
    /* Heavy: a thousand jobs to write. */
    {HTTP_GET, "/train", RIGHT_PLAY, .query = TRAIN_QUERY, .is_heavy = true, .handle = get_jobs},
    /* Heavy: all jobs to look at, and hundreds to stop. */
    {HTTP_DELETE, "/train", RIGHT_ALL, .is_heavy = true, .handle = delete_jobs},
    {HTTP_GET, "/train/{id}", RIGHT_PLAY, .query = JOB_QUERY, .handle = get_job},
    {HTTP_DELETE, "/train/{id}", RIGHT_ALL, .handle = delete_job},
    {HTTP_GET, "/train/{id}/events", RIGHT_PLAY, .handle = get_events},
    /* Heavy: thousands of brains to write. */
    {HTTP_GET, "/brains", RIGHT_PLAY, .query = BRAINS_QUERY, .is_heavy = true,
     .handle = get_brains},
    /* Heavy: a digest to make, unless the table has it already. */
    {HTTP_GET, "/brains/{name}", RIGHT_PLAY, .is_heavy = true, .handle = get_brain},
    {HTTP_PUT, "/brains/{name}", RIGHT_ALL, ROUTE_BODY_SMALL, .handle = put_brain},
    {HTTP_DELETE, "/brains/{name}", RIGHT_ALL, .handle = delete_brain},
    /* Heavy: a table to make. */
    {HTTP_POST, "/brains/{name}/reset", RIGHT_ALL, .is_heavy = true, .handle = post_reset},
    {HTTP_POST, "/brains/{name}/copy", RIGHT_ALL, ROUTE_BODY_SMALL, .handle = post_copy},
    /* Heavy: a digest, as above; what follows is sent piece by piece. */
    {HTTP_GET, "/brains/{name}/export", RIGHT_PLAY, .is_heavy = true, .handle = get_export},
    /* Heavy: up to 2 MB of JSON to read; more is read aside. */
    {HTTP_PUT, "/brains/{name}/import", RIGHT_ALL, ROUTE_BODY_FILE, .is_heavy = true,
     .handle = put_import},
    {HTTP_GET, "/brains/{name}/boards/{board}", RIGHT_PLAY, .query = BOARD_QUERY,
     .handle = get_board},
    {HTTP_GET, "/brains/{name}/evaluation", RIGHT_PLAY, .query = EVALUATION_QUERY,
     .handle = get_evaluation},
    {HTTP_GET, "/brains/{name}/curve", RIGHT_PLAY, .handle = get_curve},
    {HTTP_GET, "/brains/{name}/checkpoints", RIGHT_PLAY, .handle = get_checkpoints},
    {HTTP_PUT, "/brains/{name}/checkpoints/{checkpoint}", RIGHT_ALL, .handle = put_checkpoint},
    {HTTP_DELETE, "/brains/{name}/checkpoints/{checkpoint}", RIGHT_ALL,
     .handle = delete_checkpoint},
    {HTTP_POST, "/brains/{name}/checkpoints/{checkpoint}/restore", RIGHT_ALL,
     .handle = post_restore},
    {HTTP_GET, "/games", .handle = get_games},
    {HTTP_GET, "/healthz", .while_draining = true, .handle = get_healthz},
    {HTTP_GET, "/readyz", .while_draining = true, .handle = get_readyz},
    {HTTP_GET, "/version", .while_draining = true, .handle = get_version},
    /* Heavy: figures of all brains and jobs to add up. */
    {HTTP_GET, "/metrics", RIGHT_ALL, .while_draining = true, .is_heavy = true,
     .handle = get_metrics},
    {HTTP_GET, "/openapi.yaml", .handle = get_openapi},
    {HTTP_GET, "/", .handle = get_page},
    {HTTP_GET, "/assets/{file}", .handle = get_asset},
};

const struct route *const api_routes = routes;
const size_t api_route_count = sizeof routes / sizeof routes[0];

static void deliver(void *context)
{
    struct api *api = context;
    service_deliver(api->service);
}

static int soonest(int a_ms, int b_ms)
{
    return a_ms < 0 || (b_ms >= 0 && b_ms < a_ms) ? b_ms : a_ms;
}

static int tick(void *context)
{
    struct api *api = context;
    int service_ms = service_tick(api->service);
    int waiters_ms = jobs_answer_waiters(api, false);
    int listeners_ms = events_tell(api);
    struct notifier *notifier = api->options.notifier;
    int watchdog_ms =
        notifier != NULL ? notifier_feed_watchdog(notifier, clock_monotonic_ms()) : -1;
    return soonest(soonest(service_ms, watchdog_ms), soonest(waiters_ms, listeners_ms));
}

static void drain(void *context)
{
    struct api *api = context;
    service_end_evaluations(api->service);
    jobs_answer_waiters(api, true);
    events_end(api);
}

/* /metrics are for whoever is on this machine, or has a token. */
static enum right right_of(const struct exchange *exchange)
{
    const struct route *route = exchange_route(exchange);
    if (route == NULL)
        return RIGHT_NONE;
    if (route->handle != get_metrics)
        return route->right;
    const struct address client = exchange_client(exchange);
    bool is_local = address_is_loopback(&client) || address_is_unix(&client);
    return is_local ? RIGHT_NONE : route->right;
}

static enum err admit(void *context, struct exchange *exchange, struct fault *fault)
{
    const struct api *api = context;
    const struct route *route = exchange_route(exchange);
    struct access_request request = {.right = right_of(exchange),
                                     .is_free = route != NULL && route->right == RIGHT_NONE,
                                     .is_on_loopback = exchange_is_on_loopback(exchange),
                                     .is_on_unix_socket = exchange_is_on_unix_socket(exchange),
                                     .host = exchange_header(exchange, HTTP_HEADER_HOST),
                                     .origin = exchange_header(exchange, HTTP_HEADER_ORIGIN),
                                     .authorization =
                                         exchange_header(exchange, HTTP_HEADER_AUTHORIZATION)};
    struct access_grant grant;
    enum err err = access_check(api->access, &request, &grant, fault);
    exchange_set_user(exchange, grant.token);
    if (grant.is_cross_origin)
        exchange_reply(exchange)->origin = request.origin;
    return err;
}

static void release(void *context, struct exchange *exchange)
{
    idempotency_end(context, exchange);
}

/* What cannot be read stays as it was. */
static void reload(void *context)
{
    struct api *api = context;
    struct fault fault;
    api->is_reload_failing = false;
    if (access_reload(api->access, &fault) == ERR_OK) {
        LOG(LOG_INFO, "tokens_read");
    } else {
        LOG(LOG_ERROR, "tokens_not_read", LOG_TEXT("error", fault.detail));
        api->is_reload_failing = true;
    }
    if (http_read_certificate(api->http, &fault) != ERR_OK) {
        LOG(LOG_ERROR, "certificate_not_read", LOG_TEXT("error", fault.detail));
        api->is_reload_failing = true;
    }
}

void api_reload(struct api *api)
{
    http_call(api->http, reload);
}

/* All that is asked for fits: MOVES_BATCH_MAX boards of 64 cells, with quotes and commas, take
 * 268 KiB; a brain of BRAIN_BYTES_MAX takes 43 MiB in base64. */
static const size_t body_max[ROUTE_BODY_COUNT] = {
    [ROUTE_BODY_SMALL] = 4 << 10,
    [ROUTE_BODY_MOVE] = 2 << 20,
    [ROUTE_BODY_FILE] = 48 << 20,
};

static struct http_options http_options_of(const struct api_options *options, struct api *api)
{
    struct http_options http = options->http;
    http.routes = api_routes;
    http.route_count = api_route_count;
    http.body_max = body_max;
    http.context = api;
    http.event_fd = service_event_fd(api->service);
    http.deliver = deliver;
    http.tick = tick;
    http.drain = drain;
    http.admit = admit;
    http.room = sizeof(struct call);
    http.release = release;
    return http;
}

enum err api_start(struct service *service, const struct api_options *options, struct api **out,
                   struct fault *fault)
{
    struct api *api = calloc(1, sizeof *api);
    if (api == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "out of memory");
    api->service = service;
    api->options = *options;
    api->started_at_ms = clock_unix_ms();
    enum err err = access_open(&options->access, &api->access, fault);
    service_watch(service, &(struct service_watcher){.point = events_note_point, .context = api});
    if (err == ERR_OK) {
        struct http_options http = http_options_of(options, api);
        err = http_start(&http, &api->http, fault);
        if (err != ERR_OK)
            access_close(api->access);
    }
    if (err != ERR_OK) {
        service_watch(service, &(struct service_watcher){.point = NULL});
        free(api);
        return err;
    }
    *out = api;
    return ERR_OK;
}

enum err api_check_files(const struct api_options *options, struct fault *fault)
{
    struct access *access;
    enum err err = access_open(&options->access, &access, fault);
    if (err != ERR_OK)
        return err;
    access_close(access);
    return http_check_certificate(&options->http, fault);
}

uint16_t api_port(const struct api *api, unsigned place)
{
    return http_port(api->http, place);
}

void api_stop(struct api *api)
{
    http_stop(api->http);
    service_watch(api->service, &(struct service_watcher){.point = NULL});
    access_close(api->access);
    free(api);
}
