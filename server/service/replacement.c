/* Putting another table in a brain's place: reset, import, restore. */
#include "base/clock.h"
#include "service/brains.h"
#include "service/shelf.h"

#include <stdlib.h>

/* A table on its way to the disk. */
struct replacement_change {
    struct change change; /* first */
    struct brain_entry *entry;
    struct store_brain record;
    struct brain *table;
    enum replacement how;
};

static enum err perform(struct store *store, struct store_request *request)
{
    const struct replacement_change *replacement = (const struct replacement_change *)request;
    const int64_t id = replacement->record.id;
    bool is_back = replacement->how == REPLACE_BACK;
    enum err err = store_save_brain(store, &replacement->record, replacement->table);
    if (err == ERR_OK)
        err = store_delete_points(store, id, is_back ? replacement->table->matches : 0);
    if (err == ERR_OK && !is_back)
        err = store_delete_automatic_checkpoints(store, id);
    return err;
}

static void finish(struct change *change)
{
    struct replacement_change *replacement = (struct replacement_change *)change;
    struct service *service = change->service;
    struct brain_entry *entry = replacement->entry;
    entry->is_replaced = false;
    brain_entry_note_save(service, entry, &change->request, replacement->table,
                          replacement->record.saved_at_ms);
    if (change->request.err == ERR_OK) {
        published_publish_last(&entry->published, replacement->table);
        if (replacement->how == REPLACE_LIFE)
            shelf_forget(service, entry->record.id, NULL);
    }
    brain_destroy(replacement->table);
    matches_go_on(service, entry); /* first: the report may bring further changes */
    change_report(change);
    free(replacement);
}

static enum err begin(struct service *service, struct brain_entry *entry, struct brain *table,
                      enum replacement how, struct service_call *call)
{
    struct replacement_change *replacement = calloc(1, sizeof *replacement);
    if (replacement == NULL || published_reserve(&entry->published) != ERR_OK) {
        free(replacement);
        return ERR_NO_MEMORY;
    }
    *replacement = (struct replacement_change){
        .change = {.request.perform = perform, .service = service, .call = call, .finish = finish},
        .entry = entry,
        .record = entry->record,
        .table = table,
        .how = how};
    replacement->record.saved_at_ms = clock_unix_ms();
    entry->is_replaced = true;
    change_post(&replacement->change);
    return ERR_OK;
}

enum err brain_replace(struct service *service, struct brain_entry *entry, struct brain *table,
                       enum replacement how, struct service_call *call, struct fault *fault)
{
    enum err err = brain_entry_check_idle(service, entry, "name", fault);
    if (err == ERR_OK)
        err = shelf_need(service, entry, fault);
    if (err == ERR_OK && begin(service, entry, table, how, call) != ERR_OK)
        err = fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to replace the brain");
    if (err != ERR_OK)
        brain_destroy(table);
    return err;
}

enum err service_reset_brain(struct service *service, const char *name, struct service_call *call,
                             struct fault *fault)
{
    struct brain_entry *entry = brain_entry_find(service, name);
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, NULL, BRAIN_NOT_FOUND);
    struct brain *fresh;
    const struct rule *rule = &entry->record.rule;
    if (brain_create(kind_of(service, rule)->states, rule, &fresh) != ERR_OK)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for a fresh brain");
    return brain_replace(service, entry, fresh, REPLACE_LIFE, call, fault);
}
