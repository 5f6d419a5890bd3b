#include "service/matches.h"

#include "base/clock.h"
#include "base/log.h"
#include "service/receipts.h"
#include "service/shelf.h"

#include <inttypes.h>
#include <stdlib.h>

/* What a brain has learned from some matches, on its way to the disk. */
struct study {
    struct change change;       /* first */
    struct evaluator_task task; /* at a curve point */
    struct brain_entry *entry;
    struct store_brain record;
    struct edition *edition;    /* the one that will be published */
    struct point_write *point;  /* at a curve point, from its evaluation on; or NULL */
    struct match_call *matches; /* oldest first */
};

static enum err perform_study(struct store *store, struct store_request *request)
{
    const struct study *study = (const struct study *)request;
    enum err err = store_save_brain(store, &study->record, study->edition->table);
    if (err == ERR_OK && schedule_is_curve_point(study->edition->table->matches))
        err = study->point != NULL ? point_write_perform(store, study->point) : ERR_NO_MEMORY;
    for (const struct match_call *match = study->matches; match != NULL && err == ERR_OK;
         match = match->next)
        err = receipt_keep(store, match->receipt);
    return err;
}

static void free_study(struct study *study)
{
    edition_let_go(study->edition);
    point_write_free(study->point);
    free(study);
}

static void finish_study(struct change *change);

/* The evaluator's thread. */
static void evaluate_and_write(struct evaluator_task *task)
{
    struct study *study = (struct study *)((char *)task - offsetof(struct study, task));
    struct curve_point point;
    evaluator_evaluate_point(task->evaluator, study->edition->table, &point);
    study->point = point_write_create(study->record.id, study->edition->table, &point);
    change_post(&study->change);
}

/* A study of nothing yet, on a copy of the brain's table. */
static struct study *create_study(struct service *service, struct brain_entry *entry)
{
    struct study *study = calloc(1, sizeof *study);
    if (study == NULL || edition_fresh(service, &entry->record.rule, &study->edition) != ERR_OK) {
        free(study);
        return NULL;
    }
    struct edition *before = published_hold(&entry->published);
    brain_copy(study->edition->table, before->table);
    edition_let_go(before);
    study->change.request.perform = perform_study;
    study->change.service = service;
    study->change.finish = finish_study;
    study->task.perform = evaluate_and_write;
    study->entry = entry;
    study->record = entry->record;
    study->record.saved_at_ms = clock_unix_ms();
    return study;
}

static void write_study(struct study *study)
{
    if (schedule_is_curve_point(study->edition->table->matches))
        evaluator_post(trainer_evaluator(study->change.service->trainer), &study->task);
    else
        change_post(&study->change);
}

/* Learns the matches that wait, up to the next curve point, and has the table written.
 * ERR_NO_MEMORY, ERR_IMPOSSIBLE: they still wait. */
static enum err begin_study(struct service *service, struct brain_entry *entry)
{
    struct study *study = create_study(service, entry);
    if (study == NULL)
        return ERR_NO_MEMORY;
    struct brain *table = study->edition->table;
    const uint64_t point = schedule_curve_point_after(table->matches);
    const uint64_t limit = point < BRAIN_MATCHES_MAX ? point : BRAIN_MATCHES_MAX;
    enum err err = table->matches < limit ? ERR_OK : ERR_IMPOSSIBLE;
    struct match_call **end = &entry->matches;
    for (; *end != NULL && table->matches < limit; end = &(*end)->next) {
        struct match_call *match = *end;
        match->change_count = match_learn(table, &match->match, match->learners, match->changes);
        err = err == ERR_OK ? receipt_write(match->receipt, NULL) : err;
    }
    if (err != ERR_OK) {
        free_study(study);
        return err;
    }
    study->matches = entry->matches;
    entry->matches = *end;
    *end = NULL;
    entry->study = study;
    write_study(study);
    return ERR_OK;
}

static void report(struct match_call *matches, const struct fault *fault)
{
    while (matches != NULL) {
        struct match_call *next = matches->next; /* done() may free the match */
        matches->call.fault = *fault;
        matches->call.done(&matches->call);
        matches = next;
    }
}

static uint64_t count(const struct match_call *matches)
{
    uint64_t count = 0;
    for (; matches != NULL; matches = matches->next)
        count++;
    return count;
}

static enum err refuse(enum err err, struct fault *fault)
{
    return err == ERR_IMPOSSIBLE ? fault_set(fault, err, "brain", BRAIN_IS_FULL)
                                 : fault_set(fault, err, NULL, "no memory to learn it");
}

void matches_go_on(struct service *service, struct brain_entry *entry)
{
    enum err err = entry->matches != NULL ? begin_study(service, entry) : ERR_OK;
    if (err != ERR_OK) {
        struct fault fault;
        struct match_call *matches = entry->matches;
        entry->matches = NULL;
        (void)refuse(err, &fault);
        report(matches, &fault);
    }
    jobs_start_next(service, entry);
}

static void finish_study(struct change *change)
{
    struct study *study = (struct study *)change;
    struct brain_entry *entry = study->entry;
    entry->study = NULL;
    brain_entry_note_save(change->service, entry, &change->request, study->edition->table,
                          study->record.saved_at_ms);
    if (change->request.err == ERR_OK) {
        published_put(&entry->published, study->edition);
        change->service->done.matches_learned += count(study->matches);
        if (study->point != NULL)
            point_write_done(change->service, study->point);
    } else {
        LOG(LOG_ERROR, "match_write_failed", LOG_TEXT("brain", entry->record.name),
            LOG_TEXT("error", change->request.error));
    }
    struct fault fault;
    change_outcome(change, &fault);
    matches_go_on(change->service, entry); /* first: a report may bring further matches */
    report(study->matches, &fault);
    free_study(study);
}

static void append(struct match_call **list, struct match_call *match)
{
    while (*list != NULL)
        list = &(*list)->next;
    *list = match;
    match->next = NULL;
}

static enum err read_match(struct brain_entry *entry, const struct match_order *order,
                           struct match_call *match, struct fault *fault)
{
    struct edition *edition = published_hold(&entry->published);
    enum err err = match_read(edition->table, order->moves, order->count, &match->match, fault);
    edition_let_go(edition);
    return err;
}

enum err service_learn_match(struct service *service, const struct match_order *order,
                             struct match_call *match, struct fault *fault)
{
    struct brain_entry *entry = brain_entry_find(service, order->brain);
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, "brain", BRAIN_NOT_FOUND);
    bool is_waiting = entry->study != NULL || entry->is_replaced;
    enum err err = shelf_need(service, entry, fault);
    if (err == ERR_OK)
        err = read_match(entry, order, match, fault);
    if (err == ERR_OK && !is_waiting)
        err = brain_entry_check_idle(service, entry, "brain", fault);
    if (err != ERR_OK)
        return err;
    match->game = service->atlas->game;
    match->learners = order->learners;
    match->receipt = order->receipt;
    append(&entry->matches, match);
    if (is_waiting)
        return ERR_OK;
    err = begin_study(service, entry);
    if (err != ERR_OK) {
        entry->matches = NULL;
        return refuse(err, fault);
    }
    return ERR_OK;
}
