/* Rows of the table `brain`. */
#include "store/counter_rows.h"
#include "store/row_digest.h"
#include "store/statement.h"
#include "store/store.h"

enum { WORD_SIZE = 16 };

static void read_brain(struct statement *row, struct brain_record *out)
{
    *out = (struct brain_record){.id = statement_id(row)};
    statement_text(row, out->name, sizeof out->name);
    statement_text(row, out->game, sizeof out->game);
    char rule[WORD_SIZE];
    char scoring[WORD_SIZE];
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
    out->rule.explore = statement_u32(row);
    out->rule.symmetry = statement_u32(row) != 0;
    out->created_at_ms = statement_time(row);
    out->saved_at_ms = statement_time(row);
    out->life = statement_id(row);
    out->is_altered = statement_is_altered(row);
}

enum err store_each_brain(struct store *store,
                          enum err (*each)(void *context, const struct brain_record *brain,
                                           const char *blob, size_t blob_size),
                          void *context)
{
    struct statement row;
    statement_begin(&row, store_database(store),
                    "SELECT id, name, game, rule, scoring, start_weight, reward, penalty,"
                    " draw_reward, halve_above, explore, symmetry, created_at, saved_at, life,"
                    " digest IS " BRAIN_DIGEST " AND state_digest IS " BRAIN_STATE_DIGEST ","
                    " table_blob FROM brain ORDER BY id");
    while (statement_next_row(&row)) {
        struct brain_record brain;
        read_brain(&row, &brain);
        size_t size;
        const char *blob = statement_blob(&row, &size);
        if (!statement_failed(&row))
            statement_fail(&row, each(context, &brain, blob, size));
    }
    return statement_end(&row);
}

enum err store_insert_brain(struct store *store, const struct brain_record *brain,
                            const struct brain *table)
{
    struct statement insert;
    statement_begin(&insert, store_database(store),
                    "INSERT INTO brain (id, name, game, rule, scoring, start_weight, reward,"
                    " penalty, draw_reward, halve_above, explore, symmetry, created_at, saved_at,"
                    " life, table_blob, digest, state_digest)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
                    " ?16, row_digest(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13),"
                    " row_digest(?1, ?14, ?15, substr(?16, -32)))");
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
    statement_bind_int(&insert, brain->created_at_ms);
    statement_bind_int(&insert, brain->saved_at_ms);
    statement_bind_int(&insert, brain->life);
    statement_bind_table(&insert, table);
    return statement_run(&insert);
}

enum err store_save_brain(struct store *store, const struct brain_record *brain,
                          const struct brain *table)
{
    struct statement update;
    statement_begin(&update, store_database(store),
                    "UPDATE brain SET saved_at = ?1, life = ?2, table_blob = ?3,"
                    " state_digest = row_digest(id, ?1, ?2, substr(?3, -32)) WHERE id = ?4");
    statement_bind_int(&update, brain->saved_at_ms);
    statement_bind_int(&update, brain->life);
    statement_bind_table(&update, table);
    statement_bind_int(&update, brain->id);
    return statement_run(&update);
}

enum err store_load_brain(struct store *store, int64_t id, store_take_blob *take, void *context)
{
    struct statement row;
    statement_begin(&row, store_database(store), "SELECT table_blob FROM brain WHERE id = ?");
    statement_bind_int(&row, id);
    return statement_take_blob(&row, take, context);
}

enum err store_delete_brain(struct store *store, int64_t id)
{
    enum err err = counters_note(store);
    return err == ERR_OK
               ? statement_run_with(store_database(store), "DELETE FROM brain WHERE id = ?", id)
               : err;
}
