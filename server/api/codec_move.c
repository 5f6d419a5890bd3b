/*
 * Answers are formatted by hand: a move is the request that comes by the thousand, and
 * building and dumping a document would cost several times what choosing it does.
 */
#include "api/codec_move.h"

#include "api/codec_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A probability: twelve decimals, and one that is not zero never prints as zero. */
enum { DECIMALS = 12, PROBABILITY_SIZE = 2 + DECIMALS };
static const double UNITS = 1e12;

static enum err decode_policy(json_t *value, struct policy *out, struct fault *fault)
{
    if (json_is_object(value)) {
        struct field power = {"power", NULL};
        enum err err = codec_fields(value, "policy.", &power, 1, fault);
        if (err != ERR_OK)
            return err;
        if (!json_is_number(power.value))
            return fault_set(fault, ERR_MALFORMED, "policy.power", "must be a number");
        *out = (struct policy){.kind = POLICY_POWER, .power = json_number_value(power.value)};
        if (!(out->power > 0 && out->power <= POLICY_POWER_MAX))
            return fault_set(fault, ERR_IMPOSSIBLE, "policy.power",
                             "must be above 0 and at most %g", POLICY_POWER_MAX);
        return ERR_OK;
    }
    if (!json_is_string(value))
        return fault_set(fault, ERR_MALFORMED, "policy", "must be a string or {\"power\": t}");
    *out = (struct policy){.kind = POLICY_SAMPLE};
    if (policy_kind_parse(json_string_value(value), &out->kind) != ERR_OK ||
        out->kind == POLICY_POWER)
        return fault_set(fault, ERR_IMPOSSIBLE, "policy",
                         "must be \"sample\", \"greedy\" or {\"power\": t}");
    return ERR_OK;
}

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
        err = decode_policy(fields[POLICY].value, &out->policy, fault);
    out->has_seed = fields[SEED].value != NULL;
    if (err == ERR_OK && out->has_seed)
        err = codec_seed(fields[SEED].value, "seed", &out->seed, fault);
    if (err == ERR_OK)
        err = decode_which_boards(fields[BOARD].value, fields[BOARDS].value, fields[DETAIL].value,
                                  out, fault);
    return err;
}

enum err codec_decode_move_request(const char *body, size_t size, struct move_request *out,
                                   struct fault *fault)
{
    json_t *root;
    enum err err = codec_parse(body, size, &root, fault);
    if (err != ERR_OK)
        return err;
    *out = (struct move_request){
        .document = root, .brain = SERVICE_DEFAULT_BRAIN, .policy = {.kind = POLICY_SAMPLE}};
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

static void add_probability(struct text *out, double probability)
{
    char *end = text_reserve(out, PROBABILITY_SIZE);
    if (end == NULL)
        return;
    uint64_t units = (uint64_t)llround(probability * UNITS);
    if (units == 0 && probability > 0)
        units = 1;
    if (units == 0 || units == (uint64_t)UNITS) {
        *end = units == 0 ? '0' : '1';
        out->size++;
        return;
    }
    end[0] = '0';
    end[1] = '.';
    for (unsigned i = DECIMALS; i > 0; i--) {
        end[1 + i] = (char)('0' + units % 10);
        units /= 10;
    }
    out->size += PROBABILITY_SIZE;
}

static void add_weights(struct text *out, const uint32_t weights[], unsigned cells)
{
    for (unsigned cell = 0; cell < cells; cell++) {
        text_add(out, cell == 0 ? "[" : ",", 1);
        text_add_number(out, weights[cell]);
    }
    text_add(out, "]", 1);
}

static void add_probabilities(struct text *out, const struct policy *policy,
                              const uint32_t weights[], unsigned cells)
{
    double probabilities[ROW_CELLS];
    policy_probabilities(policy, weights, cells, probabilities);
    for (unsigned cell = 0; cell < cells; cell++) {
        text_add(out, cell == 0 ? "[" : ",", 1);
        add_probability(out, probabilities[cell]);
    }
    text_add(out, "]", 1);
}

static void add_board(struct text *out, const struct game *game, struct board board)
{
    char digits[GAME_CELLS_MAX];
    board_format(game, board, digits);
    text_add(out, "\"", 1);
    text_add(out, digits, game_cells(game));
    text_add(out, "\"", 1);
}

static void add_result(struct text *out, enum result result)
{
    if (result == RESULT_NONE)
        text_add(out, "null", 4);
    else
        codec_add_plain_string(out, result_name(result));
}

static void add_policy_and_seed(struct text *out, const struct move_request *request)
{
    text_add_string(out, ",\"policy\":");
    if (request->policy.kind == POLICY_POWER)
        text_add_format(out, "{\"power\":%.17g}", request->policy.power);
    else
        codec_add_plain_string(out, policy_kind_name(request->policy.kind));
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
    add_board(out, game, choice->next);
    text_add_string(out, ",\"result\":");
    add_result(out, choice->result);
    add_policy_and_seed(out, request);
    text_add_string(out, ",\"weights\":");
    add_weights(out, choice->weights, game_cells(game));
    text_add_string(out, ",\"probabilities\":");
    add_probabilities(out, &request->policy, choice->weights, game_cells(game));
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
            add_board(out, game, choices[i].next);
            break;
        case COLUMN_RESULTS:
            add_result(out, choices[i].result);
            break;
        case COLUMN_WEIGHTS:
            add_weights(out, choices[i].weights, game_cells(game));
            break;
        case COLUMN_PROBABILITIES:
            add_probabilities(out, &request->policy, choices[i].weights, game_cells(game));
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
