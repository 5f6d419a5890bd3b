#include "service/brains.h"

#include "base/clock.h"
#include "service/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool brain_name_is_valid(const char *name)
{
    size_t length = strlen(name);
    return length >= 1 && length <= BRAIN_NAME_MAX && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == length;
}

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
    return service->brains[index];
}

struct brain_entry *brain_entry_by_id(struct service *service, int64_t id)
{
    for (unsigned i = 0; i < service->brain_count; i++)
        if (service->brains[i]->record.id == id)
            return service->brains[i];
    return NULL;
}

enum err brain_entry_create(struct service *service, const struct store_brain *record,
                            struct brain *table, struct brain_entry **out)
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
    entry->saved_matches = table->matches;
    published_open(&entry->published, table);
    *out = entry;
    return ERR_OK;
}

static void free_entry(struct brain_entry *entry)
{
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

void brain_entries_free(struct service *service)
{
    for (unsigned i = 0; i < service->brain_count; i++)
        free_entry(service->brains[i]);
    free(service->brains);
}

int64_t brain_entry_job(const struct service *service, const struct brain_entry *entry)
{
    for (unsigned i = 0; i < service->job_count; i++)
        if (service->jobs[i]->brain == entry && !job_is_over(&service->jobs[i]->job))
            return service->jobs[i]->job.id;
    return 0;
}

/* The published table may be older than what was saved last. */
static uint64_t unsaved_matches(const struct brain_entry *entry, const struct brain *table)
{
    return table->matches > entry->saved_matches ? table->matches - entry->saved_matches : 0;
}

uint64_t brain_entry_unsaved(struct brain_entry *entry)
{
    struct pin pin = published_pin(&entry->published);
    uint64_t matches = unsaved_matches(entry, pin.table);
    published_unpin(pin);
    return matches;
}

static void describe(const struct service *service, struct brain_entry *entry,
                     const struct brain *table, struct brain_info *out)
{
    *out = (struct brain_info){
        .name = entry->record.name,
        .game = entry->record.game,
        .rule = entry->record.rule,
        .matches = table->matches,
        .rows = table->states->rows,
        .training = brain_entry_job(service, entry),
        .created_at_ms = entry->record.created_at_ms,
        .saved_at_ms = entry->record.saved_at_ms,
        .unsaved_matches = unsaved_matches(entry, table),
        .last_save_error = entry->last_save_error[0] != '\0' ? entry->last_save_error : NULL,
        .warning = rule_warning(&entry->record.rule)};
    memcpy(out->results, table->results, sizeof out->results);
}

enum err service_get_brain(struct service *service, const char *name, struct brain_info *out,
                           char digest[BRAIN_DIGEST_SIZE])
{
    struct brain_entry *entry = brain_entry_find(service, name);
    if (entry == NULL)
        return ERR_NOT_FOUND;
    struct pin pin = published_pin(&entry->published);
    describe(service, entry, pin.table, out);
    if (digest != NULL)
        brain_digest(pin.table, digest);
    published_unpin(pin);
    return ERR_OK;
}

unsigned service_count_brains(const struct service *service)
{
    return service->brain_count;
}

void service_brain_at(struct service *service, unsigned index, struct brain_info *out)
{
    struct brain_entry *entry = service->brains[index];
    struct pin pin = published_pin(&entry->published);
    describe(service, entry, pin.table, out);
    published_unpin(pin);
}

/* A brain on its way to the disk. */
struct creation {
    struct change change; /* first */
    struct brain_entry *entry;
    struct creation *next; /* in service->creations */
};

static enum err perform_creation(struct store *store, struct store_request *request)
{
    struct brain_entry *entry = ((struct creation *)request)->entry;
    struct pin pin = published_pin(&entry->published);
    enum err err = store_insert_brain(store, &entry->record, pin.table);
    published_unpin(pin);
    return err;
}

static void finish_creation(struct change *change)
{
    struct creation *creation = (struct creation *)change;
    struct service *service = change->service;
    struct creation **link = &service->creations;
    while (*link != creation)
        link = &(*link)->next;
    *link = creation->next;
    service->brains_under_way--;
    if (change->request.err == ERR_OK)
        brain_entry_add(service, creation->entry);
    else
        free_entry(creation->entry);
    change_report(change);
    free(creation);
}

/* The brain of that name that is on its way to the disk, or NULL. */
static const struct brain_entry *find_under_way(const struct service *service, const char *name)
{
    for (const struct creation *creation = service->creations; creation != NULL;
         creation = creation->next)
        if (strcmp(creation->entry->record.name, name) == 0)
            return creation->entry;
    return NULL;
}

static bool is_as_ordered(const struct brain_entry *entry, const struct brain_order *order)
{
    return strcmp(entry->record.game, order->game) == 0 &&
           rule_is_same(&entry->record.rule, &order->rule);
}

static enum err check_order(const struct service *service, const struct brain_order *order,
                            struct fault *fault)
{
    if (!brain_name_is_valid(order->name))
        return fault_set(fault, ERR_IMPOSSIBLE, "name",
                         "must begin with a-z and have up to 64 characters of a-z 0-9 _ -");
    const struct game *game = game_find(order->game);
    if (game == NULL)
        return fault_set(fault, ERR_IMPOSSIBLE, "game", "there is no game of that name");
    struct fault option;
    if (rule_check(&order->rule, game_cells(game), &option) != ERR_OK) {
        char field[FAULT_FIELD_SIZE + sizeof "options."];
        snprintf(field, sizeof field, "options.%s", option.field);
        return fault_set(fault, option.err, field, "%s", option.detail);
    }
    if (service->brain_count + service->brains_under_way >= BRAINS_MAX)
        return fault_set(fault, ERR_BUSY, NULL, "there are %d brains already, as many as can be",
                         BRAINS_MAX);
    return ERR_OK;
}

static struct creation *prepare(struct service *service, const struct brain_order *order)
{
    struct creation *creation = calloc(1, sizeof *creation);
    struct brain *table = NULL;
    int64_t now_ms = clock_unix_ms();
    struct store_brain record = {.id = service->next_brain_id,
                                 .rule = order->rule,
                                 .created_at_ms = now_ms,
                                 .saved_at_ms = now_ms};
    snprintf(record.name, sizeof record.name, "%s", order->name);
    snprintf(record.game, sizeof record.game, "%s", order->game);
    if (creation == NULL ||
        brain_create(kind_of(service, &order->rule)->states, &order->rule, &table) != ERR_OK ||
        brain_entry_create(service, &record, table, &creation->entry) != ERR_OK) {
        brain_destroy(table);
        free(creation);
        return NULL;
    }
    return creation;
}

static enum created refuse(struct fault *fault, enum err err, const char *field, const char *why)
{
    (void)fault_set(fault, err, field, "%s", why);
    return CREATED_NOT;
}

enum created service_create_brain(struct service *service, const struct brain_order *order,
                                  struct service_call *call, struct fault *fault)
{
    const struct brain_entry *there = brain_entry_find(service, order->name);
    const struct brain_entry *under_way = find_under_way(service, order->name);
    const struct brain_entry *twin = there != NULL ? there : under_way;
    if (twin != NULL && !is_as_ordered(twin, order))
        return refuse(fault, ERR_CONFLICT, "name",
                      "a brain of that name is there with another game, rule or options");
    if (there != NULL)
        return CREATED_ALREADY;
    if (under_way != NULL)
        return change_post_barrier(service, call) == ERR_OK
                   ? CREATED_BY_OTHER
                   : refuse(fault, ERR_NO_MEMORY, NULL, "no memory to wait for it");
    if (check_order(service, order, fault) != ERR_OK)
        return CREATED_NOT;
    struct creation *creation = prepare(service, order);
    if (creation == NULL)
        return refuse(fault, ERR_NO_MEMORY, NULL, "no memory for another brain");
    service->next_brain_id++;
    service->brains_under_way++;
    creation->next = service->creations;
    service->creations = creation;
    creation->change = (struct change){.request.perform = perform_creation,
                                       .finish = finish_creation,
                                       .service = service,
                                       .call = call};
    change_post(&creation->change);
    return CREATED_LATER;
}
