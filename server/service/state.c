#include "service/state.h"

#include "model/limits.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The index of the first of `count` that is not below the key. */
static unsigned lower_bound(const struct service *service, unsigned count, const void *key,
                            bool (*is_below)(const struct service *, unsigned, const void *key))
{
    unsigned low = 0;
    unsigned high = count;
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (is_below(service, middle, key))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_name_below(const struct service *service, unsigned index, const void *name)
{
    return strcmp(service->brains[index]->record.name, name) < 0;
}

static unsigned name_index(const struct service *service, const char *name)
{
    return lower_bound(service, service->brain_count, name, has_name_below);
}

static bool has_id_below(const struct service *service, unsigned index, const void *id)
{
    return service->brains_by_id[index]->record.id < *(const int64_t *)id;
}

static unsigned id_index(const struct service *service, int64_t id)
{
    return lower_bound(service, service->brain_count, &id, has_id_below);
}

/* Brains. */

struct brain_entry *brain_entry_find(struct service *service, const char *name)
{
    unsigned index = name_index(service, name);
    if (index == service->brain_count || strcmp(service->brains[index]->record.name, name) != 0)
        return NULL;
    struct brain_entry *entry = service->brains[index];
    return entry->under_way[CHANGE_BRAIN_DELETED] == 0 ? entry : NULL;
}

unsigned brain_entry_index_behind(const struct service *service, const char *name)
{
    unsigned index = name_index(service, name);
    while (index < service->brain_count && strcmp(service->brains[index]->record.name, name) == 0)
        index++;
    return index;
}

struct brain_entry *brain_entry_by_id(const struct service *service, int64_t id)
{
    unsigned index = id_index(service, id);
    bool is_there = index < service->brain_count && service->brains_by_id[index]->record.id == id;
    return is_there ? service->brains_by_id[index] : NULL;
}

const struct brain_entry *brain_entry_coming(const struct service *service, const char *name)
{
    const struct brain_entry *entry = service->brains_coming;
    while (entry != NULL && strcmp(entry->record.name, name) != 0)
        entry = entry->next;
    return entry;
}

static bool grow_brains(struct brain_entry ***list, size_t capacity)
{
    struct brain_entry **grown = realloc(*list, capacity * sizeof(struct brain_entry *));
    if (grown != NULL)
        *list = grown;
    return grown != NULL;
}

enum err brain_entry_create(struct service *service, const struct brain_record *record,
                            const struct atlas *atlas, const struct brain_counts *saved)
{
    const size_t capacity = (size_t)service->brain_count + service->brains_coming_count + 1;
    if (!grow_brains(&service->brains, capacity) || !grow_brains(&service->brains_by_id, capacity))
        return ERR_NO_MEMORY;
    struct brain_entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL)
        return ERR_NO_MEMORY;
    entry->record = *record;
    entry->atlas = atlas;
    entry->saved = *saved;
    entry->folded = record->lessons;
    entry->next = service->brains_coming;
    service->brains_coming = entry;
    service->brains_coming_count++;
    if (record->id >= service->next_brain_id)
        service->next_brain_id = record->id + 1;
    return ERR_OK;
}

static struct brain_entry *take_coming_brain(struct service *service, int64_t id)
{
    struct brain_entry **link = &service->brains_coming;
    while ((*link)->record.id != id)
        link = &(*link)->next;
    struct brain_entry *entry = *link;
    *link = entry->next;
    service->brains_coming_count--;
    return entry;
}

static void insert(struct brain_entry **list, unsigned count, unsigned index,
                   struct brain_entry *entry)
{
    memmove(&list[index + 1], &list[index], (count - index) * sizeof(struct brain_entry *));
    list[index] = entry;
}

static void take_out(struct brain_entry **list, unsigned count, unsigned index)
{
    memmove(&list[index], &list[index + 1], (count - index - 1) * sizeof(struct brain_entry *));
}

struct brain_entry *brain_entry_arrive(struct service *service, int64_t id)
{
    struct brain_entry *entry = take_coming_brain(service, id);
    const unsigned count = service->brain_count;
    insert(service->brains, count, name_index(service, entry->record.name), entry);
    insert(service->brains_by_id, count, id_index(service, id), entry);
    service->brain_count++;
    return entry;
}

void brain_entry_load(struct service *service, struct brain_entry *entry, struct edition *edition)
{
    published_put(&entry->published, edition);
    if (entry->is_loaded)
        return;
    entry->is_loaded = true;
    entry->loaded_behind = service->brains_loaded;
    if (entry->loaded_behind != NULL)
        entry->loaded_behind->loaded_before = entry;
    service->brains_loaded = entry;
    service->brains_loaded_count++;
}

void brain_entry_unload(struct service *service, struct brain_entry *entry)
{
    published_close(&entry->published);
    if (!entry->is_loaded)
        return;
    if (entry->loaded_before != NULL)
        entry->loaded_before->loaded_behind = entry->loaded_behind;
    else
        service->brains_loaded = entry->loaded_behind;
    if (entry->loaded_behind != NULL)
        entry->loaded_behind->loaded_before = entry->loaded_before;
    entry->loaded_before = entry->loaded_behind = NULL;
    entry->is_loaded = false;
    service->brains_loaded_count--;
}

static void free_brain(struct service *service, struct brain_entry *entry)
{
    retry_end(&entry->next_job);
    brain_entry_unload(service, entry);
    free(entry);
}

void brain_entry_drop(struct service *service, int64_t id)
{
    free_brain(service, take_coming_brain(service, id));
}

static void remove_job(struct service *service, unsigned index);

static void remove_jobs_of(struct service *service, const struct brain_entry *entry)
{
    for (unsigned i = service->job_count; i-- > 0;)
        if (service->jobs[i]->brain == entry)
            remove_job(service, i);
}

void brain_entry_remove(struct service *service, struct brain_entry *entry)
{
    remove_jobs_of(service, entry);
    unsigned index = name_index(service, entry->record.name);
    while (service->brains[index] != entry) /* another one of that name may have been created */
        index++;
    take_out(service->brains, service->brain_count, index);
    take_out(service->brains_by_id, service->brain_count, id_index(service, entry->record.id));
    service->brain_count--;
    free_brain(service, entry);
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

unsigned brain_entry_lessons(const struct brain_entry *entry)
{
    return (unsigned)(entry->record.lessons - entry->folded);
}

int64_t brain_entry_job(const struct brain_entry *entry)
{
    return entry->jobs != NULL ? entry->jobs->job.id : 0;
}

bool brain_entry_is_written(const struct brain_entry *entry)
{
    return entry->under_way[CHANGE_MATCHES_LEARNED] > 0 ||
           entry->under_way[CHANGE_BRAIN_REPLACED] > 0;
}

static bool is_claimed(const struct brain_entry *entry)
{
    bool is_claimed = entry->matches != NULL;
    for (unsigned kind = 0; kind < CHANGE_KIND_COUNT; kind++)
        is_claimed = is_claimed || entry->under_way[kind] > 0;
    return is_claimed;
}

enum err brain_entry_check_steady(const struct brain_entry *entry, bool has_checkpoint,
                                  struct fault *fault)
{
    if (has_checkpoint && entry->checkpoints_under_way > 0)
        return fault_set(fault, ERR_BUSY, NULL, "a checkpoint of the brain is just being written");
    if (entry->under_way[CHANGE_BRAIN_REPLACED] > 0)
        return fault_set(fault, ERR_BUSY, NULL, BRAIN_IS_WRITTEN);
    return ERR_OK;
}

enum err brain_entry_check_idle(const struct brain_entry *entry, const char *field,
                                struct fault *fault)
{
    int64_t job = brain_entry_job(entry);
    if (job != 0)
        return fault_set(fault, ERR_CONFLICT, field,
                         "job %" PRId64 " trains this brain: wait for its end or stop it", job);
    if (entry->run != NULL)
        return fault_set(fault, ERR_BUSY, NULL, "the brain's last save has not succeeded yet: %s",
                         entry->last_save_error);
    if (entry->points_owed > 0)
        return fault_set(fault, ERR_BUSY, NULL, "a point of its curve could not be written yet");
    if (is_claimed(entry))
        return fault_set(fault, ERR_BUSY, NULL, BRAIN_IS_WRITTEN);
    return ERR_OK;
}

/* Jobs. */

static bool is_job_below(const struct service *service, unsigned index, const void *id)
{
    return service->jobs[index]->job.id < *(const int64_t *)id;
}

unsigned job_entry_index(const struct service *service, int64_t id)
{
    return lower_bound(service, service->job_count, &id, is_job_below);
}

struct job_entry *job_entry_find(const struct service *service, int64_t id)
{
    unsigned index = job_entry_index(service, id);
    bool is_there = index < service->job_count && service->jobs[index]->job.id == id;
    return is_there ? service->jobs[index] : NULL;
}

enum err job_entry_create(struct service *service, const struct job *job, struct brain_entry *brain)
{
    const size_t capacity = (size_t)service->job_count + service->jobs_coming_count + 1;
    struct job_entry **jobs = realloc(service->jobs, capacity * sizeof(struct job_entry *));
    if (jobs == NULL)
        return ERR_NO_MEMORY;
    service->jobs = jobs;
    struct job_entry *item = calloc(1, sizeof *item);
    if (item == NULL)
        return ERR_NO_MEMORY;
    item->job = *job;
    item->brain = brain;
    item->next = service->jobs_coming;
    service->jobs_coming = item;
    service->jobs_coming_count++;
    if (job->id >= service->next_job_id)
        service->next_job_id = job->id + 1;
    return ERR_OK;
}

static struct job_entry *take_coming_job(struct service *service, int64_t id)
{
    struct job_entry **link = &service->jobs_coming;
    while ((*link)->job.id != id)
        link = &(*link)->next;
    struct job_entry *item = *link;
    *link = item->next;
    item->next = NULL;
    service->jobs_coming_count--;
    return item;
}

void job_entry_arrive(struct service *service, int64_t id, struct text *opponent)
{
    struct job_entry *item = take_coming_job(service, id);
    assert(job_entry_index(service, id) == service->job_count);
    item->opponent = *opponent;
    *opponent = (struct text){0};
    service->jobs[service->job_count++] = item;
    if (job_is_over(&item->job))
        return;
    struct job_entry **last = &item->brain->jobs;
    while (*last != NULL)
        last = &(*last)->next;
    *last = item;
}

static void free_job(struct job_entry *item)
{
    retry_end(&item->row);
    text_free(&item->opponent);
    free(item);
}

void job_entry_drop(struct service *service, int64_t id)
{
    free_job(take_coming_job(service, id));
}

static void leave_brain(struct job_entry *item)
{
    struct job_entry **link = &item->brain->jobs;
    while (*link != NULL && *link != item)
        link = &(*link)->next;
    if (*link == item)
        *link = item->next;
    item->next = NULL;
}

void job_entry_end(struct service *service, struct job_entry *item)
{
    leave_brain(item);
    text_free(&item->opponent);
    service->totals.jobs_ended++;
}

static void remove_job(struct service *service, unsigned index)
{
    leave_brain(service->jobs[index]);
    free_job(service->jobs[index]);
    service->job_count--;
    memmove(&service->jobs[index], &service->jobs[index + 1],
            (service->job_count - index) * sizeof(struct job_entry *));
}

/* Whether it is over on disk, too, as far as is known. If not it is there after a restart. */
static bool is_settled(const struct job_entry *item)
{
    return job_is_over(&item->job) && item->run == NULL && !item->is_owed;
}

unsigned job_entries_active(const struct service *service)
{
    unsigned active = 0;
    for (unsigned i = 0; i < service->job_count; i++)
        active += !is_settled(service->jobs[i]);
    return active;
}

void job_entries_prune(struct service *service)
{
    unsigned kept = 0;
    for (unsigned i = service->job_count; i-- > 0;) {
        if (is_settled(service->jobs[i]) && ++kept > JOBS_FINISHED_KEPT)
            remove_job(service, i);
    }
}

void state_free(struct service *service)
{
    while (service->job_count > 0)
        remove_job(service, service->job_count - 1);
    while (service->brain_count > 0)
        brain_entry_remove(service, service->brains[service->brain_count - 1]);
    free(service->jobs);
    free(service->brains);
    free(service->brains_by_id);
}
