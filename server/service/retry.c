#include "service/retry.h"

#include "base/clock.h"

#include <stddef.h>

enum { WAIT_FIRST_MS = 100, WAIT_MAX_MS = 10 * 1000 };

static void link_in(struct retry **list, struct retry *retry)
{
    retry->next = *list;
    retry->link = list;
    if (retry->next != NULL)
        retry->next->link = &retry->next;
    *list = retry;
}

static void unlink_it(struct retry *retry)
{
    *retry->link = retry->next;
    if (retry->next != NULL)
        retry->next->link = retry->link;
    retry->link = NULL;
}

bool retry_later(struct retries *retries, struct retry *retry,
                 void (*again)(struct service *service, struct retry *retry))
{
    if (retries->is_over)
        return false;
    if (retry->link != NULL)
        return true;
    retry->wait_ms = retry->wait_ms == 0 ? WAIT_FIRST_MS : 2 * retry->wait_ms;
    if (retry->wait_ms > WAIT_MAX_MS)
        retry->wait_ms = WAIT_MAX_MS;
    retry->at_ms = clock_monotonic_ms() + retry->wait_ms;
    retry->again = again;
    link_in(&retries->list, retry);
    return true;
}

void retry_end(struct retry *retry)
{
    retry->wait_ms = 0;
    if (retry->link != NULL)
        unlink_it(retry);
}

int retry_due(struct retries *retries, struct service *service, bool now)
{
    if (retries->list == NULL) /* as nearly always, and this is asked at each turn */
        return -1;
    const int64_t now_ms = clock_monotonic_ms();
    struct retry *all = retries->list; /* apart from what fails again meanwhile */
    all->link = &all;
    retries->list = NULL;
    while (all != NULL) {
        struct retry *retry = all;
        unlink_it(retry);
        if (now || retry->at_ms <= now_ms)
            retry->again(service, retry);
        else
            link_in(&retries->list, retry);
    }
    int64_t soonest_ms = -1;
    for (const struct retry *retry = retries->list; retry != NULL; retry = retry->next) {
        int64_t wait_ms = retry->at_ms > now_ms ? retry->at_ms - now_ms : 0;
        if (soonest_ms < 0 || wait_ms < soonest_ms)
            soonest_ms = wait_ms;
    }
    return (int)soonest_ms;
}
