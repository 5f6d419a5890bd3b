/* Rows of the table `curve_point`. */
#include "store/internal.h"

enum err store_put_point(struct store *store, int64_t brain_id, uint64_t matches,
                         const char evaluations[STORE_POINT_SIZE])
{
    struct statement put;
    statement_begin(&put, &store->database,
                    "INSERT OR REPLACE INTO curve_point (brain_id, matches, evaluations)"
                    " SELECT id, ?, ? FROM brain WHERE id = ?");
    statement_bind_int(&put, (int64_t)matches);
    statement_bind_blob(&put, evaluations, STORE_POINT_SIZE);
    statement_bind_int(&put, brain_id);
    return statement_run(&put);
}

enum err store_each_point(struct store *store, int64_t brain_id,
                          enum err (*each)(void *context, uint64_t matches,
                                           const char evaluations[STORE_POINT_SIZE]),
                          void *context)
{
    struct statement row;
    statement_begin(&row, &store->database,
                    "SELECT matches, evaluations FROM curve_point WHERE brain_id = ?"
                    " ORDER BY matches");
    statement_bind_int(&row, brain_id);
    while (statement_next_row(&row)) {
        size_t size;
        uint64_t matches = statement_count(&row);
        const char *evaluations = statement_blob(&row, &size);
        if (size != STORE_POINT_SIZE)
            statement_reject(&row);
        else if (!statement_failed(&row))
            statement_fail(&row, each(context, matches, evaluations));
    }
    return statement_end(&row);
}

enum err store_delete_points(struct store *store, int64_t brain_id, uint64_t beyond)
{
    struct statement delete;
    statement_begin(&delete, &store->database,
                    "DELETE FROM curve_point WHERE brain_id = ? AND matches > ?");
    statement_bind_int(&delete, brain_id);
    statement_bind_int(&delete, (int64_t)beyond);
    return statement_run(&delete);
}

enum err store_copy_points(struct store *store, int64_t from_id, int64_t to_id, uint64_t up_to)
{
    struct statement copy;
    statement_begin(&copy, &store->database,
                    "INSERT INTO curve_point (brain_id, matches, evaluations)"
                    " SELECT ?, matches, evaluations FROM curve_point"
                    " WHERE brain_id = ? AND matches <= ?");
    statement_bind_int(&copy, to_id);
    statement_bind_int(&copy, from_id);
    statement_bind_int(&copy, (int64_t)up_to);
    return statement_run(&copy);
}
