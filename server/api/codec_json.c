#include "api/codec_json.h"

#include "base/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The key whose value is the object around byte `end` of the body, where that is not the outermost
 * one; "" otherwise. All before `end` is known to be JSON. */
static void find_enclosing_key(const char *body, size_t end, char out[FAULT_FIELD_SIZE])
{
    size_t string = 0; /* where the last string began, behind its quote */
    size_t length = 0;
    unsigned depth = 0;
    out[0] = '\0';
    for (size_t i = 0; i < end; i++) {
        if (body[i] == '"') {
            string = ++i;
            while (i < end && body[i] != '"')
                i += body[i] == '\\' ? 2 : 1;
            length = i - string;
        } else if (body[i] == '{' && ++depth == 2) {
            snprintf(out, FAULT_FIELD_SIZE, "%.*s.", (int)length, body + string);
        } else if (body[i] == '}' && --depth == 1) {
            out[0] = '\0';
        }
    }
}

/* jansson says "duplicate object key near '"board"'", and where. */
static enum err refuse_duplicate(const char *body, const json_error_t *error, struct fault *fault)
{
    char outer[FAULT_FIELD_SIZE];
    find_enclosing_key(body, (size_t)error->position, outer);
    const char *quote = strchr(error->text, '"');
    const char *key = quote != NULL ? quote + 1 : "";
    char name[2 * FAULT_FIELD_SIZE];
    snprintf(name, sizeof name, "%s%.*s", outer, (int)strcspn(key, "\""), key);
    return fault_set(fault, ERR_MALFORMED, name, "stands there twice");
}

static enum err refuse_body(const char *body, size_t size, const json_error_t *error,
                            struct fault *fault)
{
    if (size == 0)
        return fault_set(fault, ERR_MALFORMED, NULL, "the body is empty; it must be JSON");
    switch (json_error_code(error)) {
    case json_error_null_character:
        return fault_set(fault, ERR_MALFORMED, NULL, "the body holds the character U+0000");
    case json_error_duplicate_key:
        return refuse_duplicate(body, error, fault);
    default:
        return fault_set(fault, ERR_MALFORMED, NULL,
                         "the body is not JSON: %s (line %d, column %d)", error->text, error->line,
                         error->column);
    }
}

/* Where it finds no memory, jansson calls a string an invalid token, or goes on without one of its
 * characters. */
static _Thread_local bool memory_is_missing;

static void *note_malloc(size_t size)
{
    void *memory = malloc(size);
    memory_is_missing = memory_is_missing || memory == NULL;
    return memory;
}

enum err codec_parse(const char *body, size_t size, json_t **out, struct fault *fault)
{
    json_error_t error;
    const size_t mark = text_mark_size(body, size);
    if (mark > 0) { /* no body may be nowhere, to which nothing can be added */
        body += mark;
        size -= mark;
    }
    json_set_alloc_funcs(note_malloc, free);
    memory_is_missing = false;
    json_t *root = json_loadb(body, size, JSON_REJECT_DUPLICATES, &error);
    /* A whole number beyond 64 bits is out of every range of ours; as a real it can be told so. */
    if (root == NULL && size > 0 && json_error_code(&error) == json_error_numeric_overflow)
        root = json_loadb(body, size, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    if (memory_is_missing) {
        json_decref(root);
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to read the body");
    }
    if (root == NULL)
        return refuse_body(body, size, &error, fault);
    if (!json_is_object(root)) {
        json_decref(root);
        return fault_set(fault, ERR_MALFORMED, NULL, "the body must be a JSON object");
    }
    *out = root;
    return ERR_OK;
}

enum err codec_fields(json_t *object, const char *prefix, struct field fields[], size_t count,
                      struct fault *fault)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        size_t i = 0;
        while (i < count && strcmp(fields[i].name, key) != 0)
            i++;
        if (i < count) {
            fields[i].value = value;
            continue;
        }
        char name[FAULT_FIELD_SIZE];
        snprintf(name, sizeof name, "%s%s", prefix, key);
        return fault_set(fault, ERR_MALFORMED, name, "there is no such field");
    }
    return ERR_OK;
}

enum err codec_integer(const json_t *value, const char *name, uint64_t min, uint64_t max,
                       uint64_t *out, struct fault *fault)
{
    double real = json_number_value(value);
    if (!json_is_number(value) || real != floor(real))
        return fault_set(fault, ERR_MALFORMED, name, "must be a whole number");
    int in_range = json_is_integer(value) ? json_integer_value(value) >= 0 &&
                                                (uint64_t)json_integer_value(value) >= min &&
                                                (uint64_t)json_integer_value(value) <= max
                                          : real >= (double)min && real <= (double)max;
    if (!in_range)
        return fault_set(fault, ERR_IMPOSSIBLE, name, "must be from %" PRIu64 " to %" PRIu64, min,
                         max);
    *out = json_is_integer(value) ? (uint64_t)json_integer_value(value) : (uint64_t)real;
    return ERR_OK;
}

enum err codec_string(const json_t *value, const char *name, const char **out, struct fault *fault)
{
    if (!json_is_string(value))
        return fault_set(fault, ERR_MALFORMED, name, "must be a string");
    *out = json_string_value(value);
    return ERR_OK;
}

enum err codec_seed(const json_t *value, const char *name, uint64_t *out, struct fault *fault)
{
    if (!json_is_string(value)) {
        if (!json_is_number(value))
            return fault_set(fault, ERR_MALFORMED, name,
                             "must be a whole number or a string of decimal digits");
        return codec_integer(value, name, 0, CODEC_INTEGER_MAX, out, fault);
    }
    switch (text_parse_number(json_string_value(value), out)) {
    case ERR_OK:
        return ERR_OK;
    case ERR_IMPOSSIBLE:
        return fault_set(fault, ERR_IMPOSSIBLE, name, "must be below 2^64");
    default:
        return fault_set(fault, ERR_MALFORMED, name, "must consist of decimal digits");
    }
}

enum err codec_brain(const json_t *value, const char *name, char out[REQUEST_BRAIN_SIZE],
                     struct fault *fault)
{
    const char *brain = "";
    enum err err = codec_string(value, name, &brain, fault);
    if (err != ERR_OK)
        return err;
    if (strlen(brain) >= REQUEST_BRAIN_SIZE)
        return fault_set(fault, ERR_NOT_FOUND, name, "there is no brain of that name");
    memcpy(out, brain, strlen(brain) + 1);
    return ERR_OK;
}

enum err codec_learners(const json_t *list, unsigned *out, struct fault *fault)
{
    if (!json_is_array(list))
        return fault_set(fault, ERR_MALFORMED, "learn", "must be a list of players");
    unsigned learners = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        char field[FAULT_FIELD_SIZE];
        snprintf(field, sizeof field, "learn[%zu]", i);
        uint64_t player = 1;
        enum err err = codec_integer(json_array_get(list, i), field, 1, 2, &player, fault);
        if (err != ERR_OK)
            return err;
        if (learners >> (player - 1) & 1)
            return fault_set(fault, ERR_IMPOSSIBLE, field, "names player %u twice",
                             (unsigned)player);
        learners |= 1u << (player - 1);
    }
    if (learners == 0)
        return fault_set(fault, ERR_IMPOSSIBLE, "learn", "must name at least one player");
    *out = learners;
    return ERR_OK;
}

json_t *codec_time(int64_t unix_ms)
{
    if (unix_ms == 0)
        return json_null();
    char time[CLOCK_TEXT_SIZE];
    clock_format(unix_ms, time);
    return json_string(time);
}

json_t *codec_readable(const char *text)
{
    json_t *string = json_string(text);
    if (string != NULL)
        return string;
    char ascii[FAULT_DETAIL_SIZE];
    snprintf(ascii, sizeof ascii, "%s", text);
    for (char *c = ascii; *c != '\0'; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    return json_string(ascii);
}

json_t *codec_optional_string(const char *string)
{
    return string == NULL || *string == '\0' ? json_null() : codec_readable(string);
}

static int append(const char *bytes, size_t size, void *context)
{
    struct text *out = context;
    text_add(out, bytes, size);
    return out->failed ? -1 : 0;
}

void codec_write(json_t *value, struct text *out)
{
    if (value == NULL ||
        json_dump_callback(value, append, out, JSON_COMPACT | JSON_REAL_PRECISION(15)) != 0)
        out->failed = true;
    json_decref(value);
}

void codec_add_plain_string(struct text *out, const char *string)
{
    text_add(out, "\"", 1);
    text_add_string(out, string);
    text_add(out, "\"", 1);
}
