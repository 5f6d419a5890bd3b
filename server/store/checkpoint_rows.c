/* Rows of the table `checkpoint`. */
#include "store/row_digest.h"
#include "store/statement.h"
#include "store/store.h"

enum err store_put_checkpoint(struct store *store, int64_t brain_id,
                              const struct checkpoint_record *checkpoint, const struct brain *table)
{
    struct statement put;
    statement_begin(&put, store_database(store),
                    "INSERT OR REPLACE INTO checkpoint"
                    " (brain_id, name, matches, created_at, table_blob, life, digest)"
                    " SELECT id, ?1, ?2, ?3, ?4, made,"
                    " row_digest(id, ?1, ?2, ?3, made, substr(?4, -32))"
                    " FROM (SELECT id, ifnull(?5, life) AS made FROM brain WHERE id = ?6)");
    statement_bind_text(&put, checkpoint->name);
    statement_bind_int(&put, (int64_t)checkpoint->matches);
    statement_bind_int(&put, checkpoint->created_at_ms);
    statement_bind_table(&put, table);
    statement_bind_optional_int(&put, checkpoint->life);
    statement_bind_int(&put, brain_id);
    return statement_run(&put);
}

enum err store_each_checkpoint(struct store *store, int64_t brain_id,
                               enum err (*each)(void *context,
                                                const struct checkpoint_record *checkpoint),
                               void *context)
{
    struct statement row;
    statement_begin(&row, store_database(store),
                    "SELECT name, matches, created_at, life, digest IS " CHECKPOINT_DIGEST
                    " FROM checkpoint WHERE brain_id = ?"
                    " ORDER BY matches, name");
    statement_bind_int(&row, brain_id);
    while (statement_next_row(&row)) {
        struct checkpoint_record checkpoint;
        statement_text(&row, checkpoint.name, sizeof checkpoint.name);
        checkpoint.matches = statement_count(&row);
        checkpoint.created_at_ms = statement_time(&row);
        checkpoint.life = (int64_t)statement_count(&row);
        checkpoint.is_altered = statement_is_altered(&row);
        if (!statement_failed(&row))
            statement_fail(&row, each(context, &checkpoint));
    }
    return statement_end(&row);
}

enum err store_load_checkpoint(struct store *store, int64_t brain_id, const char *name,
                               store_take_blob *take, void *context)
{
    struct statement row;
    statement_begin(&row, store_database(store),
                    "SELECT table_blob FROM checkpoint WHERE brain_id = ? AND name = ?");
    statement_bind_int(&row, brain_id);
    statement_bind_text(&row, name);
    return statement_take_blob(&row, take, context);
}

enum err store_delete_checkpoint(struct store *store, int64_t brain_id, const char *name)
{
    struct statement delete;
    statement_begin(&delete, store_database(store),
                    "DELETE FROM checkpoint WHERE brain_id = ? AND name = ?");
    statement_bind_int(&delete, brain_id);
    statement_bind_text(&delete, name);
    enum err err = statement_run(&delete);
    return err == ERR_OK && database_changes(store_database(store)) == 0 ? ERR_NOT_FOUND : err;
}

/* Names of the user's begin with a letter, others with a digit, which comes before all letters. */
enum err store_delete_automatic_checkpoints(struct store *store, int64_t brain_id)
{
    return statement_run_with(store_database(store),
                              "DELETE FROM checkpoint WHERE brain_id = ? AND name < ':'", brain_id);
}

enum err store_find_life(struct store *store, const char *checkpoint, struct brain_place *place)
{
    struct statement row;
    statement_begin(&row, store_database(store),
                    "SELECT life FROM checkpoint WHERE brain_id = ? AND name = ? AND matches = ?");
    statement_bind_int(&row, place->brain_id);
    statement_bind_text(&row, checkpoint);
    statement_bind_int(&row, (int64_t)place->matches);
    place->life = statement_next_row(&row) ? (int64_t)statement_count(&row) : 0;
    return statement_end(&row);
}

/* One that is damaged stays so. */
static enum err take_into_life(struct store *store, const char *checkpoint,
                               const struct brain_place *from, int64_t life)
{
    struct statement update;
    statement_begin(&update, store_database(store),
                    "UPDATE checkpoint SET life = ?1, digest ="
                    " row_digest(brain_id, name, matches, created_at, ?1, substr(table_blob, -32))"
                    " WHERE brain_id = ?2 AND digest IS " CHECKPOINT_DIGEST
                    " AND ((name = ?3 AND matches = ?4)"
                    " OR (life = ?5 AND life > 0 AND matches <= ?4))");
    statement_bind_int(&update, life);
    statement_bind_int(&update, from->brain_id);
    statement_bind_text(&update, checkpoint);
    statement_bind_int(&update, (int64_t)from->matches);
    statement_bind_int(&update, from->life);
    return statement_run(&update);
}

enum err store_go_back(struct store *store, const char *checkpoint, const struct brain_place *to)
{
    struct brain_place from = *to;
    enum err err = store_find_life(store, checkpoint, &from);
    if (err == ERR_OK)
        err = store_delete_points(store, to->brain_id, from.life == to->life - 1 ? to->matches : 0);
    return err == ERR_OK ? take_into_life(store, checkpoint, &from, to->life) : err;
}
