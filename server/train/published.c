#include "train/published.h"

#include <assert.h>
#include <sched.h>

void published_open(struct published *published, struct brain *table)
{
    for (unsigned i = 0; i < PUBLISHED_SLOTS; i++) {
        published->slots[i].table = NULL;
        atomic_init(&published->slots[i].pins, 0);
    }
    published->slots[0].table = table;
    atomic_init(&published->current, 0);
}

void published_close(struct published *published)
{
    for (unsigned i = 0; i < PUBLISHED_SLOTS; i++) {
        assert(atomic_load(&published->slots[i].pins) == 0);
        brain_destroy(published->slots[i].table);
    }
}

struct pin published_pin(struct published *published)
{
    for (;;) {
        unsigned slot = atomic_load(&published->current);
        atomic_fetch_add(&published->slots[slot].pins, 1);
        if (atomic_load(&published->current) == slot)
            return (struct pin){published->slots[slot].table, published, slot};
        atomic_fetch_sub(&published->slots[slot].pins, 1);
    }
}

void published_unpin(struct pin pin)
{
    atomic_fetch_sub(&pin.from->slots[pin.slot].pins, 1);
}

static bool is_free(struct published *published, unsigned slot)
{
    return slot != atomic_load(&published->current) &&
           atomic_load(&published->slots[slot].pins) == 0;
}

/* A slot that can be written to, with a table; PUBLISHED_SLOTS if there is none. */
static unsigned find_writable(struct published *published)
{
    const struct brain *current = published->slots[atomic_load(&published->current)].table;
    unsigned slot = 0;
    for (; slot < PUBLISHED_SLOTS; slot++) {
        if (!is_free(published, slot))
            continue;
        struct brain **table = &published->slots[slot].table;
        if (*table != NULL || brain_create(current->states, &current->rule, table) == ERR_OK)
            break;
    }
    return slot;
}

enum err published_reserve(struct published *published)
{
    return find_writable(published) < PUBLISHED_SLOTS ? ERR_OK : ERR_NO_MEMORY;
}

bool published_publish(struct published *published, const struct brain *table)
{
    unsigned slot = find_writable(published);
    if (slot == PUBLISHED_SLOTS)
        return false;
    brain_copy(published->slots[slot].table, table);
    atomic_store(&published->current, slot);
    return true;
}

void published_publish_last(struct published *published, const struct brain *table)
{
    while (!published_publish(published, table))
        sched_yield();
    for (unsigned slot = 0; slot < PUBLISHED_SLOTS; slot++) {
        if (!is_free(published, slot))
            continue;
        brain_destroy(published->slots[slot].table);
        published->slots[slot].table = NULL;
    }
}
