#include "service/shelf.h"

#include "model/name.h"
#include "service/lookup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each has a table in memory while it is read, beside those that --brain-memory counts: as many as
 * keep the disk busy. */
enum { FETCHES_AT_ONCE = 8 };

#define BRAIN_IS_READ "the brain is being read from disk"

/* A checkpoint's table in memory. */
struct shelved {
    struct shelved *next;
    int64_t brain_id;
    char name[NAME_SIZE];
    struct edition *edition;
    uint64_t used; /* as in struct brain_entry */
};

/* Making room. */

/* Dropping what somebody holds would free nothing. */
static bool can_go(const struct brain_entry *entry)
{
    return entry->run == NULL && entry->matches == NULL && !brain_entry_is_written(entry) &&
           !published_is_held(&entry->published);
}

static bool shelved_can_go(const struct shelved *shelved)
{
    return shelved->edition->holders == 1;
}

static size_t entry_size(const struct brain_entry *entry)
{
    return brain_size_under(entry->atlas, &entry->record.rule);
}

/* But for what is busy. */
static size_t bytes_in_use(struct service *service)
{
    size_t bytes = 0;
    for (const struct brain_entry *entry = service->brains_loaded; entry != NULL;
         entry = entry->loaded_behind)
        bytes += can_go(entry) ? entry_size(entry) : 0;
    for (const struct shelved *shelved = service->shelved; shelved != NULL; shelved = shelved->next)
        bytes += shelved_can_go(shelved) ? brain_size(shelved->edition->table) : 0;
    return bytes;
}

static struct brain_entry *least_used_entry(struct service *service)
{
    struct brain_entry *least = NULL;
    for (struct brain_entry *entry = service->brains_loaded; entry != NULL;
         entry = entry->loaded_behind)
        if (can_go(entry) && (least == NULL || entry->used < least->used))
            least = entry;
    return least;
}

static struct shelved **least_used_shelved(struct service *service)
{
    struct shelved **least = NULL;
    for (struct shelved **link = &service->shelved; *link != NULL; link = &(*link)->next)
        if (shelved_can_go(*link) && (least == NULL || (*link)->used < (*least)->used))
            least = link;
    return least;
}

static void drop_shelved(struct shelved **link)
{
    struct shelved *shelved = *link;
    *link = shelved->next;
    edition_let_go(shelved->edition);
    free(shelved);
}

/* Drops what was not used for longest until the rest fits. What was used last stays in any case: it
 * is what has just been fetched. */
static void make_room(struct service *service)
{
    size_t bytes = bytes_in_use(service);
    while (bytes > service->options.brain_memory) {
        struct brain_entry *entry = least_used_entry(service);
        struct shelved **shelved = least_used_shelved(service);
        bool is_shelved = shelved != NULL && (entry == NULL || (*shelved)->used < entry->used);
        if ((shelved == NULL && entry == NULL) ||
            (is_shelved ? (*shelved)->used : entry->used) == service->uses)
            return;
        bytes -= is_shelved ? brain_size((*shelved)->edition->table) : entry_size(entry);
        if (is_shelved)
            drop_shelved(shelved);
        else
            brain_entry_unload(service, entry);
    }
}

void shelf_put(struct service *service, struct brain_entry *entry, struct edition *edition)
{
    brain_entry_load(service, entry, edition);
    entry->used = ++service->uses;
    make_room(service);
}

void shelf_forget(struct service *service, int64_t brain_id, const char *checkpoint)
{
    for (struct shelved **link = &service->shelved; *link != NULL;) {
        const struct shelved *shelved = *link;
        if (shelved->brain_id == brain_id &&
            (checkpoint == NULL || strcmp(shelved->name, checkpoint) == 0))
            drop_shelved(link);
        else
            link = &(*link)->next;
    }
}

/* Reading. */

static struct shelved *find_shelved(struct service *service, int64_t brain_id, const char *name)
{
    struct shelved *shelved = service->shelved;
    while (shelved != NULL && (shelved->brain_id != brain_id || strcmp(shelved->name, name) != 0))
        shelved = shelved->next;
    return shelved;
}

/* A table that is not in memory. */
struct missing {
    const struct brain_entry *entry;
    const char *checkpoint; /* "": the brain's own */
    const char *field;      /* as in struct reading */
};

static enum err fetch(struct service *service, const struct missing *missing,
                      struct service_call *call, struct fault *fault);

enum err shelf_need(struct service *service, struct brain_entry *entry, struct service_call *call,
                    struct fault *fault)
{
    const struct missing missing = {.entry = entry, .checkpoint = ""};
    if (!entry->is_loaded)
        return fetch(service, &missing, call, fault);
    entry->used = ++service->uses;
    return ERR_OK;
}

/* A name's parts. */
struct named {
    struct brain_entry *entry;
    const char *checkpoint; /* NULL: none is named */
};

/* Most names have no checkpoint, and are looked up as they are. */
static struct brain_entry *find_entry(struct service *service, const char *name, const char *at)
{
    char brain[NAME_SIZE] = {0};
    if (at == NULL)
        return brain_entry_find(service, name);
    if (at - name >= NAME_SIZE)
        return NULL;
    memcpy(brain, name, (size_t)(at - name));
    return brain_entry_find(service, brain);
}

static enum err find(struct service *service, const char *name, const char *field,
                     struct named *out, struct fault *fault)
{
    const char *at = strchr(name, SHELF_AT);
    out->entry = find_entry(service, name, at);
    out->checkpoint = at != NULL ? at + 1 : NULL;
    if (out->entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, field, BRAIN_NOT_FOUND);
    if (at != NULL && !checkpoint_name_is_valid(at + 1) && !checkpoint_is_automatic(at + 1))
        return fault_set(fault, ERR_NOT_FOUND, field, CHECKPOINT_NOT_FOUND);
    return ERR_OK;
}

enum err shelf_find(struct service *service, const char *name, const char *field,
                    struct brain_entry **out, struct fault *fault)
{
    struct named named;
    enum err err = find(service, name, field, &named, fault);
    *out = named.entry;
    return err;
}

static enum err read_checkpoint(struct service *service, const char *name, struct reading *reading,
                                struct fault *fault)
{
    const struct missing missing = {
        .entry = reading->entry, .checkpoint = name, .field = reading->field};
    struct shelved *shelved = find_shelved(service, reading->entry->record.id, name);
    if (shelved == NULL)
        return fetch(service, &missing, reading->call, fault);
    shelved->used = ++service->uses;
    reading->edition = edition_hold(shelved->edition);
    return ERR_OK;
}

enum err shelf_read(struct service *service, struct reading *reading, struct fault *fault)
{
    struct named named;
    enum err err = find(service, reading->name, reading->field, &named, fault);
    reading->entry = named.entry;
    if (err == ERR_OK && named.checkpoint != NULL)
        return read_checkpoint(service, named.checkpoint, reading, fault);
    if (err == ERR_OK)
        err = shelf_need(service, named.entry, reading->call, fault);
    if (err == ERR_OK)
        reading->edition = published_hold(&named.entry->published);
    return err;
}

/* Fetching. */

struct fetch {
    struct lookup lookup; /* first */
    struct fetch *next;   /* in service->fetches: the first FETCHES_AT_ONCE are being read */
    int64_t brain_id;
    char checkpoint[NAME_SIZE]; /* "": the brain's own */
    const struct atlas *atlas;
    struct rule rule;
    struct edition *edition;    /* once it has been read */
    struct service_call *calls; /* that wait for it */
};

static enum err decode(void *context, const char *blob, size_t size)
{
    return brain_decode(blob, size, context, BRAIN_TO_LEARN);
}

/* The store's thread. */
static enum err perform_fetch(struct store *store, struct store_request *request)
{
    struct fetch *fetch = (struct fetch *)request;
    struct edition *edition;
    edition_let_go(fetch->edition); /* of a try before */
    enum err err = edition_fresh(fetch->atlas, &fetch->rule, &edition);
    fetch->edition = err == ERR_OK ? edition : NULL;
    if (err != ERR_OK)
        return err;
    struct brain *table = edition->table;
    return fetch->checkpoint[0] != '\0'
               ? store_load_checkpoint(store, fetch->brain_id, fetch->checkpoint, decode, table)
               : store_read_table(store, fetch->brain_id, table);
}

static enum err keep_checkpoint(struct service *service, const struct fetch *fetch)
{
    struct shelved *shelved = calloc(1, sizeof *shelved);
    if (shelved == NULL)
        return ERR_NO_MEMORY;
    *shelved = (struct shelved){.next = service->shelved,
                                .brain_id = fetch->brain_id,
                                .edition = edition_hold(fetch->edition),
                                .used = ++service->uses};
    memcpy(shelved->name, fetch->checkpoint, sizeof shelved->name);
    service->shelved = shelved;
    make_room(service);
    return ERR_OK;
}

/* It may have come some other way meanwhile, or the brain be gone. */
static enum err keep(struct service *service, const struct fetch *fetch)
{
    struct brain_entry *entry = brain_entry_by_id(service, fetch->brain_id);
    if (entry == NULL)
        return ERR_OK;
    if (fetch->checkpoint[0] != '\0')
        return find_shelved(service, fetch->brain_id, fetch->checkpoint) == NULL
                   ? keep_checkpoint(service, fetch)
                   : ERR_OK;
    if (!entry->is_loaded)
        shelf_put(service, entry, fetch->edition);
    return ERR_OK;
}

static void tell_outcome(const struct fetch *fetch, const char *field, struct fault *out)
{
    enum err err = fetch->lookup.request.err;
    lookup_outcome(&fetch->lookup, "its table", out);
    if (err == ERR_OK)
        (void)fault_set(out, ERR_LATER, NULL, BRAIN_IS_READ);
    else if (err == ERR_NOT_FOUND)
        (void)fault_set(out, err, field, "%s",
                        fetch->checkpoint[0] != '\0' ? CHECKPOINT_NOT_FOUND : BRAIN_NOT_FOUND);
    else if (err == ERR_CORRUPT)
        (void)fault_set(out, err, NULL, "its table on disk is damaged");
}

static void end_fetch(struct service *service, struct fetch *fetch)
{
    struct fetch **link = &service->fetches;
    while (*link != fetch)
        link = &(*link)->next;
    *link = fetch->next;
    for (struct service_call *call = fetch->calls; call != NULL;) {
        struct service_call *next = call->next; /* done() may free the call */
        tell_outcome(fetch, call->field, &call->fault);
        call->done(call);
        call = next;
    }
    edition_let_go(fetch->edition);
    free(fetch);
}

static void finish_fetch(struct lookup *lookup)
{
    struct fetch *fetch = (struct fetch *)lookup;
    struct service *service = lookup->service;
    struct fetch *next = service->fetches;
    for (unsigned i = 0; i < FETCHES_AT_ONCE && next != NULL; i++)
        next = next->next;
    if (next != NULL && !service->is_closing)
        lookup_post(&next->lookup);
    if (lookup->request.err == ERR_OK)
        lookup->request.err = keep(service, fetch);
    end_fetch(service, fetch);
}

/* The one that is under way for it, or else a new one at the end of the line. NULL: no memory. */
static struct fetch *find_fetch(struct service *service, const struct missing *missing)
{
    const struct brain_record *record = &missing->entry->record;
    struct fetch **link = &service->fetches;
    unsigned before = 0;
    for (; *link != NULL; link = &(*link)->next, before++)
        if ((*link)->brain_id == record->id &&
            strcmp((*link)->checkpoint, missing->checkpoint) == 0)
            return *link;
    struct fetch *fetch = calloc(1, sizeof *fetch);
    if (fetch == NULL)
        return NULL;
    *link = fetch;
    fetch->brain_id = record->id;
    snprintf(fetch->checkpoint, sizeof fetch->checkpoint, "%s", missing->checkpoint);
    fetch->atlas = missing->entry->atlas;
    fetch->rule = record->rule;
    fetch->lookup =
        (struct lookup){.request.perform = perform_fetch, .service = service, .done = finish_fetch};
    if (before < FETCHES_AT_ONCE)
        lookup_post(&fetch->lookup);
    return fetch;
}

/* ERR_LATER: the call waits for it. */
static enum err fetch(struct service *service, const struct missing *missing,
                      struct service_call *call, struct fault *fault)
{
    struct fetch *fetch = find_fetch(service, missing);
    if (fetch == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to read the brain");
    call->field = missing->field;
    call->next = fetch->calls;
    fetch->calls = call;
    return fault_set(fault, ERR_LATER, NULL, BRAIN_IS_READ);
}

void shelf_clear(struct service *service)
{
    for (struct fetch *fetch = service->fetches; fetch != NULL; fetch = service->fetches) {
        fetch->lookup.request.err = ERR_STOPPING;
        end_fetch(service, fetch);
    }
    while (service->shelved != NULL)
        drop_shelved(&service->shelved);
}
