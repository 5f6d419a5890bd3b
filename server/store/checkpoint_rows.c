/* Rows of the table `checkpoint`. */
#include "store/internal.h"

enum err store_put_checkpoint(struct store *store, int64_t brain_id,
                              const struct store_checkpoint *checkpoint, const struct brain *table)
{
    struct statement put;
    statement_begin(&put, &store->database,
                    "INSERT INTO checkpoint (brain_id, name, matches, created_at, table_blob)"
                    " SELECT id, ?, ?, ?, ? FROM brain WHERE id = ?"
                    " ON CONFLICT DO UPDATE SET matches = excluded.matches,"
                    " created_at = excluded.created_at, table_blob = excluded.table_blob");
    statement_bind_text(&put, checkpoint->name);
    statement_bind_int(&put, (int64_t)checkpoint->matches);
    statement_bind_int(&put, checkpoint->created_at_ms);
    statement_bind_table(&put, table);
    statement_bind_int(&put, brain_id);
    return statement_run(&put);
}

enum err store_each_checkpoint(struct store *store, int64_t brain_id,
                               enum err (*each)(void *context,
                                                const struct store_checkpoint *checkpoint),
                               void *context)
{
    struct statement row;
    statement_begin(&row, &store->database,
                    "SELECT name, matches, created_at FROM checkpoint WHERE brain_id = ?"
                    " ORDER BY matches, name");
    statement_bind_int(&row, brain_id);
    while (statement_next_row(&row)) {
        struct store_checkpoint checkpoint;
        statement_text(&row, checkpoint.name, sizeof checkpoint.name);
        checkpoint.matches = statement_count(&row);
        checkpoint.created_at_ms = statement_time(&row);
        if (!statement_failed(&row))
            statement_fail(&row, each(context, &checkpoint));
    }
    return statement_end(&row);
}

enum err store_load_checkpoint(struct store *store, int64_t brain_id, const char *name,
                               store_take_blob *take, void *context)
{
    struct statement row;
    statement_begin(&row, &store->database,
                    "SELECT table_blob FROM checkpoint WHERE brain_id = ? AND name = ?");
    statement_bind_int(&row, brain_id);
    statement_bind_text(&row, name);
    return statement_take_blob(&row, take, context);
}

enum err store_delete_checkpoint(struct store *store, int64_t brain_id, const char *name)
{
    struct statement delete;
    statement_begin(&delete, &store->database,
                    "DELETE FROM checkpoint WHERE brain_id = ? AND name = ?");
    statement_bind_int(&delete, brain_id);
    statement_bind_text(&delete, name);
    enum err err = statement_run(&delete);
    return err == ERR_OK && database_changes(&store->database) == 0 ? ERR_NOT_FOUND : err;
}

/* Names of the user's begin with a letter, others with a digit, which comes before all letters. */
enum err store_delete_automatic_checkpoints(struct store *store, int64_t brain_id)
{
    struct statement delete;
    statement_begin(&delete, &store->database,
                    "DELETE FROM checkpoint WHERE brain_id = ? AND name < ':'");
    statement_bind_int(&delete, brain_id);
    return statement_run(&delete);
}
