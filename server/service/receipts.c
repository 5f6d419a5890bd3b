#include "service/receipts.h"

#include "base/clock.h"
#include "service/lookup.h"

#include <stdlib.h>
#include <string.h>

#define FIELD "Idempotency-Key"

struct recall {
    struct lookup lookup; /* first */
    struct receipt *receipt;
    struct receipt_record found;
};

static enum err perform(struct store *store, struct store_request *request)
{
    struct recall *recall = (struct recall *)request;
    text_free(&recall->found.body); /* of a call before */
    return store_find_receipt(store, clock_unix_ms() - STORE_RECEIPT_MS, &recall->found);
}

static void take(struct receipt *receipt, struct receipt_record *found)
{
    bool is_same = memcmp(found->request, receipt->kept.request, sizeof found->request) == 0;
    if (!is_same) {
        (void)fault_set(&receipt->call.fault, ERR_IMPOSSIBLE, FIELD,
                        "came with another request before");
        return;
    }
    receipt->kept = *found;
    receipt->is_found = true;
    found->body = (struct text){0};
}

static void finish(struct lookup *lookup)
{
    struct recall *recall = (struct recall *)lookup;
    struct service_call *call = &recall->receipt->call;
    lookup_outcome(lookup, "what was answered before", &call->fault);
    if (lookup->request.err == ERR_NOT_FOUND)
        call->fault = (struct fault){.err = ERR_OK};
    else if (lookup->request.err == ERR_OK)
        take(recall->receipt, &recall->found);
    text_free(&recall->found.body);
    free(recall);
    call->done(call);
}

static bool is_under_way(const struct service *service, const struct receipt *receipt)
{
    const struct receipt *other = service->receipts;
    while (other != NULL && (strcmp(other->kept.token, receipt->kept.token) != 0 ||
                             strcmp(other->kept.key, receipt->kept.key) != 0))
        other = other->next;
    return other != NULL;
}

enum err service_recall(struct service *service, struct receipt *receipt, struct fault *fault)
{
    if (is_under_way(service, receipt))
        return fault_set(fault, ERR_CONFLICT, FIELD, "a request with this key is being done");
    struct recall *recall = calloc(1, sizeof *recall);
    if (recall == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for this request");
    recall->lookup =
        (struct lookup){.request.perform = perform, .service = service, .done = finish};
    recall->receipt = receipt;
    memcpy(recall->found.token, receipt->kept.token, sizeof recall->found.token);
    memcpy(recall->found.key, receipt->kept.key, sizeof recall->found.key);
    receipt->next = service->receipts;
    service->receipts = receipt;
    lookup_post(&recall->lookup);
    return ERR_OK;
}

void service_end_receipt(struct service *service, struct receipt *receipt)
{
    struct receipt **link = &service->receipts;
    while (*link != receipt)
        link = &(*link)->next;
    *link = receipt->next;
    text_free(&receipt->kept.body);
}

enum err receipt_add(struct receipt *receipt, const struct job_view *job, struct change *change)
{
    if (receipt == NULL)
        return ERR_OK;
    receipt->kept.created_at_ms = clock_unix_ms();
    text_free(&receipt->kept.body); /* of a try before */
    receipt->write(receipt, job);
    receipt->kept.next = change->receipts;
    change->receipts = &receipt->kept;
    return receipt->kept.body.failed ? ERR_NO_MEMORY : ERR_OK;
}
