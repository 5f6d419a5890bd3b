/* /brains/{name}/evaluation and /brains/{name}/curve */
#include "service/evaluations.h"
#include "api/codec_evaluation.h"
#include "api/codec_policy.h"
#include "api/field_list.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/resources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An exchange that waits for the evaluator. */
struct evaluation_exchange {
    struct evaluation_call evaluation; /* first */
    struct evaluation_order order;
    struct exchange *exchange;
};

static void on_evaluated(struct service_call *call)
{
    struct evaluation_exchange *evaluated = (struct evaluation_exchange *)call;
    struct reply *reply = exchange_reply(evaluated->exchange);
    struct evaluation_answer answer = {.brain = evaluated->order.brain,
                                       .matches = evaluated->evaluation.matches,
                                       .policy = &evaluated->order.policy,
                                       .evaluation = &evaluated->evaluation.evaluation,
                                       .has_against = evaluated->order.against != NULL};
    if (call->fault.err != ERR_OK) {
        reply_problem(reply, &call->fault);
    } else {
        codec_encode_evaluation(&answer, &reply->body);
        reply_json(reply, 200);
    }
    http_answer(evaluated->exchange);
    free(evaluated);
}

static enum err evaluate_later(struct api *api, struct exchange *exchange,
                               const struct evaluation_order *order, struct fault *fault)
{
    struct evaluation_exchange *evaluated = calloc(1, sizeof *evaluated);
    if (evaluated == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for this request");
    evaluated->evaluation.call.done = on_evaluated;
    evaluated->order = *order;
    evaluated->exchange = exchange;
    enum err err = service_evaluate(api->service, order, &evaluated->evaluation, fault);
    if (err != ERR_OK)
        free(evaluated);
    return err;
}

enum handled get_evaluation(void *context, struct exchange *exchange)
{
    const char *policy = exchange_query(exchange, EVALUATION_POLICY);
    struct evaluation_order order = {.brain = exchange_parameter(exchange, 0),
                                     .policy = {.kind = POLICY_SAMPLE},
                                     .against = exchange_query(exchange, EVALUATION_AGAINST)};
    struct fault fault;
    enum err err = ERR_OK;
    if (policy != NULL)
        err = codec_policy_text(policy, &order.policy, &fault);
    if (err == ERR_OK)
        err = evaluate_later(context, exchange, &order, &fault);
    return err == ERR_OK ? HANDLED_LATER : api_refuse(context, exchange, &fault);
}

/* An exchange that waits for a curve to be read. */
struct curve_exchange {
    struct curve_call curve; /* first */
    struct exchange *exchange;
    bool is_csv;
    char brain[REQUEST_BRAIN_SIZE];
};

static void on_read(struct service_call *call)
{
    struct curve_exchange *read = (struct curve_exchange *)call;
    struct reply *reply = exchange_reply(read->exchange);
    if (call->fault.err != ERR_OK) {
        reply_problem(reply, &call->fault);
    } else if (read->is_csv) {
        codec_encode_curve_csv(&read->curve, &reply->body);
        reply_text(reply, "text/csv; charset=utf-8; header=present");
    } else {
        codec_encode_curve(read->brain, &read->curve, &reply->body);
        reply_json(reply, 200);
    }
    http_answer(read->exchange);
    free(read->curve.points);
    free(read);
}

/* Whoever likes both as well, or none, gets JSON. */
static bool wants_csv(const struct exchange *exchange)
{
    static const char *const csv[] = {"text/csv", "text/*", "*/*", NULL};
    static const char *const json[] = {"application/json", "application/*", "*/*", NULL};
    struct text accept = {0};
    exchange_list(exchange, "Accept", &accept);
    const bool wants = field_list_weight(accept.bytes, accept.size, csv) >
                       field_list_weight(accept.bytes, accept.size, json);
    text_free(&accept);
    return wants;
}

enum handled get_curve(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct curve_exchange *read = calloc(1, sizeof *read);
    struct fault fault;
    enum err err;
    if (read == NULL) {
        err = fault_set(&fault, ERR_NO_MEMORY, NULL, "no memory for this request");
    } else {
        read->curve.call.done = on_read;
        read->exchange = exchange;
        read->is_csv = wants_csv(exchange);
        snprintf(read->brain, sizeof read->brain, "%s", exchange_parameter(exchange, 0));
        err = service_read_curve(api->service, read->brain, &read->curve, &fault);
    }
    if (err == ERR_OK)
        return HANDLED_LATER;
    free(read);
    return api_refuse(api, exchange, &fault);
}
