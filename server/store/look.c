/* What is wrong with a database that is looked at. */
#include "store/statement.h"
#include "store/store.h"

#include <stdio.h>

/* Lists what a PRAGMA finds: its rows, but for "ok". */
static enum err list_findings(struct database *database, const char *pragma,
                              void (*list)(struct statement *row, store_found *found,
                                           void *context),
                              store_found *found, void *context)
{
    struct statement row;
    statement_begin(&row, database, pragma);
    while (statement_next_row(&row))
        list(&row, found, context);
    return statement_end(&row);
}

static void list_damage(struct statement *row, store_found *found, void *context)
{
    char words[8192]; /* SQLite ends after a hundred findings */
    statement_text(row, words, sizeof words);
    enum err err = database_judge(words[0] != '\0' || statement_failed(row) ? words : NULL);
    if (err == ERR_NO_MEMORY)
        statement_fail(row, err);
    else if (err != ERR_OK && row->err != ERR_NO_MEMORY)
        found(context, words[0] != '\0' ? words : "damage that takes many words");
}

static void list_orphan(struct statement *row, store_found *found, void *context)
{
    char table[64];
    char line[128];
    statement_text(row, table, sizeof table);
    snprintf(line, sizeof line, "a %s belongs to a brain that is not there", table);
    found(context, line);
}

static enum err compare_definition(struct database *database, const char *name, const char *sql,
                                   store_found *found, void *context)
{
    char line[128];
    struct statement same;
    statement_begin(&same, database, "SELECT 1 FROM sqlite_schema WHERE name = ? AND sql = ?");
    statement_bind_text(&same, name);
    statement_bind_text(&same, sql);
    bool is_same = statement_next_row(&same);
    enum err err = statement_end(&same);
    snprintf(line, sizeof line, "the definition of %s is damaged", name);
    if (err == ERR_OK && !is_same)
        found(context, line);
    return err;
}

/* Tables and indexes must be defined as the migrations do it, to the letter. The PRAGMAs do not see
 * that: where SQLite may not write it passes over CHECK clauses. */
static enum err compare_definitions(struct database *database, store_found *found, void *context)
{
    struct database blank;
    struct statement row;
    enum err err = database_blank(&blank);
    if (err != ERR_OK)
        return err;
    statement_begin(&row, &blank, "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL");
    while (statement_next_row(&row)) {
        char name[64];
        char sql[8192];
        statement_text(&row, name, sizeof name);
        statement_text(&row, sql, sizeof sql);
        if (!statement_failed(&row))
            statement_fail(&row, compare_definition(database, name, sql, found, context));
    }
    err = statement_end(&row);
    database_close(&blank);
    return err;
}

enum err store_find_damage(struct store *store, store_found *found, void *context)
{
    struct database *database = store_database(store);
    enum err err = database_modernise(database);
    if (err == ERR_OK)
        err = database_execute(database, "BEGIN");
    if (err == ERR_OK)
        err = list_findings(database, "PRAGMA integrity_check", list_damage, found, context);
    if (err == ERR_OK)
        err = list_findings(database, "PRAGMA foreign_key_check", list_orphan, found, context);
    if (err == ERR_OK)
        err = compare_definitions(database, found, context);
    return err;
}
