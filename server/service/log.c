#include "service/log.h"

#include "model/limits.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct posting *posting_create(struct service *service, enum change_kind kind)
{
    struct posting *posting = calloc(1, sizeof *posting);
    if (posting == NULL)
        return NULL;
    posting->service = service;
    posting->change.kind = kind;
    return posting;
}

void posting_free(struct posting *posting)
{
    if (posting == NULL || posting->is_part)
        return;
    retry_end(&posting->retry);
    change_clear(&posting->change);
    edition_let_go(posting->before);
    free(posting);
}

void log_await(struct posting *posting, struct service_call *call)
{
    call->next = posting->calls;
    posting->calls = call;
}

static void count_claim(const struct posting *posting, int by)
{
    const struct change *change = &posting->change;
    struct brain_entry *entry = brain_entry_by_id(posting->service, change->brain.id);
    if (entry == NULL) /* one that is coming needs no claim */
        return;
    if (change_claims_brain(change->kind))
        entry->under_way[change->kind] += (unsigned)by;
    else if (change->kind == CHANGE_CHECKPOINT_KEPT || change->kind == CHANGE_CHECKPOINT_DELETED)
        entry->checkpoints_under_way += (unsigned)by;
}

void log_claim(struct posting *posting)
{
    count_claim(posting, 1);
}

void log_end(const struct posting *posting)
{
    count_claim(posting, -1);
}

/* The store's thread, as the next but one. */
static enum err perform(struct store *store, struct store_request *request)
{
    struct posting *posting = (struct posting *)request;
    enum err err = posting->prepare != NULL ? posting->prepare(posting) : ERR_OK;
    return err == ERR_OK ? store_write(store, &posting->change) : err;
}

static void deliver(struct message *message)
{
    struct posting *posting = (struct posting *)message;
    struct change *change = &posting->change;
    change->err = posting->request.err;
    change->took_us = posting->request.took_us;
    memcpy(change->error, posting->request.error, sizeof change->error);
    posting->service->given_back(posting);
}

static void hand_back(struct store_request *request)
{
    request->message.deliver = deliver;
    mailbox_post(&((struct posting *)request)->service->inbox, &request->message);
}

void log_post(struct posting *posting)
{
    posting->request.perform = perform;
    posting->request.done = hand_back;
    store_post(posting->service->store, &posting->request);
}

static void post(struct evaluator_task *task)
{
    log_post((struct posting *)((char *)task - offsetof(struct posting, task)));
}

void log_post_by_evaluator(struct posting *posting, struct evaluator *evaluator)
{
    posting->task.perform = post;
    evaluator_post(evaluator, &posting->task);
}

static void tell_outcome(const struct change *change, struct fault *out)
{
    *out = (struct fault){.err = ERR_OK};
    if (change->err == ERR_BUSY && change->kind == CHANGE_CHECKPOINT_KEPT)
        (void)fault_set(out, ERR_BUSY, NULL,
                        "the brain has %d checkpoints of its user's, as many as can be",
                        CHECKPOINTS_NAMED_MAX);
    else if (change->err == ERR_NOT_FOUND && change->kind == CHANGE_CHECKPOINT_DELETED)
        (void)fault_set(out, ERR_NOT_FOUND, NULL, CHECKPOINT_NOT_FOUND);
    else if (change->err != ERR_OK)
        (void)fault_set(out, change->err, NULL, "it could not be written: %s", change->error);
}

void log_answer(struct posting *posting)
{
    struct service_call *call = posting->calls;
    posting->calls = NULL;
    while (call != NULL) {
        struct service_call *next = call->next; /* done() may free the call */
        tell_outcome(&posting->change, &call->fault);
        call->is_new = posting->change.is_new;
        call->done(call);
        call = next;
    }
}

enum err log_post_barrier(struct service *service, struct service_call *call)
{
    struct posting *posting = posting_create(service, CHANGE_NOTHING);
    if (posting == NULL)
        return ERR_NO_MEMORY;
    log_await(posting, call);
    log_post(posting);
    return ERR_OK;
}

enum err log_post_job(struct service *service, struct job_entry *item)
{
    struct posting *posting = posting_create(service, CHANGE_JOBS_MOVED);
    struct job *job = malloc(sizeof *job);
    if (posting == NULL || job == NULL) {
        posting_free(posting);
        free(job);
        return ERR_NO_MEMORY;
    }
    *job = item->job;
    posting->change.jobs = job;
    posting->change.job_count = 1;
    item->is_owed = true;
    log_post(posting);
    return ERR_OK;
}
