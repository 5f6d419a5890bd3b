#include "base/terminal.h"

#include <fcntl.h>
#include <unistd.h>

static bool has_terminal(void)
{
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

struct terminal terminal_find(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(SIGHUP, NULL, &action);
    return (struct terminal){.is_there = has_terminal(),
                             .is_outlived = action.sa_handler == SIG_IGN};
}

/* The shell is the session's leader. Who was disowned by it may lose the terminal unheard, and be
 * asked to read files again much later, by somebody else. */
bool terminal_hung_up(const struct terminal *terminal, const siginfo_t *info)
{
    const bool is_sent = info->si_code == SI_KERNEL || info->si_pid == getsid(0);
    return terminal->is_there && !terminal->is_outlived && is_sent && !has_terminal();
}
