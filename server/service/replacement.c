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
    struct edition *edition;
    enum replacement how;
};

static enum err perform(struct store *store, struct store_request *request)
{
    const struct replacement_change *replacement = (const struct replacement_change *)request;
    const int64_t id = replacement->record.id;
    const struct brain *table = replacement->edition->table;
    bool is_back = replacement->how == REPLACE_BACK;
    enum err err = store_save_brain(store, &replacement->record, table);
    if (err == ERR_OK)
        err = store_delete_points(store, id, is_back ? table->matches : 0);
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
    brain_entry_note_save(service, entry, &change->request, replacement->edition->table,
                          replacement->record.saved_at_ms);
    if (change->request.err == ERR_OK) {
        shelf_put(service, entry, replacement->edition);
        if (replacement->how == REPLACE_LIFE)
            shelf_forget(service, entry->record.id, NULL);
    }
    edition_let_go(replacement->edition);
    matches_go_on(service, entry); /* first: the report may bring further changes */
    change_report(change);
    free(replacement);
}

enum err brain_replace(struct service *service, struct brain_entry *entry, struct edition *edition,
                       enum replacement how, struct service_call *call, struct fault *fault)
{
    enum err err = brain_entry_check_idle(service, entry, "name", fault);
    if (err != ERR_OK)
        return err;
    struct replacement_change *replacement = calloc(1, sizeof *replacement);
    if (replacement == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to replace the brain");
    *replacement = (struct replacement_change){
        .change = {.request.perform = perform, .service = service, .call = call, .finish = finish},
        .entry = entry,
        .record = entry->record,
        .edition = edition_hold(edition),
        .how = how};
    replacement->record.saved_at_ms = clock_unix_ms();
    entry->is_replaced = true;
    change_post(&replacement->change);
    return ERR_OK;
}

enum err service_reset_brain(struct service *service, const char *name, struct service_call *call,
                             struct fault *fault)
{
    struct brain_entry *entry = brain_entry_find(service, name);
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, NULL, BRAIN_NOT_FOUND);
    struct edition *fresh;
    if (table_create(service, &entry->record.rule, &fresh) != ERR_OK)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for a fresh brain");
    enum err err = brain_replace(service, entry, fresh, REPLACE_LIFE, call, fault);
    edition_let_go(fresh);
    return err;
}
