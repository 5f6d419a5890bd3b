#include "api/codec_brain.h"

#include "api/codec_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static enum err decode_scoring(const json_t *value, enum scoring *out, struct fault *fault)
{
    const char *name;
    enum err err = codec_string(value, "options.scoring", &name, fault);
    if (err == ERR_OK && scoring_parse(name, out) != ERR_OK)
        err =
            fault_set(fault, ERR_IMPOSSIBLE, "options.scoring", "must be \"ttst\" or \"standard\"");
    return err;
}

static enum err decode_number(const json_t *value, const struct rule_option *option,
                              struct rule *out, struct fault *fault)
{
    char name[FAULT_FIELD_SIZE];
    snprintf(name, sizeof name, "options.%s", option->name);
    uint64_t number;
    enum err err = codec_integer(value, name, option->min, option->max, &number, fault);
    if (err == ERR_OK)
        *rule_number(out, option) = (uint32_t)number;
    return err;
}

/* Kept in 65536ths, so a share that is none of those is rounded. */
static enum err decode_explore(const json_t *value, uint32_t *out, struct fault *fault)
{
    const double share = json_number_value(value);
    if (!json_is_number(value))
        return fault_set(fault, ERR_MALFORMED, "options.explore", "must be a number");
    if (!(share >= 0 && share <= 1))
        return fault_set(fault, ERR_IMPOSSIBLE, "options.explore", "must be from 0 to 1");
    *out = (uint32_t)lround(share * RULE_EXPLORE_ONE);
    return ERR_OK;
}

static enum err decode_symmetry(const json_t *value, bool *out, struct fault *fault)
{
    if (!json_is_boolean(value))
        return fault_set(fault, ERR_MALFORMED, "options.symmetry", "must be true or false");
    *out = json_is_true(value);
    return ERR_OK;
}

static enum err decode_options(json_t *options, struct rule *out, struct fault *fault)
{
    enum { SCORING = RULE_OPTION_COUNT, EXPLORE, SYMMETRY, FIELDS };
    struct field fields[FIELDS] = {[SCORING] = {"scoring", NULL},
                                   [EXPLORE] = {"explore", NULL},
                                   [SYMMETRY] = {"symmetry", NULL}};
    for (unsigned i = 0; i < RULE_OPTION_COUNT; i++)
        fields[i].name = rule_options[i].name;
    if (!json_is_object(options))
        return fault_set(fault, ERR_MALFORMED, "options", "must be an object");
    enum err err = codec_fields(options, "options.", fields, FIELDS, fault);
    if (err == ERR_OK && fields[SCORING].value != NULL)
        err = decode_scoring(fields[SCORING].value, &out->scoring, fault);
    if (err == ERR_OK && fields[EXPLORE].value != NULL)
        err = decode_explore(fields[EXPLORE].value, &out->explore, fault);
    if (err == ERR_OK && fields[SYMMETRY].value != NULL)
        err = decode_symmetry(fields[SYMMETRY].value, &out->symmetry, fault);
    for (unsigned i = 0; i < RULE_OPTION_COUNT && err == ERR_OK; i++)
        if (fields[i].value != NULL)
            err = decode_number(fields[i].value, &rule_options[i], out, fault);
    return err;
}

static enum err decode_game(const json_t *value, struct brain_request *out, struct fault *fault)
{
    const char *name;
    enum err err = codec_string(value, "game", &name, fault);
    if (err == ERR_OK && game_find(name) == NULL)
        err = fault_set(fault, ERR_IMPOSSIBLE, "game", "must be \"tictactoe\"");
    if (err == ERR_OK)
        snprintf(out->game, sizeof out->game, "%s", name);
    return err;
}

static enum err decode_rule(const json_t *value, struct brain_request *out, struct fault *fault)
{
    const char *name;
    enum rule_kind kind;
    enum err err = codec_string(value, "rule", &name, fault);
    if (err != ERR_OK)
        return err;
    if (rule_kind_parse(name, &kind) != ERR_OK)
        return fault_set(fault, ERR_IMPOSSIBLE, "rule",
                         "must be \"beads\", \"menace\" or \"guard\"");
    out->rule = rule_default(kind);
    return ERR_OK;
}

enum err codec_decode_brain_fields(const json_t *game, const json_t *rule, json_t *options,
                                   struct brain_request *out, struct fault *fault)
{
    enum err err = decode_game(game, out, fault);
    if (err == ERR_OK)
        err = decode_rule(rule, out, fault);
    if (err == ERR_OK && options != NULL)
        err = decode_options(options, &out->rule, fault);
    return err;
}

static enum err decode(json_t *root, struct brain_request *out, struct fault *fault)
{
    enum { GAME, RULE, OPTIONS, FIELDS };
    struct field fields[FIELDS] = {
        [GAME] = {"game", NULL}, [RULE] = {"rule", NULL}, [OPTIONS] = {"options", NULL}};
    enum err err = codec_fields(root, "", fields, FIELDS, fault);
    for (unsigned i = GAME; i <= RULE && err == ERR_OK; i++)
        if (fields[i].value == NULL)
            err = fault_set(fault, ERR_MALFORMED, fields[i].name, "is missing");
    if (err == ERR_OK)
        err = codec_decode_brain_fields(fields[GAME].value, fields[RULE].value,
                                        fields[OPTIONS].value, out, fault);
    return err;
}

enum err codec_decode_brain_request(const char *body, size_t size, struct brain_request *out,
                                    struct fault *fault)
{
    json_t *root;
    enum err err = codec_parse(body, size, &root, fault);
    if (err != ERR_OK)
        return err;
    err = decode(root, out, fault);
    json_decref(root);
    return err;
}

enum err codec_decode_copy_request(const char *body, size_t size, char out_to[REQUEST_BRAIN_SIZE],
                                   struct fault *fault)
{
    json_t *root;
    struct field to = {"to", NULL};
    enum err err = codec_parse(body, size, &root, fault);
    if (err != ERR_OK)
        return err;
    const char *name = "";
    err = codec_fields(root, "", &to, 1, fault);
    if (err == ERR_OK && to.value == NULL)
        err = fault_set(fault, ERR_MALFORMED, "to", "is missing");
    if (err == ERR_OK)
        err = codec_string(to.value, "to", &name, fault);
    if (err == ERR_OK) /* one that is cut is too long all the same */
        snprintf(out_to, REQUEST_BRAIN_SIZE, "%s", name);
    json_decref(root);
    return err;
}

static json_t *options_value(const struct rule *rule)
{
    json_t *options = json_pack("{s:s}", "scoring", scoring_name(rule->scoring));
    struct rule copy = *rule;
    for (unsigned i = 0; options != NULL && i < RULE_OPTION_COUNT; i++)
        if (rule_has_option(rule, &rule_options[i]))
            json_object_set_new(options, rule_options[i].name,
                                json_integer(*rule_number(&copy, &rule_options[i])));
    if (options != NULL) {
        json_object_set_new(options, "explore",
                            json_real((double)rule->explore / RULE_EXPLORE_ONE));
        json_object_set_new(options, "symmetry", json_boolean(rule->symmetry));
    }
    return options;
}

void codec_encode_options(const struct rule *rule, struct text *out)
{
    codec_write(options_value(rule), out);
}

void codec_encode_brain(const struct brain_info *brain, const char *digest, struct text *out)
{
    json_t *warnings = json_array();
    if (brain->warning != NULL)
        json_array_append_new(warnings, json_string(brain->warning));
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:o, s:I, s:{s:I, s:I, s:I}, s:I, s:o, s:o, s:o, s:I, s:o, s:o, s:o}",
        "name", brain->name, "game", brain->game, "rule", rule_kind_name(brain->rule.kind),
        "options", options_value(&brain->rule), "matches", (json_int_t)brain->matches, "results",
        "player1", (json_int_t)brain->results[RESULT_PLAYER1 - 1], "player2",
        (json_int_t)brain->results[RESULT_PLAYER2 - 1], "draw",
        (json_int_t)brain->results[RESULT_DRAW - 1], "rows", (json_int_t)brain->rows, "training",
        brain->training != 0 ? json_integer(brain->training) : json_null(), "created_at",
        codec_time(brain->created_at_ms), "saved_at", codec_time(brain->saved_at_ms),
        "unsaved_matches", (json_int_t)brain->unsaved_matches, "last_save_seconds",
        brain->last_save_us != 0 ? json_real(brain->last_save_us / 1e6) : json_null(),
        "last_save_error", codec_optional_string(brain->last_save_error), "warnings", warnings);
    if (object != NULL && digest != NULL)
        json_object_set_new(object, "digest", json_string(digest));
    codec_write(object, out);
}
