#include "api/json.h"

#include "base/text.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Faults. */

static bool is_at_fault(const struct fault *fault)
{
    return fault->err != ERR_OK;
}

__attribute__((format(printf, 4, 0))) static void
refuse(struct fault *fault, enum err err, const char *field, const char *format, va_list args)
{
    char detail[FAULT_DETAIL_SIZE];
    if (is_at_fault(fault))
        return;
    vsnprintf(detail, sizeof detail, format, args);
    (void)fault_set(fault, err, field, "%s", detail);
}

void fields_refuse(struct fields *in, enum err err, const char *name, const char *format, ...)
{
    char field[2 * FAULT_FIELD_SIZE];
    snprintf(field, sizeof field, "%s%s", in->prefix, name != NULL ? name : "");
    if (name == NULL && field[0] != '\0')
        field[strlen(field) - 1] = '\0'; /* the prefix's dot */
    va_list args;
    va_start(args, format);
    refuse(in->fault, err, field, format, args);
    va_end(args);
}

void list_refuse(struct list *in, enum err err, size_t index, const char *format, ...)
{
    char field[2 * FAULT_FIELD_SIZE];
    if (index == LIST_ITSELF)
        snprintf(field, sizeof field, "%s", in->name);
    else
        snprintf(field, sizeof field, "%s[%zu]", in->name, index);
    va_list args;
    va_start(args, format);
    refuse(in->fault, err, field, format, args);
    va_end(args);
}

/* Parsing. */

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
static void refuse_duplicate(struct fields *in, const char *body, const json_error_t *error)
{
    char outer[FAULT_FIELD_SIZE];
    find_enclosing_key(body, (size_t)error->position, outer);
    const char *quote = strchr(error->text, '"');
    const char *key = quote != NULL ? quote + 1 : "";
    char name[2 * FAULT_FIELD_SIZE];
    snprintf(name, sizeof name, "%s%.*s", outer, (int)strcspn(key, "\""), key);
    fields_refuse(in, ERR_MALFORMED, name, "stands there twice");
}

static void refuse_body(struct fields *in, const char *body, size_t size, const json_error_t *error)
{
    if (size == 0)
        fields_refuse(in, ERR_MALFORMED, NULL, "the body is empty; it must be JSON");
    else if (json_error_code(error) == json_error_null_character)
        fields_refuse(in, ERR_MALFORMED, NULL, "the body holds the character U+0000");
    else if (json_error_code(error) == json_error_duplicate_key)
        refuse_duplicate(in, body, error);
    else
        fields_refuse(in, ERR_MALFORMED, NULL, "the body is not JSON: %s (line %d, column %d)",
                      error->text, error->line, error->column);
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

void fields_open(struct fields *in, const char *body, size_t size, struct fault *fault)
{
    json_error_t error;
    const size_t mark = text_mark_size(body, size);
    if (mark > 0) { /* no body may be nowhere, to which nothing can be added */
        body += mark;
        size -= mark;
    }
    *in = (struct fields){.fault = fault};
    *fault = (struct fault){.err = ERR_OK};
    json_set_alloc_funcs(note_malloc, free);
    memory_is_missing = false;
    json_t *root = json_loadb(body, size, JSON_REJECT_DUPLICATES, &error);
    /* A whole number beyond 64 bits is out of every range of ours; as a real it can be told so. */
    if (root == NULL && size > 0 && json_error_code(&error) == json_error_numeric_overflow)
        root = json_loadb(body, size, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    in->document = root;
    if (memory_is_missing)
        fields_refuse(in, ERR_NO_MEMORY, NULL, "no memory to read the body");
    else if (root == NULL)
        refuse_body(in, body, size, &error);
    else if (!json_is_object(root))
        fields_refuse(in, ERR_MALFORMED, NULL, "the body must be a JSON object");
    else
        in->object = root;
}

void fields_free(struct fields *in)
{
    json_decref(in->document);
    in->document = NULL;
}

/* Fields. */

static bool was_asked(const struct fields *in, const char *name)
{
    unsigned i = 0;
    while (i < in->asked_count && strcmp(in->asked[i], name) != 0)
        i++;
    return i < in->asked_count;
}

/* The field's value; NULL if it is not there, or if there is nothing to read any more. */
static json_t *ask(struct fields *in, const char *name)
{
    if (in->object == NULL || is_at_fault(in->fault))
        return NULL;
    if (in->place == NULL && !was_asked(in, name) && in->asked_count < FIELDS_MAX)
        in->asked[in->asked_count++] = name;
    return json_object_get(in->object, name);
}

enum err fields_end(struct fields *in)
{
    const char *key;
    json_t *value;
    if (in->object != NULL)
        json_object_foreach(in->object, key, value) if (!was_asked(in, key))
            fields_refuse(in, ERR_MALFORMED, key, "there is no such field");
    if (in->missing != NULL)
        fields_refuse(in, ERR_MALFORMED, in->missing, "is missing");
    return in->fault->err;
}

void fields_need(struct fields *in, const char *name)
{
    if (ask(in, name) == NULL && in->missing == NULL)
        in->missing = name;
}

enum field_kind fields_kind(struct fields *in, const char *name)
{
    const json_t *value = ask(in, name);
    if (value == NULL)
        return FIELD_MISSING;
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return FIELD_OBJECT;
    case JSON_ARRAY:
        return FIELD_LIST;
    case JSON_STRING:
        return FIELD_STRING;
    case JSON_INTEGER:
    case JSON_REAL:
        return FIELD_NUMBER;
    case JSON_NULL:
        return FIELD_NULL;
    default:
        return FIELD_BOOL;
    }
}

static bool is_whole(const json_t *value)
{
    const double real = json_number_value(value);
    return json_is_number(value) && real == floor(real);
}

/* Reads a whole number that is in range. */
static bool take_integer(const json_t *value, int64_t min, int64_t max, int64_t *out)
{
    const double real = json_number_value(value);
    if (json_is_integer(value) ? json_integer_value(value) < min || json_integer_value(value) > max
                               : real < (double)min || real > (double)max)
        return false;
    *out = json_is_integer(value) ? json_integer_value(value) : (int64_t)real;
    return true;
}

void fields_integer(struct fields *in, const char *name, uint64_t min, uint64_t max, uint64_t *out)
{
    const json_t *value = ask(in, name);
    int64_t number;
    if (value == NULL)
        return;
    if (!is_whole(value))
        fields_refuse(in, ERR_MALFORMED, name, "must be a whole number");
    else if (!take_integer(value, (int64_t)min, (int64_t)max, &number))
        fields_refuse(in, ERR_IMPOSSIBLE, name, "must be from %" PRIu64 " to %" PRIu64, min, max);
    else
        *out = (uint64_t)number;
}

void fields_number(struct fields *in, const char *name, double *out)
{
    const json_t *value = ask(in, name);
    if (json_is_number(value))
        *out = json_number_value(value);
    else if (value != NULL)
        fields_refuse(in, ERR_MALFORMED, name, "must be a number");
}

void fields_bool(struct fields *in, const char *name, bool *out)
{
    const json_t *value = ask(in, name);
    if (json_is_boolean(value))
        *out = json_is_true(value);
    else if (value != NULL)
        fields_refuse(in, ERR_MALFORMED, name, "must be true or false");
}

void fields_string(struct fields *in, const char *name, const char **out)
{
    const json_t *value = ask(in, name);
    if (json_is_string(value))
        *out = json_string_value(value);
    else if (value != NULL)
        fields_refuse(in, ERR_MALFORMED, name, "must be a string");
}

static void take_digits(struct fields *in, const char *name, const char *digits, uint64_t *out)
{
    enum err err = text_parse_number(digits, out);
    if (err == ERR_IMPOSSIBLE)
        fields_refuse(in, err, name, "must be below 2^64");
    else if (err != ERR_OK)
        fields_refuse(in, ERR_MALFORMED, name, "must consist of decimal digits");
}

void fields_seed(struct fields *in, const char *name, uint64_t *out)
{
    const json_t *value = ask(in, name);
    if (json_is_string(value))
        take_digits(in, name, json_string_value(value), out);
    else if (json_is_number(value))
        fields_integer(in, name, 0, JSON_INTEGER_MAX, out);
    else if (value != NULL)
        fields_refuse(in, ERR_MALFORMED, name,
                      "must be a whole number or a string of decimal digits");
}

/* What does not fit is cut. */
static void name_within(const struct fields *in, const char *name, char out[FAULT_FIELD_SIZE],
                        const char *tail)
{
    char whole[2 * FAULT_FIELD_SIZE];
    snprintf(whole, sizeof whole, "%s%s", in->prefix, name);
    snprintf(out, FAULT_FIELD_SIZE, "%.*s%s", FAULT_FIELD_SIZE - 2, whole, tail);
}

bool fields_object(struct fields *in, const char *name, struct fields *out)
{
    json_t *value = ask(in, name);
    *out = (struct fields){.fault = in->fault};
    name_within(in, name, out->prefix, ".");
    if (json_is_object(value))
        out->object = value;
    else if (value != NULL)
        fields_refuse(in, ERR_MALFORMED, name, "must be an object");
    return out->object != NULL;
}

const char *fields_next(struct fields *in)
{
    if (in->object == NULL || is_at_fault(in->fault))
        return NULL;
    in->place = in->place == NULL ? json_object_iter(in->object)
                                  : json_object_iter_next(in->object, in->place);
    return in->place != NULL ? json_object_iter_key(in->place) : NULL;
}

/* Lists. */

bool fields_list(struct fields *in, const char *name, const char *what, struct list *out)
{
    json_t *value = ask(in, name);
    *out = (struct list){.fault = in->fault};
    name_within(in, name, out->name, "");
    if (json_is_array(value)) {
        out->array = value;
        out->count = json_array_size(value);
    } else if (value != NULL) {
        fields_refuse(in, ERR_MALFORMED, name, "must be %s", what);
    }
    return out->array != NULL;
}

void list_integer(struct list *in, size_t index, const struct range *range, int64_t *out)
{
    const json_t *value = json_array_get(in->array, index);
    if (is_at_fault(in->fault))
        return;
    if (!is_whole(value))
        list_refuse(in, ERR_MALFORMED, index, "must be a whole number");
    else if (take_integer(value, range->min, range->max, out))
        return;
    else if (range->otherwise != NULL)
        list_refuse(in, ERR_IMPOSSIBLE, index, "%s", range->otherwise);
    else
        list_refuse(in, ERR_IMPOSSIBLE, index, "must be from %" PRId64 " to %" PRId64, range->min,
                    range->max);
}

void list_string(struct list *in, size_t index, const char *what, const char **out)
{
    const json_t *value = json_array_get(in->array, index);
    if (is_at_fault(in->fault))
        return;
    if (json_is_string(value))
        *out = json_string_value(value);
    else
        list_refuse(in, ERR_MALFORMED, index, "must be %s", what);
}

const char *json_library_version(void)
{
    return jansson_version_str();
}
