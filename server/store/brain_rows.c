/* Rows of the tables `brain` and `brain_table`. One that is as new has no row in the second. */
#include "base/text.h"
#include "store/counter_rows.h"
#include "store/lesson_rows.h"
#include "store/row_digest.h"
#include "store/statement.h"
#include "store/store.h"

#include <string.h>

enum { WORD_SIZE = 16 };

static void read_rule(struct statement *row, struct rule *out)
{
    char rule[WORD_SIZE];
    char scoring[WORD_SIZE];
    statement_text(row, rule, sizeof rule);
    statement_text(row, scoring, sizeof scoring);
    if (rule_kind_parse(rule, &out->kind) != ERR_OK ||
        scoring_parse(scoring, &out->scoring) != ERR_OK)
        statement_reject(row);
    out->start_weight = statement_u32(row);
    out->reward = statement_u32(row);
    out->penalty = statement_u32(row);
    out->draw_reward = statement_u32(row);
    out->halve_above = statement_u32(row);
    out->explore = statement_u32(row);
    out->symmetry = statement_u32(row) != 0;
    out->step_size = statement_u32(row);
    out->trace_decay = statement_u32(row);
}

static void read_counts(struct statement *row, struct brain_counts *out)
{
    out->matches = statement_count(row);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        out->results[result] = statement_count(row);
}

static void read_brain(struct statement *row, struct brain_record *out, struct brain_counts *counts)
{
    *out = (struct brain_record){.id = statement_id(row)};
    statement_text(row, out->name, sizeof out->name);
    statement_text(row, out->game, sizeof out->game);
    read_rule(row, &out->rule);
    out->created_at_ms = statement_time(row);
    out->saved_at_ms = statement_time(row);
    out->life = statement_id(row);
    out->lessons = (int64_t)statement_count(row);
    read_counts(row, counts);
    out->is_altered = statement_is_altered(row);
}

enum err store_each_brain(struct store *store,
                          enum err (*each)(void *context, const struct brain_record *brain,
                                           const struct brain_counts *counts),
                          void *context)
{
    struct statement row;
    statement_begin(&row, store_database(store),
                    "SELECT id, name, game, rule, scoring, start_weight, reward, penalty,"
                    " draw_reward, halve_above, explore, symmetry, step_size, trace_decay,"
                    " created_at, saved_at, life, lessons, matches, won_by_player1,"
                    " won_by_player2, drawn,"
                    " digest IS " BRAIN_DIGEST " AND state_digest IS " BRAIN_STATE_DIGEST
                    " FROM brain ORDER BY id");
    while (statement_next_row(&row)) {
        struct brain_record brain;
        struct brain_counts counts;
        read_brain(&row, &brain, &counts);
        if (!statement_failed(&row))
            statement_fail(&row, each(context, &brain, &counts));
    }
    return statement_end(&row);
}

/* Nothing where it is fresh. ERR_NO_MEMORY. */
static enum err encode(const struct brain *table, struct text *out)
{
    if (!brain_is_fresh(table))
        brain_encode(table, out);
    return out->failed ? ERR_NO_MEMORY : ERR_OK;
}

/* What saves change, in the order of its columns. */
static void bind_state(struct statement *statement, const struct brain_record *brain,
                       const struct brain *table, const struct text *blob)
{
    const size_t digest_size = blob->size == 0 ? 0 : SHA256_SIZE;
    statement_bind_int(statement, brain->saved_at_ms);
    statement_bind_int(statement, brain->life);
    statement_bind_int(statement, brain->lessons);
    statement_bind_int(statement, (int64_t)table->matches);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        statement_bind_int(statement, (int64_t)table->results[result]);
    statement_bind_optional_blob(
        statement, digest_size == 0 ? NULL : blob->bytes + blob->size - digest_size, digest_size);
}

static enum err put_table(struct store *store, int64_t brain_id, const struct text *blob)
{
    struct statement put;
    statement_begin(&put, store_database(store),
                    "INSERT INTO brain_table (brain_id, table_blob) VALUES (?1, ?2)"
                    " ON CONFLICT (brain_id) DO UPDATE SET table_blob = ?2");
    statement_bind_int(&put, brain_id);
    statement_bind_blob(&put, blob->bytes, blob->size);
    return statement_run(&put);
}

static enum err insert(struct store *store, const struct brain_record *brain,
                       const struct brain *table, const struct text *blob)
{
    struct statement insert;
    statement_begin(&insert, store_database(store),
                    "INSERT INTO brain (id, name, game, rule, scoring, start_weight, reward,"
                    " penalty, draw_reward, halve_above, explore, symmetry, step_size, trace_decay,"
                    " created_at, saved_at, life, lessons, matches, won_by_player1, won_by_player2,"
                    " drawn, table_digest, digest, state_digest)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
                    " ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,"
                    " row_digest(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15),"
                    " row_digest(?1, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23))");
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
    statement_bind_int(&insert, brain->rule.explore);
    statement_bind_int(&insert, brain->rule.symmetry);
    statement_bind_int(&insert, brain->rule.step_size);
    statement_bind_int(&insert, brain->rule.trace_decay);
    statement_bind_int(&insert, brain->created_at_ms);
    bind_state(&insert, brain, table, blob);
    return statement_run(&insert);
}

enum err store_insert_brain(struct store *store, const struct brain_record *brain,
                            const struct brain *table)
{
    struct text blob = {0};
    enum err err = encode(table, &blob);
    if (err == ERR_OK)
        err = insert(store, brain, table, &blob);
    if (err == ERR_OK && blob.size > 0)
        err = put_table(store, brain->id, &blob);
    text_free(&blob);
    return err;
}

static enum err update(struct store *store, const struct brain_record *brain,
                       const struct brain *table, const struct text *blob)
{
    struct statement update;
    statement_begin(&update, store_database(store),
                    "UPDATE brain SET saved_at = ?1, life = ?2, lessons = ?3, matches = ?4,"
                    " won_by_player1 = ?5, won_by_player2 = ?6, drawn = ?7, table_digest = ?8,"
                    " state_digest = row_digest(id, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) WHERE id = ?9");
    bind_state(&update, brain, table, blob);
    statement_bind_int(&update, brain->id);
    return statement_run(&update);
}

enum err store_save_brain(struct store *store, const struct brain_record *brain,
                          const struct brain *table)
{
    struct text blob = {0};
    enum err err = encode(table, &blob);
    if (err == ERR_OK)
        err = update(store, brain, table, &blob);
    const bool is_there = err == ERR_OK && database_changes(store_database(store)) > 0;
    if (is_there && blob.size > 0)
        err = put_table(store, brain->id, &blob);
    else if (is_there)
        err = statement_run_with(store_database(store),
                                 "DELETE FROM brain_table WHERE brain_id = ?", brain->id);
    text_free(&blob);
    return err == ERR_OK ? lessons_delete(store, brain->id) : err;
}

/* As it was written, without its lessons. */
static void read_written(struct statement *row, struct brain *table)
{
    size_t digest_size;
    size_t size;
    struct brain_counts counts;
    const char *digest = statement_blob(row, &digest_size);
    const char *blob = statement_blob(row, &size);
    read_counts(row, &counts);
    const bool is_fresh = blob == NULL && digest == NULL;
    const bool is_whole = blob != NULL && digest != NULL && digest_size == SHA256_SIZE &&
                          size >= SHA256_SIZE &&
                          memcmp(blob + size - SHA256_SIZE, digest, SHA256_SIZE) == 0;
    if (is_whole)
        statement_fail(row, brain_decode(blob, size, table, BRAIN_TO_LEARN));
    else if (!is_fresh)
        statement_reject(row);
    if (counts.matches != table->matches ||
        memcmp(counts.results, table->results, sizeof counts.results) != 0)
        statement_reject(row);
}

enum err store_read_table(struct store *store, int64_t brain_id, struct brain *table)
{
    struct statement row;
    int64_t lessons = 0;
    statement_begin(&row, store_database(store),
                    "SELECT lessons, table_digest, table_blob, matches, won_by_player1,"
                    " won_by_player2, drawn"
                    " FROM brain LEFT JOIN brain_table ON brain_id = id WHERE id = ?");
    statement_bind_int(&row, brain_id);
    const bool is_there = statement_next_row(&row);
    if (is_there) {
        lessons = (int64_t)statement_count(&row);
        read_written(&row, table);
    }
    enum err err = statement_end(&row);
    if (err == ERR_OK && !is_there)
        return ERR_NOT_FOUND;
    return err == ERR_OK ? lessons_learn(store, brain_id, lessons, table) : err;
}

enum err store_delete_brain(struct store *store, int64_t id)
{
    enum err err = counters_note(store);
    return err == ERR_OK
               ? statement_run_with(store_database(store), "DELETE FROM brain WHERE id = ?", id)
               : err;
}
