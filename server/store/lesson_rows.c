/* Rows of the table `lesson`. */
#include "store/lesson_rows.h"

#include "store/row_digest.h"
#include "store/statement.h"

#include <string.h>

enum err store_add_lessons(struct store *store, const struct brain_record *brain,
                           const struct lesson lessons[], unsigned count)
{
    struct statement insert;
    statement_begin(&insert, store_database(store),
                    "INSERT INTO lesson (brain_id, number, learners, moves, learned_at, digest)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, row_digest(?1, ?2, ?3, ?4, ?5))");
    for (unsigned i = 0; i < count; i++) {
        statement_bind_int(&insert, brain->id);
        statement_bind_int(&insert, brain->lessons - count + 1 + i);
        statement_bind_int(&insert, lessons[i].learners);
        statement_bind_blob(&insert, lessons[i].moves, lessons[i].count);
        statement_bind_int(&insert, lessons[i].learned_at_ms);
        statement_run_on(&insert);
    }
    return statement_end(&insert);
}

static void read_lesson(struct statement *row, struct lesson *out)
{
    size_t size;
    *out = (struct lesson){.learners = statement_u32(row)};
    const char *moves = statement_blob(row, &size);
    if (out->learners < LEARN_PLAYER1 || out->learners > LEARN_BOTH || size > sizeof out->moves)
        statement_reject(row);
    else if (size > 0)
        memcpy(out->moves, moves, size);
    out->count = (unsigned)size;
    out->learned_at_ms = statement_time(row);
    if (statement_is_altered(row))
        statement_reject(row);
}

#define COLUMNS "brain_id, number, learners, moves, learned_at, digest IS " LESSON_DIGEST

enum err store_each_lesson(struct store *store,
                           enum err (*each)(void *context, int64_t brain_id, int64_t number,
                                            const struct lesson *lesson),
                           void *context)
{
    struct statement row;
    statement_begin(&row, store_database(store),
                    "SELECT " COLUMNS " FROM lesson ORDER BY brain_id, number");
    while (statement_next_row(&row)) {
        struct lesson lesson;
        const int64_t brain_id = statement_id(&row);
        const int64_t number = statement_id(&row);
        read_lesson(&row, &lesson);
        if (!statement_failed(&row))
            statement_fail(&row, each(context, brain_id, number, &lesson));
    }
    return statement_end(&row);
}

enum err lessons_learn(struct store *store, int64_t brain_id, int64_t number, struct brain *table)
{
    struct statement row;
    statement_begin(&row, store_database(store),
                    "SELECT " COLUMNS " FROM lesson WHERE brain_id = ? ORDER BY number");
    statement_bind_int(&row, brain_id);
    while (statement_next_row(&row)) {
        struct lesson lesson;
        (void)statement_id(&row);
        if (statement_id(&row) != ++number)
            statement_reject(&row);
        read_lesson(&row, &lesson);
        if (!statement_failed(&row))
            statement_fail(&row, lesson_learn(&lesson, table));
    }
    return statement_end(&row);
}

enum err lessons_delete(struct store *store, int64_t brain_id)
{
    return statement_run_with(store_database(store), "DELETE FROM lesson WHERE brain_id = ?",
                              brain_id);
}
