/*
 * internal - what the files of this room share; nobody else includes it.
 */
#ifndef TTSTD_STORE_INTERNAL_H
#define TTSTD_STORE_INTERNAL_H

#include "store/database.h"
#include "store/statement.h"
#include "store/store.h"
#include "store/write_ahead.h"

#include <pthread.h>
#include <stdbool.h>

struct store {
    struct database database;
    pthread_t thread;
    struct mailbox inbox;
    struct message stop_message;
    struct write_ahead log;
    /* The store's thread's, all below. */
    struct message *changes; /* that wait to be written, oldest first */
    bool stopping;
};

/* Before rows are deleted: their ids are not given again. */
MUST_CHECK enum err counters_note(struct store *store);

#endif
