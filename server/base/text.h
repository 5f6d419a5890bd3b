/*
 * text - a growing byte string for what is sent or stored.
 *
 * An append that finds no memory marks the text as failed; later ones do nothing.
 * So a writer appends away and asks once, at the end.
 */
#ifndef TTSTD_BASE_TEXT_H
#define TTSTD_BASE_TEXT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
    char *bytes; /* malloc'ed; not NUL-terminated */
    size_t size;
    size_t capacity;
    bool failed;
};

/* What text_reserve() does where there is not enough room. */
char *text_grow(struct text *text, size_t size);

/* Makes room for `size` more bytes and returns where they go; NULL when failed.
 * The caller writes at most `size` bytes there and adds what it wrote to text->size. */
static inline char *text_reserve(struct text *text, size_t size)
{
    if (text->failed || text->bytes == NULL || text->capacity - text->size < size)
        return text_grow(text, size);
    return text->bytes + text->size;
}

/* Here, because an answer consists of many literals, whose lengths the compiler then knows. */
static inline void text_add(struct text *text, const char *bytes, size_t size)
{
    char *end = text_reserve(text, size);
    if (end == NULL || size == 0) /* no bytes may be nowhere, which memcpy does not take */
        return;
    memcpy(end, bytes, size);
    text->size += size;
}

static inline void text_add_string(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

void text_add_number(struct text *text, uint64_t number);
void text_add_format(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_free(struct text *text);

/* Reads a number that consists of decimal digits alone. ERR_MALFORMED where it does not,
 * ERR_IMPOSSIBLE at 2^64 and above. */
MUST_CHECK enum err text_parse_number(const char *digits, uint64_t *out);

/* How long the byte order mark is with which some programs begin UTF-8: 3 bytes, or 0 where there
 * is none. It says nothing, and readers skip it. */
size_t text_mark_size(const char *bytes, size_t size);

/* The index of `word` among `words` (entries may be NULL), or `count`. */
unsigned text_find_word(const char *const words[], unsigned count, const char *word);

/* Writes `number` in decimal to `out` (up to 20 bytes, no NUL); returns the end. */
char *text_put_number(char *out, uint64_t number);

/* Writes `number`, which is below 10^12, in twelve decimal digits, zeros first; returns the end. */
char *text_put_twelve(char *out, uint64_t number);

#endif
