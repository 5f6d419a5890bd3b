#include "service/checkpoints.h"

#include "base/clock.h"
#include "model/name.h"
#include "service/brains.h"
#include "service/log.h"
#include "service/lookup.h"
#include "service/shelf.h"

#include <stdio.h>
#include <stdlib.h>

enum err service_keep_checkpoint(struct service *service, const char *brain, const char *name,
                                 struct checkpoint_call *call, struct fault *fault)
{
    if (!checkpoint_name_is_valid(name))
        return fault_set(fault, ERR_IMPOSSIBLE, "checkpoint",
                         "must begin with a-z and have up to 64 characters of a-z 0-9 _ -");
    if (brain_entry_find(service, brain) == NULL) /* a checkpoint has none */
        return fault_set(fault, ERR_NOT_FOUND, NULL, BRAIN_NOT_FOUND);
    struct reading reading = {.name = brain, .call = &call->call};
    enum err err = shelf_read(service, &reading, fault);
    if (err != ERR_OK)
        return err;
    struct posting *posting = posting_create(service, CHANGE_CHECKPOINT_KEPT);
    if (posting == NULL) {
        edition_let_go(reading.edition);
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for a checkpoint");
    }
    struct change *change = &posting->change;
    change->brain = reading.entry->record;
    change->edition = reading.edition;
    change->table = reading.edition->table;
    change->checkpoint = (struct checkpoint_record){.matches = change->table->matches,
                                                    .created_at_ms = clock_unix_ms(),
                                                    .life = change->brain.life};
    snprintf(change->checkpoint.name, sizeof change->checkpoint.name, "%s", name);
    call->checkpoint = change->checkpoint;
    log_await(posting, &call->call);
    log_claim(posting);
    log_post(posting);
    return ERR_OK;
}

enum err service_delete_checkpoint(struct service *service, const char *brain, const char *name,
                                   struct service_call *call, struct fault *fault)
{
    const struct brain_entry *entry = brain_entry_find(service, brain);
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, NULL, BRAIN_NOT_FOUND);
    struct posting *posting = posting_create(service, CHANGE_CHECKPOINT_DELETED);
    if (posting == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to delete it");
    posting->change.brain = entry->record;
    snprintf(posting->change.checkpoint.name, sizeof posting->change.checkpoint.name, "%s", name);
    log_await(posting, call);
    log_claim(posting);
    log_post(posting);
    return ERR_OK;
}

/* Restoring. */

enum err service_restore_checkpoint(struct service *service, const char *brain, const char *name,
                                    struct service_call *call, struct fault *fault)
{
    char version[NAME_AT_SIZE + NAME_SIZE];
    struct brain_entry *entry = brain_entry_find(service, brain);
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, NULL, BRAIN_NOT_FOUND);
    struct reading reading = {.name = version, .call = call};
    enum err err = brain_entry_check_idle(entry, "name", fault);
    if (err == ERR_OK)
        err = brain_entry_check_steady(entry, true, fault);
    snprintf(version, sizeof version, "%s%c%s", brain, SHELF_AT, name);
    if (err == ERR_OK)
        err = shelf_read(service, &reading, fault);
    if (err != ERR_OK)
        return err;
    err = brain_replace(service, entry, reading.edition, name, call, fault);
    edition_let_go(reading.edition);
    return err;
}

/* Listing. */

struct listing {
    struct lookup lookup; /* first */
    struct checkpoints_call *list;
    int64_t brain_id;
};

static enum err take(void *context, const struct checkpoint_record *checkpoint)
{
    struct checkpoints_call *list = context;
    if (checkpoint->is_altered ||
        (!checkpoint_name_is_valid(checkpoint->name) && !checkpoint_is_automatic(checkpoint->name)))
        return ERR_CORRUPT;
    if (list->count < CHECKPOINTS_MAX)
        list->checkpoints[list->count++] = *checkpoint;
    return ERR_OK;
}

static enum err perform_listing(struct store *store, struct store_request *request)
{
    const struct listing *listing = (const struct listing *)request;
    listing->list->count = 0;
    return store_each_checkpoint(store, listing->brain_id, take, listing->list);
}

static void finish_listing(struct lookup *lookup)
{
    struct checkpoints_call *list = ((struct listing *)lookup)->list;
    lookup_outcome(lookup, "the list", &list->call.fault);
    if (lookup->request.err != ERR_OK) {
        free(list->checkpoints);
        list->checkpoints = NULL;
    }
    free(lookup);
    list->call.done(&list->call);
}

enum err service_list_checkpoints(struct service *service, const char *brain,
                                  struct checkpoints_call *call, struct fault *fault)
{
    const struct brain_entry *entry = brain_entry_find(service, brain);
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, NULL, BRAIN_NOT_FOUND);
    struct listing *listing = calloc(1, sizeof *listing);
    call->checkpoints = malloc(CHECKPOINTS_MAX * sizeof *call->checkpoints);
    if (listing == NULL || call->checkpoints == NULL) {
        free(listing);
        free(call->checkpoints);
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for the list");
    }
    *listing = (struct listing){
        .lookup = {.request.perform = perform_listing, .service = service, .done = finish_listing},
        .list = call,
        .brain_id = entry->record.id};
    lookup_post(&listing->lookup);
    return ERR_OK;
}
