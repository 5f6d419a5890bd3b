#include "api/codec_brain_file.h"

#include "api/codec_board.h"
#include "api/codec_json.h"

#include <inttypes.h>
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
    text_add_format(out, "{\"format\":\"%s\",\"game\":\"%s\",\"rule\":\"%s\",\"options\":", FORMAT,
                    table->states->game.name, rule_kind_name(table->rule.kind));
    codec_encode_options(&table->rule, out);
    text_add_format(out,
                    ",\"matches\":%" PRIu64 ",\"results\":{\"player1\":%" PRIu64
                    ",\"player2\":%" PRIu64 ",\"draw\":%" PRIu64 "},\"digest\":\"%s\",\n\"rows\":{",
                    table->matches, table->results[RESULT_PLAYER1 - 1],
                    table->results[RESULT_PLAYER2 - 1], table->results[RESULT_DRAW - 1],
                    edition_digest(stream->edition));
}

static void add_row(const struct brain_stream *stream, struct text *out)
{
    const struct brain *table = stream->table;
    const struct states *states = table->states;
    text_add_string(out, stream->row == 0 ? "\n" : ",\n");
    codec_add_board(out, &states->game, states->boards[stream->row]);
    text_add(out, ":", 1);
    if (stream->part == PART_ROWS) {
        uint32_t weights[ROW_CELLS];
        brain_weights(table, stream->row, weights);
        codec_add_weights(out, weights, states->cells);
        return;
    }
    for (unsigned cell = 0; cell < states->cells; cell++)
        text_add_format(out, "%c%d", cell == 0 ? '[' : ',',
                        row_move_proof(&table->rows[stream->row], cell));
    text_add(out, "]", 1);
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
    const uint32_t rows = stream->table->states->rows;
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

struct stream *codec_stream_brain_file(struct edition *edition)
{
    struct brain_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return NULL;
    const size_t table_size = states_all_rows(edition->table->states) * sizeof(struct row);
    *stream = (struct brain_stream){
        .stream = {.next = next_piece, .free = free_stream, .size = table_size + PIECE_SIZE},
        .edition = edition_hold(edition),
        .table = edition->table};
    return &stream->stream;
}

/* Reading. */

struct brain_file {
    json_t *root;
    json_t *rows;
    json_t *proofs; /* NULL if it has none */
    const char *digest;
    uint64_t matches;
    uint64_t results[RESULT_COUNT];
};

static enum err decode_format(const json_t *value, struct fault *fault)
{
    const char *format = "";
    enum err err = codec_string(value, "format", &format, fault);
    if (err == ERR_OK && strcmp(format, FORMAT) != 0)
        err = fault_set(fault, ERR_IMPOSSIBLE, "format", "must be \"" FORMAT "\"");
    return err;
}

static enum err decode_results(json_t *value, struct brain_file *out, struct fault *fault)
{
    struct field fields[RESULT_COUNT] = {{"player1", NULL}, {"player2", NULL}, {"draw", NULL}};
    if (!json_is_object(value))
        return fault_set(fault, ERR_MALFORMED, "results", "must be an object");
    enum err err = codec_fields(value, "results.", fields, RESULT_COUNT, fault);
    uint64_t sum = 0;
    for (unsigned i = 0; i < RESULT_COUNT && err == ERR_OK; i++) {
        char name[FAULT_FIELD_SIZE];
        snprintf(name, sizeof name, "results.%s", fields[i].name);
        if (fields[i].value == NULL)
            return fault_set(fault, ERR_MALFORMED, name, "is missing");
        err = codec_integer(fields[i].value, name, 0, CODEC_INTEGER_MAX, &out->results[i], fault);
        sum += out->results[i];
    }
    if (err == ERR_OK && sum != out->matches)
        err = fault_set(fault, ERR_IMPOSSIBLE, "results", "must add up to `matches`");
    return err;
}

static enum err decode_digest(const json_t *value, struct brain_file *out, struct fault *fault)
{
    return value == NULL ? ERR_OK : codec_string(value, "digest", &out->digest, fault);
}

static enum err decode_proofs(json_t *value, const struct rule *rule, struct brain_file *out,
                              struct fault *fault)
{
    out->proofs = value;
    if (rule_has_proofs(rule) && value == NULL)
        return fault_set(fault, ERR_MALFORMED, "proofs", "is missing");
    if (!rule_has_proofs(rule) && value != NULL)
        return fault_set(fault, ERR_MALFORMED, "proofs", "the rule %s has none",
                         rule_kind_name(rule->kind));
    if (value != NULL && !json_is_object(value))
        return fault_set(fault, ERR_MALFORMED, "proofs", "must be an object");
    return ERR_OK;
}

static enum err decode(struct brain_file *file, struct brain_request *out_request,
                       struct fault *fault)
{
    enum {
        FORM,
        GAME,
        RULE,
        MATCHES,
        RESULTS,
        ROWS,
        REQUIRED,
        OPTIONS = REQUIRED,
        DIGEST,
        PROOFS,
        FIELDS
    };
    struct field fields[FIELDS] = {
        [FORM] = {"format", NULL},     [GAME] = {"game", NULL},       [RULE] = {"rule", NULL},
        [MATCHES] = {"matches", NULL}, [RESULTS] = {"results", NULL}, [ROWS] = {"rows", NULL},
        [OPTIONS] = {"options", NULL}, [DIGEST] = {"digest", NULL},   [PROOFS] = {"proofs", NULL}};
    enum err err = codec_fields(file->root, "", fields, FIELDS, fault);
    for (unsigned i = 0; i < REQUIRED && err == ERR_OK; i++)
        if (fields[i].value == NULL)
            err = fault_set(fault, ERR_MALFORMED, fields[i].name, "is missing");
    if (err == ERR_OK)
        err = decode_format(fields[FORM].value, fault);
    if (err == ERR_OK)
        err = codec_decode_brain_fields(fields[GAME].value, fields[RULE].value,
                                        fields[OPTIONS].value, out_request, fault);
    if (err == ERR_OK)
        err = codec_integer(fields[MATCHES].value, "matches", 0, CODEC_INTEGER_MAX, &file->matches,
                            fault);
    if (err == ERR_OK)
        err = decode_results(fields[RESULTS].value, file, fault);
    if (err == ERR_OK)
        err = decode_digest(fields[DIGEST].value, file, fault);
    if (err == ERR_OK)
        err = decode_proofs(fields[PROOFS].value, &out_request->rule, file, fault);
    file->rows = fields[ROWS].value;
    if (err == ERR_OK && !json_is_object(file->rows))
        err = fault_set(fault, ERR_MALFORMED, "rows", "must be an object");
    return err;
}

enum err codec_parse_brain_file(const char *body, size_t size, struct brain_file **out,
                                struct brain_request *out_request, struct fault *fault)
{
    struct brain_file *file = calloc(1, sizeof *file);
    if (file == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for this request");
    enum err err = codec_parse(body, size, &file->root, fault);
    if (err == ERR_OK)
        err = decode(file, out_request, fault);
    if (err == ERR_OK)
        *out = file;
    else
        codec_free_brain_file(file);
    return err;
}

void codec_free_brain_file(struct brain_file *file)
{
    json_decref(file->root);
    free(file);
}

/* One entry of `rows` or `proofs`. */
struct line {
    const char *part; /* "rows", "proofs" */
    const char *board;
    const json_t *list;
    uint32_t row;
};

static enum err fault_in_line(const struct line *line, enum err err, const char *what,
                              struct fault *fault)
{
    char field[FAULT_FIELD_SIZE];
    snprintf(field, sizeof field, "%s.%s", line->part, line->board);
    return fault_set(fault, err, field, "%s", what);
}

static enum err fault_in_cell(const struct line *line, unsigned cell, enum err err,
                              const char *what, struct fault *fault)
{
    char field[FAULT_FIELD_SIZE];
    snprintf(field, sizeof field, "%s.%s[%u]", line->part, line->board, cell);
    return fault_set(fault, err, field, "%s", what);
}

static enum err find_row(const struct states *states, struct line *line, struct fault *fault)
{
    struct board board;
    const char *text = line->board;
    if (board_parse(&states->game, text, strlen(text), &board) == ERR_OK)
        line->row = states_find(states, board);
    else
        line->row = STATES_NO_ROW;
    if (line->row == STATES_NO_ROW || board_compare(states->boards[line->row], board) != 0)
        return fault_in_line(line, ERR_IMPOSSIBLE, "the brain has no row for this board", fault);
    if (!json_is_array(line->list) || json_array_size(line->list) != states->cells)
        return fault_in_line(line, ERR_MALFORMED, "must be a list with a number for each cell",
                             fault);
    return ERR_OK;
}

static enum err fill_weights(struct brain *table, const struct line *line, struct fault *fault)
{
    uint32_t weights[ROW_CELLS] = {0};
    uint64_t total = 0;
    for (unsigned cell = 0; cell < table->states->cells; cell++) {
        bool is_legal = table->states->legal[line->row] >> cell & 1;
        uint64_t weight = 0;
        char field[FAULT_FIELD_SIZE];
        snprintf(field, sizeof field, "rows.%s[%u]", line->board, cell);
        enum err err = codec_integer(json_array_get(line->list, cell), field, 0,
                                     RULE_HALVE_ABOVE_MAX, &weight, fault);
        if (err != ERR_OK)
            return err;
        if (is_legal && weight == 0)
            return fault_in_cell(line, cell, ERR_IMPOSSIBLE, "must be at least 1: it can be played",
                                 fault);
        if (!is_legal && weight != 0)
            return fault_in_cell(line, cell, ERR_IMPOSSIBLE, "must be 0: it cannot be played",
                                 fault);
        weights[cell] = (uint32_t)weight;
        total += weight;
    }
    if (total > table->rule.halve_above)
        return fault_in_line(line, ERR_IMPOSSIBLE, "its weights add up to more than halve_above",
                             fault);
    brain_set_weights(table, line->row, weights);
    return ERR_OK;
}

static enum err fill_proofs(struct brain *table, const struct line *line, struct fault *fault)
{
    struct row *row = &table->rows[line->row];
    for (unsigned cell = 0; cell < table->states->cells; cell++) {
        const json_t *value = json_array_get(line->list, cell);
        json_int_t proof = json_integer_value(value);
        if (!json_is_integer(value))
            return fault_in_cell(line, cell, ERR_MALFORMED, "must be a whole number", fault);
        if (proof < -1 || proof > 1)
            return fault_in_cell(line, cell, ERR_IMPOSSIBLE, "must be -1, 0 or 1", fault);
        if (proof != 0 && (table->states->legal[line->row] >> cell & 1) == 0)
            return fault_in_cell(line, cell, ERR_IMPOSSIBLE, "must be 0: it cannot be played",
                                 fault);
        (void)row_prove(row, cell, (int)proof, true);
    }
    return ERR_OK;
}

/* Keys are distinct (codec_parse()), so as many as there are rows are all of them. */
static enum err find_missing(const struct states *states, json_t *part, const char *name,
                             struct fault *fault)
{
    for (uint32_t row = 0; row < states->rows; row++) {
        char board[GAME_CELLS_MAX + 1] = {0};
        board_format(&states->game, states->boards[row], board);
        struct line line = {.part = name, .board = board};
        if (json_object_get(part, board) == NULL)
            return fault_in_line(&line, ERR_MALFORMED, "is missing", fault);
    }
    return ERR_OK;
}

static enum err fill_part(json_t *part, const char *name, struct brain *table,
                          enum err (*fill)(struct brain *, const struct line *, struct fault *),
                          struct fault *fault)
{
    const char *board;
    json_t *list;
    json_object_foreach(part, board, list)
    {
        struct line line = {.part = name, .board = board, .list = list};
        enum err err = find_row(table->states, &line, fault);
        if (err == ERR_OK)
            err = fill(table, &line, fault);
        if (err != ERR_OK)
            return err;
    }
    return find_missing(table->states, part, name, fault);
}

enum err codec_fill_brain_file(const struct brain_file *file, struct brain *table,
                               struct fault *fault)
{
    enum err err = fill_part(file->rows, "rows", table, fill_weights, fault);
    if (err == ERR_OK && file->proofs != NULL)
        err = fill_part(file->proofs, "proofs", table, fill_proofs, fault);
    if (err != ERR_OK)
        return err;
    table->matches = file->matches;
    memcpy(table->results, file->results, sizeof table->results);
    char digest[BRAIN_DIGEST_SIZE];
    brain_digest(table, digest);
    if (file->digest != NULL && strcmp(file->digest, digest) != 0)
        return fault_set(fault, ERR_IMPOSSIBLE, "digest", "is not that of these rows, which is %s",
                         digest);
    return ERR_OK;
}
