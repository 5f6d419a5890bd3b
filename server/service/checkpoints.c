#include "service/checkpoints.h"

#include "base/clock.h"
#include "service/brains.h"
#include "service/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool checkpoint_name_is_valid(const char *name)
{
    return brain_name_is_valid(name); /* of the same form */
}

bool checkpoint_is_automatic(const char *name)
{
    size_t length = strlen(name);
    return length >= 1 && length < STORE_NAME_SIZE && strspn(name, "0123456789") == length;
}

/* Keeping. */

struct keeping {
    struct change change; /* first */
    struct checkpoint_call *call;
    int64_t brain_id;
    struct edition *edition;
};

/* What is there already. */
struct census {
    const char *name;
    bool is_there;
    unsigned others; /* of the user's */
};

static enum err count(void *context, const struct store_checkpoint *checkpoint)
{
    struct census *census = context;
    if (strcmp(checkpoint->name, census->name) == 0)
        census->is_there = true;
    else
        census->others += !checkpoint_is_automatic(checkpoint->name);
    return ERR_OK;
}

static enum err perform_keeping(struct store *store, struct store_request *request)
{
    const struct keeping *keeping = (const struct keeping *)request;
    struct checkpoint_call *call = keeping->call;
    struct census census = {.name = call->checkpoint.name};
    enum err err = store_each_checkpoint(store, keeping->brain_id, count, &census);
    if (err == ERR_OK && census.others >= CHECKPOINTS_NAMED_MAX)
        err = ERR_BUSY;
    if (err == ERR_OK)
        err = store_put_checkpoint(store, keeping->brain_id, &call->checkpoint,
                                   keeping->edition->table);
    call->is_new = !census.is_there;
    return err;
}

static void finish_keeping(struct change *change)
{
    struct keeping *keeping = (struct keeping *)change;
    struct service_call *call = &keeping->call->call;
    shelf_forget(change->service, keeping->brain_id, keeping->call->checkpoint.name);
    change_outcome(change, &call->fault);
    if (change->request.err == ERR_BUSY)
        (void)fault_set(&call->fault, ERR_BUSY, NULL,
                        "the brain has %d checkpoints of its user's, as many as can be",
                        CHECKPOINTS_NAMED_MAX);
    edition_let_go(keeping->edition);
    free(keeping);
    call->done(call);
}

enum err service_keep_checkpoint(struct service *service, const char *brain, const char *name,
                                 struct checkpoint_call *call, struct fault *fault)
{
    if (!checkpoint_name_is_valid(name))
        return fault_set(fault, ERR_IMPOSSIBLE, "checkpoint",
                         "must begin with a-z and have up to 64 characters of a-z 0-9 _ -");
    if (brain_entry_find(service, brain) == NULL) /* a checkpoint has none */
        return fault_set(fault, ERR_NOT_FOUND, NULL, BRAIN_NOT_FOUND);
    struct reading reading;
    enum err err = shelf_read(service, brain, NULL, &reading, fault);
    if (err != ERR_OK)
        return err;
    struct keeping *keeping = calloc(1, sizeof *keeping);
    if (keeping == NULL) {
        edition_let_go(reading.edition);
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for a checkpoint");
    }
    call->checkpoint = (struct store_checkpoint){.matches = reading.edition->table->matches,
                                                 .created_at_ms = clock_unix_ms(),
                                                 .life = reading.entry->record.life};
    snprintf(call->checkpoint.name, sizeof call->checkpoint.name, "%s", name);
    *keeping = (struct keeping){.change = {.request.perform = perform_keeping,
                                           .service = service,
                                           .finish = finish_keeping},
                                .call = call,
                                .brain_id = reading.entry->record.id,
                                .edition = reading.edition};
    change_post(&keeping->change);
    return ERR_OK;
}

/* Deleting. */

struct removal {
    struct change change; /* first */
    int64_t brain_id;
    char name[STORE_NAME_SIZE];
};

static enum err perform_removal(struct store *store, struct store_request *request)
{
    const struct removal *removal = (const struct removal *)request;
    return store_delete_checkpoint(store, removal->brain_id, removal->name);
}

static void finish_removal(struct change *change)
{
    struct removal *removal = (struct removal *)change;
    struct service_call *call = change->call;
    shelf_forget(change->service, removal->brain_id, removal->name);
    change_outcome(change, &call->fault);
    if (change->request.err == ERR_NOT_FOUND)
        (void)fault_set(&call->fault, ERR_NOT_FOUND, NULL, CHECKPOINT_NOT_FOUND);
    free(removal);
    call->done(call);
}

enum err service_delete_checkpoint(struct service *service, const char *brain, const char *name,
                                   struct service_call *call, struct fault *fault)
{
    const struct brain_entry *entry = brain_entry_find(service, brain);
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, NULL, BRAIN_NOT_FOUND);
    struct removal *removal = calloc(1, sizeof *removal);
    if (removal == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to delete it");
    *removal = (struct removal){.change = {.request.perform = perform_removal,
                                           .service = service,
                                           .call = call,
                                           .finish = finish_removal},
                                .brain_id = entry->record.id};
    snprintf(removal->name, sizeof removal->name, "%s", name);
    change_post(&removal->change);
    return ERR_OK;
}

/* Restoring. */

enum err service_restore_checkpoint(struct service *service, const char *brain, const char *name,
                                    struct service_call *call, struct fault *fault)
{
    char version[STORE_VERSION_SIZE + STORE_NAME_SIZE];
    struct brain_entry *entry = brain_entry_find(service, brain);
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, NULL, BRAIN_NOT_FOUND);
    struct reading reading;
    enum err err = brain_entry_check_idle(service, entry, "name", fault);
    snprintf(version, sizeof version, "%s%c%s", brain, SHELF_AT, name);
    if (err == ERR_OK)
        err = shelf_read(service, version, NULL, &reading, fault);
    if (err != ERR_OK)
        return err;
    err = brain_replace(service, entry, reading.edition, name, call, fault);
    edition_let_go(reading.edition);
    return err;
}

/* Listing. */

struct listing {
    struct change change; /* first */
    struct checkpoints_call *list;
    int64_t brain_id;
};

static enum err take(void *context, const struct store_checkpoint *checkpoint)
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

static void finish_listing(struct change *change)
{
    struct checkpoints_call *list = ((struct listing *)change)->list;
    change_outcome_of_reading(change, "the list", &list->call.fault);
    if (change->request.err != ERR_OK) {
        free(list->checkpoints);
        list->checkpoints = NULL;
    }
    free(change);
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
    *listing = (struct listing){.change = {.request.perform = perform_listing,
                                           .request.only_reads = true,
                                           .service = service,
                                           .finish = finish_listing},
                                .list = call,
                                .brain_id = entry->record.id};
    change_post(&listing->change);
    return ERR_OK;
}
