/*
 * shelf - the tables that are in memory, and how the others get there.
 *
 * On disk are all of them: each brain's own, and its checkpoints'. In memory are those that were
 * used last, up to service_options.brain_memory bytes; beyond that the one that was not used for
 * longest goes, unless its brain is busy. Nothing is lost by that: an idle brain is on disk as it
 * is.
 *
 * Who needs a table that is not there gets ERR_LATER, while his call waits for it, and then begins
 * again. So whatever looks at tables stays a plain function, which never waits. When a fetch ends,
 * those who wait for it are told while its table is there, so who needs one table begins again once
 * at most. Who needs several holds what it has got: a table that is held stays.
 */
#ifndef TTSTD_SERVICE_SHELF_H
#define TTSTD_SERVICE_SHELF_H

#include "service/state.h"

/* What separates a brain's name from its checkpoint's. */
#define SHELF_AT '@'

/* A table that is read. */
struct reading {
    const char *name;          /* a brain's, or brain@checkpoint */
    const char *field;         /* of the request, for faults; NULL: none */
    struct service_call *call; /* that waits if it is not in memory */
    /* What is found. */
    struct brain_entry *entry;
    struct edition *edition; /* held: to be let go */
};

/* ERR_NOT_FOUND, at the field; ERR_LATER: the call waits; ERR_NO_MEMORY. */
MUST_CHECK enum err shelf_read(struct service *service, struct reading *reading,
                               struct fault *fault);

/* Finds the brain of that name, whose checkpoint may be so called. Whether it has that is seen when
 * it is read. */
MUST_CHECK enum err shelf_find(struct service *service, const char *name, const char *field,
                               struct brain_entry **out, struct fault *fault);

/* The brain's own table is to be worked on: ERR_OK if it is there; else as above. */
MUST_CHECK enum err shelf_need(struct service *service, struct brain_entry *entry,
                               struct service_call *call, struct fault *fault);

/* Gives an entry its table, in place of the one that it may have. */
void shelf_put(struct service *service, struct brain_entry *entry, struct edition *edition);

/* The brain's checkpoint of that name, or all of them (NULL), are not any more what they were. */
void shelf_forget(struct service *service, int64_t brain_id, const char *checkpoint);

/* All, when the service closes: those who wait for a table are told. */
void shelf_clear(struct service *service);

#endif
