/*
 * log - one line an event, on standard error, as key=value pairs or as a JSON object:
 *
 *     time=2026-01-31T12:00:00.000Z level=info event=listening address=127.0.0.1 port=8080
 *     {"time":"2026-01-31T12:00:00.000Z","level":"info","event":"listening","address":"127.0.0.1","port":8080}
 *
 * In pairs, values with blanks, quotes or control characters are quoted and escaped; in JSON, bytes
 * that are no UTF-8 show as U+FFFD. So a line is always one line. A value that does not fit is cut;
 * in JSON, fields that do not fit are left out. Safe from any thread, and nobody waits for who
 * reads the log: lines that find no room are dropped, and a line `log_lines_dropped` tells how many
 * (log_sink.h).
 */
#ifndef TTSTD_BASE_LOG_H
#define TTSTD_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_ERROR = 0, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_FORMAT_TEXT = 0, LOG_FORMAT_JSON };

struct log_field {
    const char *key;
    const char *text; /* NULL: the value is `number` */
    int64_t number;
};

#define LOG_TEXT(k, v) ((struct log_field){.key = (k), .text = (v)})
#define LOG_NUMBER(k, v) ((struct log_field){.key = (k), .number = (int64_t)(v)})

/* LOG(LOG_INFO, "listening", LOG_TEXT("address", host), LOG_NUMBER("port", port)); */
#define LOG(level, ...) LOG_SPREAD(level, __VA_ARGS__, LOG_END)
#define LOG_END ((struct log_field){.key = NULL})
#define LOG_SPREAD(level, event, ...)                                                              \
    log_event(level, event, (const struct log_field[]){__VA_ARGS__})

/* Lines less urgent than `level` are dropped from now on. Call before threads start. */
void log_set_level(enum log_level level);

/* How lines look from now on; at first they are pairs. Call before threads start. */
void log_set_format(enum log_format format);

/* From now on nobody waits for the log. Call before threads start, with signals blocked. */
void log_start(void);

/* Whether a line of `level` would be written. */
int log_enabled(enum log_level level);

/* `fields` ends with LOG_END. */
void log_event(enum log_level level, const char *event, const struct log_field fields[]);

#endif
