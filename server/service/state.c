/* The list of brains. */
#include "service/shelf.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The index of the first brain whose name is not before `name`. */
static unsigned lower_bound(const struct service *service, const char *name)
{
    unsigned low = 0;
    unsigned high = service->brain_count;
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (strcmp(service->brains[middle]->record.name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct brain_entry *brain_entry_find(struct service *service, const char *name)
{
    unsigned index = lower_bound(service, name);
    if (index == service->brain_count || strcmp(service->brains[index]->record.name, name) != 0)
        return NULL;
    return service->brains[index]->is_leaving ? NULL : service->brains[index];
}

struct brain_entry *brain_entry_by_id(struct service *service, int64_t id)
{
    for (unsigned i = 0; i < service->brain_count; i++)
        if (service->brains[i]->record.id == id)
            return service->brains[i];
    return NULL;
}

enum err brain_entry_create(struct service *service, const struct store_brain *record,
                            struct brain_entry **out)
{
    /* Room in the list for all that are being created: adding one then cannot fail. */
    size_t capacity = (size_t)service->brain_count + service->brains_under_way + 1;
    struct brain_entry **brains = realloc(service->brains, capacity * sizeof(struct brain_entry *));
    if (brains == NULL)
        return ERR_NO_MEMORY;
    service->brains = brains;
    struct brain_entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL)
        return ERR_NO_MEMORY;
    entry->record = *record;
    entry->next_job.again = jobs_start_again;
    *out = entry;
    return ERR_OK;
}

void brain_entry_free(struct brain_entry *entry)
{
    retry_end(&entry->next_job);
    published_close(&entry->published);
    free(entry);
}

void brain_entry_add(struct service *service, struct brain_entry *entry)
{
    unsigned index = lower_bound(service, entry->record.name);
    memmove(&service->brains[index + 1], &service->brains[index],
            (service->brain_count - index) * sizeof(struct brain_entry *));
    service->brains[index] = entry;
    service->brain_count++;
    if (entry->record.id >= service->next_brain_id)
        service->next_brain_id = entry->record.id + 1;
}

void brain_entry_remove(struct service *service, struct brain_entry *entry)
{
    job_entries_remove_of(service, entry);
    unsigned index = lower_bound(service, entry->record.name);
    while (service->brains[index] != entry)
        index++;
    service->brain_count--;
    memmove(&service->brains[index], &service->brains[index + 1],
            (service->brain_count - index) * sizeof(struct brain_entry *));
    brain_entry_free(entry);
}

void brain_entries_free(struct service *service)
{
    for (unsigned i = 0; i < service->brain_count; i++)
        brain_entry_free(service->brains[i]);
    free(service->brains);
}

int64_t brain_entry_job(const struct service *service, const struct brain_entry *entry)
{
    for (unsigned i = 0; i < service->job_count; i++)
        if (service->jobs[i]->brain == entry && !job_is_over(&service->jobs[i]->job))
            return service->jobs[i]->job.id;
    return 0;
}

enum err edition_fresh(const struct service *service, const struct rule *rule, struct edition **out)
{
    struct brain *table = NULL;
    enum err err = brain_create(service->atlas, rule, &table);
    return err == ERR_OK ? edition_create(table, out) : err;
}

struct brain_counts brain_counts_of(const struct brain *table)
{
    struct brain_counts counts = {.matches = table->matches};
    memcpy(counts.results, table->results, sizeof counts.results);
    return counts;
}

struct brain_counts brain_entry_counts(struct brain_entry *entry)
{
    if (!entry->is_loaded)
        return entry->saved;
    struct edition *edition = published_hold(&entry->published);
    struct brain_counts counts = brain_counts_of(edition->table);
    edition_let_go(edition);
    return counts;
}

/* The published table may be older than what was saved last. */
uint64_t brain_entry_unsaved(struct brain_entry *entry)
{
    uint64_t matches = brain_entry_counts(entry).matches;
    return matches > entry->saved.matches ? matches - entry->saved.matches : 0;
}

void brain_entry_note_save(struct service *service, struct brain_entry *entry,
                           const struct store_request *request, const struct brain *table,
                           int64_t saved_at_ms)
{
    if (request->err != ERR_OK) {
        service->done.save_failures++;
        return;
    }
    durations_add(&service->done.saves, request->took_us);
    entry->last_save_us = request->took_us;
    entry->saved = brain_counts_of(table);
    entry->record.saved_at_ms = saved_at_ms;
}

enum err brain_entry_check_idle(const struct service *service, const struct brain_entry *entry,
                                const char *field, struct fault *fault)
{
    int64_t job = brain_entry_job(service, entry);
    if (job != 0)
        return fault_set(fault, ERR_CONFLICT, field,
                         "job %" PRId64 " trains this brain: wait for its end or stop it", job);
    if (entry->run != NULL)
        return fault_set(fault, ERR_BUSY, NULL, "the brain's last save has not succeeded yet: %s",
                         entry->last_save_error);
    if (entry->points_owed > 0)
        return fault_set(fault, ERR_BUSY, NULL, "a point of its curve could not be written yet");
    if (entry->study != NULL || entry->matches != NULL || entry->is_replaced ||
        entry->jobs_under_way > 0)
        return fault_set(fault, ERR_BUSY, NULL, "the brain is just being written");
    return ERR_OK;
}
