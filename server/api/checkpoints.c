/* /brains/{name}/checkpoints */
#include "service/checkpoints.h"
#include "api/codec_checkpoint.h"
#include "api/reply.h"
#include "api/resources.h"

#include <stdio.h>
#include <stdlib.h>

/* Exchanges that wait for the store. */

struct listing_exchange {
    struct checkpoints_call list; /* first */
    struct exchange *exchange;
};

static void on_listed(struct service_call *call)
{
    struct listing_exchange *listed = (struct listing_exchange *)call;
    struct reply *reply = exchange_reply(listed->exchange);
    if (call->fault.err != ERR_OK) {
        reply_problem(reply, &call->fault);
    } else {
        codec_encode_checkpoints(&listed->list, &reply->body);
        reply_json(reply, 200);
    }
    http_answer(listed->exchange);
    free(listed->list.checkpoints);
    free(listed);
}

enum handled get_checkpoints(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct listing_exchange *listed = calloc(1, sizeof *listed);
    struct fault fault;
    enum err err;
    if (listed == NULL) {
        err = fault_set(&fault, ERR_NO_MEMORY, NULL, "no memory for this request");
    } else {
        listed->list.call.done = on_listed;
        listed->exchange = exchange;
        err = service_list_checkpoints(api->service, exchange_parameter(exchange, 0), &listed->list,
                                       &fault);
    }
    if (err == ERR_OK)
        return HANDLED_LATER;
    free(listed);
    return api_refuse(api, exchange, &fault);
}

struct keeping_exchange {
    struct checkpoint_call kept; /* first */
    struct exchange *exchange;
};

static void on_kept(struct service_call *call)
{
    struct keeping_exchange *keeping = (struct keeping_exchange *)call;
    struct reply *reply = exchange_reply(keeping->exchange);
    const struct store_checkpoint *checkpoint = &keeping->kept.checkpoint;
    if (call->fault.err != ERR_OK) {
        reply_problem(reply, &call->fault);
    } else {
        codec_encode_checkpoint(checkpoint, &reply->body);
        reply_done(reply, keeping->kept.is_new ? 201 : 200);
        if (reply->status == 201)
            snprintf(reply->location, sizeof reply->location, "/brains/%s/checkpoints/%s",
                     exchange_parameter(keeping->exchange, 0), checkpoint->name);
    }
    http_answer(keeping->exchange);
    free(keeping);
}

enum handled put_checkpoint(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct keeping_exchange *keeping = calloc(1, sizeof *keeping);
    struct fault fault;
    enum err err;
    if (keeping == NULL) {
        err = fault_set(&fault, ERR_NO_MEMORY, NULL, "no memory for this request");
    } else {
        keeping->kept.call.done = on_kept;
        keeping->exchange = exchange;
        err = service_keep_checkpoint(api->service, exchange_parameter(exchange, 0),
                                      exchange_parameter(exchange, 1), &keeping->kept, &fault);
    }
    if (err == ERR_OK)
        return HANDLED_LATER;
    free(keeping);
    return api_refuse(api, exchange, &fault);
}

enum handled delete_checkpoint(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct pending *pending = pending_create(api, exchange, answer_deleted);
    struct fault fault;
    if (pending == NULL)
        return HANDLED_NOW;
    if (service_delete_checkpoint(api->service, exchange_parameter(exchange, 0),
                                  exchange_parameter(exchange, 1), &pending->call,
                                  &fault) == ERR_OK)
        return HANDLED_LATER;
    free(pending);
    return api_refuse(api, exchange, &fault);
}

enum handled post_restore(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct pending *pending = pending_create(api, exchange, answer_changed);
    struct fault fault;
    if (pending == NULL)
        return HANDLED_NOW;
    snprintf(pending->name, sizeof pending->name, "%s", exchange_parameter(exchange, 0));
    if (service_restore_checkpoint(api->service, pending->name, exchange_parameter(exchange, 1),
                                   &pending->call, &fault) == ERR_OK)
        return HANDLED_LATER;
    free(pending);
    return api_refuse(api, exchange, &fault);
}
