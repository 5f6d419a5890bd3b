#include "api/api.h"

#include "api/reply.h"
#include "api/resources.h"
#include "base/clock.h"

#include <stdlib.h>

enum {
    /* The longest batch: 4,096 boards of 9 cells take 48 KiB. */
    MOVE_BODY_MAX = 64 * 1024,
    /* A brain's file: 690 KiB where all weights have ten digits, and room for blanks. */
    FILE_BODY_MAX = 2 * 1024 * 1024,
    /* Everything else that is sent is a handful of fields. */
    SMALL_BODY_MAX = 4 * 1024,
};

static const struct route routes[] = {
    {.method = HTTP_POST, .pattern = "/move", .body_max = MOVE_BODY_MAX, .handle = post_move},
    {.method = HTTP_POST, .pattern = "/match", .body_max = SMALL_BODY_MAX, .handle = post_match},
    {.method = HTTP_POST, .pattern = "/train", .body_max = SMALL_BODY_MAX, .handle = post_train},
    {.method = HTTP_GET, .pattern = "/train", .query = TRAIN_QUERY, .handle = get_jobs},
    {.method = HTTP_DELETE, .pattern = "/train", .handle = delete_jobs},
    {.method = HTTP_GET, .pattern = "/train/{id}", .query = JOB_QUERY, .handle = get_job},
    {.method = HTTP_DELETE, .pattern = "/train/{id}", .handle = delete_job},
    {.method = HTTP_GET, .pattern = "/brains", .handle = get_brains},
    {.method = HTTP_GET, .pattern = "/brains/{name}", .handle = get_brain},
    {.method = HTTP_PUT,
     .pattern = "/brains/{name}",
     .body_max = SMALL_BODY_MAX,
     .handle = put_brain},
    {.method = HTTP_DELETE, .pattern = "/brains/{name}", .handle = delete_brain},
    {.method = HTTP_POST, .pattern = "/brains/{name}/reset", .handle = post_reset},
    {.method = HTTP_POST,
     .pattern = "/brains/{name}/copy",
     .body_max = SMALL_BODY_MAX,
     .handle = post_copy},
    {.method = HTTP_GET, .pattern = "/brains/{name}/export", .handle = get_export},
    {.method = HTTP_PUT,
     .pattern = "/brains/{name}/import",
     .body_max = FILE_BODY_MAX,
     .handle = put_import},
    {.method = HTTP_GET, .pattern = "/brains/{name}/checkpoints", .handle = get_checkpoints},
    {.method = HTTP_PUT,
     .pattern = "/brains/{name}/checkpoints/{checkpoint}",
     .handle = put_checkpoint},
    {.method = HTTP_DELETE,
     .pattern = "/brains/{name}/checkpoints/{checkpoint}",
     .handle = delete_checkpoint},
    {.method = HTTP_POST,
     .pattern = "/brains/{name}/checkpoints/{checkpoint}/restore",
     .handle = post_restore},
    {.method = HTTP_GET,
     .pattern = "/brains/{name}/boards/{board}",
     .query = BOARD_QUERY,
     .handle = get_board},
    {.method = HTTP_GET,
     .pattern = "/brains/{name}/evaluation",
     .query = EVALUATION_QUERY,
     .handle = get_evaluation},
    {.method = HTTP_GET, .pattern = "/brains/{name}/curve", .handle = get_curve},
    {.method = HTTP_GET, .pattern = "/healthz", .while_draining = true, .handle = get_healthz},
    {.method = HTTP_GET, .pattern = "/readyz", .while_draining = true, .handle = get_readyz},
    {.method = HTTP_GET, .pattern = "/version", .while_draining = true, .handle = get_version},
    {.method = HTTP_GET, .pattern = "/metrics", .while_draining = true, .handle = get_metrics},
    {.method = HTTP_GET, .pattern = "/openapi.yaml", .handle = get_openapi},
};

const struct route *const api_routes = routes;
const size_t api_route_count = sizeof routes / sizeof routes[0];

struct pending *pending_create(struct api *api, struct exchange *exchange,
                               void (*done)(struct service_call *call))
{
    struct pending *pending = calloc(1, sizeof *pending);
    if (pending == NULL) {
        reply_error(exchange_reply(exchange), ERR_NO_MEMORY, "no memory for this request");
        return NULL;
    }
    *pending = (struct pending){.call.done = done, .api = api, .exchange = exchange};
    return pending;
}

enum err pending_outcome(const struct pending *pending)
{
    const struct fault *fault = &pending->call.fault;
    if (fault->err != ERR_OK)
        reply_problem(exchange_reply(pending->exchange), fault);
    return fault->err;
}

void pending_finish(struct pending *pending)
{
    http_answer(pending->exchange);
    free(pending);
}

/* An exchange that waits for a brain to be read. */
struct fetching {
    struct service_call call; /* first */
    struct exchange *exchange;
};

static void on_fetched(struct service_call *call)
{
    struct exchange *exchange = ((struct fetching *)call)->exchange;
    if (call->fault.err == ERR_OK) {
        http_repeat(exchange);
    } else {
        reply_problem(exchange_reply(exchange), &call->fault);
        http_answer(exchange);
    }
    free(call);
}

static enum err fetch(struct api *api, struct exchange *exchange, struct fault *fault)
{
    struct fetching *fetching = calloc(1, sizeof *fetching);
    if (fetching == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for this request");
    fetching->call.done = on_fetched;
    fetching->exchange = exchange;
    enum err err = service_fetch(api->service, &fetching->call, fault);
    if (err != ERR_OK)
        free(fetching);
    return err;
}

enum handled api_refuse(struct api *api, struct exchange *exchange, const struct fault *fault)
{
    struct fault why = *fault;
    if (fault->err == ERR_LATER && fetch(api, exchange, &why) == ERR_OK)
        return HANDLED_LATER;
    reply_problem(exchange_reply(exchange), &why);
    return HANDLED_NOW;
}

static void deliver(void *context)
{
    struct api *api = context;
    service_deliver(api->service);
}

static int tick(void *context)
{
    struct api *api = context;
    int service_ms = service_tick(api->service);
    int waiters_ms = answer_waiters(api, false);
    return service_ms < 0 || (waiters_ms >= 0 && waiters_ms < service_ms) ? waiters_ms : service_ms;
}

static void drain(void *context)
{
    answer_waiters(context, true);
}

enum err api_start(struct service *service, const char *host, uint16_t port, struct api **out,
                   uint16_t *out_port, struct fault *fault)
{
    struct api *api = calloc(1, sizeof *api);
    if (api == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "out of memory");
    api->service = service;
    api->started_at_ms = clock_unix_ms();
    struct http_options options = {.host = host,
                                   .port = port,
                                   .routes = api_routes,
                                   .route_count = api_route_count,
                                   .context = api,
                                   .event_fd = service_event_fd(service),
                                   .deliver = deliver,
                                   .tick = tick,
                                   .drain = drain};
    enum err err = http_start(&options, &api->http, out_port, fault);
    if (err != ERR_OK) {
        free(api);
        return err;
    }
    *out = api;
    return ERR_OK;
}

void api_stop(struct api *api)
{
    http_stop(api->http);
    free(api);
}
