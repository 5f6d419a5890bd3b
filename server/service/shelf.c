#include "service/shelf.h"

#include "service/checkpoints.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each has a table in memory while it is read, beside those that --brain-memory counts: as many as
 * keep the disk busy. */
enum { FETCHES_AT_ONCE = 8 };

/* A checkpoint's table in memory. */
struct version {
    struct version *next;
    int64_t brain_id;
    char name[STORE_NAME_SIZE];
    struct edition *edition;
    uint64_t used; /* as in struct brain_entry */
};

/* Making room. */

/* Dropping what somebody holds would free nothing. */
static bool can_go(const struct brain_entry *entry)
{
    return entry->is_loaded && entry->run == NULL && entry->study == NULL &&
           entry->matches == NULL && !entry->is_replaced && !published_is_held(&entry->published);
}

static bool version_can_go(const struct version *version)
{
    return version->edition->holders == 1;
}

static size_t entry_size(struct service *service, const struct brain_entry *entry)
{
    return brain_size_under(service->atlas, &entry->record.rule);
}

/* But for what is busy. */
static size_t bytes_in_use(struct service *service)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < service->brain_count; i++)
        if (can_go(service->brains[i]))
            bytes += entry_size(service, service->brains[i]);
    for (const struct version *version = service->versions; version != NULL;
         version = version->next)
        bytes += version_can_go(version) ? brain_size(version->edition->table) : 0;
    return bytes;
}

static struct brain_entry *least_used_entry(struct service *service)
{
    struct brain_entry *least = NULL;
    for (unsigned i = 0; i < service->brain_count; i++) {
        struct brain_entry *entry = service->brains[i];
        if (can_go(entry) && (least == NULL || entry->used < least->used))
            least = entry;
    }
    return least;
}

static struct version **least_used_version(struct service *service)
{
    struct version **least = NULL;
    for (struct version **link = &service->versions; *link != NULL; link = &(*link)->next)
        if (version_can_go(*link) && (least == NULL || (*link)->used < (*least)->used))
            least = link;
    return least;
}

static void drop_entry(struct brain_entry *entry)
{
    published_close(&entry->published);
    entry->is_loaded = false;
}

static void drop_version(struct version **link)
{
    struct version *version = *link;
    *link = version->next;
    edition_let_go(version->edition);
    free(version);
}

/* Drops what was not used for longest until the rest fits. What was used last stays in any case: it
 * is what has just been fetched. */
static void make_room(struct service *service)
{
    size_t bytes = bytes_in_use(service);
    while (bytes > service->options.brain_memory) {
        struct brain_entry *entry = least_used_entry(service);
        struct version **version = least_used_version(service);
        bool is_version = version != NULL && (entry == NULL || (*version)->used < entry->used);
        if ((version == NULL && entry == NULL) ||
            (is_version ? (*version)->used : entry->used) == service->uses)
            return;
        bytes -= is_version ? brain_size((*version)->edition->table) : entry_size(service, entry);
        if (is_version)
            drop_version(version);
        else
            drop_entry(entry);
    }
}

void shelf_put(struct service *service, struct brain_entry *entry, struct edition *edition)
{
    published_put(&entry->published, edition);
    entry->is_loaded = true;
    entry->used = ++service->uses;
    make_room(service);
}

void shelf_forget(struct service *service, int64_t brain_id, const char *checkpoint)
{
    for (struct version **link = &service->versions; *link != NULL;) {
        const struct version *version = *link;
        if (version->brain_id == brain_id &&
            (checkpoint == NULL || strcmp(version->name, checkpoint) == 0))
            drop_version(link);
        else
            link = &(*link)->next;
    }
}

/* Reading. */

static struct version *find_version(struct service *service, int64_t brain_id, const char *name)
{
    struct version *version = service->versions;
    while (version != NULL && (version->brain_id != brain_id || strcmp(version->name, name) != 0))
        version = version->next;
    return version;
}

/* Notes what is missing, for service_fetch(). */
static enum err later(struct service *service, const struct brain_entry *entry,
                      const char *checkpoint, const char *field, struct fault *fault)
{
    service->wanted.field = field;
    service->wanted.brain_id = entry->record.id;
    snprintf(service->wanted.checkpoint, sizeof service->wanted.checkpoint, "%s", checkpoint);
    return fault_set(fault, ERR_LATER, NULL, "the brain is being read from disk");
}

enum err shelf_need(struct service *service, struct brain_entry *entry, struct fault *fault)
{
    if (!entry->is_loaded)
        return later(service, entry, "", NULL, fault);
    entry->used = ++service->uses;
    return ERR_OK;
}

static enum err read_checkpoint(struct service *service, struct brain_entry *entry,
                                const char *name, const char *field, struct reading *out,
                                struct fault *fault)
{
    if (!checkpoint_name_is_valid(name) && !checkpoint_is_automatic(name))
        return fault_set(fault, ERR_NOT_FOUND, field, CHECKPOINT_NOT_FOUND);
    struct version *version = find_version(service, entry->record.id, name);
    if (version == NULL)
        return later(service, entry, name, field, fault);
    version->used = ++service->uses;
    *out = (struct reading){.entry = entry, .edition = edition_hold(version->edition)};
    return ERR_OK;
}

enum err shelf_read(struct service *service, const char *name, const char *field,
                    struct reading *out, struct fault *fault)
{
    const char *at = strchr(name, SHELF_AT);
    struct brain_entry *entry = NULL;
    if (at == NULL) {
        entry = brain_entry_find(service, name);
    } else if (at - name < STORE_NAME_SIZE) {
        char brain[STORE_NAME_SIZE] = {0};
        memcpy(brain, name, (size_t)(at - name));
        entry = brain_entry_find(service, brain);
    }
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, field, BRAIN_NOT_FOUND);
    if (at != NULL)
        return read_checkpoint(service, entry, at + 1, field, out, fault);
    enum err err = shelf_need(service, entry, fault);
    if (err != ERR_OK)
        return err;
    *out = (struct reading){.entry = entry, .edition = published_hold(&entry->published)};
    return ERR_OK;
}

/* Fetching. */

struct fetch {
    struct change change; /* first */
    struct fetch *next;   /* in service->fetches: the first FETCHES_AT_ONCE are being read */
    struct missing what;
    struct rule rule;
    struct edition *edition;    /* once it has been read */
    struct service_call *calls; /* that wait for it */
};

static enum err decode(void *context, const char *blob, size_t size)
{
    return brain_decode(blob, size, context, BRAIN_TO_LEARN);
}

static enum err perform_fetch(struct store *store, struct store_request *request)
{
    struct fetch *fetch = (struct fetch *)request;
    const struct missing *what = &fetch->what;
    edition_let_go(fetch->edition); /* of a try before */
    fetch->edition = NULL;
    enum err err = edition_fresh(fetch->change.service, &fetch->rule, &fetch->edition);
    if (err != ERR_OK)
        return err;
    struct brain *table = fetch->edition->table;
    if (what->checkpoint[0] != '\0')
        return store_load_checkpoint(store, what->brain_id, what->checkpoint, decode, table);
    return store_load_brain(store, what->brain_id, decode, table);
}

static enum err keep_version(struct service *service, const struct fetch *fetch)
{
    struct version *version = calloc(1, sizeof *version);
    if (version == NULL)
        return ERR_NO_MEMORY;
    *version = (struct version){.next = service->versions,
                                .brain_id = fetch->what.brain_id,
                                .edition = edition_hold(fetch->edition),
                                .used = ++service->uses};
    memcpy(version->name, fetch->what.checkpoint, sizeof version->name);
    service->versions = version;
    make_room(service);
    return ERR_OK;
}

/* It may have come some other way meanwhile, or the brain be gone. */
static enum err keep(struct service *service, const struct fetch *fetch)
{
    struct brain_entry *entry = brain_entry_by_id(service, fetch->what.brain_id);
    const struct missing *what = &fetch->what;
    if (entry == NULL)
        return ERR_OK;
    if (what->checkpoint[0] != '\0')
        return find_version(service, what->brain_id, what->checkpoint) == NULL
                   ? keep_version(service, fetch)
                   : ERR_OK;
    if (!entry->is_loaded)
        shelf_put(service, entry, fetch->edition);
    return ERR_OK;
}

static void tell_outcome(const struct fetch *fetch, const char *field, struct fault *out)
{
    enum err err = fetch->change.request.err;
    change_outcome_of_reading(&fetch->change, "its table", out);
    if (err == ERR_NOT_FOUND)
        (void)fault_set(out, err, field, "%s",
                        fetch->what.checkpoint[0] != '\0' ? CHECKPOINT_NOT_FOUND : BRAIN_NOT_FOUND);
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

static void finish_fetch(struct change *change)
{
    struct fetch *fetch = (struct fetch *)change;
    struct service *service = change->service;
    struct fetch *next = service->fetches;
    for (unsigned i = 0; i < FETCHES_AT_ONCE && next != NULL; i++)
        next = next->next;
    if (next != NULL && !service->is_closing)
        change_post(&next->change);
    if (change->request.err == ERR_OK)
        change->request.err = keep(service, fetch);
    end_fetch(service, fetch);
}

/* The one that is under way for it, or else a new one at the end of the line. NULL: no memory. */
static struct fetch *find_fetch(struct service *service, const struct missing *what)
{
    struct fetch **link = &service->fetches;
    unsigned before = 0;
    for (; *link != NULL; link = &(*link)->next, before++)
        if ((*link)->what.brain_id == what->brain_id &&
            strcmp((*link)->what.checkpoint, what->checkpoint) == 0)
            return *link;
    struct fetch *fetch = calloc(1, sizeof *fetch);
    if (fetch == NULL)
        return NULL;
    *link = fetch;
    fetch->what = *what;
    fetch->rule = brain_entry_by_id(service, what->brain_id)->record.rule;
    fetch->change = (struct change){.request.perform = perform_fetch,
                                    .request.only_reads = true,
                                    .service = service,
                                    .finish = finish_fetch};
    if (before < FETCHES_AT_ONCE)
        change_post(&fetch->change);
    return fetch;
}

static enum err fetch_what(struct service *service, const struct missing *what,
                           struct service_call *call)
{
    struct fetch *fetch = find_fetch(service, what);
    if (fetch == NULL)
        return ERR_NO_MEMORY;
    call->field = what->field;
    call->next = fetch->calls;
    fetch->calls = call;
    return ERR_OK;
}

enum err service_fetch(struct service *service, struct service_call *call, struct fault *fault)
{
    if (fetch_what(service, &service->wanted, call) != ERR_OK)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to read the brain");
    return ERR_OK;
}

void shelf_clear(struct service *service)
{
    for (struct fetch *fetch = service->fetches; fetch != NULL; fetch = service->fetches) {
        fetch->change.request.err = ERR_STOPPING;
        end_fetch(service, fetch);
    }
    while (service->versions != NULL)
        drop_version(&service->versions);
}

/* A job that waits for its brain. */
struct errand {
    struct service_call call; /* first */
    struct service *service;
    int64_t brain_id;
};

static void on_fetched(struct service_call *call)
{
    struct errand *errand = (struct errand *)call;
    struct brain_entry *entry = brain_entry_by_id(errand->service, errand->brain_id);
    if (entry != NULL && call->fault.err == ERR_OK)
        jobs_start_next(errand->service, entry);
    else if (entry != NULL && !errand->service->is_closing)
        jobs_wait(errand->service, entry, call->fault.err, call->fault.detail);
    free(errand);
}

void shelf_fetch_for_job(struct service *service, struct brain_entry *entry)
{
    struct missing what = {.brain_id = entry->record.id};
    struct errand *errand = calloc(1, sizeof *errand);
    if (errand != NULL)
        *errand = (struct errand){
            .call.done = on_fetched, .service = service, .brain_id = entry->record.id};
    if (errand == NULL || fetch_what(service, &what, &errand->call) != ERR_OK) {
        free(errand);
        jobs_wait(service, entry, ERR_NO_MEMORY, "no memory to run it");
    }
}
