#include "service/matches.h"

#include "base/clock.h"
#include "service/log.h"
#include "service/receipts.h"
#include "service/shelf.h"
#include "train/schedule.h"
#include "train/trainer.h"

#include <stddef.h>

/* What the brain will have learned: nothing yet, on a copy of its table. NULL: no memory. */
static struct posting *decide(struct service *service, const struct brain_entry *entry)
{
    struct posting *posting = posting_create(service, CHANGE_MATCHES_LEARNED);
    if (posting == NULL)
        return NULL;
    struct change *change = &posting->change;
    if (edition_fresh(service->atlas, &entry->record.rule, &change->edition) != ERR_OK) {
        posting_free(posting);
        return NULL;
    }
    change->table = change->edition->table;
    change->brain = entry->record;
    change->brain.saved_at_ms = clock_unix_ms();
    return posting;
}

/* The evaluator's thread. */
static void evaluate_and_post(struct evaluator_task *task)
{
    struct posting *posting = (struct posting *)((char *)task - offsetof(struct posting, task));
    struct change *change = &posting->change;
    change->has_point = true;
    evaluator_evaluate_point(task->evaluator, change->table, &change->point);
    log_post(posting);
}

static void post(struct posting *posting)
{
    log_claim(posting);
    if (schedule_is_curve_point(posting->change.table->matches)) {
        posting->task.perform = evaluate_and_post;
        evaluator_post(trainer_evaluator(posting->service->trainer), &posting->task);
    } else {
        log_post(posting);
    }
}

/* Learns the first ones that wait, up to the next curve point; `out_rest` is the first that waits
 * on. ERR_IMPOSSIBLE: the brain has lived as many matches as can be. ERR_NO_MEMORY. */
static enum err learn(struct brain *table, struct match_call *first, struct change *change,
                      struct match_call **out_rest)
{
    const uint64_t point = schedule_curve_point_after(table->matches);
    const uint64_t limit = point < BRAIN_MATCHES_MAX ? point : BRAIN_MATCHES_MAX;
    enum err err = table->matches < limit ? ERR_OK : ERR_IMPOSSIBLE;
    struct match_call *match = first;
    for (; match != NULL && table->matches < limit; match = match->next) {
        match->change_count = match_learn(table, &match->match, match->learners, match->changes);
        change->matches++;
        err = err == ERR_OK ? receipt_add(match->receipt, NULL, change) : err;
    }
    *out_rest = match;
    return err;
}

/* The calls of the first ones, and the rest on the list. */
static struct service_call *take_calls(struct match_call **list, const struct match_call *rest)
{
    struct service_call *calls = NULL;
    struct service_call **end = &calls;
    while (*list != rest) {
        *end = &(*list)->call;
        end = &(*end)->next;
        *list = (*list)->next;
    }
    *end = NULL;
    return calls;
}

enum err matches_learn(struct service *service, struct brain_entry *entry)
{
    struct match_call *rest;
    struct posting *posting = decide(service, entry);
    if (posting == NULL)
        return ERR_NO_MEMORY;
    struct edition *before = published_hold(&entry->published);
    brain_copy(posting->change.edition->table, before->table);
    edition_let_go(before);
    enum err err = learn(posting->change.edition->table, entry->matches, &posting->change, &rest);
    if (err != ERR_OK) {
        posting_free(posting);
        return err;
    }
    posting->calls = take_calls(&entry->matches, rest);
    post(posting);
    return ERR_OK;
}

static enum err refuse(enum err err, struct fault *fault)
{
    return err == ERR_IMPOSSIBLE ? fault_set(fault, err, "brain", BRAIN_IS_FULL)
                                 : fault_set(fault, err, NULL, "no memory to learn it");
}

void matches_refuse(struct brain_entry *entry, enum err err)
{
    struct match_call *match = entry->matches;
    entry->matches = NULL;
    while (match != NULL) {
        struct match_call *next = match->next; /* done() may free the match */
        (void)refuse(err, &match->call.fault);
        match->call.done(&match->call);
        match = next;
    }
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
    bool is_waiting = entry->matches != NULL || brain_entry_is_written(entry);
    enum err err = shelf_need(service, entry, &match->call, fault);
    if (err == ERR_OK)
        err = read_match(entry, order, match, fault);
    if (err == ERR_OK && !is_waiting)
        err = brain_entry_check_idle(entry, "brain", fault);
    if (err != ERR_OK)
        return err;
    match->game = service->atlas->game;
    match->learners = order->learners;
    match->receipt = order->receipt;
    append(&entry->matches, match);
    if (is_waiting)
        return ERR_OK;
    err = matches_learn(service, entry);
    if (err != ERR_OK) {
        entry->matches = NULL;
        return refuse(err, fault);
    }
    return ERR_OK;
}
