#include "api/waiting.h"

#include "api/resources.h"
#include "http/heavy.h"
#include "http/reply.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

struct call *call_of(struct exchange *exchange)
{
    return exchange_room(exchange);
}

static void on_done(struct service_call *base)
{
    struct call *call = (struct call *)base;
    if (base->fault.err == ERR_LATER)
        http_repeat(call->exchange);
    else if (call->done != NULL)
        call->done(base);
    else if (call_failed(call))
        call_answer(call);
}

struct call *call_begin(struct api *api, struct exchange *exchange,
                        void (*done)(struct service_call *call))
{
    struct call *call = call_of(exchange);
    memset(call, 0, offsetof(struct call, api)); /* all that comes back */
    call->base.done = on_done;
    call->api = api;
    call->exchange = exchange;
    call->done = done;
    return call;
}

struct service_call *call_to_repeat(struct api *api, struct exchange *exchange)
{
    struct call *call = call_of(exchange);
    call->base.done = on_done; /* the rest is set by who has it wait: each move passes here */
    call->api = api;
    call->exchange = exchange;
    call->done = NULL;
    return &call->base;
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

enum handled api_refuse(struct exchange *exchange, const struct fault *fault)
{
    if (fault->err == ERR_LATER)
        return HANDLED_LATER;
    reply_problem(exchange_reply(exchange), fault);
    return HANDLED_NOW;
}

enum err api_read_parameter(const char *name, const char *text, int64_t min, int64_t max,
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

enum handled call_wait(struct exchange *exchange, enum err err, const struct fault *fault)
{
    return err == ERR_OK ? HANDLED_LATER : api_refuse(exchange, fault);
}
