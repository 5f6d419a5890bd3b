#include "service/matches.h"

#include "base/clock.h"
#include "service/log.h"
#include "service/receipts.h"
#include "service/shelf.h"
#include "train/schedule.h"
#include "train/trainer.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* On the store's or the evaluator's thread: has a copy of the brain's table learn the matches. */
static enum err learn(struct posting *posting)
{
    struct change *change = &posting->change;
    struct edition *edition;
    struct brain *table = NULL;
    enum err err = ERR_OK;
    if (change->edition != NULL) /* by a try before */
        return ERR_OK;
    if (brain_create_like(posting->before->table, &table) != ERR_OK ||
        edition_create(table, &edition) != ERR_OK)
        return ERR_NO_MEMORY;
    brain_copy(table, posting->before->table);
    change->receipts = NULL;
    for (struct service_call *call = posting->calls; call != NULL; call = call->next) {
        struct match_call *match = (struct match_call *)call;
        free(match->changes); /* of a try before */
        match->changes = calloc(match->match.plies, sizeof *match->changes);
        if (match->changes == NULL) {
            err = ERR_NO_MEMORY;
            break;
        }
        match->change_count = match_learn(table, &match->match, match->learners, match->changes);
        err = err == ERR_OK ? receipt_add(match->receipt, NULL, change) : err;
    }
    if (err != ERR_OK) {
        edition_let_go(edition);
        return err;
    }
    change->edition = edition;
    change->table = table;
    return ERR_OK;
}

static enum err fail(struct posting *posting)
{
    (void)posting;
    return ERR_NO_MEMORY;
}

/* The evaluator's thread. */
static void evaluate_and_post(struct evaluator_task *task)
{
    struct posting *posting = (struct posting *)((char *)task - offsetof(struct posting, task));
    struct change *change = &posting->change;
    change->has_point = learn(posting) == ERR_OK;
    if (change->has_point)
        evaluator_evaluate_point(task->evaluator, change->table, &change->point);
    else
        posting->prepare = fail; /* later there would be no point */
    log_post(posting);
}

static void post(struct posting *posting, const struct brain_entry *entry, uint64_t matches)
{
    struct change *change = &posting->change;
    change->point.matches = matches;
    change->leaves_checkpoint =
        schedule_is_curve_point(matches) && point_leaves_checkpoint(&entry->record.rule, matches);
    log_claim(posting);
    if (schedule_is_judged(&entry->atlas->game, &entry->record.rule, matches)) {
        posting->task.perform = evaluate_and_post;
        evaluator_post(trainer_evaluator(posting->service->trainer), &posting->task);
    } else {
        log_post(posting);
    }
}

/* How many of those that wait are learned together: up to the next curve point. 0: the brain has
 * lived as many matches as can be. */
static unsigned count_together(const struct match_call *first, uint64_t matches)
{
    const uint64_t point = schedule_curve_point_after(matches);
    const uint64_t limit = point < BRAIN_MATCHES_MAX ? point : BRAIN_MATCHES_MAX;
    unsigned count = 0;
    for (const struct match_call *match = first; match != NULL && matches + count < limit;
         match = match->next)
        count++;
    return count;
}

static void describe(const struct match_call *match, int64_t now_ms, struct lesson *out)
{
    *out = (struct lesson){
        .learned_at_ms = now_ms, .learners = match->learners, .count = match->match.plies};
    memcpy(out->moves, match->match.moves, match->match.plies);
}

/* The first of the brain's matches that wait, as so many lessons. NULL: no memory. */
static struct posting *decide(struct service *service, struct brain_entry *entry, unsigned count)
{
    struct lesson *lessons = calloc(count, sizeof *lessons);
    struct posting *posting = posting_create(service, CHANGE_MATCHES_LEARNED);
    if (lessons == NULL || posting == NULL) {
        free(lessons);
        posting_free(posting);
        return NULL;
    }
    struct change *change = &posting->change;
    const int64_t now_ms = clock_unix_ms();
    struct service_call **end = &posting->calls;
    for (unsigned i = 0; i < count; i++) {
        struct match_call *match = entry->matches;
        entry->matches = match->next;
        describe(match, now_ms, &lessons[i]);
        *end = &match->call;
        end = &match->call.next;
    }
    *end = NULL;
    posting->prepare = learn;
    posting->before = published_hold(&entry->published);
    change->lessons = lessons;
    change->lesson_count = count;
    change->brain = entry->record;
    change->brain.saved_at_ms = now_ms;
    change->brain.lessons += count;
    change->folds = brain_entry_lessons(entry) + count >=
                    lesson_most(brain_size_under(entry->atlas, &entry->record.rule));
    return posting;
}

enum err matches_learn(struct service *service, struct brain_entry *entry)
{
    const uint64_t matches = brain_entry_counts(entry).matches;
    const unsigned count = count_together(entry->matches, matches);
    struct posting *posting = count > 0 ? decide(service, entry, count) : NULL;
    if (posting == NULL)
        return count > 0 ? ERR_NO_MEMORY : ERR_IMPOSSIBLE;
    post(posting, entry, matches + count);
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

static enum err read_match(const struct game *game, const struct position_text *position,
                           struct match *out, struct fault *fault)
{
    uint8_t room[POSITION_MOVES_MAX];
    const uint8_t *moves;
    size_t count;
    enum err err = position_moves(game, position, room, &moves, &count, fault);
    return err == ERR_OK ? match_read(game, moves, count, out, fault) : err;
}

enum err service_learn_match(struct service *service, const struct match_order *order,
                             struct match_call *match, struct fault *fault)
{
    struct brain_entry *entry = brain_entry_find(service, order->brain);
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, "brain", BRAIN_NOT_FOUND);
    match->changes = NULL;
    bool is_waiting = entry->matches != NULL || brain_entry_is_written(entry);
    enum err err = shelf_need(service, entry, &match->call, fault);
    if (err == ERR_OK)
        err = read_match(&entry->atlas->game, &order->position, &match->match, fault);
    if (err == ERR_OK && !is_waiting)
        err = brain_entry_check_idle(entry, "brain", fault);
    if (err != ERR_OK)
        return err;
    match->game = &entry->atlas->game;
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
