/*
 * /brains/{name}/export: brains as files, which brain_import.c reads. Tables are
 *
 *     {"format": "ttst-brain/1", "game", "rule", "options", "matches", "results", "digest",
 *      "rows": {"000000000": [6, ...], ...}, "proofs": {"000000000": [0, ...], ...}}
 *
 * `rows` has each board that has a row, `proofs` is there for rules that have them. Networks are
 *
 *     {"format": "ttst-patterns/1", ..., "digest", "weights": "AAAA...", "averages": "AAAA..."}
 *
 * with 32-bit numbers, little-endian, in base64: what training changes, and its average, which is
 * served.
 */
#include "api/boards.h"
#include "api/brains.h"
#include "api/resources.h"
#include "api/waiting.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "base/json.h"
#include "engine/listing.h"
#include "http/reply.h"

#include <stdio.h>
#include <stdlib.h>

/* Writing. A piece is some rows: a line each, so that files can be compared line by line; or some
 * weights, whole groups of three bytes. */

enum {
    ROWS_A_PIECE = 64,
    WEIGHTS_A_PIECE = 6144,
    PIECE_SIZE = 64 << 10, /* at most, with what it is sent from */
};
enum part { PART_HEAD, PART_ROWS, PART_PROOFS, PART_WEIGHTS, PART_AVERAGES, PART_END };

struct brain_stream {
    struct stream stream; /* first */
    struct edition *edition;
    const struct brain *table; /* the edition's */
    enum part part;
    size_t next; /* row, or weight, of that part */
};

static void add_head(const struct brain_stream *stream, struct text *out)
{
    const struct brain *table = stream->table;
    json_begin(out, '{');
    json_add_string(out, "format", brains_format(&table->rule));
    json_add_string(out, "game", brain_game(table)->name);
    json_add_string(out, "rule", rule_kind_name(table->rule.kind));
    brains_add_options(out, &table->rule);
    json_add_integer(out, "matches", (int64_t)table->matches);
    brains_add_results(out, table->results);
    json_add_string(out, "digest", edition_digest(stream->edition));
}

static void add_row(const struct brain_stream *stream, struct text *out)
{
    const struct game *game = brain_game(stream->table);
    struct listing listing;
    listing_at(stream->table, (uint32_t)stream->next, &listing);
    text_add_string(out, stream->next == 0 ? "\n" : ",\n");
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

static void add_weights(struct brain_stream *stream, struct text *out)
{
    const enum listing_part list =
        stream->part == PART_WEIGHTS ? LISTING_WEIGHTS : LISTING_AVERAGES;
    const int32_t *weights = listing_numbers(stream->table, list);
    const size_t left = listing_count(stream->table) - stream->next;
    const size_t count = left < WEIGHTS_A_PIECE ? left : WEIGHTS_A_PIECE;
    char bytes[4 * WEIGHTS_A_PIECE];
    for (size_t i = 0; i < count; i++)
        bytes_put_u32(bytes + 4 * i, (uint32_t)weights[stream->next + i]);
    base64_add(out, bytes, 4 * count);
    stream->next += count;
}

static void add_rows(struct brain_stream *stream, struct text *out)
{
    const uint32_t rows = brain_boards(stream->table);
    for (unsigned i = 0; i < ROWS_A_PIECE && stream->next < rows; i++, stream->next++)
        add_row(stream, out);
}

/* The part behind the head or a part that is over, and what stands between the two. */
static void begin_part(struct brain_stream *stream, struct text *out)
{
    const struct rule *rule = &stream->table->rule;
    switch (stream->part) {
    case PART_HEAD:
        stream->part = rule_has_table(rule) ? PART_ROWS : PART_WEIGHTS;
        text_add_string(out, rule_has_table(rule) ? ",\n\"rows\":{" : ",\n\"weights\":\"");
        break;
    case PART_ROWS:
        stream->part = rule_has_proofs(rule) ? PART_PROOFS : PART_END;
        text_add_string(out, rule_has_proofs(rule) ? "},\n\"proofs\":{" : "}}\n");
        break;
    case PART_WEIGHTS:
        stream->part = PART_AVERAGES;
        text_add_string(out, "\",\n\"averages\":\"");
        break;
    default:
        text_add_string(out, stream->part == PART_PROOFS ? "}}\n" : "\"}\n");
        stream->part = PART_END;
        break;
    }
    stream->next = 0;
}

static void next_piece(struct stream *base, struct text *out)
{
    struct brain_stream *stream = (struct brain_stream *)base;
    const bool has_rows = rule_has_table(&stream->table->rule);
    const size_t count = has_rows ? brain_boards(stream->table) : listing_count(stream->table);
    if (stream->part == PART_END)
        return;
    if (stream->part == PART_HEAD)
        add_head(stream, out);
    else if (has_rows)
        add_rows(stream, out);
    else
        add_weights(stream, out);
    if (stream->part == PART_HEAD || stream->next == count)
        begin_part(stream, out);
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
