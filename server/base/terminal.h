/*
 * terminal - the terminal that a process was started from, and its end.
 *
 * A terminal that goes away is told by SIGHUP, which from anybody else asks to read files again.
 */
#ifndef TTSTD_BASE_TERMINAL_H
#define TTSTD_BASE_TERMINAL_H

#include <signal.h>
#include <stdbool.h>

struct terminal {
    bool is_there;
    bool is_outlived; /* SIGHUP was ignored at the start, as nohup(1) has it */
};

/* At the start, before anything is done about SIGHUP. */
struct terminal terminal_find(void);

/* Whether this SIGHUP says that the terminal has gone, and the process should go with it. The
 * kernel says so to the foreground, a shell to all its jobs. */
bool terminal_hung_up(const struct terminal *terminal, const siginfo_t *info);

#endif
