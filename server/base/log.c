#include "base/log.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log_sink.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A longer line is cut; a detail text and a request id fit well. */
enum { LINE_SIZE = LOG_LINE_SIZE };

static enum log_level threshold = LOG_INFO;
static enum log_format log_format = LOG_FORMAT_TEXT;

struct line {
    char bytes[LINE_SIZE];
    size_t size;
};

static void add_char(struct line *line, char c)
{
    if (line->size < LINE_SIZE - 1) /* the last byte is the newline's */
        line->bytes[line->size++] = c;
}

static void add_plain(struct line *line, const char *text)
{
    for (; *text != '\0'; text++)
        add_char(line, *text);
}

/* Control characters, and bytes that are no character. */
static bool is_unprintable(const char *text)
{
    unsigned char c = (unsigned char)*text;
    return c < ' ' || c == 0x7f || json_character_size(text) == 0;
}

static bool needs_quotes(const char *text)
{
    if (*text == '\0')
        return true;
    while (*text != '\0') {
        if (is_unprintable(text) || *text == ' ' || *text == '"' || *text == '=')
            return true;
        text += json_character_size(text);
    }
    return false;
}

/* Writes the character at `*text` as it stands in quotes and moves on; returns its size. */
typedef unsigned put_piece(const char **text, char out[JSON_PIECE_SIZE]);

static unsigned put_in_pairs(const char **text, char out[JSON_PIECE_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    unsigned char c = (unsigned char)**text;
    if (!is_unprintable(*text))
        return json_piece(text, out);
    memcpy(out, (char[]){'\\', 'x', hex[c >> 4], hex[c & 15]}, 4);
    (*text)++;
    return 4;
}

/* Cuts what does not fit, between two characters, so that `tail` bytes remain after the quote. */
static void add_quoted(struct line *line, const char *text, put_piece *put, unsigned tail)
{
    char piece[JSON_PIECE_SIZE];
    add_char(line, '"');
    while (*text != '\0') {
        unsigned size = put(&text, piece);
        if (line->size + size + 1 + tail > LINE_SIZE)
            break;
        memcpy(line->bytes + line->size, piece, size);
        line->size += size;
    }
    add_char(line, '"');
}

static void add_pair(struct line *line, const struct log_field *field)
{
    char number[24];
    snprintf(number, sizeof number, "%" PRId64, field->number);
    const char *text = field->text != NULL ? field->text : number;
    if (line->size > 0)
        add_char(line, ' ');
    add_plain(line, field->key);
    add_char(line, '=');
    if (needs_quotes(text) || line->size + strlen(text) >= LINE_SIZE)
        add_quoted(line, text, put_in_pairs, 1);
    else
        add_plain(line, text);
}

static void add_member(struct line *line, const struct log_field *field)
{
    enum { CLOSING = 2 }; /* brace and newline */
    char number[24];
    snprintf(number, sizeof number, "%" PRId64, field->number);
    if (line->size + strlen(field->key) + strlen(",\"\":") + sizeof number + CLOSING > LINE_SIZE)
        return;
    add_plain(line, line->size == 0 ? "{\"" : ",\"");
    add_plain(line, field->key);
    add_plain(line, "\":");
    if (field->text != NULL)
        add_quoted(line, field->text, json_piece, CLOSING);
    else
        add_plain(line, number);
}

static void add_field(struct line *line, struct log_field field)
{
    if (log_format == LOG_FORMAT_JSON)
        add_member(line, &field);
    else
        add_pair(line, &field);
}

void log_set_level(enum log_level level)
{
    threshold = level;
}

void log_set_format(enum log_format format)
{
    log_format = format;
}

int log_enabled(enum log_level level)
{
    return level <= threshold;
}

static void put_line(enum log_level level, const char *event, const struct log_field fields[],
                     struct line *line)
{
    static const char *const levels[] = {"error", "warn", "info", "debug"};
    char time[CLOCK_TEXT_SIZE];
    clock_format(clock_unix_ms(), time);
    add_field(line, LOG_TEXT("time", time));
    add_field(line, LOG_TEXT("level", levels[level]));
    add_field(line, LOG_TEXT("event", event));
    for (const struct log_field *field = fields; field->key != NULL; field++)
        add_field(line, *field);
    if (log_format == LOG_FORMAT_JSON)
        line->bytes[line->size++] = '}';
    line->bytes[line->size++] = '\n';
}

static size_t tell_lost(uint64_t count, char out[LOG_LINE_SIZE])
{
    struct line line = {.size = 0};
    put_line(LOG_ERROR, "log_lines_dropped",
             (const struct log_field[]){LOG_NUMBER("count", count), LOG_END}, &line);
    memcpy(out, line.bytes, line.size);
    return line.size;
}

void log_start(void)
{
    log_sink_start(tell_lost);
}

void log_event(enum log_level level, const char *event, const struct log_field fields[])
{
    struct line line = {.size = 0};
    if (!log_enabled(level))
        return;
    put_line(level, event, fields, &line);
    log_sink_put(line.bytes, line.size);
}
