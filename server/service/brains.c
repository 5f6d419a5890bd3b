#include "service/brains.h"

#include "base/clock.h"
#include "engine/listing.h"
#include "service/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool brain_name_is_valid(const char *name)
{
    size_t length = strlen(name);
    return length >= 1 && length <= BRAIN_NAME_MAX && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == length;
}

/* Looking. */

static void describe(struct service *service, struct brain_entry *entry, struct brain_info *out)
{
    const struct brain_counts counts = brain_entry_counts(entry);
    *out = (struct brain_info){
        .name = entry->record.name,
        .game = entry->record.game,
        .rule = entry->record.rule,
        .matches = counts.matches,
        .rows = atlas_boards(service->atlas, &entry->record.rule),
        .training = brain_entry_job(service, entry),
        .created_at_ms = entry->record.created_at_ms,
        .saved_at_ms = entry->record.saved_at_ms,
        .unsaved_matches = brain_entry_unsaved(entry),
        .last_save_us = entry->last_save_us,
        .last_save_error = entry->last_save_error[0] != '\0' ? entry->last_save_error : NULL,
        .warning = rule_warning(&entry->record.rule)};
    memcpy(out->results, counts.results, sizeof out->results);
}

enum err service_get_brain(struct service *service, const char *name, struct brain_info *out)
{
    struct brain_entry *entry = brain_entry_find(service, name);
    if (entry == NULL)
        return ERR_NOT_FOUND;
    describe(service, entry, out);
    return ERR_OK;
}

enum err service_digest_brain(struct service *service, const char *name, struct brain_info *out,
                              char digest[BRAIN_DIGEST_SIZE], struct fault *fault)
{
    struct reading reading;
    enum err err = shelf_read(service, name, NULL, &reading, fault);
    if (err != ERR_OK)
        return err;
    describe(service, reading.entry, out);
    const struct brain_counts counts = brain_counts_of(reading.edition->table);
    out->matches = counts.matches;
    memcpy(out->results, counts.results, sizeof out->results);
    if (strchr(name, SHELF_AT) != NULL) { /* nobody trains that, and it is on disk */
        out->name = name;
        out->training = 0;
        out->unsaved_matches = 0;
    }
    memcpy(digest, edition_digest(reading.edition), BRAIN_DIGEST_SIZE);
    edition_let_go(reading.edition);
    return ERR_OK;
}

unsigned service_count_brains(const struct service *service)
{
    return service->brain_count;
}

void service_brain_at(struct service *service, unsigned index, struct brain_info *out)
{
    describe(service, service->brains[index], out);
}

enum err service_hold_table(struct service *service, const char *name, struct edition **out,
                            struct fault *fault)
{
    struct reading reading;
    enum err err = shelf_read(service, name, NULL, &reading, fault);
    if (err == ERR_OK)
        *out = reading.edition;
    return err;
}

/* Creating. */

/* What is copied. */
struct origin {
    struct store_place place;
    const char *checkpoint; /* of that brain; NULL: the brain itself */
};

/* A brain on its way to the disk. */
struct creation {
    struct change change; /* first */
    struct brain_entry *entry;
    struct edition *edition;
    struct store_place from;          /* whose curve it gets, too; brain_id == 0: none */
    char checkpoint[STORE_NAME_SIZE]; /* of that brain; "": none */
    struct creation *next;            /* in service->creations */
};

static enum err perform_creation(struct store *store, struct store_request *request)
{
    const struct creation *creation = (const struct creation *)request;
    const struct store_brain *record = &creation->entry->record;
    struct store_place from = creation->from;
    enum err err = store_insert_brain(store, record, creation->edition->table);
    if (err == ERR_OK && creation->checkpoint[0] != '\0')
        err = store_find_life(store, creation->checkpoint, &from);
    return err == ERR_OK ? store_copy_points(store, &from, record->id) : err;
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
    if (change->request.err == ERR_OK) {
        brain_entry_add(service, creation->entry);
        shelf_put(service, creation->entry, creation->edition);
    } else {
        brain_entry_free(creation->entry);
    }
    change_report(change);
    edition_let_go(creation->edition);
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

static enum err check_rule(const struct brain_order *order, struct fault *fault)
{
    const struct game *game = game_find(order->game);
    if (game == NULL)
        return fault_set(fault, ERR_IMPOSSIBLE, "game", "there is no game of that name");
    struct fault option;
    if (rule_check(&order->rule, game_cells(game), &option) != ERR_OK) {
        char field[FAULT_FIELD_SIZE + sizeof "options."];
        snprintf(field, sizeof field, "options.%s", option.field);
        return fault_set(fault, option.err, field, "%s", option.detail);
    }
    return ERR_OK;
}

static enum err check_name(const struct service *service, const char *name, const char *field,
                           struct fault *fault)
{
    if (!brain_name_is_valid(name))
        return fault_set(fault, ERR_IMPOSSIBLE, field,
                         "must begin with a-z and have up to 64 characters of a-z 0-9 _ -");
    if (service->brain_count + service->brains_under_way >= BRAINS_MAX)
        return fault_set(fault, ERR_BUSY, NULL, "there are %d brains already, as many as can be",
                         BRAINS_MAX);
    if (service->next_brain_id > STORE_ID_MAX)
        return fault_set(fault, ERR_BUSY, NULL, "all ids of brains have been given");
    return ERR_OK;
}

/* Sends a new brain, a copy if it is `from` somewhere, to the disk. ERR_NO_MEMORY. */
static enum err begin_creation(struct service *service, const struct brain_order *order,
                               struct edition *edition, const struct origin *from,
                               struct service_call *call)
{
    struct creation *creation = calloc(1, sizeof *creation);
    int64_t now_ms = clock_unix_ms();
    struct store_brain record = {.id = service->next_brain_id,
                                 .rule = order->rule,
                                 .created_at_ms = now_ms,
                                 .saved_at_ms = now_ms,
                                 .life = 1};
    snprintf(record.name, sizeof record.name, "%s", order->name);
    snprintf(record.game, sizeof record.game, "%s", order->game);
    if (creation == NULL || brain_entry_create(service, &record, &creation->entry) != ERR_OK) {
        free(creation);
        return ERR_NO_MEMORY;
    }
    creation->edition = edition_hold(edition);
    creation->entry->saved = brain_counts_of(edition->table);
    if (from != NULL) {
        creation->from = from->place;
        snprintf(creation->checkpoint, sizeof creation->checkpoint, "%s",
                 from->checkpoint != NULL ? from->checkpoint : "");
    }
    creation->next = service->creations;
    creation->change = (struct change){.request.perform = perform_creation,
                                       .finish = finish_creation,
                                       .service = service,
                                       .call = call};
    service->creations = creation;
    service->next_brain_id++;
    service->brains_under_way++;
    change_post(&creation->change);
    return ERR_OK;
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
        return refuse(fault, ERR_CONFLICT, "name", BRAIN_IS_OTHERWISE);
    if (there != NULL)
        return CREATED_ALREADY;
    if (under_way != NULL)
        return change_post_barrier(service, call) == ERR_OK
                   ? CREATED_BY_OTHER
                   : refuse(fault, ERR_NO_MEMORY, NULL, "no memory to wait for it");
    struct edition *fresh;
    if (check_name(service, order->name, "name", fault) != ERR_OK ||
        service_new_table(service, order, &fresh, fault) != ERR_OK)
        return CREATED_NOT;
    enum err err = begin_creation(service, order, fresh, NULL, call);
    edition_let_go(fresh);
    return err == ERR_OK ? CREATED_LATER : refuse(fault, err, NULL, "no memory for another brain");
}

enum err service_copy_brain(struct service *service, const char *from, const char *to,
                            struct service_call *call, struct fault *fault)
{
    struct reading reading;
    enum err err = shelf_read(service, from, NULL, &reading, fault);
    if (err != ERR_OK)
        return err;
    const struct store_brain *record = &reading.entry->record;
    struct brain_order order = {.name = to, .game = record->game, .rule = record->rule};
    const char *at = strchr(from, SHELF_AT);
    const struct origin origin = {.place = {.brain_id = record->id,
                                            .life = record->life,
                                            .matches = reading.edition->table->matches},
                                  .checkpoint = at != NULL ? at + 1 : NULL};
    err = check_name(service, to, "to", fault);
    if (err == ERR_OK &&
        (brain_entry_find(service, to) != NULL || find_under_way(service, to) != NULL))
        err = fault_set(fault, ERR_CONFLICT, "to", "a brain of that name is there already");
    if (err == ERR_OK && begin_creation(service, &order, reading.edition, &origin, call) != ERR_OK)
        err = fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for another brain");
    edition_let_go(reading.edition);
    return err;
}

/* Importing. */

enum err service_new_table(struct service *service, const struct brain_order *order,
                           struct edition **out, struct fault *fault)
{
    enum err err = check_rule(order, fault);
    if (err == ERR_OK && edition_fresh(service, &order->rule, out) != ERR_OK)
        err = fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for another brain");
    return err;
}

enum err service_check_proofs(struct service *service, const struct brain *table,
                              struct fault *fault)
{
    struct listing listing;
    unsigned cell;
    if (!listing_find_false_proof(table, atlas_solution(service->atlas, &table->rule), &listing,
                                  &cell))
        return ERR_OK;
    char board[GAME_CELLS_MAX + 1] = {0};
    char field[FAULT_FIELD_SIZE];
    board_format(brain_game(table), listing.board, board);
    snprintf(field, sizeof field, "proofs.%s[%u]", board, cell);
    return fault_set(fault, ERR_IMPOSSIBLE, field, "the move does not %s",
                     listing.proofs[cell] > 0 ? "win" : "lose");
}

enum created service_import_brain(struct service *service, const struct brain_order *order,
                                  struct edition *edition, struct service_call *call,
                                  struct fault *fault)
{
    struct brain_entry *there = brain_entry_find(service, order->name);
    enum err err = ERR_OK;
    if (find_under_way(service, order->name) != NULL)
        err = fault_set(fault, ERR_BUSY, NULL, "a brain of that name is just being created");
    else if (there != NULL && !is_as_ordered(there, order))
        err = fault_set(fault, ERR_CONFLICT, "name", BRAIN_IS_OTHERWISE);
    else if (there == NULL)
        err = check_name(service, order->name, "name", fault);
    if (err != ERR_OK)
        return CREATED_NOT;
    if (there != NULL)
        return brain_replace(service, there, edition, NULL, call, fault) == ERR_OK ? CREATED_ALREADY
                                                                                   : CREATED_NOT;
    if (begin_creation(service, order, edition, NULL, call) != ERR_OK)
        return refuse(fault, ERR_NO_MEMORY, NULL, "no memory for another brain");
    return CREATED_LATER;
}

/* Deleting. */

struct deletion {
    struct change change; /* first */
    struct brain_entry *entry;
};

static enum err perform_deletion(struct store *store, struct store_request *request)
{
    return store_delete_brain(store, ((struct deletion *)request)->entry->record.id);
}

static void finish_deletion(struct change *change)
{
    struct deletion *deletion = (struct deletion *)change;
    if (change->request.err == ERR_OK)
        brain_entry_remove(change->service, deletion->entry);
    else
        deletion->entry->is_leaving = false;
    change_report(change);
    free(deletion);
}

enum err service_delete_brain(struct service *service, const char *name, struct service_call *call,
                              struct fault *fault)
{
    struct brain_entry *entry = brain_entry_find(service, name);
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, NULL, BRAIN_NOT_FOUND);
    enum err err = brain_entry_check_idle(service, entry, "name", fault);
    if (err != ERR_OK)
        return err;
    struct deletion *deletion = calloc(1, sizeof *deletion);
    if (deletion == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to delete it");
    *deletion = (struct deletion){.change = {.request.perform = perform_deletion,
                                             .service = service,
                                             .call = call,
                                             .finish = finish_deletion},
                                  .entry = entry};
    entry->is_leaving = true;
    change_post(&deletion->change);
    return ERR_OK;
}
