#include "api/codec_match.h"

#include "api/codec_board.h"
#include "api/codec_json.h"

#include <stdio.h>

static enum err decode_moves(const json_t *list, struct match_request *out, struct fault *fault)
{
    if (list == NULL)
        return fault_set(fault, ERR_MALFORMED, "moves", "is missing");
    if (!json_is_array(list))
        return fault_set(fault, ERR_MALFORMED, "moves", "must be a list of cells");
    for (size_t i = 0; i < json_array_size(list); i++) {
        char field[FAULT_FIELD_SIZE];
        snprintf(field, sizeof field, "moves[%zu]", i);
        uint64_t move = 0;
        enum err err =
            codec_integer(json_array_get(list, i), field, 0, GAME_CELLS_MAX - 1, &move, fault);
        if (err == ERR_IMPOSSIBLE)
            return fault_set(fault, err, field, MATCH_NO_SUCH_CELL);
        if (err != ERR_OK)
            return err;
        if (out->count < sizeof out->moves)
            out->moves[out->count++] = (uint8_t)move;
    }
    return ERR_OK;
}

static enum err decode(json_t *root, struct match_request *out, struct fault *fault)
{
    enum { MOVES, BRAIN, LEARN, FIELDS };
    struct field fields[FIELDS] = {
        [MOVES] = {"moves", NULL}, [BRAIN] = {"brain", NULL}, [LEARN] = {"learn", NULL}};
    enum err err = codec_fields(root, "", fields, FIELDS, fault);
    if (err == ERR_OK)
        err = decode_moves(fields[MOVES].value, out, fault);
    if (err == ERR_OK && fields[BRAIN].value != NULL)
        err = codec_brain(fields[BRAIN].value, "brain", out->brain, fault);
    if (err == ERR_OK && fields[LEARN].value != NULL)
        err = codec_learners(fields[LEARN].value, &out->learners, fault);
    return err;
}

enum err codec_decode_match_request(const char *body, size_t size, struct match_request *out,
                                    struct fault *fault)
{
    json_t *root;
    enum err err = codec_parse(body, size, &root, fault);
    if (err != ERR_OK)
        return err;
    *out = (struct match_request){.brain = SERVICE_DEFAULT_BRAIN, .learners = LEARN_BOTH};
    err = decode(root, out, fault);
    json_decref(root);
    return err;
}

void codec_encode_match(const char *brain, const struct match_call *match, struct text *out)
{
    text_add_string(out, "{\"brain\":");
    codec_add_plain_string(out, brain);
    text_add_string(out, ",\"result\":");
    codec_add_result(out, match->match.result);
    text_add_string(out, ",\"changes\":[");
    for (unsigned i = 0; i < match->change_count; i++) {
        const struct match_change *change = &match->changes[i];
        text_add_string(out, i == 0 ? "{\"board\":" : ",{\"board\":");
        codec_add_board(out, match->game, change->board);
        text_add_format(out, ",\"move\":%u,\"before\":%u,\"after\":%u}", change->move,
                        change->before, change->after);
    }
    text_add_string(out, "]}");
}
