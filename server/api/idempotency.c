#include "api/idempotency.h"

#include "api/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER "Idempotency-Key"

struct keyed {
    struct receipt receipt; /* first */
    struct api *api;
    struct exchange *exchange;
};

void idempotency_reply(const struct receipt *receipt, struct reply *reply)
{
    const struct store_receipt *kept = &receipt->kept;
    text_add(&reply->body, kept->body.bytes, kept->body.size);
    snprintf(reply->location, sizeof reply->location, "%s", kept->location);
    reply_done(reply, kept->status);
}

static void on_recalled(struct service_call *call)
{
    struct keyed *keyed = (struct keyed *)call;
    struct reply *reply = exchange_reply(keyed->exchange);
    if (call->fault.err == ERR_OK && !keyed->receipt.is_found) {
        http_repeat(keyed->exchange);
        return;
    }
    if (call->fault.err != ERR_OK)
        reply_problem(reply, &call->fault);
    else
        idempotency_reply(&keyed->receipt, reply);
    http_answer(keyed->exchange);
}

static void release(void *attachment)
{
    struct keyed *keyed = attachment;
    service_end_receipt(keyed->api->service, &keyed->receipt);
    free(keyed);
}

/* Printable ASCII. */
static enum err check_key(const char *key, struct fault *fault)
{
    size_t length = strlen(key);
    for (size_t i = 0; i < length; i++)
        if (key[i] < ' ' || key[i] > '~')
            length = 0;
    if (length < 1 || length >= STORE_KEY_SIZE)
        return fault_set(fault, ERR_MALFORMED, HEADER, "must be 1 to %d printable characters",
                         STORE_KEY_SIZE - 1);
    return ERR_OK;
}

static enum err recall(struct api *api, struct exchange *exchange, const char *key,
                       struct fault *fault)
{
    enum err err = check_key(key, fault);
    if (err != ERR_OK)
        return err;
    struct keyed *keyed = calloc(1, sizeof *keyed);
    if (keyed == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for this request");
    keyed->api = api;
    keyed->exchange = exchange;
    keyed->receipt.call.done = on_recalled;
    snprintf(keyed->receipt.kept.token, sizeof keyed->receipt.kept.token, "%s",
             exchange_user(exchange));
    snprintf(keyed->receipt.kept.key, sizeof keyed->receipt.kept.key, "%s", key);
    exchange_digest(exchange, keyed->receipt.kept.request);
    err = service_recall(api->service, &keyed->receipt, fault);
    if (err == ERR_OK)
        exchange_attach(exchange, keyed, release);
    else
        free(keyed);
    return err;
}

bool idempotency_begin(struct api *api, struct exchange *exchange, struct receipt **out,
                       enum handled *out_handled)
{
    struct keyed *keyed = exchange_attachment(exchange);
    const char *key = exchange_header(exchange, HTTP_HEADER_IDEMPOTENCY_KEY);
    *out = keyed != NULL ? &keyed->receipt : NULL;
    if (keyed != NULL || key == NULL)
        return true;
    struct fault fault;
    if (recall(api, exchange, key, &fault) == ERR_OK)
        *out_handled = HANDLED_LATER;
    else
        *out_handled = api_refuse(api, exchange, &fault);
    return false;
}
