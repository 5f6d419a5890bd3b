/* Rows of the table `curve_point`. */
#include "store/row_digest.h"
#include "store/statement.h"
#include "store/store.h"

enum err store_put_point(struct store *store, int64_t brain_id, uint64_t matches,
                         const char evaluations[POINT_SIZE])
{
    struct statement put;
    statement_begin(&put, store_database(store),
                    "INSERT OR REPLACE INTO curve_point (brain_id, matches, evaluations, digest)"
                    " SELECT id, ?1, ?2, row_digest(id, ?1, ?2) FROM brain WHERE id = ?3");
    statement_bind_int(&put, (int64_t)matches);
    statement_bind_blob(&put, evaluations, POINT_SIZE);
    statement_bind_int(&put, brain_id);
    return statement_run(&put);
}

enum err store_each_point(struct store *store, int64_t brain_id,
                          enum err (*each)(void *context, uint64_t matches,
                                           const char evaluations[POINT_SIZE]),
                          void *context)
{
    struct statement row;
    statement_begin(&row, store_database(store),
                    "SELECT digest IS " POINT_DIGEST
                    ", matches, evaluations FROM curve_point WHERE brain_id = ?"
                    " ORDER BY matches");
    statement_bind_int(&row, brain_id);
    while (statement_next_row(&row)) {
        size_t size;
        bool is_altered = statement_is_altered(&row);
        uint64_t matches = statement_count(&row);
        const char *evaluations = statement_blob(&row, &size);
        is_altered = is_altered || size != POINT_SIZE;
        if (!statement_failed(&row))
            statement_fail(&row, each(context, matches, is_altered ? NULL : evaluations));
    }
    return statement_end(&row);
}

enum err store_delete_points(struct store *store, int64_t brain_id, uint64_t beyond)
{
    struct statement delete;
    statement_begin(&delete, store_database(store),
                    "DELETE FROM curve_point WHERE brain_id = ? AND matches > ?");
    statement_bind_int(&delete, brain_id);
    statement_bind_int(&delete, (int64_t)beyond);
    return statement_run(&delete);
}

/* One that is damaged is so in the copy too. */
enum err store_copy_points(struct store *store, const struct brain_place *from, int64_t to_id)
{
    struct statement copy;
    statement_begin(
        &copy, store_database(store),
        "INSERT INTO curve_point (brain_id, matches, evaluations, digest)"
        " SELECT ?1, matches, evaluations, CASE WHEN digest IS " POINT_DIGEST
        " THEN row_digest(?1, matches, evaluations) END FROM curve_point"
        " WHERE brain_id = (SELECT id FROM brain WHERE id = ?2 AND life = ?3) AND matches <= ?4");
    statement_bind_int(&copy, to_id);
    statement_bind_int(&copy, from->brain_id);
    statement_bind_int(&copy, from->life);
    statement_bind_int(&copy, (int64_t)from->matches);
    return statement_run(&copy);
}
