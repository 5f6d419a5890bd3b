#include "engine/table/face.h"
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

static uint32_t weigh_as_table(const void *context, const struct brain *brain, uint32_t row,
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

/* The brain keeps its weights otherwise, so in shares of 2^24, of all cells that the row's stands
 * for. */
static uint32_t weigh_as_brain(const void *context, const struct brain *brain, uint32_t row,
                               unsigned cell)
{
    static const struct policy sample = {.kind = POLICY_SAMPLE};
    const struct board board = brain->states->boards[row];
    struct view view;
    struct place place;
    double probabilities[GAME_CELLS_MAX];
    double sum = 0;
    (void)view_open(context, board, &view);
    view_probabilities(&view, &sample, probabilities);
    (void)states_place(brain->states, board, &place);
    for (uint64_t empty = board_empty(brain->game, board); empty != 0; empty &= empty - 1) {
        const unsigned there = (unsigned)__builtin_ctzll(empty);
        sum += place.cell[there] == cell ? probabilities[there] : 0;
    }
    const uint32_t weight = (uint32_t)(sum * (1 << 24) + 0.5);
    return weight == 0 && sum > 0 ? 1 : weight;
}

enum err table_frozen(const struct states *states, const struct brain *brain, struct brain **out)
{
    return create(states, brain->states == states ? weigh_as_table : weigh_as_brain, brain, out);
}
