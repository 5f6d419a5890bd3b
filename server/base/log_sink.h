/*
 * log_sink - where lines of the log go: standard error.
 *
 * A pipe, a terminal or a socket takes lines only as long as somebody reads them. So a thread of
 * their own writes them, and whoever logs only puts them into a buffer: nothing else ever waits for
 * the log. When the buffer is full, lines are dropped and counted. Files, whose disk the database
 * waits for as well, and standard error before log_sink_start(), take lines at once.
 *
 * Invariants
 * 1. A line is one write(2), where standard error takes it whole.
 * 2. Of a line that was put either all is written, or it is counted as dropped.
 * 3. Standard error's flags are left alone: other processes share them.
 */
#ifndef TTSTD_BASE_LOG_SINK_H
#define TTSTD_BASE_LOG_SINK_H

#include <stddef.h>
#include <stdint.h>

enum { LOG_LINE_SIZE = 1024 };

/* Starts the thread if standard error wants one. `tell` writes a line that says how many lines were
 * lost; it is written as soon as lines can be again. Where no thread can be had lines go on being
 * written at once. Call before threads start. */
void log_sink_start(size_t (*tell)(uint64_t count, char out[LOG_LINE_SIZE]));

/* Writes a line, or has it written. Any thread. */
void log_sink_put(const char *line, size_t size);

/* Waits until all lines are written, for half a second at most. */
void log_sink_flush(void);

/* How many lines were dropped, for want of room or because they could not be written. */
uint64_t log_sink_dropped(void);

#endif
