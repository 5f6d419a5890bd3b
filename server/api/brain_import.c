/* /brains/{name}/import: a file as brain_file.c writes it becomes a brain. */
#include "api/brains.h"
#include "api/resources.h"
#include "api/waiting.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "engine/listing.h"
#include "http/reply.h"
#include "service/aside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READ_AT_ONCE = 2 << 20 }; /* bytes; more is read aside */

static void read_format(struct fields *in, const char **out)
{
    *out = "";
    fields_need(in, "format");
    fields_string(in, "format", out);
}

/* Once the rule is known. */
static void check_format(struct fields *in, const char *format, const struct rule *rule)
{
    if (format[0] != '\0' && strcmp(format, brains_format(rule)) != 0)
        fields_refuse(in, ERR_IMPOSSIBLE, "format", "must be \"%s\"", brains_format(rule));
}

/* What a brain has lived. */
struct life {
    uint64_t matches;
    uint64_t results[RESULT_COUNT];
    const char *digest; /* NULL: not told */
};

static void read_results(struct fields *in, struct life *out)
{
    static const char *const names[RESULT_COUNT] = {"player1", "player2", "draw"};
    struct fields results;
    uint64_t sum = 0;
    fields_need(in, "results");
    if (!fields_object(in, "results", &results))
        return;
    for (unsigned i = 0; i < RESULT_COUNT; i++) {
        fields_need(&results, names[i]);
        fields_integer(&results, names[i], 0, JSON_INTEGER_MAX, &out->results[i]);
        sum += out->results[i];
    }
    (void)fields_end(&results);
    if (sum != out->matches)
        fields_refuse(in, ERR_IMPOSSIBLE, "results", "must add up to `matches`");
}

static void read_life(struct fields *in, struct life *out)
{
    fields_need(in, "matches");
    fields_integer(in, "matches", 0, JSON_INTEGER_MAX, &out->matches);
    read_results(in, out);
    fields_string(in, "digest", &out->digest);
}

/* A list of `rows` or `proofs` that is being read into a table. */
struct line {
    struct list list;
    struct brain *table;
    struct listing listing;
};

static bool can_be_played(const struct line *line, size_t cell)
{
    return line->listing.legal >> cell & 1;
}

static bool find_row(struct fields *part, const char *board, struct line *line)
{
    const struct game *game = brain_game(line->table);
    static const char what[] = "a list with a number for each cell";
    struct board wanted;
    if (board_parse(game, board, strlen(board), &wanted) != ERR_OK ||
        !listing_find(line->table, wanted, &line->listing))
        fields_refuse(part, ERR_IMPOSSIBLE, board, "the brain has no row for this board");
    if (fields_list(part, board, what, &line->list) && line->list.count != game_cells(game))
        fields_refuse(part, ERR_MALFORMED, board, "must be %s", what);
    return part->fault->err == ERR_OK;
}

static void fill_weights(struct line *line)
{
    static const struct range range = {0, RULE_HALVE_ABOVE_MAX, NULL};
    uint64_t total = 0;
    for (unsigned cell = 0; cell < line->list.count; cell++) {
        int64_t weight = 0;
        list_integer(&line->list, cell, &range, &weight);
        if (can_be_played(line, cell) && weight == 0)
            list_refuse(&line->list, ERR_IMPOSSIBLE, cell, "must be at least 1: it can be played");
        if (!can_be_played(line, cell) && weight != 0)
            list_refuse(&line->list, ERR_IMPOSSIBLE, cell, "must be 0: it cannot be played");
        line->listing.weights[cell] = (uint32_t)weight;
        total += (uint64_t)weight;
    }
    if (total > line->table->rule.halve_above)
        list_refuse(&line->list, ERR_IMPOSSIBLE, LIST_ITSELF,
                    "its weights add up to more than halve_above");
}

static void fill_proofs(struct line *line)
{
    static const struct range range = {-1, 1, "must be -1, 0 or 1"};
    for (unsigned cell = 0; cell < line->list.count; cell++) {
        int64_t proof = 0;
        list_integer(&line->list, cell, &range, &proof);
        if (proof != 0 && !can_be_played(line, cell))
            list_refuse(&line->list, ERR_IMPOSSIBLE, cell, "must be 0: it cannot be played");
        line->listing.proofs[cell] = (int8_t)proof;
    }
}

/* Keys are distinct, so as many as there are boards are all of them. */
static void find_missing(struct fields *part, const struct brain *table)
{
    for (uint32_t index = 0; index < brain_boards(table); index++) {
        struct listing listing;
        char board[GAME_CELLS_MAX + 1] = {0};
        listing_at(table, index, &listing);
        board_format(brain_game(table), listing.board, board);
        if (fields_kind(part, board) == FIELD_MISSING)
            fields_refuse(part, ERR_MALFORMED, board, "is missing");
    }
}

static void fill_part(struct fields *in, const char *name, struct brain *table,
                      void (*fill)(struct line *line))
{
    struct fields part;
    struct line line = {.table = table};
    const char *board;
    if (!fields_object(in, name, &part))
        return;
    while ((board = fields_next(&part)) != NULL)
        if (find_row(&part, board, &line)) {
            fill(&line);
            if (part.fault->err == ERR_OK)
                listing_put(table, &line.listing);
        }
    find_missing(&part, table);
}

static void check_digest(struct fields *in, const struct brain *table, const char *told)
{
    char digest[BRAIN_DIGEST_SIZE];
    if (told == NULL || in->fault->err != ERR_OK)
        return;
    brain_digest(table, digest);
    if (strcmp(told, digest) != 0)
        fields_refuse(in, ERR_IMPOSSIBLE, "digest", "is not that of these %s, which is %s",
                      rule_has_table(&table->rule) ? "rows" : "weights", digest);
}

/* In place: the bytes stand where the numbers go. */
static void fill_numbers(struct fields *in, const char *name, struct brain *table,
                         enum listing_part part)
{
    const size_t count = listing_count(table);
    int32_t *weights = listing_numbers(table, part);
    const char *text = "";
    fields_string(in, name, &text);
    if (in->fault->err != ERR_OK)
        return;
    if (base64_read(text, strlen(text), weights, 4 * count) != ERR_OK) {
        fields_refuse(in, ERR_MALFORMED, name, "must be base64 of %zu numbers of 32 bits", count);
        return;
    }
    struct reader bytes = {.bytes = (const char *)weights, .size = 4 * count};
    for (size_t i = 0; i < count; i++) {
        weights[i] = (int32_t)reader_u32(&bytes);
        if (weights[i] < -LISTING_WEIGHT_MAX || weights[i] > LISTING_WEIGHT_MAX)
            fields_refuse(in, ERR_IMPOSSIBLE, name, "its number %zu is beyond %d either way", i,
                          LISTING_WEIGHT_MAX);
    }
}

static void fill_table(struct fields *in, const struct life *life, struct brain *table)
{
    if (rule_has_table(&table->rule)) {
        fill_part(in, "rows", table, fill_weights);
        fill_part(in, "proofs", table, fill_proofs);
    } else {
        fill_numbers(in, "weights", table, LISTING_WEIGHTS);
        fill_numbers(in, "averages", table, LISTING_AVERAGES);
    }
    table->matches = life->matches;
    memcpy(table->results, life->results, sizeof table->results);
    check_digest(in, table, life->digest);
}

/* What the parts are is looked at before a table is made for what they hold. */
static void need_part(struct fields *in, const char *name)
{
    struct fields part;
    fields_need(in, name);
    (void)fields_object(in, name, &part);
}

static void read_proofs(struct fields *in, const struct rule *rule)
{
    if (rule_has_proofs(rule))
        need_part(in, "proofs");
    else if (fields_kind(in, "proofs") != FIELD_MISSING)
        fields_refuse(in, ERR_MALFORMED, "proofs", "the rule %s has none",
                      rule_kind_name(rule->kind));
}

static void read_parts(struct fields *in, const struct rule *rule)
{
    const char *ignored = "";
    if (rule_has_table(rule)) {
        need_part(in, "rows");
        read_proofs(in, rule);
        return;
    }
    fields_need(in, "weights");
    fields_string(in, "weights", &ignored);
    fields_need(in, "averages");
    fields_string(in, "averages", &ignored);
}

/* Any thread. The caller lets go of the edition, unless it is NULL. */
static enum err read_file(struct service *service, struct fields *in, struct brain_order *order,
                          struct edition **out)
{
    struct life life = {.digest = NULL};
    const char *format;
    read_format(in, &format);
    brains_read_order(in, order);
    check_format(in, format, &order->rule);
    read_life(in, &life);
    read_parts(in, &order->rule);
    enum err err = fields_end(in);
    if (err == ERR_OK)
        err = service_new_table(service, order, out, in->fault);
    if (err != ERR_OK)
        return err;
    fill_table(in, &life, (*out)->table);
    return in->fault->err != ERR_OK ? in->fault->err
                                    : service_check_proofs(service, (*out)->table, in->fault);
}

/* A file that is read on the thread aside, because it is large: the loop would stand still. */
struct import {
    struct aside aside; /* first */
    struct api *api;
    struct exchange *exchange;
    struct brain_order order;
    struct edition *edition;
    struct fault fault;
};

/* Either thread. */
static void read_import(struct aside *aside)
{
    struct import *import = (struct import *)aside;
    size_t size;
    const char *body = exchange_body(import->exchange, &size);
    struct fields in;
    fields_open(&in, body, size, &import->fault);
    (void)read_file(import->api->service, &in, &import->order, &import->edition);
    fields_free(&in);
}

/* Ends with the reply, or waits for the service. */
static enum handled replace(struct import *import)
{
    struct call *call = call_begin(import->api, import->exchange, answer_created);
    snprintf(call->name, sizeof call->name, "%s", import->order.name);
    if (import->fault.err != ERR_OK)
        return api_refuse(import->exchange, &import->fault);
    switch (service_import_brain(import->api->service, &import->order, import->edition, &call->base,
                                 &import->fault)) {
    case CREATED_LATER:
        return HANDLED_LATER;
    case CREATED_ALREADY:
        call->done = answer_changed;
        return HANDLED_LATER;
    default:
        return api_refuse(import->exchange, &import->fault);
    }
}

static void on_read(struct aside *aside)
{
    struct import *import = (struct import *)aside;
    import->api->is_importing = false;
    if (replace(import) == HANDLED_NOW)
        http_answer(import->exchange);
    edition_let_go(import->edition);
    free(import);
}

static enum handled import_aside(struct import *import)
{
    struct api *api = import->api;
    struct import *copy = malloc(sizeof *copy);
    struct fault fault;
    if (copy == NULL || api->is_importing) {
        (void)(api->is_importing
                   ? fault_set(&fault, ERR_BUSY, NULL, "another large file is just being read")
                   : fault_set(&fault, ERR_NO_MEMORY, NULL, "no memory to read the file"));
        free(copy);
        return api_refuse(import->exchange, &fault);
    }
    *copy = *import;
    copy->aside.perform = read_import;
    copy->aside.done = on_read;
    api->is_importing = true;
    service_do_aside(api->service, &copy->aside);
    return HANDLED_LATER;
}

enum handled put_import(void *context, struct exchange *exchange)
{
    size_t size;
    struct import import = {
        .api = context, .exchange = exchange, .order = {.name = exchange_parameter(exchange, 0)}};
    (void)exchange_body(exchange, &size);
    if (size > READ_AT_ONCE)
        return import_aside(&import);
    read_import(&import.aside);
    const enum handled handled = replace(&import);
    edition_let_go(import.edition);
    return handled;
}
