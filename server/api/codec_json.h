/*
 * codec_json - strict reading of JSON bodies, for the codecs alone (they are jansson's only
 * users).
 *
 * A body must be one object in UTF-8 without doubled keys. What a field must be and is not
 * is ERR_MALFORMED; what it is but cannot be, such as a number out of range,
 * ERR_IMPOSSIBLE. The fault names the field.
 */
#ifndef TTSTD_API_CODEC_JSON_H
#define TTSTD_API_CODEC_JSON_H

#include "api/request.h"
#include "base/fault.h"
#include "base/text.h"

#include <jansson.h>
#include <stdint.h>

/* The largest whole number that every JSON reader keeps exactly. */
#define CODEC_INTEGER_MAX ((uint64_t)1 << 53)

/* A field of an object: its name and, once read, its value (borrowed; NULL = not there). */
struct field {
    const char *name;
    json_t *value;
};

/* Parses a body. The caller decrefs `*out`. */
MUST_CHECK enum err codec_parse(const char *body, size_t size, json_t **out, struct fault *fault);

/* Finds the fields of `object`; any other key is at fault. `prefix` ("" or "options.") goes before
 * names in faults. */
MUST_CHECK enum err codec_fields(json_t *object, const char *prefix, struct field fields[],
                                 size_t count, struct fault *fault);

/* Typed values. `name` is for faults. */
MUST_CHECK enum err codec_integer(const json_t *value, const char *name, uint64_t min, uint64_t max,
                                  uint64_t *out, struct fault *fault);
MUST_CHECK enum err codec_string(const json_t *value, const char *name, const char **out,
                                 struct fault *fault);
/* A whole number up to 2^53 or a decimal string below 2^64. */
MUST_CHECK enum err codec_seed(const json_t *value, const char *name, uint64_t *out,
                               struct fault *fault);
/* A brain's name, whether there is one or not. */
MUST_CHECK enum err codec_brain(const json_t *value, const char *name, char out[REQUEST_BRAIN_SIZE],
                                struct fault *fault);
/* `learn`: a list of players, as a set of enum learner. */
MUST_CHECK enum err codec_learners(const json_t *list, unsigned *out, struct fault *fault);

/* RFC 3339, or null for 0. */
json_t *codec_time(int64_t unix_ms);

/* A text that may have been cut within a character: then all that is not ASCII shows as '?'. */
json_t *codec_readable(const char *text);

/* The same, or null for NULL and "". */
json_t *codec_optional_string(const char *string);

/* Writes and frees `value`; NULL (jansson found no memory) makes the text fail. */
void codec_write(json_t *value, struct text *out);

/* Appends a string of printable ASCII, quoted. */
void codec_add_plain_string(struct text *out, const char *string);

#endif
