#include "support/stored.h"

#include "engine/brain.h"
#include "engine/selfplay.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

struct store *stored_open(const char *path)
{
    struct store *store = NULL;
    struct fault fault = {.err = ERR_OK};
    enum err err = store_open(path, &store, &fault);
    ck_assert_msg(err == ERR_OK, "%s", fault.detail);
    return store;
}

void stored_make(struct stored_file *file, unsigned brains)
{
    struct brain *table = tables_fresh(NULL);
    folder_make(&file->folder);
    folder_file(&file->folder, "ttst.db", file->path);
    file->store = stored_open(file->path);
    for (int64_t id = 1; id <= brains; id++) {
        struct brain_record brain = stored_brain(id);
        ck_assert_int_eq(store_insert_brain(file->store, &brain, table), ERR_OK);
    }
    brain_destroy(table);
}

void stored_reopen(struct stored_file *file)
{
    store_close(file->store);
    file->store = stored_open(file->path);
}

void stored_remove(struct stored_file *file)
{
    if (file->store != NULL)
        store_close(file->store);
    folder_remove(&file->folder);
}

static enum err add_brain(void *context, const struct brain_record *brain,
                          const struct brain_counts *counts)
{
    struct stored *stored = context;
    (void)counts;
    ck_assert_uint_lt(stored->brains, STORED_MAX);
    ck_assert(!brain->is_altered);
    stored->brain[stored->brains] = *brain;
    stored->tables[stored->brains++] = tables_fresh(&brain->rule);
    return ERR_OK;
}

static enum err add_job(void *context, const struct job *job, const char *opponent,
                        size_t opponent_size)
{
    struct stored *stored = context;
    ck_assert_uint_lt(stored->jobs, STORED_MAX);
    ck_assert(!job->is_altered);
    stored->opponents[stored->jobs] = (struct text){0};
    if (opponent != NULL)
        text_add(&stored->opponents[stored->jobs], opponent, opponent_size);
    stored->job[stored->jobs++] = *job;
    return ERR_OK;
}

void stored_load(struct store *store, struct stored *out)
{
    *out = (struct stored){.brains = 0};
    ck_assert_int_eq(store_each_brain(store, add_brain, out), ERR_OK);
    for (unsigned i = 0; i < out->brains; i++)
        ck_assert_int_eq(store_read_table(store, out->brain[i].id, out->tables[i]), ERR_OK);
    ck_assert_int_eq(store_each_job(store, add_job, out), ERR_OK);
}

void stored_free(struct stored *stored)
{
    for (unsigned i = 0; i < stored->brains; i++)
        brain_destroy(stored->tables[i]);
    for (unsigned i = 0; i < stored->jobs; i++)
        text_free(&stored->opponents[i]);
}

struct brain_record stored_brain(int64_t id)
{
    struct brain_record brain = {.id = id,
                                 .game = "tictactoe",
                                 .rule = rule_default(RULE_BEADS),
                                 .created_at_ms = 1000000 + id % 1000,
                                 .saved_at_ms = 2000000 + id % 1000,
                                 .life = 1};
    snprintf(brain.name, sizeof brain.name, "brain-%" PRId64, id);
    return brain;
}

struct job stored_job(int64_t id, int64_t brain_id)
{
    return (struct job){.id = id,
                        .brain_id = brain_id,
                        .state = JOB_QUEUED,
                        .matches = 1000,
                        .workers = 1,
                        .seed = (uint64_t)id,
                        .learners = LEARN_BOTH,
                        .schedule = 1,
                        .opponent = JOB_OPPONENT_SELF,
                        .created_at_ms = 3000000 + id % 1000};
}

bool stored_same_brain(const struct brain_record *a, const struct brain_record *b)
{
    return a->id == b->id && strcmp(a->name, b->name) == 0 && strcmp(a->game, b->game) == 0 &&
           rule_is_same(&a->rule, &b->rule) && a->created_at_ms == b->created_at_ms &&
           a->saved_at_ms == b->saved_at_ms;
}

bool stored_same_job(const struct job *a, const struct job *b)
{
    return a->id == b->id && a->brain_id == b->brain_id && a->state == b->state &&
           a->ended_by == b->ended_by && a->matches == b->matches && a->workers == b->workers &&
           a->seed == b->seed && a->learners == b->learners && a->schedule == b->schedule &&
           a->opponent == b->opponent && strcmp(a->opponent_brain, b->opponent_brain) == 0 &&
           a->opponent_look == b->opponent_look && a->until.above == b->until.above &&
           a->until.kind == b->until.kind && a->until.below == b->until.below &&
           a->until.policy.kind == b->until.policy.kind &&
           a->until.policy.power == b->until.policy.power && a->matches_done == b->matches_done &&
           memcmp(a->results, b->results, sizeof a->results) == 0 &&
           a->running_ms == b->running_ms && a->created_at_ms == b->created_at_ms &&
           a->started_at_ms == b->started_at_ms && a->finished_at_ms == b->finished_at_ms &&
           strcmp(a->error, b->error) == 0;
}

int64_t stored_sql(const char *path, const char *sql)
{
    sqlite3 *database;
    sqlite3_stmt *statement;
    int64_t number = 0;
    ck_assert_int_eq(sqlite3_open(path, &database), SQLITE_OK);
    sqlite3_busy_timeout(database, 10000);
    ck_assert_int_eq(row_digest_register(database), ERR_OK);
    while (*sql != '\0') {
        int code = sqlite3_prepare_v2(database, sql, -1, &statement, &sql);
        ck_assert_msg(code == SQLITE_OK, "%s", sqlite3_errmsg(database));
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW)
            number = sqlite3_column_int64(statement, 0);
        ck_assert_msg(code == SQLITE_ROW || code == SQLITE_DONE, "%s", sqlite3_errmsg(database));
        sqlite3_finalize(statement);
    }
    ck_assert_int_eq(sqlite3_close(database), SQLITE_OK);
    return number;
}
