/* /brains/{name}/evaluation and /brains/{name}/curve */
#include "api/evaluations.h"

#include "api/policy.h"
#include "api/resources.h"
#include "api/waiting.h"
#include "base/json.h"
#include "http/field_list.h"
#include "http/heavy.h"
#include "http/reply.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* What an evaluation is of. */
struct subject {
    const char *brain;
    uint64_t matches;
    struct policy policy;
    bool has_against;
};

/* Writing. What comes in two is for the brain as player 1 and as player 2. */

static void add_outcome(struct text *out, const char *key, const struct outcome *outcome)
{
    json_open(out, key, '{');
    json_add_real(out, "win", outcome->win);
    json_add_real(out, "draw", outcome->draw);
    json_add_real(out, "loss", outcome->loss);
    json_end(out, '}');
}

static void add_outcomes(struct text *out, const char *key, const struct outcome outcomes[2])
{
    json_open(out, key, '{');
    add_outcome(out, "as_player1", &outcomes[0]);
    add_outcome(out, "as_player2", &outcomes[1]);
    json_end(out, '}');
}

static void add_self(struct text *out, const double self[RESULT_COUNT])
{
    json_open(out, "self", '{');
    json_add_real(out, "player1", self[RESULT_PLAYER1 - 1]);
    json_add_real(out, "player2", self[RESULT_PLAYER2 - 1]);
    json_add_real(out, "draw", self[RESULT_DRAW - 1]);
    json_end(out, '}');
}

static void put_evaluation(struct text *out, const struct subject *subject,
                           const struct evaluation *e)
{
    json_begin(out, '{');
    json_add_string(out, "brain", subject->brain);
    json_add_integer(out, "matches", (int64_t)subject->matches);
    policy_add(out, &subject->policy);
    add_self(out, e->self);
    add_outcomes(out, "random", e->random);
    add_outcomes(out, "perfect", e->perfect);
    json_open(out, "worst_case_loss", '{');
    json_add_real(out, "as_player1", e->worst_case_loss[0]);
    json_add_real(out, "as_player2", e->worst_case_loss[1]);
    json_end(out, '}');
    json_open(out, "best_response", '{');
    json_add_real(out, "against_player1", e->best_response[0]);
    json_add_real(out, "against_player2", e->best_response[1]);
    json_end(out, '}');
    json_add_real(out, "nash_conv", e->nash_conv);
    json_add_real(out, "exploitability", e->exploitability);
    json_add_real(out, "ttst_exploitability", e->ttst_exploitability);
    json_open(out, "never_loses", '{');
    json_add_bool(out, "as_player1", e->never_loses[0]);
    json_add_bool(out, "as_player2", e->never_loses[1]);
    json_end(out, '}');
    if (subject->has_against)
        add_outcomes(out, "against", e->against);
    else
        json_add_null(out, "against");
    json_end(out, '}');
}

void evaluations_put_point(struct text *out, const char *brain, const struct curve_point *point)
{
    struct subject subject = {.brain = brain, .matches = point->matches};
    json_begin(out, '{');
    json_add_integer(out, "matches", (int64_t)point->matches);
    json_key(out, "sample");
    subject.policy.kind = POLICY_SAMPLE;
    put_evaluation(out, &subject, &point->sample);
    json_key(out, "greedy");
    subject.policy.kind = POLICY_GREEDY;
    put_evaluation(out, &subject, &point->greedy);
    json_end(out, '}');
}

static void write_curve(struct text *out, const char *brain, const struct curve_call *curve)
{
    json_begin(out, '{');
    json_open(out, "points", '[');
    for (size_t i = 0; i < curve->count; i++)
        evaluations_put_point(out, brain, &curve->points[i]);
    json_end(out, ']');
    json_end(out, '}');
}

/* Comma-separated values (RFC 4180): a line for each point and policy. */

static void add_columns(struct text *out, const double numbers[], unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        text_add_format(out, ",%.15g", numbers[i]);
}

static void add_outcome_columns(struct text *out, const struct outcome outcomes[2])
{
    for (unsigned as = 0; as < 2; as++)
        add_columns(out, (double[]){outcomes[as].win, outcomes[as].draw, outcomes[as].loss}, 3);
}

static void add_line(struct text *out, uint64_t matches, enum policy_kind policy,
                     const struct evaluation *e)
{
    text_add_format(out, "%" PRIu64 ",%s", matches, policy_kind_name(policy));
    add_columns(out,
                (double[]){e->self[RESULT_PLAYER1 - 1], e->self[RESULT_PLAYER2 - 1],
                           e->self[RESULT_DRAW - 1]},
                3);
    add_outcome_columns(out, e->random);
    add_outcome_columns(out, e->perfect);
    add_columns(out, e->worst_case_loss, 2);
    add_columns(out, e->best_response, 2);
    add_columns(out, (double[]){e->nash_conv, e->exploitability, e->ttst_exploitability}, 3);
    text_add_format(out, ",%s,%s\r\n", e->never_loses[0] ? "true" : "false",
                    e->never_loses[1] ? "true" : "false");
}

static void write_csv(struct text *out, const struct curve_call *curve)
{
    text_add_string(out, "matches,policy,self_player1,self_player2,self_draw,"
                         "random_as_player1_win,random_as_player1_draw,random_as_player1_loss,"
                         "random_as_player2_win,random_as_player2_draw,random_as_player2_loss,"
                         "perfect_as_player1_win,perfect_as_player1_draw,perfect_as_player1_loss,"
                         "perfect_as_player2_win,perfect_as_player2_draw,perfect_as_player2_loss,"
                         "worst_case_loss_as_player1,worst_case_loss_as_player2,"
                         "best_response_against_player1,best_response_against_player2,"
                         "nash_conv,exploitability,ttst_exploitability,"
                         "never_loses_as_player1,never_loses_as_player2\r\n");
    for (size_t i = 0; i < curve->count; i++) {
        const struct curve_point *point = &curve->points[i];
        add_line(out, point->matches, POLICY_SAMPLE, &point->sample);
        add_line(out, point->matches, POLICY_GREEDY, &point->greedy);
    }
}

/* Evaluations. */

static void on_evaluated(struct service_call *base)
{
    struct call *call = (struct call *)base;
    struct reply *reply = exchange_reply(call->exchange);
    const struct subject subject = {.brain = call->name,
                                    .matches = call->evaluation.matches,
                                    .policy = call->policy,
                                    .has_against = call->has_against};
    if (!call_failed(call)) {
        put_evaluation(&reply->body, &subject, &call->evaluation.evaluation);
        reply_json(reply, 200);
    }
    call_answer(call);
}

enum handled get_evaluation(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct evaluation_order order = {.brain = exchange_parameter(exchange, 0),
                                     .policy = {.kind = POLICY_SAMPLE},
                                     .against = exchange_query(exchange, EVALUATION_AGAINST)};
    struct call *call = call_begin(api, exchange, on_evaluated);
    struct fault fault;
    enum err err =
        policy_read_parameter(exchange_query(exchange, EVALUATION_POLICY), &order.policy, &fault);
    snprintf(call->name, sizeof call->name, "%s", order.brain);
    call->policy = order.policy;
    call->has_against = order.against != NULL;
    if (err == ERR_OK)
        err = service_evaluate(api->service, &order, &call->evaluation, &fault);
    return call_wait(exchange, err, &fault);
}

/* Curves. */

static enum handled write_points(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct call *call = call_of(exchange);
    struct reply *reply = exchange_reply(exchange);
    if (call->is_csv) {
        write_csv(&reply->body, &call->curve);
        reply_text(reply, "text/csv; charset=utf-8; header=present");
    } else {
        write_curve(&reply->body, call->name, &call->curve);
        reply_json(reply, 200);
    }
    free(call->curve.points);
    api->curves_read--;
    return HANDLED_NOW;
}

static void on_read(struct service_call *base)
{
    struct call *call = (struct call *)base;
    if (call_failed(call)) {
        call_answer(call);
        return;
    }
    call->api->curves_read++;
    http_answer_in_turn(call->exchange, write_points);
}

/* Those that wait to be written take as much memory as those that are being read. */
static enum err read_curve(struct api *api, struct call *call, struct fault *fault)
{
    if (api->curves_read >= CURVE_READINGS_MAX)
        return fault_set(fault, ERR_BUSY, NULL, "%d curves are being read, as many as can be",
                         CURVE_READINGS_MAX);
    return service_read_curve(api->service, call->name, &call->curve, fault);
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
    struct call *call = call_begin(api, exchange, on_read);
    struct fault fault;
    call->is_csv = wants_csv(exchange);
    snprintf(call->name, sizeof call->name, "%s", exchange_parameter(exchange, 0));
    return call_wait(exchange, read_curve(api, call, &fault), &fault);
}
