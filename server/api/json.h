/*
 * json - strict reading of JSON bodies. The only user of jansson.
 *
 * A body must be one object in UTF-8 without doubled keys. Fields are asked for by name, and the
 * first fault sticks: what is read after it is left alone, so a reader reads away and asks once, at
 * the end, where fields that nobody asked for are refused, too:
 *
 *     struct fields in;
 *     fields_open(&in, body, size, fault);
 *     fields_need(&in, "matches");
 *     fields_integer(&in, "matches", 1, JOB_MATCHES_MAX, &job->matches);
 *     fields_string(&in, "brain", &job->brain);
 *     enum err err = fields_end(&in);
 *     ...
 *     fields_free(&in);
 *
 * What a field must be and is not is ERR_MALFORMED; what it is but cannot be, such as a number out
 * of range, ERR_IMPOSSIBLE. The fault names the field: `until.policy`, `moves[3]`. Where a field is
 * not there, what it is read into stays as it is.
 */
#ifndef TTSTD_API_JSON_H
#define TTSTD_API_JSON_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest whole number that every JSON reader keeps exactly. */
#define JSON_INTEGER_MAX ((uint64_t)1 << 53)

enum { FIELDS_MAX = 16 };

/* An object that is being read. */
struct fields {
    void *object;                  /* NULL: there is none, or something is at fault */
    struct fault *fault;           /* the first, of the whole body */
    void *document;                /* of the outermost; NULL: one within it */
    void *place;                   /* of fields_next() */
    char prefix[FAULT_FIELD_SIZE]; /* "until.", for faults */
    const char *asked[FIELDS_MAX];
    unsigned asked_count;
    const char *missing; /* the first field that must be there and is not; NULL: none */
};

/* Parses a body. What goes wrong shows at the end. */
void fields_open(struct fields *in, const char *body, size_t size, struct fault *fault);

/* Refuses fields that were not asked for and then, since one of those may be meant for it, the
 * first that must be there and is not. Returns the first fault's err. */
enum err fields_end(struct fields *in);

/* Of the outermost object. Strings that were read live until here. */
void fields_free(struct fields *in);

/* The field must be there; this shows at the end. */
void fields_need(struct fields *in, const char *name);

enum field_kind {
    FIELD_MISSING, /* or something is at fault already */
    FIELD_NULL,
    FIELD_BOOL,
    FIELD_NUMBER,
    FIELD_STRING,
    FIELD_LIST,
    FIELD_OBJECT
};

/* For fields that may be of several kinds. */
enum field_kind fields_kind(struct fields *in, const char *name);

void fields_integer(struct fields *in, const char *name, uint64_t min, uint64_t max, uint64_t *out);
void fields_number(struct fields *in, const char *name, double *out);
void fields_bool(struct fields *in, const char *name, bool *out);
void fields_string(struct fields *in, const char *name, const char **out);
/* A whole number up to 2^53 or a decimal string below 2^64. */
void fields_seed(struct fields *in, const char *name, uint64_t *out);

/* An object within; `out` is to be ended, too, but not freed. False: it is not there. */
bool fields_object(struct fields *in, const char *name, struct fields *out);

/* The name of the next member, in the order of the body; NULL at the end. For objects whose members
 * are not known beforehand, which are not ended. */
const char *fields_next(struct fields *in);

/* A list that is being read. */
struct list {
    void *array; /* NULL: there is none, or something is at fault */
    size_t count;
    struct fault *fault;
    char name[FAULT_FIELD_SIZE];
};

/* `what` it must be: "a list of cells". False: it is not there. */
bool fields_list(struct fields *in, const char *name, const char *what, struct list *out);

/* What an entry may be. */
struct range {
    int64_t min;
    int64_t max;
    const char *otherwise; /* what is said of others; NULL: "must be from min to max" */
};
void list_integer(struct list *in, size_t index, const struct range *range, int64_t *out);
/* `what` it must be: "a string of digits". */
void list_string(struct list *in, size_t index, const char *what, const char **out);

/* Puts a field at fault, unless something is already; `name` may be NULL for the object itself. */
void fields_refuse(struct fields *in, enum err err, const char *name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* An entry of a list, or with LIST_ITSELF the list. */
#define LIST_ITSELF SIZE_MAX
void list_refuse(struct list *in, enum err err, size_t index, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The version of jansson that runs. */
const char *json_library_version(void);

#endif
