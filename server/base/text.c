#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 512, NUMBER_SIZE = 20 };

char *text_reserve(struct text *text, size_t size)
{
    if (text->failed)
        return NULL;
    if (text->bytes == NULL || text->capacity - text->size < size) {
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
    }
    return text->bytes + text->size;
}

void text_add(struct text *text, const char *bytes, size_t size)
{
    char *end = text_reserve(text, size);
    if (end == NULL || size == 0) /* no bytes may be nowhere, which memcpy does not take */
        return;
    memcpy(end, bytes, size);
    text->size += size;
}

void text_add_string(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
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

unsigned text_find_word(const char *const words[], unsigned count, const char *word)
{
    unsigned index = 0;
    while (index < count && (words[index] == NULL || strcmp(words[index], word) != 0))
        index++;
    return index;
}

char *text_put_number(char *out, uint64_t number)
{
    char digits[NUMBER_SIZE];
    unsigned count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    while (count > 0)
        *out++ = digits[--count];
    return out;
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
