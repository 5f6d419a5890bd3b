#include "service/atlases.h"

#include "engine/brain.h"
#include "model/limits.h"

#include <string.h>

void atlases_open(struct atlases *atlases)
{
    pthread_mutex_init(&atlases->lock, NULL);
    atlases->count = 0;
}

void atlases_close(struct atlases *atlases)
{
    while (atlases->count > 0)
        atlas_destroy(atlases->list[--atlases->count]);
    pthread_mutex_destroy(&atlases->lock);
}

/* Under lock. */
static enum err make(struct atlases *atlases, const struct game *game, const struct atlas **out)
{
    if (atlases->count == ATLASES_MAX)
        return ERR_BUSY;
    const struct rule patterns = rule_default(RULE_PATTERNS);
    struct atlas **place = &atlases->list[atlases->count];
    enum err err = atlas_create(game, place);
    if (err != ERR_OK)
        return err;
    if (brain_size_under(*place, &patterns) > BRAIN_BYTES_MAX) {
        atlas_destroy(*place);
        return ERR_UNSUPPORTED;
    }
    atlases->count++;
    *out = *place;
    return ERR_OK;
}

enum err atlases_find(struct atlases *atlases, const struct game *game, const struct atlas **out)
{
    unsigned i = 0;
    enum err err = ERR_OK;
    pthread_mutex_lock(&atlases->lock);
    while (i < atlases->count && strcmp(atlases->list[i]->game.name, game->name) != 0)
        i++;
    if (i < atlases->count)
        *out = atlases->list[i];
    else
        err = make(atlases, game, out);
    pthread_mutex_unlock(&atlases->lock);
    return err;
}
