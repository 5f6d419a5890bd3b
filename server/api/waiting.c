#include "api/waiting.h"

#include "api/resources.h"
#include "http/reply.h"

#include <stddef.h>
#include <string.h>

struct call *call_of(struct exchange *exchange)
{
    return exchange_room(exchange);
}

struct call *call_begin(struct api *api, struct exchange *exchange,
                        void (*done)(struct service_call *call))
{
    struct call *call = call_of(exchange);
    memset(call, 0, offsetof(struct call, api)); /* all that comes back */
    call->base.done = done;
    call->api = api;
    call->exchange = exchange;
    return call;
}

bool call_failed(struct call *call)
{
    if (call->base.fault.err == ERR_OK)
        return false;
    reply_problem(exchange_reply(call->exchange), &call->base.fault);
    return true;
}

void call_answer(struct call *call)
{
    http_answer(call->exchange);
}

static void on_fetched(struct service_call *base)
{
    struct call *call = (struct call *)base;
    if (call_failed(call))
        call_answer(call);
    else
        http_repeat(call->exchange);
}

enum handled api_refuse(struct api *api, struct exchange *exchange, const struct fault *fault)
{
    struct fault why = *fault;
    if (fault->err == ERR_LATER &&
        service_fetch(api->service, &call_begin(api, exchange, on_fetched)->base, &why) == ERR_OK)
        return HANDLED_LATER;
    reply_problem(exchange_reply(exchange), &why);
    return HANDLED_NOW;
}

enum handled call_wait(struct api *api, struct exchange *exchange, enum err err,
                       const struct fault *fault)
{
    return err == ERR_OK ? HANDLED_LATER : api_refuse(api, exchange, fault);
}
