#include "api/brains.h"

#include "api/resources.h"
#include "api/waiting.h"
#include "base/json.h"
#include "http/reply.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Reading. */

static void read_scoring(struct fields *in, struct rule *out)
{
    const char *name = scoring_name(out->scoring);
    fields_string(in, "scoring", &name);
    if (scoring_parse(name, &out->scoring) != ERR_OK)
        fields_refuse(in, ERR_IMPOSSIBLE, "scoring", "must be \"ttst\" or \"standard\"");
}

/* Kept in 65536ths, so a share that is none of those is rounded. */
static void read_share(struct fields *in, const struct rule_option *option, struct rule *out)
{
    const double least = round((double)option->min / RULE_SHARE_ONE * 1e3) / 1e3;
    double share = (double)*rule_number(out, option) / RULE_SHARE_ONE;
    fields_number(in, option->name, &share);
    if (!(share >= least && share <= 1))
        fields_refuse(in, ERR_IMPOSSIBLE, option->name, "must be from %g to 1", least);
    else
        *rule_number(out, option) = (uint32_t)lround(share * RULE_SHARE_ONE);
}

static void read_number(struct fields *in, const struct rule_option *option, struct rule *out)
{
    uint64_t number = *rule_number(out, option);
    fields_integer(in, option->name, option->min, option->max, &number);
    *rule_number(out, option) = (uint32_t)number;
}

/* What other rules have is no field that nobody knows. */
static void refuse_option(struct fields *in, const char *name, const struct rule *rule)
{
    if (fields_kind(in, name) != FIELD_MISSING)
        fields_refuse(in, ERR_IMPOSSIBLE, name, RULE_HAS_NO_OPTION, rule_kind_name(rule->kind));
}

static void read_options(struct fields *in, struct rule *out)
{
    struct fields options;
    if (!fields_object(in, "options", &options))
        return;
    if (rule_has_table(out)) {
        read_scoring(&options, out);
        fields_bool(&options, "symmetry", &out->symmetry);
    } else {
        refuse_option(&options, "scoring", out);
        refuse_option(&options, "symmetry", out);
    }
    for (unsigned i = 0; i < RULE_OPTION_COUNT; i++) {
        const struct rule_option *option = &rule_options[i];
        if (rule_has_table(out) ? !option->is_of_tables : !option->is_of_patterns)
            refuse_option(&options, option->name, out);
        else if (option->is_share)
            read_share(&options, option, out);
        else
            read_number(&options, option, out);
    }
    (void)fields_end(&options);
}

void brains_read_order(struct fields *in, struct brain_order *out)
{
    const char *game = "";
    const char *rule = "";
    out->game = *game_at(0); /* until it is told */
    fields_need(in, "game");
    fields_string(in, "game", &game);
    if (fields_kind(in, "game") != FIELD_MISSING && game_parse(game, &out->game) != ERR_OK)
        fields_refuse(in, ERR_IMPOSSIBLE, "game",
                      "must be one of GET /games, or WxHrR as in 8x5r4, with g for gravity: 3 to %d"
                      " cells, R from 3 to the longer side",
                      GAME_CELLS_MAX);
    enum rule_kind kind = out->game.is_exact ? RULE_BEADS : RULE_PATTERNS;
    fields_string(in, "rule", &rule);
    if (fields_kind(in, "rule") != FIELD_MISSING && rule_kind_parse(rule, &kind) != ERR_OK)
        fields_refuse(in, ERR_IMPOSSIBLE, "rule",
                      "must be \"beads\", \"menace\", \"guard\" or \"patterns\"");
    out->rule = rule_default(kind);
    read_options(in, &out->rule);
}

/* Writing. */

void brains_add_options(struct text *out, const struct rule *rule)
{
    struct rule copy = *rule;
    json_open(out, "options", '{');
    if (rule_has_table(rule))
        json_add_string(out, "scoring", scoring_name(rule->scoring));
    for (unsigned i = 0; i < RULE_OPTION_COUNT; i++) {
        const struct rule_option *option = &rule_options[i];
        const uint32_t number = *rule_number(&copy, option);
        if (rule_has_option(rule, option) && option->is_share)
            json_add_real(out, option->name, (double)number / RULE_SHARE_ONE);
        else if (rule_has_option(rule, option))
            json_add_integer(out, option->name, number);
    }
    if (rule_has_table(rule))
        json_add_bool(out, "symmetry", rule->symmetry);
    json_end(out, '}');
}

void brains_add_results(struct text *out, const uint64_t results[RESULT_COUNT])
{
    json_open(out, "results", '{');
    json_add_integer(out, "player1", (int64_t)results[RESULT_PLAYER1 - 1]);
    json_add_integer(out, "player2", (int64_t)results[RESULT_PLAYER2 - 1]);
    json_add_integer(out, "draw", (int64_t)results[RESULT_DRAW - 1]);
    json_end(out, '}');
}

const char *brains_format(const struct rule *rule)
{
    return rule_has_table(rule) ? "ttst-brain/1" : "ttst-patterns/1";
}

/* `digest` may be NULL. */
static void add_brain(struct text *out, const struct brain_info *brain, const char *digest)
{
    json_begin(out, '{');
    json_add_string(out, "name", brain->name);
    json_add_string(out, "game", brain->game);
    json_add_string(out, "rule", rule_kind_name(brain->rule.kind));
    brains_add_options(out, &brain->rule);
    json_add_integer(out, "matches", (int64_t)brain->matches);
    brains_add_results(out, brain->results);
    if (brain->rows != 0)
        json_add_integer(out, "rows", brain->rows);
    else
        json_add_null(out, "rows");
    json_add_integer(out, "bytes", (int64_t)brain->bytes);
    json_add_integer(out, "lessons", brain->lessons);
    if (brain->training != 0)
        json_add_integer(out, "training", brain->training);
    else
        json_add_null(out, "training");
    json_add_time(out, "created_at", brain->created_at_ms);
    json_add_time(out, "saved_at", brain->saved_at_ms);
    json_add_integer(out, "unsaved_matches", (int64_t)brain->unsaved_matches);
    if (brain->last_save_us != 0)
        json_add_real(out, "last_save_seconds", brain->last_save_us / 1e6);
    else
        json_add_null(out, "last_save_seconds");
    json_add_text(out, "last_save_error", brain->last_save_error);
    json_open(out, "warnings", '[');
    if (brain->warning != NULL)
        json_put_string(out, brain->warning);
    json_end(out, ']');
    if (digest != NULL)
        json_add_string(out, "digest", digest);
    json_end(out, '}');
}

/* Looking. */

enum { PAGE_MAX = 1000 };

/* From index `first` on, so many at most; returns the first that is left. */
static unsigned add_brains(struct api *api, struct text *out, unsigned first, unsigned limit)
{
    const unsigned count = service_count_brains(api->service);
    unsigned index = first;
    json_open(out, "brains", '[');
    for (; index < count && index - first < limit; index++) {
        struct brain_info brain;
        service_brain_at(api->service, index, &brain);
        add_brain(out, &brain, NULL);
    }
    json_end(out, ']');
    return index;
}

/* The name to go on behind, if there is more. */
static void add_next(struct api *api, struct text *out, unsigned first, unsigned end)
{
    struct brain_info last;
    if (end == first || end == service_count_brains(api->service)) {
        json_add_null(out, "next");
        return;
    }
    service_brain_at(api->service, end - 1, &last);
    json_add_string(out, "next", last.name);
}

enum handled get_brains(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct text *out = &exchange_reply(exchange)->body;
    const char *limit_text = exchange_query(exchange, BRAINS_LIMIT);
    const char *after = exchange_query(exchange, BRAINS_AFTER);
    struct fault fault;
    int64_t limit = service_count_brains(api->service);
    if (limit_text != NULL &&
        api_read_parameter("limit", limit_text, 1, PAGE_MAX, &limit, &fault) != ERR_OK)
        return api_refuse(exchange, &fault);
    const unsigned first = after != NULL ? service_brain_behind(api->service, after) : 0;
    json_begin(out, '{');
    const unsigned end = add_brains(api, out, first, (unsigned)limit);
    if (limit_text != NULL)
        add_next(api, out, first, end);
    json_end(out, '}');
    reply_json(exchange_reply(exchange), 200);
    return HANDLED_NOW;
}

enum handled get_brain(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    struct brain_info brain;
    struct fault fault;
    if (service_digest_brain(api->service, exchange_parameter(exchange, 0),
                             call_to_repeat(api, exchange), &brain, &fault) != ERR_OK)
        return api_refuse(exchange, &fault);
    add_brain(&reply->body, &brain, brain.digest);
    reply_json(reply, 200);
    return HANDLED_NOW;
}

/* Changing. */

static void write_brain(struct api *api, struct reply *reply, const char *name, unsigned status)
{
    struct brain_info brain;
    if (service_get_brain(api->service, name, &brain) != ERR_OK) {
        reply_error(reply, ERR_NOT_FOUND, "there is no brain of that name");
        return;
    }
    add_brain(&reply->body, &brain, NULL);
    reply_done(reply, status);
    if (reply->status == 201)
        snprintf(reply->location, sizeof reply->location, "/brains/%s", name);
}

static void answer_brain(struct service_call *base, unsigned status)
{
    struct call *call = (struct call *)base;
    if (!call_failed(call))
        write_brain(call->api, exchange_reply(call->exchange), call->name, status);
    call_answer(call);
}

void answer_created(struct service_call *call)
{
    answer_brain(call, 201);
}

void answer_changed(struct service_call *call)
{
    answer_brain(call, 200);
}

void answer_deleted(struct service_call *base)
{
    struct call *call = (struct call *)base;
    if (!call_failed(call))
        exchange_reply(call->exchange)->status = 204;
    call_answer(call);
}

static void on_created_by_other(struct service_call *base)
{
    struct call *call = (struct call *)base;
    struct reply *reply = exchange_reply(call->exchange);
    struct brain_info ignored;
    if (service_get_brain(call->api->service, call->name, &ignored) == ERR_OK)
        write_brain(call->api, reply, call->name, 200);
    else
        reply_error(reply, ERR_IO, "it could not be written");
    call_answer(call);
}

/* A call that is about the brain of that name. */
static struct call *begin(struct api *api, struct exchange *exchange, const char *name,
                          void (*done)(struct service_call *call))
{
    struct call *call = call_begin(api, exchange, done);
    snprintf(call->name, sizeof call->name, "%s", name);
    return call;
}

static enum handled create(struct api *api, struct exchange *exchange,
                           const struct brain_order *order)
{
    struct call *call = begin(api, exchange, order->name, answer_created);
    struct reply *reply = exchange_reply(exchange);
    struct fault fault;
    switch (service_create_brain(api->service, order, &call->base, &fault)) {
    case CREATED_LATER:
        return HANDLED_LATER;
    case CREATED_BY_OTHER:
        call->done = on_created_by_other;
        return HANDLED_LATER;
    case CREATED_ALREADY:
        write_brain(api, reply, call->name, 200);
        return HANDLED_NOW;
    default:
        return api_refuse(exchange, &fault);
    }
}

enum handled put_brain(void *context, struct exchange *exchange)
{
    size_t size;
    const char *body = exchange_body(exchange, &size);
    struct brain_order order = {.name = exchange_parameter(exchange, 0)};
    struct fields in;
    struct fault fault;
    fields_open(&in, body, size, &fault);
    brains_read_order(&in, &order);
    const enum handled handled = fields_end(&in) == ERR_OK ? create(context, exchange, &order)
                                                           : api_refuse(exchange, &fault);
    fields_free(&in);
    return handled;
}

enum handled post_copy(void *context, struct exchange *exchange)
{
    struct api *api = context;
    size_t size;
    const char *body = exchange_body(exchange, &size);
    const char *to = "";
    struct fields in;
    struct fault fault;
    fields_open(&in, body, size, &fault);
    fields_need(&in, "to");
    fields_string(&in, "to", &to);
    enum err err = fields_end(&in);
    if (err == ERR_OK)
        err = service_copy_brain(api->service, exchange_parameter(exchange, 0), to,
                                 &begin(api, exchange, to, answer_created)->base, &fault);
    fields_free(&in);
    return call_wait(exchange, err, &fault);
}

/* What is asked for by name alone. */

enum handled post_reset(void *context, struct exchange *exchange)
{
    struct api *api = context;
    const char *name = exchange_parameter(exchange, 0);
    struct call *call = begin(api, exchange, name, answer_changed);
    struct fault fault;
    return call_wait(exchange, service_reset_brain(api->service, name, &call->base, &fault),
                     &fault);
}

enum handled delete_brain(void *context, struct exchange *exchange)
{
    struct api *api = context;
    const char *name = exchange_parameter(exchange, 0);
    struct call *call = begin(api, exchange, name, answer_deleted);
    struct fault fault;
    return call_wait(exchange, service_delete_brain(api->service, name, &call->base, &fault),
                     &fault);
}
