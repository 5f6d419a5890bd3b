/*
 * Answers are formatted by hand: a move is the request that comes by the thousand, and
 * building and dumping a document would cost several times what choosing it does.
 */
#include "api/codec_move.h"

#include "api/codec_board.h"
#include "api/codec_json.h"
#include "api/codec_policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err decode_board(const json_t *value, struct board_text *out, struct fault *fault)
{
    if (!json_is_string(value))
        return fault_set(fault, ERR_MALFORMED, "board", "must be a string of digits, one a cell");
    *out = (struct board_text){json_string_value(value), json_string_length(value)};
    return ERR_OK;
}

static enum err decode_boards(const json_t *list, struct move_request *out, struct fault *fault)
{
    if (!json_is_array(list))
        return fault_set(fault, ERR_MALFORMED, "boards", "must be a list of boards");
    out->count = json_array_size(list);
    out->is_batch = true;
    if (out->count < 1 || out->count > MOVES_BATCH_MAX)
        return fault_set(fault, ERR_IMPOSSIBLE, "boards", "must have from 1 to %d boards",
                         MOVES_BATCH_MAX);
    out->boards = out->batch = calloc(out->count, sizeof *out->batch);
    if (out->batch == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for the boards");
    for (size_t i = 0; i < out->count; i++) {
        enum err err = decode_board(json_array_get(list, i), &out->batch[i], fault);
        if (err != ERR_OK) {
            snprintf(fault->field, sizeof fault->field, "boards[%zu]", i);
            return err;
        }
    }
    return ERR_OK;
}

static enum err decode_which_boards(const json_t *board, const json_t *boards, const json_t *detail,
                                    struct move_request *out, struct fault *fault)
{
    if (board != NULL && boards != NULL)
        return fault_set(fault, ERR_MALFORMED, "boards", "cannot stand beside board");
    if (boards != NULL) {
        if (detail != NULL && !json_is_boolean(detail))
            return fault_set(fault, ERR_MALFORMED, "detail", "must be true or false");
        out->detail = json_is_true(detail);
        return decode_boards(boards, out, fault);
    }
    if (detail != NULL)
        return fault_set(fault, ERR_MALFORMED, "detail", "goes with boards only");
    if (board == NULL)
        return fault_set(fault, ERR_MALFORMED, "board", "is missing");
    out->count = 1;
    out->boards = &out->single;
    return decode_board(board, &out->single, fault);
}

static enum err decode(json_t *root, struct move_request *out, struct fault *fault)
{
    enum { BOARD, BOARDS, DETAIL, BRAIN, POLICY, SEED, FIELDS };
    struct field fields[FIELDS] = {
        [BOARD] = {"board", NULL}, [BOARDS] = {"boards", NULL}, [DETAIL] = {"detail", NULL},
        [BRAIN] = {"brain", NULL}, [POLICY] = {"policy", NULL}, [SEED] = {"seed", NULL}};
    enum err err = codec_fields(root, "", fields, FIELDS, fault);
    if (err == ERR_OK && fields[BRAIN].value != NULL)
        err = codec_string(fields[BRAIN].value, "brain", &out->brain, fault);
    if (err == ERR_OK && fields[POLICY].value != NULL)
        err = codec_policy(fields[POLICY].value, "policy", &out->policy, fault);
    out->has_seed = fields[SEED].value != NULL;
    if (err == ERR_OK && out->has_seed)
        err = codec_seed(fields[SEED].value, "seed", &out->seed, fault);
    if (err == ERR_OK)
        err = decode_which_boards(fields[BOARD].value, fields[BOARDS].value, fields[DETAIL].value,
                                  out, fault);
    return err;
}

/* Takes `token`, and blanks before it, off the text's front. */
static bool take(const char **at, const char *end, const char *token)
{
    while (*at < end && (**at == ' ' || **at == '\t' || **at == '\n' || **at == '\r'))
        ++*at;
    const size_t size = strlen(token);
    if ((size_t)(end - *at) < size || memcmp(*at, token, size) != 0)
        return false;
    *at += size;
    return true;
}

/* Whether the body is {"board": "digits"} and nothing else, which is what nearly all requests are:
 * parsing it as a document costs more than choosing the move. */
static bool is_board_alone(const char *body, size_t size, struct board_text *out)
{
    const char *at = body;
    const char *const end = body + size;
    if (!take(&at, end, "{") || !take(&at, end, "\"board\"") || !take(&at, end, ":") ||
        !take(&at, end, "\""))
        return false;
    out->text = at;
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    out->size = (size_t)(at - out->text);
    return at < end && *at++ == '"' && take(&at, end, "}") && take(&at, end, "") && at == end;
}

enum err codec_decode_move_request(const char *body, size_t size, struct move_request *out,
                                   struct fault *fault)
{
    *out = (struct move_request){.brain = SERVICE_DEFAULT_BRAIN, .policy = {.kind = POLICY_SAMPLE}};
    if (size > 0 && is_board_alone(body, size, &out->single)) {
        out->count = 1;
        out->boards = &out->single;
        return ERR_OK;
    }
    json_t *root;
    enum err err = codec_parse(body, size, &root, fault);
    if (err != ERR_OK)
        return err;
    out->document = root;
    err = decode(root, out, fault);
    if (err != ERR_OK)
        codec_free_move_request(out);
    return err;
}

void codec_free_move_request(struct move_request *request)
{
    free(request->batch);
    json_decref(request->document);
}

static void add_policy_and_seed(struct text *out, const struct move_request *request)
{
    text_add_string(out, ",\"policy\":");
    codec_add_policy(out, &request->policy);
    text_add_string(out, ",\"seed\":\"");
    text_add_number(out, request->seed);
    text_add_string(out, "\"");
}

static void encode_one(const struct move_request *request, const struct game *game,
                       const struct move_choice *choice, struct text *out)
{
    text_add_string(out, "{\"brain\":");
    codec_add_plain_string(out, request->brain);
    text_add_string(out, ",\"board\":\"");
    text_add(out, request->boards[0].text, request->boards[0].size);
    text_add_string(out, "\",\"player\":");
    text_add_number(out, choice->player);
    text_add_string(out, ",\"move\":");
    text_add_number(out, choice->move);
    text_add_string(out, ",\"next\":");
    codec_add_board(out, game, choice->next);
    text_add_string(out, ",\"result\":");
    codec_add_result(out, choice->result);
    add_policy_and_seed(out, request);
    text_add_string(out, ",\"weights\":");
    codec_add_weights(out, choice->weights, game_cells(game));
    text_add_string(out, ",\"probabilities\":");
    codec_add_probabilities(out, choice->probabilities, game_cells(game));
    text_add(out, "}", 1);
}

/* One list of a batch's answer: `key` and a value for each board. */
enum column { COLUMN_MOVES, COLUMN_NEXT, COLUMN_RESULTS, COLUMN_WEIGHTS, COLUMN_PROBABILITIES };

static void add_column(struct text *out, enum column column, const struct move_request *request,
                       const struct game *game, const struct move_choice choices[])
{
    static const char *const keys[] = {"moves", "next", "results", "weights", "probabilities"};
    text_add(out, ",", 1);
    codec_add_plain_string(out, keys[column]);
    text_add(out, ":[", 2);
    for (size_t i = 0; i < request->count; i++) {
        if (i > 0)
            text_add(out, ",", 1);
        switch (column) {
        case COLUMN_MOVES:
            text_add_number(out, choices[i].move);
            break;
        case COLUMN_NEXT:
            codec_add_board(out, game, choices[i].next);
            break;
        case COLUMN_RESULTS:
            codec_add_result(out, choices[i].result);
            break;
        case COLUMN_WEIGHTS:
            codec_add_weights(out, choices[i].weights, game_cells(game));
            break;
        case COLUMN_PROBABILITIES:
            codec_add_probabilities(out, choices[i].probabilities, game_cells(game));
            break;
        }
    }
    text_add(out, "]", 1);
}

void codec_encode_moves(const struct move_request *request, const struct game *game,
                        const struct move_choice choices[], struct text *out)
{
    if (!request->is_batch) {
        encode_one(request, game, choices, out);
        return;
    }
    text_add_string(out, "{\"brain\":");
    codec_add_plain_string(out, request->brain);
    add_policy_and_seed(out, request);
    enum column last = request->detail ? COLUMN_PROBABILITIES : COLUMN_RESULTS;
    for (unsigned column = COLUMN_MOVES; column <= last; column++)
        add_column(out, (enum column)column, request, game, choices);
    text_add(out, "}", 1);
}
