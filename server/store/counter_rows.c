#include "store/counter_rows.h"

#include "store/row_digest.h"
#include "store/statement.h"
#include "store/store.h"

/* A counter that is damaged stays so. */
enum err counters_note(struct store *store)
{
    return database_execute(
        store_database(store),
        "UPDATE counter SET last = highest, digest = row_digest(name, highest)"
        " FROM (SELECT 'brain' AS deleted, max(id) AS highest FROM brain"
        " UNION ALL SELECT 'job', max(id) FROM job)"
        " WHERE name = deleted AND last < highest AND digest IS " COUNTER_DIGEST);
}

enum err store_last_id(struct store *store, const char *name, int64_t *out)
{
    struct statement row;
    statement_begin(&row, store_database(store),
                    "SELECT last, digest IS " COUNTER_DIGEST " FROM counter WHERE name = ?");
    statement_bind_text(&row, name);
    if (statement_next_row(&row)) {
        *out = (int64_t)statement_count(&row);
        if (*out > ID_MAX || statement_is_altered(&row))
            statement_reject(&row);
    } else {
        statement_reject(&row);
    }
    return statement_end(&row);
}
