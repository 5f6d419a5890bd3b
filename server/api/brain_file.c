/*
 * /brains/{name}/export and /brains/{name}/import: brains as files.
 *
 *     {"format": "ttst-brain/1", "game", "rule", "options", "matches", "results", "digest",
 *      "rows": {"000000000": [6, ...], ...}, "proofs": {"000000000": [0, ...], ...}}
 *
 * `rows` has each board that has a row, `proofs` is there for rules that have them.
 */
#include "api/boards.h"
#include "api/brains.h"
#include "api/resources.h"
#include "api/waiting.h"
#include "base/json.h"
#include "engine/listing.h"
#include "http/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT "ttst-brain/1"

/* Writing. A piece is some rows: a line each, so that files can be compared line by line. */

enum { ROWS_A_PIECE = 64, PIECE_SIZE = 64 << 10 /* at most, with what it is sent from */ };
enum part { PART_HEAD, PART_ROWS, PART_PROOFS, PART_END };

struct brain_stream {
    struct stream stream; /* first */
    struct edition *edition;
    const struct brain *table; /* the edition's */
    enum part part;
    uint32_t row; /* the next of that part */
};

static void add_head(const struct brain_stream *stream, struct text *out)
{
    const struct brain *table = stream->table;
    json_begin(out, '{');
    json_add_string(out, "format", FORMAT);
    json_add_string(out, "game", brain_game(table)->name);
    json_add_string(out, "rule", rule_kind_name(table->rule.kind));
    brains_add_options(out, &table->rule);
    json_add_integer(out, "matches", (int64_t)table->matches);
    brains_add_results(out, table->results);
    json_add_string(out, "digest", edition_digest(stream->edition));
    text_add_string(out, ",\n\"rows\":{");
}

static void add_row(const struct brain_stream *stream, struct text *out)
{
    const struct game *game = brain_game(stream->table);
    struct listing listing;
    listing_at(stream->table, stream->row, &listing);
    text_add_string(out, stream->row == 0 ? "\n" : ",\n");
    boards_put(out, game, listing.board);
    text_add(out, ":", 1);
    if (stream->part == PART_ROWS) {
        boards_put_weights(out, listing.weights, game_cells(game));
        return;
    }
    json_begin(out, '[');
    for (unsigned cell = 0; cell < game_cells(game); cell++)
        json_put_integer(out, listing.proofs[cell]);
    json_end(out, ']');
}

static void end_part(struct brain_stream *stream, struct text *out)
{
    bool has_proofs = rule_has_proofs(&stream->table->rule);
    if (stream->part == PART_ROWS && has_proofs) {
        text_add_string(out, "},\n\"proofs\":{");
        stream->part = PART_PROOFS;
    } else {
        text_add_string(out, "}}\n");
        stream->part = PART_END;
    }
    stream->row = 0;
}

static void next_piece(struct stream *base, struct text *out)
{
    struct brain_stream *stream = (struct brain_stream *)base;
    const uint32_t rows = brain_boards(stream->table);
    if (stream->part == PART_END)
        return;
    if (stream->part == PART_HEAD) {
        add_head(stream, out);
        stream->part = PART_ROWS;
        return;
    }
    for (unsigned i = 0; i < ROWS_A_PIECE && stream->row < rows; i++, stream->row++)
        add_row(stream, out);
    if (stream->row == rows)
        end_part(stream, out);
}

static void free_stream(struct stream *base)
{
    struct brain_stream *stream = (struct brain_stream *)base;
    edition_let_go(stream->edition);
    free(stream);
}

/* Holds the edition as long as it lasts. NULL: no memory. */
static struct stream *create_stream(struct edition *edition)
{
    struct brain_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return NULL;
    *stream = (struct brain_stream){.stream = {.next = next_piece,
                                               .free = free_stream,
                                               .size = brain_size(edition->table) + PIECE_SIZE},
                                    .edition = edition_hold(edition),
                                    .table = edition->table};
    return &stream->stream;
}

enum handled get_export(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    struct edition *edition;
    struct fault fault;
    if (service_hold_table(api->service, exchange_parameter(exchange, 0),
                           call_to_repeat(api, exchange), &edition, &fault) != ERR_OK)
        return api_refuse(exchange, &fault);
    snprintf(reply->etag, sizeof reply->etag, "\"%s\"", edition_digest(edition));
    if (reply_is_known(exchange, reply->etag)) {
        reply->status = 304;
    } else {
        reply->stream = create_stream(edition);
        reply->body.failed = reply->stream == NULL;
        reply_json(reply, 200);
    }
    edition_let_go(edition);
    return HANDLED_NOW;
}

/* Reading. */

static void read_format(struct fields *in)
{
    const char *format = FORMAT;
    fields_need(in, "format");
    fields_string(in, "format", &format);
    if (strcmp(format, FORMAT) != 0)
        fields_refuse(in, ERR_IMPOSSIBLE, "format", "must be \"" FORMAT "\"");
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
        fields_refuse(in, ERR_IMPOSSIBLE, "digest", "is not that of these rows, which is %s",
                      digest);
}

static void fill_table(struct fields *in, const struct life *life, struct brain *table)
{
    fill_part(in, "rows", table, fill_weights);
    fill_part(in, "proofs", table, fill_proofs);
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

/* The caller lets go of the edition, unless it is NULL. */
static enum err read_file(struct api *api, struct fields *in, struct brain_order *order,
                          struct edition **out)
{
    struct life life = {.digest = NULL};
    read_format(in);
    brains_read_order(in, order);
    read_life(in, &life);
    need_part(in, "rows");
    read_proofs(in, &order->rule);
    enum err err = fields_end(in);
    if (err == ERR_OK)
        err = service_new_table(api->service, order, out, in->fault);
    if (err != ERR_OK)
        return err;
    fill_table(in, &life, (*out)->table);
    return in->fault->err != ERR_OK ? in->fault->err
                                    : service_check_proofs(api->service, (*out)->table, in->fault);
}

static enum handled replace(struct api *api, struct exchange *exchange,
                            const struct brain_order *order, struct edition *edition)
{
    struct call *call = call_begin(api, exchange, answer_created);
    struct fault fault;
    snprintf(call->name, sizeof call->name, "%s", order->name);
    switch (service_import_brain(api->service, order, edition, &call->base, &fault)) {
    case CREATED_LATER:
        return HANDLED_LATER;
    case CREATED_ALREADY:
        call->done = answer_changed;
        return HANDLED_LATER;
    default:
        return api_refuse(exchange, &fault);
    }
}

enum handled put_import(void *context, struct exchange *exchange)
{
    size_t size;
    const char *body = exchange_body(exchange, &size);
    struct brain_order order = {.name = exchange_parameter(exchange, 0)};
    struct edition *edition = NULL;
    struct fields in;
    struct fault fault;
    fields_open(&in, body, size, &fault);
    const enum handled handled = read_file(context, &in, &order, &edition) == ERR_OK
                                     ? replace(context, exchange, &order, edition)
                                     : api_refuse(exchange, &fault);
    edition_let_go(edition);
    fields_free(&in);
    return handled;
}
