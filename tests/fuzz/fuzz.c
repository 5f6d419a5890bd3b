#include "fuzz/fuzz.h"

#include "http/reply.h"

#include <check.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_fail(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

/* The support files assert with check, which knows no asserts outside of a test of its own. So
 * check is not linked, and these stand in for what its macros call. */

void _mark_point(const char *file, int line)
{
    (void)file;
    (void)line;
}

void _ck_assert_failed(const char *file, int line, const char *expression, const char *message, ...)
{
    va_list arguments;
    va_start(arguments, message);
    if (message != NULL)
        vfprintf(stderr, message, arguments);
    va_end(arguments);
    fuzz_fail(expression, file, line);
}

/* Inputs. */

uint8_t fuzz_byte(struct fuzz_input *input)
{
    if (input->size == 0)
        return 0;
    input->size--;
    return *input->bytes++;
}

uint32_t fuzz_number(struct fuzz_input *input, unsigned bytes)
{
    uint32_t number = 0;
    for (unsigned i = 0; i < bytes; i++)
        number = number << 8 | fuzz_byte(input);
    return number;
}

char *fuzz_word(struct fuzz_input *input, uint8_t end, size_t *out_size)
{
    const uint8_t *found = input->size > 0 ? memchr(input->bytes, end, input->size) : NULL;
    size_t size = found != NULL ? (size_t)(found - input->bytes) : input->size;
    char *word = malloc(size + 1);
    fuzz_require(word != NULL);
    if (size > 0)
        memcpy(word, input->bytes, size);
    word[size] = '\0';
    size_t taken = found != NULL ? size + 1 : size;
    input->bytes += taken;
    input->size -= taken;
    *out_size = size;
    return word;
}

static void edit_once(struct fuzz_input *input, struct text *text)
{
    enum { TO_THE_END = 255 };
    size_t at = fuzz_number(input, 3) % (text->size + 1);
    size_t out = fuzz_byte(input);
    size_t in = fuzz_byte(input);
    if (out == TO_THE_END || out > text->size - at)
        out = text->size - at;
    if (in > input->size)
        in = input->size;
    struct text tail = {0};
    text_add(&tail, text->bytes + at + out, text->size - at - out);
    text->size = at;
    text_add(text, (const char *)input->bytes, in);
    text_add(text, tail.bytes, tail.size);
    fuzz_require(!text->failed && !tail.failed);
    text_free(&tail);
    input->bytes += in;
    input->size -= in;
}

void fuzz_edit(struct fuzz_input *input, struct text *text)
{
    while (input->size > 0)
        edit_once(input, text);
}

void fuzz_require_answerable(const struct fault *fault)
{
    struct reply reply = {.status = 0};
    fuzz_require(fault->err != ERR_OK);
    reply_problem(&reply, fault);
    fuzz_require(reply.status >= 400 && reply.status < 500);
    fuzz_require_json(&reply.body);
    text_free(&reply.body);
}

void fuzz_require_json(const struct text *text)
{
    json_error_t error;
    fuzz_require(!text->failed);
    json_t *root = json_loadb(text->bytes, text->size, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL)
        fprintf(stderr, "%s in %.*s\n", error.text, (int)text->size, text->bytes);
    fuzz_require(json_is_object(root));
    json_decref(root);
}

char *fuzz_copy(const uint8_t *bytes, size_t size)
{
    char *copy = malloc(size > 0 ? size : 1);
    fuzz_require(copy != NULL);
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}
