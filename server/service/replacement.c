/* Putting another table in a brain's place: reset, import, restore. */
#include "base/clock.h"
#include "service/brains.h"
#include "service/shelf.h"

#include <stdio.h>
#include <stdlib.h>

/* A table on its way to the disk. */
struct replacement_change {
    struct change change; /* first */
    struct brain_entry *entry;
    struct store_brain record;
    struct edition *edition;
    char checkpoint[STORE_NAME_SIZE]; /* "": none */
};

static enum err perform(struct store *store, struct store_request *request)
{
    const struct replacement_change *replacement = (const struct replacement_change *)request;
    const struct brain *table = replacement->edition->table;
    const struct store_place place = {.brain_id = replacement->record.id,
                                      .life = replacement->record.life,
                                      .matches = table->matches};
    enum err err = store_save_brain(store, &replacement->record, table);
    if (err == ERR_OK && replacement->checkpoint[0] != '\0')
        return store_go_back(store, replacement->checkpoint, &place);
    if (err == ERR_OK)
        err = store_delete_points(store, place.brain_id, 0);
    return err == ERR_OK ? store_delete_automatic_checkpoints(store, place.brain_id) : err;
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
        entry->record.life = replacement->record.life;
        if (replacement->checkpoint[0] == '\0')
            shelf_forget(service, entry->record.id, NULL);
    }
    edition_let_go(replacement->edition);
    matches_go_on(service, entry); /* first: the report may bring further changes */
    change_report(change);
    free(replacement);
}

enum err brain_replace(struct service *service, struct brain_entry *entry, struct edition *edition,
                       const char *checkpoint, struct service_call *call, struct fault *fault)
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
        .edition = edition_hold(edition)};
    snprintf(replacement->checkpoint, sizeof replacement->checkpoint, "%s",
             checkpoint != NULL ? checkpoint : "");
    replacement->record.saved_at_ms = clock_unix_ms();
    replacement->record.life++;
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
    if (edition_fresh(service, &entry->record.rule, &fresh) != ERR_OK)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for a fresh brain");
    enum err err = brain_replace(service, entry, fresh, NULL, call, fault);
    edition_let_go(fresh);
    return err;
}
