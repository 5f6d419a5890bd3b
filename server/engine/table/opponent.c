#include "engine/opponent.h"

#include "engine/table/table.h"

/* Which of a row's legal moves an opponent makes, and how heavy they are. */
typedef uint32_t weigh_move(const void *context, const struct brain *brain, uint32_t row,
                            unsigned cell);

static enum err create(const struct states *states, weigh_move *weigh, const void *context,
                       struct brain **out)
{
    struct rule rule = rule_default(RULE_BEADS);
    struct brain *brain;
    enum err err = table_create(states, &rule, &brain);
    if (err != ERR_OK)
        return err;
    for (uint32_t row = 0; row < states->rows; row++) {
        uint32_t weights[ROW_CELLS] = {0};
        for (uint64_t legal = states->legal[row]; legal != 0; legal &= legal - 1) {
            unsigned cell = (unsigned)__builtin_ctzll(legal);
            weights[cell] = weigh(context, brain, row, cell);
        }
        table_set_weights(brain, row, weights);
    }
    *out = brain;
    return ERR_OK;
}

static uint32_t weigh_alike(const void *context, const struct brain *brain, uint32_t row,
                            unsigned cell)
{
    (void)context;
    return states_orbit_size(brain->states, row, cell);
}

static uint32_t weigh_perfectly(const void *context, const struct brain *brain, uint32_t row,
                                unsigned cell)
{
    const struct solution *solution = context;
    bool keeps = solution_move_value(solution, row, cell) == solution_value(solution, row);
    return keeps ? states_orbit_size(brain->states, row, cell) : 0;
}

static uint32_t weigh_as_brain(const void *context, const struct brain *brain, uint32_t row,
                               unsigned cell)
{
    (void)brain;
    const struct row *from = &((const struct brain *)context)->rows[row];
    return row_best(from) >> cell & 1 ? row_weight(from, cell) : 0;
}

enum err table_uniform(const struct states *states, struct brain **out)
{
    return create(states, weigh_alike, NULL, out);
}

enum err table_perfect(const struct solution *solution, struct brain **out)
{
    return create(solution->states, weigh_perfectly, solution, out);
}

enum err opponent_uniform(const struct atlas *atlas, const struct rule *rule, struct brain **out)
{
    return table_uniform(atlas_states(atlas, rule), out);
}

enum err opponent_perfect(const struct atlas *atlas, const struct rule *rule, struct brain **out)
{
    return table_perfect(atlas_solution(atlas, rule), out);
}

enum err opponent_create(const struct atlas *atlas, const struct rule *rule, struct brain **out)
{
    const struct rule beads = rule_default(RULE_BEADS);
    return table_create(atlas_states(atlas, rule), &beads, out);
}

enum err opponent_frozen(const struct brain *brain, struct brain **out)
{
    return create(brain->states, weigh_as_brain, brain, out);
}
