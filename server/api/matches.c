/* POST /match */
#include "service/matches.h"
#include "api/codec_match.h"
#include "api/idempotency.h"
#include "api/reply.h"
#include "api/resources.h"

#include <stdlib.h>
#include <string.h>

/* An exchange that waits for its match to be on disk. */
struct match_exchange {
    struct match_call match; /* first */
    struct exchange *exchange;
    struct receipt *receipt; /* or NULL */
    char brain[REQUEST_BRAIN_SIZE];
};

static void write_receipt(struct receipt *receipt, const struct job_view *job)
{
    (void)job;
    const struct match_exchange *learned = receipt->subject;
    receipt->kept.status = 200;
    codec_encode_match(learned->brain, &learned->match, &receipt->kept.body);
}

static void on_learned(struct service_call *call)
{
    struct match_exchange *learned = (struct match_exchange *)call;
    struct reply *reply = exchange_reply(learned->exchange);
    if (call->fault.err != ERR_OK) {
        reply_problem(reply, &call->fault);
    } else if (learned->receipt != NULL) {
        idempotency_reply(learned->receipt, reply);
    } else {
        codec_encode_match(learned->brain, &learned->match, &reply->body);
        reply_done(reply, 200);
    }
    http_answer(learned->exchange);
    free(learned);
}

static enum err learn(struct api *api, struct exchange *exchange,
                      const struct match_request *request, struct receipt *receipt,
                      struct fault *fault)
{
    struct match_exchange *learned = calloc(1, sizeof *learned);
    if (learned == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for this request");
    learned->match.call.done = on_learned;
    learned->exchange = exchange;
    learned->receipt = receipt;
    if (receipt != NULL) {
        receipt->write = write_receipt;
        receipt->subject = learned;
    }
    memcpy(learned->brain, request->brain, sizeof learned->brain);
    struct match_order order = {.brain = request->brain,
                                .moves = request->moves,
                                .count = request->count,
                                .learners = request->learners,
                                .receipt = receipt};
    enum err err = service_learn_match(api->service, &order, &learned->match, fault);
    if (err != ERR_OK)
        free(learned);
    return err;
}

enum handled post_match(void *context, struct exchange *exchange)
{
    size_t size;
    const char *body = exchange_body(exchange, &size);
    struct match_request request;
    struct fault fault;
    struct receipt *receipt;
    enum handled handled;
    if (!idempotency_begin(context, exchange, &receipt, &handled))
        return handled;
    enum err err = codec_decode_match_request(body, size, &request, &fault);
    if (err == ERR_OK)
        err = learn(context, exchange, &request, receipt, &fault);
    return err == ERR_OK ? HANDLED_LATER : api_refuse(context, exchange, &fault);
}
