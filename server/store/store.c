#include "store/store.h"

#include "base/text.h"
#include "store/database.h"
#include "store/statement.h"
#include "store/table_blob.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct store {
    struct database database;
    pthread_t thread;
    struct mailbox inbox;
    struct message stop_message;
    bool stopping; /* the store's thread's */
};

enum err store_open(const char *path, struct store **out, struct fault *fault)
{
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "out of memory");
    enum err err = mailbox_open(&store->inbox);
    if (err != ERR_OK) {
        free(store);
        return fault_set(fault, err, NULL, "cannot create an eventfd");
    }
    err = database_open(&store->database, path, fault);
    if (err != ERR_OK) {
        mailbox_close(&store->inbox);
        free(store);
        return err;
    }
    *out = store;
    return ERR_OK;
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

const char *store_library_version(void)
{
    return sqlite3_libversion();
}

static void read_brain(struct statement *row, struct store_brain *out)
{
    *out = (struct store_brain){.id = statement_int(row)};
    statement_text(row, out->name, sizeof out->name);
    statement_text(row, out->game, sizeof out->game);
    char rule[STORE_WORD_SIZE];
    char scoring[STORE_WORD_SIZE];
    statement_text(row, rule, sizeof rule);
    statement_text(row, scoring, sizeof scoring);
    if (rule_kind_parse(rule, &out->rule.kind) != ERR_OK ||
        scoring_parse(scoring, &out->rule.scoring) != ERR_OK)
        statement_reject(row);
    out->rule.start_weight = statement_u32(row);
    out->rule.reward = statement_u32(row);
    out->rule.penalty = statement_u32(row);
    out->rule.draw_reward = statement_u32(row);
    out->rule.halve_above = statement_u32(row);
    out->created_at_ms = statement_int(row);
    out->saved_at_ms = statement_int(row);
}

enum err store_each_brain(struct store *store,
                          enum err (*each)(void *context, const struct store_brain *brain,
                                           const char *blob, size_t blob_size),
                          void *context)
{
    struct statement row;
    statement_begin(&row, &store->database,
                    "SELECT id, name, game, rule, scoring, start_weight, reward, penalty,"
                    " draw_reward, halve_above, created_at, saved_at, table_blob"
                    " FROM brain ORDER BY id");
    while (statement_next_row(&row)) {
        struct store_brain brain;
        read_brain(&row, &brain);
        size_t size;
        const char *blob = statement_blob(&row, &size);
        if (!statement_failed(&row))
            statement_fail(&row, each(context, &brain, blob, size));
    }
    return statement_end(&row);
}

static void read_job(struct statement *row, struct store_job *out)
{
    *out = (struct store_job){.id = statement_int(row)};
    out->brain_id = statement_int(row);
    statement_text(row, out->state, sizeof out->state);
    statement_text(row, out->ended_by, sizeof out->ended_by);
    out->matches = (uint64_t)statement_int(row);
    out->workers = statement_u32(row);
    char seed[24];
    statement_text(row, seed, sizeof seed);
    if (text_parse_number(seed, &out->seed) != ERR_OK)
        statement_reject(row);
    out->learners = statement_u32(row);
    out->schedule = statement_u32(row);
    out->matches_done = (uint64_t)statement_int(row);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        out->results[result] = (uint64_t)statement_int(row);
    out->running_ms = statement_int(row);
    out->created_at_ms = statement_int(row);
    out->started_at_ms = statement_int(row);
    out->finished_at_ms = statement_int(row);
    statement_text(row, out->error, sizeof out->error);
}

enum err store_each_job(struct store *store,
                        enum err (*each)(void *context, const struct store_job *job), void *context)
{
    struct statement row;
    statement_begin(&row, &store->database,
                    "SELECT id, brain_id, state, ended_by, matches, workers, seed, learners,"
                    " schedule, matches_done, won_by_player1, won_by_player2, drawn, running_ms,"
                    " created_at, started_at, finished_at, error FROM job ORDER BY id");
    while (statement_next_row(&row)) {
        struct store_job job;
        read_job(&row, &job);
        if (!statement_failed(&row))
            statement_fail(&row, each(context, &job));
    }
    return statement_end(&row);
}

static void bind_table(struct statement *statement, const struct brain *table)
{
    struct text blob = {0};
    table_blob_encode(table, &blob);
    if (blob.failed)
        statement_fail(statement, ERR_NO_MEMORY);
    else
        statement_bind_blob(statement, blob.bytes, blob.size);
    text_free(&blob);
}

enum err store_insert_brain(struct store *store, const struct store_brain *brain,
                            const struct brain *table)
{
    struct statement insert;
    statement_begin(&insert, &store->database,
                    "INSERT INTO brain (id, name, game, rule, scoring, start_weight, reward,"
                    " penalty, draw_reward, halve_above, created_at, saved_at, table_blob)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    statement_bind_int(&insert, brain->id);
    statement_bind_text(&insert, brain->name);
    statement_bind_text(&insert, brain->game);
    statement_bind_text(&insert, rule_kind_name(brain->rule.kind));
    statement_bind_text(&insert, scoring_name(brain->rule.scoring));
    statement_bind_int(&insert, brain->rule.start_weight);
    statement_bind_int(&insert, brain->rule.reward);
    statement_bind_int(&insert, brain->rule.penalty);
    statement_bind_int(&insert, brain->rule.draw_reward);
    statement_bind_int(&insert, brain->rule.halve_above);
    statement_bind_int(&insert, brain->created_at_ms);
    statement_bind_int(&insert, brain->saved_at_ms);
    bind_table(&insert, table);
    return statement_run(&insert);
}

enum err store_save_brain(struct store *store, const struct store_brain *brain,
                          const struct brain *table)
{
    struct statement update;
    statement_begin(&update, &store->database,
                    "UPDATE brain SET saved_at = ?, table_blob = ? WHERE id = ?");
    statement_bind_int(&update, brain->saved_at_ms);
    bind_table(&update, table);
    statement_bind_int(&update, brain->id);
    return statement_run(&update);
}

static void bind_optional_time(struct statement *statement, int64_t unix_ms)
{
    if (unix_ms == 0)
        statement_bind_null(statement);
    else
        statement_bind_int(statement, unix_ms);
}

static void bind_optional_text(struct statement *statement, const char *text)
{
    if (*text == '\0')
        statement_bind_null(statement);
    else
        statement_bind_text(statement, text);
}

/* matches_done, won_by_player1, won_by_player2, drawn, running_ms */
static void bind_progress(struct statement *statement, const struct store_job *job)
{
    statement_bind_int(statement, (int64_t)job->matches_done);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        statement_bind_int(statement, (int64_t)job->results[result]);
    statement_bind_int(statement, job->running_ms);
}

/* The above, state, ended_by, started_at, finished_at, error, and the id */
static void bind_changing(struct statement *statement, const struct store_job *job)
{
    bind_progress(statement, job);
    statement_bind_text(statement, job->state);
    bind_optional_text(statement, job->ended_by);
    bind_optional_time(statement, job->started_at_ms);
    bind_optional_time(statement, job->finished_at_ms);
    bind_optional_text(statement, job->error);
    statement_bind_int(statement, job->id);
}

enum err store_insert_job(struct store *store, const struct store_job *job)
{
    struct statement insert;
    statement_begin(&insert, &store->database,
                    "INSERT INTO job (matches_done, won_by_player1, won_by_player2, drawn,"
                    " running_ms, state, ended_by, started_at, finished_at, error, id, brain_id,"
                    " matches, workers, seed, learners, schedule, created_at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_changing(&insert, job);
    statement_bind_int(&insert, job->brain_id);
    statement_bind_int(&insert, (int64_t)job->matches);
    statement_bind_int(&insert, job->workers);
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, job->seed);
    statement_bind_text(&insert, seed);
    statement_bind_int(&insert, job->learners);
    statement_bind_int(&insert, job->schedule);
    statement_bind_int(&insert, job->created_at_ms);
    return statement_run(&insert);
}

enum err store_save_job(struct store *store, const struct store_job *job)
{
    struct statement update;
    statement_begin(&update, &store->database,
                    "UPDATE job SET matches_done = ?, won_by_player1 = ?, won_by_player2 = ?,"
                    " drawn = ?, running_ms = ?, state = ?, ended_by = ?, started_at = ?,"
                    " finished_at = ?, error = ? WHERE id = ?");
    bind_changing(&update, job);
    return statement_run(&update);
}

enum err store_save_progress(struct store *store, const struct store_job *job)
{
    struct statement update;
    statement_begin(&update, &store->database,
                    "UPDATE job SET matches_done = ?, won_by_player1 = ?, won_by_player2 = ?,"
                    " drawn = ?, running_ms = ? WHERE id = ?");
    bind_progress(&update, job);
    statement_bind_int(&update, job->id);
    return statement_run(&update);
}

enum err store_prune_jobs(struct store *store, unsigned keep)
{
    struct statement prune;
    statement_begin(&prune, &store->database,
                    "DELETE FROM job WHERE id IN (SELECT id FROM job"
                    " WHERE state IN ('done', 'stopped', 'failed')"
                    " ORDER BY id DESC LIMIT -1 OFFSET ?)");
    statement_bind_int(&prune, keep);
    return statement_run(&prune);
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

/* A savepoint a request: one that fails is undone, the others of the transaction stand. Unless
 * SQLite has given up the whole transaction: then there is nothing to go back to. */
static void perform_one(struct store *store, struct store_request *request)
{
    request->err = attempt(store, request);
    if (request->err == ERR_OK)
        return;
    snprintf(request->error, sizeof request->error, "%s", store_error(store));
    if (database_in_transaction(&store->database) &&
        database_execute(&store->database, "ROLLBACK TO request; RELEASE request") != ERR_OK)
        database_rollback(&store->database);
}

/* Performs all in the transaction under way. ERR_OK if that is still there; `out_words` say why
 * not. */
static enum err perform_each(struct store *store, struct message *first,
                             char out_words[STORE_ERROR_SIZE])
{
    for (struct message *m = first; m != NULL; m = m->next) {
        struct store_request *request = (struct store_request *)m;
        perform_one(store, request);
        if (!database_in_transaction(&store->database)) {
            memcpy(out_words, request->error, STORE_ERROR_SIZE);
            return request->err;
        }
    }
    return ERR_OK;
}

/* What holds for a transaction that did not come to be holds for each of its requests. */
static void fail_all(struct message *first, enum err err, const char words[STORE_ERROR_SIZE])
{
    for (struct message *m = first; m != NULL; m = m->next) {
        struct store_request *request = (struct store_request *)m;
        if (request->err == ERR_OK) {
            request->err = err;
            memcpy(request->error, words, STORE_ERROR_SIZE);
        }
    }
}

static enum err run_step(struct store *store, const char *sql, char out_words[STORE_ERROR_SIZE])
{
    enum err err = database_execute(&store->database, sql);
    if (err != ERR_OK)
        snprintf(out_words, STORE_ERROR_SIZE, "%s", store_error(store));
    return err;
}

static void perform_all(struct store *store, struct message *first)
{
    char words[STORE_ERROR_SIZE];
    enum err err = run_step(store, "BEGIN IMMEDIATE", words);
    if (err == ERR_OK)
        err = perform_each(store, first, words);
    if (err == ERR_OK)
        err = run_step(store, "COMMIT", words);
    if (err != ERR_OK) {
        database_rollback(&store->database);
        fail_all(first, err, words);
    }
    for (struct message *m = first; m != NULL;) {
        struct message *next = m->next; /* done() may free the request */
        struct store_request *request = (struct store_request *)m;
        request->done(request);
        m = next;
    }
}

_Static_assert(offsetof(struct store_request, message) == 0, "a message is its request");

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
    while (!store->stopping) {
        mailbox_wait(&store->inbox, -1);
        struct message *first = without_stop(store, mailbox_take(&store->inbox));
        if (first != NULL)
            perform_all(store, first);
    }
    return NULL;
}

enum err store_start(struct store *store)
{
    database_trust(&store->database);
    return pthread_create(&store->thread, NULL, serve, store) == 0 ? ERR_OK : ERR_NO_MEMORY;
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
