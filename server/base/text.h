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

struct text {
    char *bytes; /* malloc'ed; not NUL-terminated */
    size_t size;
    size_t capacity;
    bool failed;
};

/* Makes room for `size` more bytes and returns where they go; NULL when failed.
 * The caller writes at most `size` bytes there and adds what it wrote to text->size. */
char *text_reserve(struct text *text, size_t size);

void text_add(struct text *text, const char *bytes, size_t size);
void text_add_string(struct text *text, const char *string);
void text_add_number(struct text *text, uint64_t number);
void text_add_format(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_free(struct text *text);

/* Reads a number that consists of decimal digits alone. ERR_MALFORMED where it does not,
 * ERR_IMPOSSIBLE at 2^64 and above. */
MUST_CHECK enum err text_parse_number(const char *digits, uint64_t *out);

/* The index of `word` among `words` (entries may be NULL), or `count`. */
unsigned text_find_word(const char *const words[], unsigned count, const char *word);

/* Writes `number` in decimal to `out` (up to 20 bytes, no NUL); returns the end. */
char *text_put_number(char *out, uint64_t number);

#endif
