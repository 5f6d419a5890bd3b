#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 512, NUMBER_SIZE = 20 };

char *text_grow(struct text *text, size_t size)
{
    if (text->failed)
        return NULL;
    size_t capacity = text->capacity == 0 ? FIRST_CAPACITY : text->capacity;
    while (capacity - text->size < size && capacity <= SIZE_MAX / 2)
        capacity *= 2;
    char *bytes = capacity - text->size < size ? NULL : realloc(text->bytes, capacity);
    if (bytes == NULL) {
        text->failed = true;
        return NULL;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return text->bytes + text->size;
}

enum err text_parse_number(const char *digits, uint64_t *out)
{
    if (*digits == '\0' || strspn(digits, "0123456789") != strlen(digits))
        return ERR_MALFORMED;
    errno = 0;
    unsigned long long number = strtoull(digits, NULL, 10);
    if (errno == ERANGE)
        return ERR_IMPOSSIBLE;
    *out = number;
    return ERR_OK;
}

size_t text_mark_size(const char *bytes, size_t size)
{
    static const char mark[] = {'\xef', '\xbb', '\xbf'};
    return size >= sizeof mark && memcmp(bytes, mark, sizeof mark) == 0 ? sizeof mark : 0;
}

unsigned text_find_word(const char *const words[], unsigned count, const char *word)
{
    unsigned index = 0;
    while (index < count && (words[index] == NULL || strcmp(words[index], word) != 0))
        index++;
    return index;
}

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                            "25262728293031323334353637383940414243444546474849"
                            "50515253545556575859606162636465666768697071727374"
                            "75767778798081828384858687888990919293949596979899";

/* Divisions of 32 bits are cheaper. */
static void put_six(char *out, uint32_t number)
{
    memcpy(out, pairs + 2 * (number / 10000), 2);
    memcpy(out + 2, pairs + 2 * (number / 100 % 100), 2);
    memcpy(out + 4, pairs + 2 * (number % 100), 2);
}

char *text_put_twelve(char *out, uint64_t number)
{
    put_six(out, (uint32_t)(number / 1000000));
    put_six(out + 6, (uint32_t)(number % 1000000));
    return out + 12;
}

char *text_put_number(char *out, uint64_t number)
{
    char digits[NUMBER_SIZE];
    char *first = digits + NUMBER_SIZE;
    for (; number >= 10; number /= 100)
        memcpy(first -= 2, pairs + 2 * (number % 100), 2);
    if (number > 0 || first == digits + NUMBER_SIZE)
        *--first = (char)('0' + number);
    const size_t size = (size_t)(digits + NUMBER_SIZE - first);
    memcpy(out, first, size);
    return out + size;
}

void text_add_number(struct text *text, uint64_t number)
{
    char *end = text_reserve(text, NUMBER_SIZE);
    if (end != NULL)
        text->size = (size_t)(text_put_number(end, number) - text->bytes);
}

void text_add_format(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    text->failed = text->failed || size < 0;
    char *end = text_reserve(text, (size_t)size + 1);
    if (end != NULL) {
        vsnprintf(end, (size_t)size + 1, format, again);
        text->size += (size_t)size;
    }
    va_end(again);
}

void text_free(struct text *text)
{
    free(text->bytes);
    *text = (struct text){0};
}
