#include "model/edition.h"

#include "base/clock.h"

#include <stdlib.h>

enum err edition_create(struct brain *table, struct edition **out)
{
    struct edition *edition = table != NULL ? calloc(1, sizeof *edition) : NULL;
    if (edition == NULL) {
        brain_destroy(table);
        return ERR_NO_MEMORY;
    }
    edition->table = table;
    edition->holders = 1;
    *out = edition;
    return ERR_OK;
}

enum err edition_fresh(const struct atlas *atlas, const struct rule *rule, struct edition **out)
{
    struct brain *table = NULL;
    enum err err = brain_create(atlas, rule, &table);
    return err == ERR_OK ? edition_create(table, out) : err;
}

struct edition *edition_hold(struct edition *edition)
{
    edition->holders++;
    return edition;
}

void edition_let_go(struct edition *edition)
{
    if (edition == NULL || --edition->holders > 0)
        return;
    brain_destroy(edition->table);
    free(edition);
}

const char *edition_digest(struct edition *edition)
{
    if (edition->digest[0] == '\0') {
        brain_digest(edition->table, edition->digest);
        edition->digested_at_ms = clock_monotonic_ms();
    }
    return edition->digest;
}
