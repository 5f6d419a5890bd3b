/*
 * json - writing JSON (RFC 8259).
 *
 * Values and members are appended to a text one behind the other. A comma goes before whatever
 * follows a value, so nobody counts:
 *
 *     json_begin(out, '{');
 *     json_add_string(out, "name", name);     {"name":"default",
 *     json_open(out, "moves", '[');            "moves":[
 *     json_put_integer(out, 4);                4,
 *     json_put_integer(out, 0);                0
 *     json_end(out, ']');                      ]
 *     json_end(out, '}');                      }
 *
 * Out of memory shows in the text, as with all that is appended to one. Strings are escaped here
 * and nowhere else; a byte that is no UTF-8, as where a text was cut within a character, becomes
 * U+FFFD.
 */
#ifndef TTSTD_BASE_JSON_H
#define TTSTD_BASE_JSON_H

#include "base/text.h"

/* Writes the comma that is due. For whoever then appends a value by himself. */
void json_separate(struct text *out);

/* Brackets: '{' or '[', and what closes them. */
void json_begin(struct text *out, char bracket);
void json_end(struct text *out, char bracket);

/* A member's name, which needs no escapes. A value, or a bracket, follows. */
void json_key(struct text *out, const char *key);

/* Values, in a list or behind a key. Reals have 15 digits and, even when whole, a fraction or an
 * exponent, so that readers that tell reals from integers keep them apart. */
void json_put_string(struct text *out, const char *string);
void json_put_integer(struct text *out, int64_t number);
void json_put_real(struct text *out, double number);
void json_put_bool(struct text *out, bool value);
void json_put_null(struct text *out);

/* Members. */
void json_open(struct text *out, const char *key, char bracket);
void json_add_string(struct text *out, const char *key, const char *string);
void json_add_integer(struct text *out, const char *key, int64_t number);
void json_add_real(struct text *out, const char *key, double number);
void json_add_bool(struct text *out, const char *key, bool value);
void json_add_null(struct text *out, const char *key);
/* The string, or null for NULL and "". */
void json_add_text(struct text *out, const char *key, const char *string);
/* The number's decimal digits as a string, which every reader keeps exactly. */
void json_add_digits(struct text *out, const char *key, uint64_t number);
/* RFC 3339, or null for 0. */
void json_add_time(struct text *out, const char *key, int64_t unix_ms);

/* The longest that one character or byte becomes in quotes: \u001f. */
enum { JSON_PIECE_SIZE = 6 };

/* Writes the character at `*text`, which is not the end, as it stands in quotes, and moves on.
 * Returns its size. */
unsigned json_piece(const char **text, char out[JSON_PIECE_SIZE]);

/* How many bytes the UTF-8 character at `text` has (RFC 3629); 0 where there is none. */
unsigned json_character_size(const char *text);

#endif
