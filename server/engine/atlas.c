#include "engine/atlas.h"

#include <stdlib.h>

static enum err fill(struct atlas *atlas)
{
    enum err err = patterns_create(&atlas->game, &atlas->patterns);
    if (err != ERR_OK || !atlas->game.is_exact)
        return err;
    err = states_create(&atlas->game, &atlas->states[false]);
    if (err == ERR_OK)
        err = states_create_reduced(&atlas->game, &atlas->states[true]);
    for (unsigned i = 0; i < 2 && err == ERR_OK; i++)
        err = solution_create(atlas->states[i], &atlas->solutions[i]);
    return err;
}

enum err atlas_create(const struct game *game, struct atlas **out)
{
    struct atlas *atlas = calloc(1, sizeof *atlas);
    if (atlas == NULL)
        return ERR_NO_MEMORY;
    atlas->game = *game;
    enum err err = fill(atlas);
    if (err == ERR_OK)
        *out = atlas;
    else
        atlas_destroy(atlas);
    return err;
}

void atlas_destroy(struct atlas *atlas)
{
    if (atlas == NULL)
        return;
    for (unsigned i = 0; i < 2; i++) {
        solution_destroy(atlas->solutions[i]);
        states_destroy(atlas->states[i]);
    }
    patterns_destroy(atlas->patterns);
    free(atlas);
}

const struct states *atlas_states(const struct atlas *atlas, const struct rule *rule)
{
    return atlas->states[rule->symmetry];
}

const struct solution *atlas_solution(const struct atlas *atlas, const struct rule *rule)
{
    return atlas->solutions[rule->symmetry];
}

uint32_t atlas_rows(const struct atlas *atlas, const struct rule *rule)
{
    return rule_has_table(rule) ? atlas_states(atlas, rule)->rows : 0;
}
