#include "train/published.h"

#include "base/clock.h"

#include <stdlib.h>

void published_put(struct published *published, struct edition *edition)
{
    edition_hold(edition); /* first: it may be current already */
    published_close(published);
    published->current = edition;
}

void published_close(struct published *published)
{
    edition_let_go(atomic_exchange(&published->fresh, NULL));
    edition_let_go(atomic_exchange(&published->spare, NULL));
    edition_let_go(published->current);
    published->current = NULL;
}

/* The publisher writes into the old one, if nobody holds it. */
static void take_fresh(struct published *published)
{
    struct edition *fresh = atomic_exchange(&published->fresh, NULL);
    struct edition *old = published->current;
    if (fresh == NULL)
        return;
    published->current = fresh;
    if (old->holders == 1)
        old = atomic_exchange(&published->spare, old);
    edition_let_go(old);
}

static bool is_digested_of_late(const struct edition *edition)
{
    return edition->digest[0] != '\0' &&
           clock_monotonic_ms() < edition->digested_at_ms + PUBLISHED_DIGEST_MS;
}

struct edition *published_hold(struct published *published)
{
    if (atomic_load(&published->fresh) != NULL && !is_digested_of_late(published->current))
        take_fresh(published);
    return edition_hold(published->current);
}

bool published_is_held(const struct published *published)
{
    return published->current->holders > 1;
}

bool published_publish(struct published *published, const struct brain *table)
{
    struct edition *edition = atomic_exchange(&published->spare, NULL);
    if (edition == NULL) {
        struct brain *copy = NULL;
        if (brain_create_like(table, &copy) != ERR_OK || edition_create(copy, &edition) != ERR_OK)
            return false;
    }
    brain_copy(edition->table, table);
    edition->digest[0] = '\0';
    edition = atomic_exchange(&published->fresh, edition);
    if (edition != NULL) /* nobody has looked at it */
        edition_let_go(atomic_exchange(&published->spare, edition));
    return true;
}
