#include "store/store.h"

#include "base/clock.h"
#include "base/thread.h"
#include "store/database.h"
#include "store/write_ahead.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRY_AGAIN_MS = 10 }; /* while another program writes */

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

/* With its database opened by `open`. */
static enum err create(const char *path,
                       enum err (*open)(struct database *, const char *path, struct fault *),
                       struct store **out, struct fault *fault)
{
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "out of memory");
    enum err err = mailbox_open(&store->inbox);
    if (err != ERR_OK) {
        free(store);
        return fault_set(fault, err, NULL, "cannot create an eventfd: %s", thread_reason(errno));
    }
    err = open(&store->database, path, fault);
    if (err != ERR_OK) {
        mailbox_close(&store->inbox);
        free(store);
        return err;
    }
    *out = store;
    return ERR_OK;
}

enum err store_open(const char *path, struct store **out, struct fault *fault)
{
    return create(path, database_open, out, fault);
}

enum err store_look(const char *path, struct store **out, struct fault *fault)
{
    return create(path, database_look, out, fault);
}

struct database *store_database(struct store *store)
{
    return &store->database;
}

void store_close(struct store *store)
{
    database_close(&store->database);
    mailbox_close(&store->inbox);
    free(store);
}

const char *store_error(struct store *store)
{
    return database_error(&store->database);
}

enum err store_check_files(const struct store *store, struct fault *fault)
{
    return database_file_check(&store->database.file, fault);
}

const char *store_library_version(void)
{
    return sqlite3_libversion();
}

static enum err attempt(struct store *store, struct store_request *request)
{
    enum err err = database_execute(&store->database, "SAVEPOINT request");
    if (err == ERR_OK)
        err = request->perform(store, request);
    if (err == ERR_OK)
        err = database_execute(&store->database, "RELEASE request");
    return err;
}

/* Undoes what a request has done. false: there is nothing left to go back to, because SQLite has
 * given up the whole transaction. */
static bool undo(struct store *store)
{
    if (database_in_transaction(&store->database) &&
        database_execute(&store->database, "ROLLBACK TO request; RELEASE request") != ERR_OK)
        database_rollback(&store->database);
    return database_in_transaction(&store->database);
}

/* SQLite has no words for memory that was missing elsewhere. */
static void note_failure(struct store *store, struct store_request *request)
{
    snprintf(request->error, sizeof request->error, "%s",
             request->err == ERR_NO_MEMORY ? err_name(request->err) : store_error(store));
}

/* A savepoint a request: one that fails is undone, the others of the transaction stand. What looks
 * damaged is read once more: that may have been a read that failed. */
static void perform_one(struct store *store, struct store_request *request)
{
    for (unsigned look = 0; look < 2; look++) {
        request->err = attempt(store, request);
        if (request->err == ERR_OK)
            return;
        note_failure(store, request);
        if (!undo(store) || request->err != ERR_CORRUPT)
            return;
        database_forget_pages(&store->database);
    }
}

/* Performs all up to `end` in the transaction under way. ERR_OK if that is still there; `out_words`
 * say why not. */
static enum err perform_each(struct store *store, struct message *first, const struct message *end,
                             char out_words[ERROR_TEXT_SIZE])
{
    for (struct message *m = first; m != end; m = m->next) {
        struct store_request *request = (struct store_request *)m;
        perform_one(store, request);
        if (!database_in_transaction(&store->database)) {
            memcpy(out_words, request->error, ERROR_TEXT_SIZE);
            return request->err;
        }
    }
    return ERR_OK;
}

/* What holds for a transaction that did not come to be holds for each of its requests. */
static void fail_all(struct message *first, const struct message *end, enum err err,
                     const char words[ERROR_TEXT_SIZE])
{
    for (struct message *m = first; m != end; m = m->next) {
        struct store_request *request = (struct store_request *)m;
        if (request->err == ERR_OK) {
            request->err = err;
            memcpy(request->error, words, ERROR_TEXT_SIZE);
        }
    }
}

/* Gives them back to who posted them. */
static void report(struct message *first)
{
    const int64_t now_us = clock_monotonic_us();
    while (first != NULL) {
        struct message *next = first->next; /* done() may free the request */
        struct store_request *request = (struct store_request *)first;
        request->took_us = request->only_reads ? 0 : (unsigned)(now_us - request->taken_up_us);
        request->done(request);
        first = next;
    }
}

static enum err run_step(struct store *store, const char *sql, char out_words[ERROR_TEXT_SIZE])
{
    enum err err = database_execute(&store->database, sql);
    if (err != ERR_OK)
        snprintf(out_words, ERROR_TEXT_SIZE, "%s", store_error(store));
    return err;
}

static enum err watch(struct store *store, char out_words[ERROR_TEXT_SIZE])
{
    struct fault fault;
    enum err err = database_watch(&store->database, &fault);
    if (err != ERR_OK)
        snprintf(out_words, ERROR_TEXT_SIZE, "%.*s", ERROR_TEXT_SIZE - 1, fault.detail);
    return err;
}

static enum err check_log(struct store *store, char out_words[ERROR_TEXT_SIZE])
{
    enum err err = write_ahead_check(&store->log, &store->database);
    if (err != ERR_OK)
        snprintf(out_words, ERROR_TEXT_SIZE,
                 "the write-ahead log is %" PRIu64 " MB long, because another program reads the"
                 " database and does not end",
                 store_log_bytes(store) >> 20);
    return err;
}

/* Nothing is written to a lost file, but requests are performed, to be refused one by one. */
static enum err begin(struct store *store, char out_words[ERROR_TEXT_SIZE])
{
    enum err err = watch(store, out_words);
    if (database_is_lost(&store->database))
        return run_step(store, "BEGIN", out_words);
    if (err == ERR_OK)
        err = check_log(store, out_words);
    if (err != ERR_OK)
        return err;
    err = database_begin(&store->database);
    if (err != ERR_OK)
        snprintf(out_words, ERROR_TEXT_SIZE, "%s", store_error(store));
    return err;
}

/* What was written is on disk, and found there. */
static enum err commit(struct store *store, char out_words[ERROR_TEXT_SIZE])
{
    const bool was_lost = database_is_lost(&store->database);
    enum err err = run_step(store, "COMMIT", out_words);
    return err != ERR_OK || was_lost ? err : watch(store, out_words);
}

/* Performs all up to `end` in the transaction under way, and ends it. false: nothing of it is on
 * disk. */
static bool transact(struct store *store, struct message *first, const struct message *end)
{
    char words[ERROR_TEXT_SIZE];
    enum err err = perform_each(store, first, end, words);
    if (err == ERR_OK)
        err = commit(store, words);
    if (err == ERR_OK)
        return true;
    database_rollback(&store->database);
    fail_all(first, end, err, words);
    return false;
}

/* Each in a transaction of its own: what one of them meets (a disk too full for it, a write that
 * fails) is not to fail its neighbours. */
static void transact_singly(struct store *store, struct message *first)
{
    for (struct message *m = first; m != NULL; m = m->next) {
        char words[ERROR_TEXT_SIZE];
        enum err err = begin(store, words);
        if (err == ERR_OK)
            (void)transact(store, m, m->next);
        else
            fail_all(m, m->next, err, words);
    }
}

static bool is_overdue(const struct message *change)
{
    const int64_t taken_up_us = ((const struct store_request *)change)->taken_up_us;
    return clock_monotonic_us() - taken_up_us >= (int64_t)DATABASE_PATIENCE_MS * 1000;
}

/* Takes the changes off the list that have waited for long enough. */
static struct message *take_overdue(struct store *store)
{
    struct message *first = NULL;
    struct message **end = &first;
    while (store->changes != NULL && is_overdue(store->changes)) {
        *end = store->changes;
        store->changes = store->changes->next;
        end = &(*end)->next;
        *end = NULL;
    }
    return first;
}

static struct message *take_all(struct store *store)
{
    struct message *first = store->changes;
    store->changes = NULL;
    return first;
}

/* In one transaction. While another program has one they wait, and are tried again. */
static void write_changes(struct store *store)
{
    char words[ERROR_TEXT_SIZE];
    database_rollback(&store->database); /* the last one, if there was no memory even for that */
    enum err err = begin(store, words);
    struct message *first = err == ERR_IN_USE ? take_overdue(store) : take_all(store);
    if (err != ERR_OK)
        fail_all(first, NULL, err, words);
    else if (!transact(store, first, NULL) && first->next != NULL)
        transact_singly(store, first);
    write_ahead_measure(&store->log, &store->database);
    report(first);
}

static void read_at_once(struct store *store, struct store_request *request)
{
    database_rollback(&store->database); /* as above */
    for (unsigned look = 0; look < 2; look++) {
        request->err = request->perform(store, request);
        if (request->err != ERR_OK)
            note_failure(store, request);
        if (request->err != ERR_CORRUPT)
            break;
        database_forget_pages(&store->database);
    }
    report(&request->message);
}

_Static_assert(offsetof(struct store_request, message) == 0, "a message is its request");

/* What only reads is done at once; changes go behind those that wait. */
static void take_up(struct store *store, struct message *first)
{
    struct message **end = &store->changes;
    while (*end != NULL)
        end = &(*end)->next;
    while (first != NULL) {
        struct store_request *request = (struct store_request *)first;
        first = first->next;
        request->message.next = NULL;
        request->taken_up_us = clock_monotonic_us();
        if (request->only_reads) {
            read_at_once(store, request);
        } else {
            *end = &request->message;
            end = &request->message.next;
        }
    }
}

/* Takes the stop message, which is always the last one posted, off the list. */
static struct message *without_stop(struct store *store, struct message *first)
{
    struct message **link = &first;
    while (*link != NULL && *link != &store->stop_message)
        link = &(*link)->next;
    if (*link == &store->stop_message) {
        store->stopping = true;
        *link = (*link)->next;
    }
    return first;
}

static void *serve(void *arg)
{
    struct store *store = arg;
    pthread_setname_np(pthread_self(), "store");
    while (!store->stopping || store->changes != NULL) {
        mailbox_wait(&store->inbox, store->changes != NULL ? TRY_AGAIN_MS : -1);
        take_up(store, without_stop(store, mailbox_take(&store->inbox)));
        if (store->changes != NULL)
            write_changes(store);
    }
    return NULL;
}

void store_limit_log(struct store *store, uint64_t bytes)
{
    store->log.max = bytes;
}

uint64_t store_log_bytes(struct store *store)
{
    return atomic_load(&store->log.bytes);
}

enum err store_start(struct store *store)
{
    database_trust(&store->database);
    write_ahead_measure(&store->log, &store->database);
    return thread_start(&store->thread, serve, store);
}

void store_post(struct store *store, struct store_request *request)
{
    request->store = store;
    request->err = ERR_OK;
    request->error[0] = '\0';
    mailbox_post(&store->inbox, &request->message);
}

void store_stop(struct store *store)
{
    mailbox_post(&store->inbox, &store->stop_message);
    pthread_join(store->thread, NULL);
}
