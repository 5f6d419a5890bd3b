#include "service/brains.h"

#include "base/clock.h"
#include "engine/listing.h"
#include "model/name.h"
#include "service/aside.h"
#include "service/log.h"
#include "service/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Looking. */

static void describe(struct brain_entry *entry, struct brain_info *out)
{
    const struct brain_counts counts = brain_entry_counts(entry);
    *out = (struct brain_info){
        .name = entry->record.name,
        .game = entry->record.game,
        .rule = entry->record.rule,
        .matches = counts.matches,
        .rows = atlas_rows(entry->atlas, &entry->record.rule),
        .bytes = brain_size_under(entry->atlas, &entry->record.rule),
        .lessons = brain_entry_lessons(entry),
        .training = brain_entry_job(entry),
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
    describe(entry, out);
    return ERR_OK;
}

/* Holds a table that has its digest. */
static enum err read_digested(struct service *service, struct reading *reading, struct fault *fault)
{
    enum err err = shelf_read(service, reading, fault);
    if (err != ERR_OK)
        return err;
    err = aside_digest(service, reading->edition, reading->call, fault);
    if (err != ERR_OK)
        edition_let_go(reading->edition);
    return err;
}

enum err service_digest_brain(struct service *service, const char *name, struct service_call *call,
                              struct brain_info *out, struct fault *fault)
{
    struct reading reading = {.name = name, .call = call};
    enum err err = read_digested(service, &reading, fault);
    if (err != ERR_OK)
        return err;
    describe(reading.entry, out);
    const struct brain_counts counts = brain_counts_of(reading.edition->table);
    out->matches = counts.matches;
    memcpy(out->results, counts.results, sizeof out->results);
    if (strchr(name, SHELF_AT) != NULL) { /* nobody trains that, and it is on disk */
        out->name = name;
        out->training = 0;
        out->unsaved_matches = 0;
        out->lessons = 0;
    }
    memcpy(out->digest, edition_digest(reading.edition), sizeof out->digest);
    edition_let_go(reading.edition);
    return ERR_OK;
}

unsigned service_count_brains(const struct service *service)
{
    return service->brain_count;
}

void service_brain_at(struct service *service, unsigned index, struct brain_info *out)
{
    describe(service->brains[index], out);
}

unsigned service_brain_behind(const struct service *service, const char *name)
{
    return brain_entry_index_behind(service, name);
}

enum err service_hold_table(struct service *service, const char *name, struct service_call *call,
                            struct edition **out, struct fault *fault)
{
    struct reading reading = {.name = name, .call = call};
    enum err err = read_digested(service, &reading, fault);
    if (err == ERR_OK)
        *out = reading.edition;
    return err;
}

/* Creating. */

static bool is_as_ordered(const struct brain_entry *entry, const struct brain_order *order)
{
    return strcmp(entry->record.game, order->game.name) == 0 &&
           rule_is_same(&entry->record.rule, &order->rule);
}

static enum err check_rule(const struct brain_order *order, struct fault *fault)
{
    if (rule_has_table(&order->rule) && !order->game.is_exact)
        return fault_set(fault, ERR_IMPOSSIBLE, "rule",
                         "must be \"patterns\": %s has too many boards for a table",
                         order->game.name);
    struct fault option;
    if (rule_check(&order->rule, game_cells(&order->game), &option) != ERR_OK) {
        char field[FAULT_FIELD_SIZE + sizeof "options."];
        snprintf(field, sizeof field, "options.%s", option.field);
        return fault_set(fault, option.err, field, "%s", option.detail);
    }
    return ERR_OK;
}

static enum err find_atlas(struct service *service, const struct brain_order *order,
                           const struct atlas **out, struct fault *fault)
{
    enum err err = atlases_find(&service->atlases, &order->game, out);
    if (err == ERR_UNSUPPORTED)
        return fault_set(fault, ERR_IMPOSSIBLE, "game",
                         "a brain of it would have more patterns than can be, or more than %d MB",
                         BRAIN_BYTES_MAX >> 20);
    if (err == ERR_BUSY)
        return fault_set(fault, err, NULL,
                         "%d games have been played since the start, as many as can be",
                         ATLASES_MAX);
    if (err != ERR_OK)
        return fault_set(fault, err, NULL, "no memory for another game");
    return ERR_OK;
}

static enum err check_name(const struct service *service, const char *name, const char *field,
                           struct fault *fault)
{
    if (!brain_name_is_valid(name))
        return fault_set(fault, ERR_IMPOSSIBLE, field,
                         "must begin with a-z and have up to 64 characters of a-z 0-9 _ -");
    if (service->brain_count + service->brains_coming_count >= BRAINS_MAX)
        return fault_set(fault, ERR_BUSY, NULL, "there are %d brains already, as many as can be",
                         BRAINS_MAX);
    if (service->next_brain_id > ID_MAX)
        return fault_set(fault, ERR_BUSY, NULL, "all ids of brains have been given");
    return ERR_OK;
}

static struct brain_record record_of_order(const struct service *service,
                                           const struct brain_order *order)
{
    const int64_t now_ms = clock_unix_ms();
    struct brain_record record = {.id = service->next_brain_id,
                                  .rule = order->rule,
                                  .created_at_ms = now_ms,
                                  .saved_at_ms = now_ms,
                                  .life = 1};
    snprintf(record.name, sizeof record.name, "%s", order->name);
    snprintf(record.game, sizeof record.game, "%s", order->game.name);
    return record;
}

/* A new brain that is to be: with that table, and with the curve of where that is `from`. NULL: no
 * memory. */
static struct posting *decide_creation(struct service *service, const struct brain_order *order,
                                       struct edition *edition, const struct brain_place *from)
{
    const struct atlas *atlas;
    const struct brain_counts counts = brain_counts_of(edition->table);
    struct posting *posting = posting_create(service, CHANGE_BRAIN_CREATED);
    if (posting == NULL)
        return NULL;
    struct change *change = &posting->change;
    change->brain = record_of_order(service, order);
    if (atlases_find(&service->atlases, &order->game, &atlas) != ERR_OK || /* it is there */
        brain_entry_create(service, &change->brain, atlas, &counts) != ERR_OK) {
        posting_free(posting);
        return NULL;
    }
    change->edition = edition_hold(edition);
    change->table = edition->table;
    change->from = *from;
    return posting;
}

static enum err begin_creation(struct service *service, const struct brain_order *order,
                               struct edition *edition, struct service_call *call,
                               struct fault *fault)
{
    const struct brain_place nowhere = {.brain_id = 0};
    struct posting *posting = decide_creation(service, order, edition, &nowhere);
    if (posting == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for another brain");
    log_await(posting, call);
    log_post(posting);
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
    const struct brain_entry *coming = brain_entry_coming(service, order->name);
    const struct brain_entry *twin = there != NULL ? there : coming;
    if (twin != NULL && !is_as_ordered(twin, order))
        return refuse(fault, ERR_CONFLICT, "name", BRAIN_IS_OTHERWISE);
    if (there != NULL)
        return CREATED_ALREADY;
    if (coming != NULL)
        return log_post_barrier(service, call) == ERR_OK
                   ? CREATED_BY_OTHER
                   : refuse(fault, ERR_NO_MEMORY, NULL, "no memory to wait for it");
    struct edition *fresh;
    if (check_name(service, order->name, "name", fault) != ERR_OK ||
        service_new_table(service, order, &fresh, fault) != ERR_OK)
        return CREATED_NOT;
    enum err err = begin_creation(service, order, fresh, call, fault);
    edition_let_go(fresh);
    return err == ERR_OK ? CREATED_LATER : CREATED_NOT;
}

static enum err begin_copy(struct service *service, const struct reading *origin, const char *to,
                           struct service_call *call, struct fault *fault)
{
    const struct brain_record *record = &origin->entry->record;
    const struct brain_order order = {
        .name = to, .game = origin->entry->atlas->game, .rule = record->rule};
    const struct brain_place from = {
        .brain_id = record->id, .life = record->life, .matches = origin->edition->table->matches};
    struct posting *posting = decide_creation(service, &order, origin->edition, &from);
    if (posting == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for another brain");
    const char *at = strchr(origin->name, SHELF_AT);
    if (at != NULL)
        snprintf(posting->change.checkpoint.name, sizeof posting->change.checkpoint.name, "%s",
                 at + 1);
    log_await(posting, call);
    log_post(posting);
    return ERR_OK;
}

enum err service_copy_brain(struct service *service, const char *from, const char *to,
                            struct service_call *call, struct fault *fault)
{
    struct reading origin = {.name = from, .call = call};
    enum err err = shelf_read(service, &origin, fault);
    if (err != ERR_OK)
        return err;
    err = check_name(service, to, "to", fault);
    if (err == ERR_OK)
        err = brain_entry_check_steady(origin.entry, strchr(from, SHELF_AT) != NULL, fault);
    if (err == ERR_OK &&
        (brain_entry_find(service, to) != NULL || brain_entry_coming(service, to) != NULL))
        err = fault_set(fault, ERR_CONFLICT, "to", "a brain of that name is there already");
    if (err == ERR_OK)
        err = begin_copy(service, &origin, to, call, fault);
    edition_let_go(origin.edition);
    return err;
}

/* Importing. */

enum err service_new_table(struct service *service, const struct brain_order *order,
                           struct edition **out, struct fault *fault)
{
    const struct atlas *atlas;
    enum err err = check_rule(order, fault);
    if (err == ERR_OK)
        err = find_atlas(service, order, &atlas, fault);
    if (err == ERR_OK && edition_fresh(atlas, &order->rule, out) != ERR_OK)
        err = fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for another brain");
    return err;
}

enum err service_check_proofs(struct service *service, const struct brain *table,
                              struct fault *fault)
{
    const struct atlas *atlas;
    struct listing listing;
    unsigned cell;
    if (!rule_has_proofs(&table->rule) ||
        atlases_find(&service->atlases, brain_game(table), &atlas) != ERR_OK ||
        !listing_find_false_proof(table, atlas_solution(atlas, &table->rule), &listing, &cell))
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
    if (brain_entry_coming(service, order->name) != NULL)
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
    return begin_creation(service, order, edition, call, fault) == ERR_OK ? CREATED_LATER
                                                                          : CREATED_NOT;
}

/* Changing. */

enum err brain_replace(struct service *service, struct brain_entry *entry, struct edition *edition,
                       const char *checkpoint, struct service_call *call, struct fault *fault)
{
    enum err err = brain_entry_check_idle(entry, "name", fault);
    if (err != ERR_OK)
        return err;
    struct posting *posting = posting_create(service, CHANGE_BRAIN_REPLACED);
    if (posting == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to replace the brain");
    struct change *change = &posting->change;
    change->brain = entry->record;
    change->brain.saved_at_ms = clock_unix_ms();
    change->brain.life++;
    change->edition = edition_hold(edition);
    change->table = edition->table;
    snprintf(change->checkpoint.name, sizeof change->checkpoint.name, "%s",
             checkpoint != NULL ? checkpoint : "");
    log_await(posting, call);
    log_claim(posting);
    log_post(posting);
    return ERR_OK;
}

enum err service_reset_brain(struct service *service, const char *name, struct service_call *call,
                             struct fault *fault)
{
    struct brain_entry *entry = brain_entry_find(service, name);
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, NULL, BRAIN_NOT_FOUND);
    struct edition *fresh;
    if (edition_fresh(entry->atlas, &entry->record.rule, &fresh) != ERR_OK)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for a fresh brain");
    enum err err = brain_replace(service, entry, fresh, NULL, call, fault);
    edition_let_go(fresh);
    return err;
}

enum err service_delete_brain(struct service *service, const char *name, struct service_call *call,
                              struct fault *fault)
{
    const struct brain_entry *entry = brain_entry_find(service, name);
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, NULL, BRAIN_NOT_FOUND);
    enum err err = brain_entry_check_idle(entry, "name", fault);
    if (err != ERR_OK)
        return err;
    struct posting *posting = posting_create(service, CHANGE_BRAIN_DELETED);
    if (posting == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to delete it");
    posting->change.brain = entry->record;
    log_await(posting, call);
    log_claim(posting);
    log_post(posting);
    return ERR_OK;
}
