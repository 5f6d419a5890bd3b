/*
 * Numbering a game's boards and solving it takes longer than all the rest of opening a database,
 * and gives the same each time. So the linker puts these in the place of what does it (--wrap): it
 * is done once, and kept.
 */
#include "engine/game/solution.h"
#include "fuzz/fuzz.h"

enum err __real_states_create(const struct game *game, struct states **out);
enum err __real_states_create_reduced(const struct game *game, struct states **out);
enum err __real_solution_create(const struct states *states, struct solution **out);
enum err __wrap_states_create(const struct game *game, struct states **out);
enum err __wrap_states_create_reduced(const struct game *game, struct states **out);
enum err __wrap_solution_create(const struct states *states, struct solution **out);
void __wrap_states_destroy(struct states *states);
void __wrap_solution_destroy(struct solution *solution);

static struct states *full;
static struct states *reduced;
static struct solution *solutions[2];

enum err __wrap_states_create(const struct game *game, struct states **out)
{
    if (full == NULL)
        fuzz_require(__real_states_create(game, &full) == ERR_OK);
    *out = full;
    return ERR_OK;
}

enum err __wrap_states_create_reduced(const struct game *game, struct states **out)
{
    if (reduced == NULL)
        fuzz_require(__real_states_create_reduced(game, &reduced) == ERR_OK);
    *out = reduced;
    return ERR_OK;
}

enum err __wrap_solution_create(const struct states *states, struct solution **out)
{
    struct solution **kept = &solutions[states->is_reduced];
    if (*kept == NULL)
        fuzz_require(__real_solution_create(states, kept) == ERR_OK);
    *out = *kept;
    return ERR_OK;
}

void __wrap_states_destroy(struct states *states)
{
    (void)states;
}

void __wrap_solution_destroy(struct solution *solution)
{
    (void)solution;
}
