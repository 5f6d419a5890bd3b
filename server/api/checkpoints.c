/* /brains/{name}/checkpoints */
#include "service/checkpoints.h"
#include "api/resources.h"
#include "api/waiting.h"
#include "base/json.h"
#include "http/reply.h"

#include <stdio.h>
#include <stdlib.h>

static void add_checkpoint(struct text *out, const struct checkpoint_record *checkpoint)
{
    json_begin(out, '{');
    json_add_string(out, "name", checkpoint->name);
    json_add_integer(out, "matches", (int64_t)checkpoint->matches);
    json_add_time(out, "created_at", checkpoint->created_at_ms);
    json_end(out, '}');
}

static void on_listed(struct service_call *base)
{
    struct call *call = (struct call *)base;
    struct reply *reply = exchange_reply(call->exchange);
    const struct checkpoints_call *list = &call->checkpoints;
    if (!call_failed(call)) {
        json_begin(&reply->body, '{');
        json_open(&reply->body, "checkpoints", '[');
        for (size_t i = 0; i < list->count; i++)
            add_checkpoint(&reply->body, &list->checkpoints[i]);
        json_end(&reply->body, ']');
        json_end(&reply->body, '}');
        reply_json(reply, 200);
    }
    free(list->checkpoints);
    call_answer(call);
}

enum handled get_checkpoints(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct call *call = call_begin(api, exchange, on_listed);
    struct fault fault;
    return call_wait(exchange,
                     service_list_checkpoints(api->service, exchange_parameter(exchange, 0),
                                              &call->checkpoints, &fault),
                     &fault);
}

static void on_kept(struct service_call *base)
{
    struct call *call = (struct call *)base;
    struct reply *reply = exchange_reply(call->exchange);
    const struct checkpoint_record *checkpoint = &call->checkpoint.checkpoint;
    if (!call_failed(call)) {
        add_checkpoint(&reply->body, checkpoint);
        reply_done(reply, base->is_new ? 201 : 200);
        if (reply->status == 201)
            snprintf(reply->location, sizeof reply->location, "/brains/%s/checkpoints/%s",
                     exchange_parameter(call->exchange, 0), checkpoint->name);
    }
    call_answer(call);
}

enum handled put_checkpoint(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct call *call = call_begin(api, exchange, on_kept);
    struct fault fault;
    return call_wait(exchange,
                     service_keep_checkpoint(api->service, exchange_parameter(exchange, 0),
                                             exchange_parameter(exchange, 1), &call->checkpoint,
                                             &fault),
                     &fault);
}

enum handled delete_checkpoint(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct call *call = call_begin(api, exchange, answer_deleted);
    struct fault fault;
    return call_wait(exchange,
                     service_delete_checkpoint(api->service, exchange_parameter(exchange, 0),
                                               exchange_parameter(exchange, 1), &call->base,
                                               &fault),
                     &fault);
}

enum handled post_restore(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct call *call = call_begin(api, exchange, answer_changed);
    struct fault fault;
    snprintf(call->name, sizeof call->name, "%s", exchange_parameter(exchange, 0));
    return call_wait(exchange,
                     service_restore_checkpoint(api->service, call->name,
                                                exchange_parameter(exchange, 1), &call->base,
                                                &fault),
                     &fault);
}
