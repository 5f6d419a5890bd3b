#include "api/idempotency.h"

#include "api/resources.h"
#include "http/heavy.h"
#include "http/reply.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define HEADER "Idempotency-Key"

static void reply_with(const struct receipt *receipt, struct reply *reply)
{
    const struct receipt_record *kept = &receipt->kept;
    text_add(&reply->body, kept->body.bytes, kept->body.size);
    snprintf(reply->location, sizeof reply->location, "%s", kept->location);
    reply_done(reply, kept->status);
}

bool idempotency_replied(struct call *call)
{
    if (call->is_keyed)
        reply_with(&call->receipt, exchange_reply(call->exchange));
    return call->is_keyed;
}

static void on_recalled(struct service_call *base)
{
    struct receipt *receipt = (struct receipt *)base;
    struct call *call = (struct call *)((char *)receipt - offsetof(struct call, receipt));
    struct reply *reply = exchange_reply(call->exchange);
    if (base->fault.err == ERR_OK && !receipt->is_found) {
        http_repeat(call->exchange);
        return;
    }
    if (base->fault.err != ERR_OK)
        reply_problem(reply, &base->fault);
    else
        reply_with(receipt, reply);
    call_answer(call);
}

void idempotency_end(struct api *api, struct exchange *exchange)
{
    struct call *call = call_of(exchange);
    if (call->is_keyed)
        service_end_receipt(api->service, &call->receipt);
    call->is_keyed = false;
}

/* Printable ASCII. */
static enum err check_key(const char *key, struct fault *fault)
{
    size_t length = strlen(key);
    for (size_t i = 0; i < length; i++)
        if (key[i] < ' ' || key[i] > '~')
            length = 0;
    if (length < 1 || length >= RECEIPT_KEY_SIZE)
        return fault_set(fault, ERR_MALFORMED, HEADER, "must be 1 to %d printable characters",
                         RECEIPT_KEY_SIZE - 1);
    return ERR_OK;
}

static enum err recall(struct api *api, struct exchange *exchange, const char *key,
                       struct fault *fault)
{
    struct call *call = call_begin(api, exchange, NULL);
    struct receipt *receipt = &call->receipt;
    enum err err = check_key(key, fault);
    if (err != ERR_OK)
        return err;
    *receipt = (struct receipt){.call.done = on_recalled};
    snprintf(receipt->kept.token, sizeof receipt->kept.token, "%s", exchange_user(exchange));
    snprintf(receipt->kept.key, sizeof receipt->kept.key, "%s", key);
    exchange_digest(exchange, receipt->kept.request);
    err = service_recall(api->service, receipt, fault);
    call->is_keyed = err == ERR_OK;
    return err;
}

bool idempotency_begin(struct api *api, struct exchange *exchange, struct receipt **out,
                       enum handled *out_handled)
{
    struct call *call = call_of(exchange);
    const char *key = exchange_header(exchange, HTTP_HEADER_IDEMPOTENCY_KEY);
    *out = call->is_keyed ? &call->receipt : NULL;
    if (call->is_keyed || key == NULL)
        return true;
    struct fault fault;
    *out_handled = call_wait(exchange, recall(api, exchange, key, &fault), &fault);
    return false;
}
