#include "base/json.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What a value ends with: a bracket, a quote, a digit, or the last letter of a word. */
static bool ends_a_value(char c)
{
    return c == '}' || c == ']' || c == '"' || (c >= '0' && c <= '9') || c == 'e' || c == 'l';
}

void json_separate(struct text *out)
{
    if (out->size > 0 && ends_a_value(out->bytes[out->size - 1]))
        text_add(out, ",", 1);
}

void json_begin(struct text *out, char bracket)
{
    json_separate(out);
    text_add(out, &bracket, 1);
}

void json_end(struct text *out, char bracket)
{
    text_add(out, &bracket, 1);
}

void json_key(struct text *out, const char *key)
{
    json_separate(out);
    text_add(out, "\"", 1);
    text_add_string(out, key);
    text_add(out, "\":", 2);
}

unsigned json_character_size(const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    if (c[0] < 0x80)
        return 1;
    unsigned size = c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
    if (c[0] < 0xc2 || c[0] > 0xf4 || (c[0] == 0xe0 && c[1] < 0xa0) ||
        (c[0] == 0xed && c[1] > 0x9f) || (c[0] == 0xf0 && c[1] < 0x90) ||
        (c[0] == 0xf4 && c[1] > 0x8f))
        return 0;
    for (unsigned i = 1; i < size; i++)
        if (c[i] < 0x80 || c[i] > 0xbf)
            return 0;
    return size;
}

unsigned json_piece(const char **text, char out[JSON_PIECE_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char c = (unsigned char)**text;
    const unsigned size = json_character_size(*text);
    const char *from = *text;
    *text += size > 0 ? size : 1;
    if (size == 0) {
        memcpy(out, (char[]){'\xef', '\xbf', '\xbd'}, 3); /* U+FFFD */
        return 3;
    }
    if (c == '"' || c == '\\') {
        memcpy(out, (char[]){'\\', (char)c}, 2);
        return 2;
    }
    if (c < ' ' || c == 0x7f) {
        memcpy(out, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, JSON_PIECE_SIZE);
        return JSON_PIECE_SIZE;
    }
    memcpy(out, from, size);
    return size;
}

/* Whether the character stands in quotes as it is, in one byte. */
static bool is_plain(unsigned char c)
{
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

void json_put_string(struct text *out, const char *string)
{
    json_separate(out);
    text_add(out, "\"", 1);
    while (*string != '\0') {
        size_t plain = 0;
        while (is_plain((unsigned char)string[plain]))
            plain++;
        text_add(out, string, plain);
        string += plain;
        if (*string != '\0') {
            char piece[JSON_PIECE_SIZE];
            const unsigned size = json_piece(&string, piece);
            text_add(out, piece, size);
        }
    }
    text_add(out, "\"", 1);
}

void json_put_integer(struct text *out, int64_t number)
{
    json_separate(out);
    if (number < 0)
        text_add(out, "-", 1);
    text_add_number(out, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

void json_put_real(struct text *out, double number)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.15g", number);
    json_separate(out);
    text_add_string(out, digits);
    if (strpbrk(digits, ".e") == NULL)
        text_add_string(out, ".0");
}

void json_put_bool(struct text *out, bool value)
{
    json_separate(out);
    text_add_string(out, value ? "true" : "false");
}

void json_put_null(struct text *out)
{
    json_separate(out);
    text_add_string(out, "null");
}

void json_open(struct text *out, const char *key, char bracket)
{
    json_key(out, key);
    text_add(out, &bracket, 1);
}

void json_add_string(struct text *out, const char *key, const char *string)
{
    json_key(out, key);
    json_put_string(out, string);
}

void json_add_integer(struct text *out, const char *key, int64_t number)
{
    json_key(out, key);
    json_put_integer(out, number);
}

void json_add_real(struct text *out, const char *key, double number)
{
    json_key(out, key);
    json_put_real(out, number);
}

void json_add_bool(struct text *out, const char *key, bool value)
{
    json_key(out, key);
    json_put_bool(out, value);
}

void json_add_null(struct text *out, const char *key)
{
    json_key(out, key);
    json_put_null(out);
}

void json_add_text(struct text *out, const char *key, const char *string)
{
    if (string == NULL || *string == '\0')
        json_add_null(out, key);
    else
        json_add_string(out, key, string);
}

void json_add_digits(struct text *out, const char *key, uint64_t number)
{
    json_key(out, key);
    text_add(out, "\"", 1);
    text_add_number(out, number);
    text_add(out, "\"", 1);
}

void json_add_time(struct text *out, const char *key, int64_t unix_ms)
{
    char time[CLOCK_TEXT_SIZE];
    clock_format(unix_ms, time);
    json_add_text(out, key, unix_ms != 0 ? time : NULL);
}
