/* Opening a database to look at it. */
#include "store/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static enum err look(struct database *database, store_found *found, void *context)
{
    enum err err = database_modernise(database);
    if (err == ERR_OK)
        err = database_execute(database, "BEGIN");
    if (err == ERR_OK)
        err = list_findings(database, "PRAGMA integrity_check", list_damage, found, context);
    if (err == ERR_OK)
        err = list_findings(database, "PRAGMA foreign_key_check", list_orphan, found, context);
    return err;
}

enum err store_look(const char *path, store_found *found, void *context, struct store **out,
                    struct fault *fault)
{
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "out of memory");
    enum err err = mailbox_open(&store->inbox); /* nobody posts: for store_close() */
    if (err != ERR_OK) {
        free(store);
        return fault_set(fault, err, NULL, "cannot create an eventfd");
    }
    err = database_look(&store->database, path, fault);
    if (err != ERR_OK) {
        mailbox_close(&store->inbox);
        free(store);
        return err;
    }
    err = look(&store->database, found, context);
    if (err != ERR_OK) {
        (void)fault_set(fault, err, "database", "cannot read %s: %s", path, store_error(store));
        store_close(store);
        return err;
    }
    *out = store;
    return ERR_OK;
}
