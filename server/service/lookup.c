#include "service/lookup.h"

static void deliver(struct message *message)
{
    struct lookup *lookup = (struct lookup *)message;
    lookup->done(lookup);
}

/* The store's thread. */
static void hand_back(struct store_request *request)
{
    request->message.deliver = deliver;
    mailbox_post(&((struct lookup *)request)->service->inbox, &request->message);
}

void lookup_post(struct lookup *lookup)
{
    lookup->request.only_reads = true;
    lookup->request.done = hand_back;
    store_post(lookup->service->store, &lookup->request);
}

/* Where the store itself has found the data damaged, SQLite has no words for it. */
void lookup_outcome(const struct lookup *lookup, const char *what, struct fault *out)
{
    const struct store_request *request = &lookup->request;
    *out = (struct fault){.err = ERR_OK};
    if (request->err != ERR_OK)
        (void)fault_set(out, request->err, NULL, "%s could not be read: %s", what,
                        request->err == ERR_CORRUPT ? err_name(request->err) : request->error);
}
