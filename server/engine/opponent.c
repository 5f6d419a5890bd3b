#include "engine/opponent.h"

#include "engine/blob.h"
#include "engine/kind.h"
#include "engine/patterns/brain.h"
#include "engine/table/table.h"

static bool is_for_patterns(const struct rule *rule)
{
    return kind_under(rule) == &patterns_kind;
}

enum err opponent_uniform(const struct atlas *atlas, const struct rule *rule, struct brain **out)
{
    return is_for_patterns(rule) ? patterns_brain_alike(atlas, rule, out)
                                 : table_uniform(atlas_states(atlas, rule), out);
}

enum err opponent_perfect(const struct atlas *atlas, const struct rule *rule, struct brain **out)
{
    const struct solution *solution = atlas_solution(atlas, rule);
    return solution != NULL ? table_perfect(solution, out) : ERR_UNSUPPORTED;
}

static enum err copy(const struct brain *brain, struct brain **out)
{
    enum err err = brain_create_like(brain, out);
    if (err == ERR_OK)
        brain_copy(*out, brain);
    return err;
}

enum err opponent_frozen(const struct atlas *atlas, const struct rule *rule,
                         const struct brain *brain, struct brain **out)
{
    return is_for_patterns(rule) && brain->kind == &patterns_kind
               ? copy(brain, out)
               : table_frozen(atlas_states(atlas, rule), brain, out);
}

/* A fresh one of the kind that the bytes are of. */
static enum err create_for(const struct atlas *atlas, const struct rule *rule, bool is_network,
                           struct brain **out)
{
    const struct rule beads = rule_default(RULE_BEADS);
    const struct states *states = atlas_states(atlas, rule);
    if (is_network)
        return brain_create(atlas, rule, out);
    return states != NULL ? table_create(states, &beads, out) : ERR_CORRUPT;
}

enum err opponent_decode(const struct atlas *atlas, const struct rule *rule, const char *bytes,
                         size_t size, struct brain **out)
{
    const bool is_network = is_for_patterns(rule) && blob_is(bytes, size, PATTERNS_BLOB);
    struct brain *brain;
    enum err err = create_for(atlas, rule, is_network, &brain);
    if (err != ERR_OK)
        return err;
    err = brain_decode(bytes, size, brain, BRAIN_TO_PLAY);
    if (err == ERR_OK)
        *out = brain;
    else
        brain_destroy(brain);
    return err;
}
