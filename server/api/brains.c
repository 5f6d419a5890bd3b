/* /brains */
#include "api/codec_board.h"
#include "api/codec_brain.h"
#include "api/codec_policy.h"
#include "api/reply.h"
#include "api/resources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum handled get_brains(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    text_add_string(&reply->body, "{\"brains\":[");
    for (unsigned i = 0; i < service_count_brains(api->service); i++) {
        struct brain_info brain;
        service_brain_at(api->service, i, &brain);
        if (i > 0)
            text_add_string(&reply->body, ",");
        codec_encode_brain(&brain, NULL, &reply->body);
    }
    text_add_string(&reply->body, "]}");
    reply_json(reply, 200);
    return HANDLED_NOW;
}

enum handled get_brain(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    struct brain_info brain;
    char digest[BRAIN_DIGEST_SIZE];
    struct fault fault;
    if (service_digest_brain(api->service, exchange_parameter(exchange, 0), &brain, digest,
                             &fault) != ERR_OK)
        return api_refuse(api, exchange, &fault);
    codec_encode_brain(&brain, digest, &reply->body);
    reply_json(reply, 200);
    return HANDLED_NOW;
}

/* Answers with a brain. */

static void write_brain(struct api *api, struct reply *reply, const char *name, unsigned status)
{
    struct brain_info brain;
    if (service_get_brain(api->service, name, &brain) != ERR_OK) {
        reply_error(reply, ERR_NOT_FOUND, "there is no brain of that name");
        return;
    }
    codec_encode_brain(&brain, NULL, &reply->body);
    reply_done(reply, status);
    if (reply->status == 201)
        snprintf(reply->location, sizeof reply->location, "/brains/%s", name);
}

static void answer_brain(struct service_call *call, unsigned status)
{
    struct pending *pending = (struct pending *)call;
    if (pending_outcome(pending) == ERR_OK)
        write_brain(pending->api, exchange_reply(pending->exchange), pending->name, status);
    pending_finish(pending);
}

void answer_created(struct service_call *call)
{
    answer_brain(call, 201);
}

void answer_changed(struct service_call *call)
{
    answer_brain(call, 200);
}

void answer_deleted(struct service_call *call)
{
    struct pending *pending = (struct pending *)call;
    if (pending_outcome(pending) == ERR_OK)
        exchange_reply(pending->exchange)->status = 204;
    pending_finish(pending);
}

static void on_created_by_other(struct service_call *call)
{
    struct pending *pending = (struct pending *)call;
    struct reply *reply = exchange_reply(pending->exchange);
    struct brain_info ignored;
    if (service_get_brain(pending->api->service, pending->name, &ignored) == ERR_OK)
        write_brain(pending->api, reply, pending->name, 200);
    else
        reply_error(reply, ERR_IO, "it could not be written");
    pending_finish(pending);
}

enum handled put_brain(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    size_t size;
    const char *body = exchange_body(exchange, &size);
    struct brain_request request;
    struct fault fault;
    if (codec_decode_brain_request(body, size, &request, &fault) != ERR_OK)
        return api_refuse(api, exchange, &fault);
    struct pending *pending = pending_create(api, exchange, answer_created);
    if (pending == NULL)
        return HANDLED_NOW;
    snprintf(pending->name, sizeof pending->name, "%s", exchange_parameter(exchange, 0));
    struct brain_order order = {.name = pending->name, .game = request.game, .rule = request.rule};
    switch (service_create_brain(api->service, &order, &pending->call, &fault)) {
    case CREATED_LATER:
        return HANDLED_LATER;
    case CREATED_BY_OTHER:
        pending->call.done = on_created_by_other;
        return HANDLED_LATER;
    case CREATED_ALREADY:
        write_brain(api, reply, pending->name, 200);
        break;
    case CREATED_NOT:
        reply_problem(reply, &fault);
        break;
    }
    free(pending);
    return HANDLED_NOW;
}

enum handled post_copy(void *context, struct exchange *exchange)
{
    struct api *api = context;
    size_t size;
    const char *body = exchange_body(exchange, &size);
    char to[REQUEST_BRAIN_SIZE];
    struct fault fault;
    if (codec_decode_copy_request(body, size, to, &fault) != ERR_OK)
        return api_refuse(api, exchange, &fault);
    struct pending *pending = pending_create(api, exchange, answer_created);
    if (pending == NULL)
        return HANDLED_NOW;
    snprintf(pending->name, sizeof pending->name, "%s", to);
    if (service_copy_brain(api->service, exchange_parameter(exchange, 0), to, &pending->call,
                           &fault) == ERR_OK)
        return HANDLED_LATER;
    free(pending);
    return api_refuse(api, exchange, &fault);
}

/* What is asked for by name alone. */
static enum handled change_brain(struct api *api, struct exchange *exchange,
                                 void (*answer)(struct service_call *),
                                 enum err (*change)(struct service *, const char *name,
                                                    struct service_call *, struct fault *))
{
    struct fault fault;
    struct pending *pending = pending_create(api, exchange, answer);
    if (pending == NULL)
        return HANDLED_NOW;
    snprintf(pending->name, sizeof pending->name, "%s", exchange_parameter(exchange, 0));
    if (change(api->service, pending->name, &pending->call, &fault) == ERR_OK)
        return HANDLED_LATER;
    free(pending);
    return api_refuse(api, exchange, &fault);
}

enum handled post_reset(void *context, struct exchange *exchange)
{
    return change_brain(context, exchange, answer_changed, service_reset_brain);
}

enum handled delete_brain(void *context, struct exchange *exchange)
{
    return change_brain(context, exchange, answer_deleted, service_delete_brain);
}

enum handled get_board(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    const char *policy = exchange_query(exchange, BOARD_POLICY);
    const char *board = exchange_parameter(exchange, 1);
    struct board_order order = {.brain = exchange_parameter(exchange, 0),
                                .board = {board, strlen(board)},
                                .policy = {.kind = POLICY_SAMPLE}};
    struct board_view view;
    struct fault fault;
    enum err err = ERR_OK;
    if (policy != NULL)
        err = codec_policy_text(policy, &order.policy, &fault);
    if (err == ERR_OK)
        err = service_view_board(api->service, &order, &view, &fault);
    if (err != ERR_OK)
        return api_refuse(api, exchange, &fault);
    codec_encode_board_view(&view, &reply->body);
    reply_json(reply, 200);
    return HANDLED_NOW;
}
