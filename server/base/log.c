#include "base/log.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A line longer than this is cut; a detail text and a request id fit well. */
enum { LINE_SIZE = 1024 };

static enum log_level threshold = LOG_INFO;

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

static int needs_quotes(const char *text)
{
    if (*text == '\0')
        return 1;
    for (; *text != '\0'; text++)
        if ((unsigned char)*text <= ' ' || *text == '"' || *text == '=' || *text == 0x7f)
            return 1;
    return 0;
}

static void add_value(struct line *line, const char *text)
{
    if (!needs_quotes(text)) {
        add_plain(line, text);
        return;
    }
    add_char(line, '"');
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            add_char(line, '\\');
            add_char(line, (char)c);
        } else if (c < ' ' || c == 0x7f) {
            char escape[8];
            snprintf(escape, sizeof escape, "\\x%02x", c);
            add_plain(line, escape);
        } else {
            add_char(line, (char)c);
        }
    }
    add_char(line, '"');
}

void log_set_level(enum log_level level)
{
    threshold = level;
}

int log_enabled(enum log_level level)
{
    return level <= threshold;
}

void log_event(enum log_level level, const char *event, const struct log_field fields[])
{
    static const char *const levels[] = {"error", "warn", "info", "debug"};
    if (!log_enabled(level))
        return;
    struct line line = {.size = 0};
    char time[CLOCK_TEXT_SIZE];
    clock_format(clock_unix_ms(), time);
    add_plain(&line, "time=");
    add_plain(&line, time);
    add_plain(&line, " level=");
    add_plain(&line, levels[level]);
    add_plain(&line, " event=");
    add_plain(&line, event);
    for (const struct log_field *field = fields; field->key != NULL; field++) {
        add_char(&line, ' ');
        add_plain(&line, field->key);
        add_char(&line, '=');
        char number[24];
        snprintf(number, sizeof number, "%" PRId64, field->number);
        add_value(&line, field->text != NULL ? field->text : number);
    }
    line.bytes[line.size++] = '\n';
    /* Nowhere is left to complain to when standard error itself fails. */
    ssize_t ignored = write(STDERR_FILENO, line.bytes, line.size);
    (void)ignored;
}
