#include "engine/view.h"

#include "engine/table/table.h"

#include <string.h>

static uint64_t empty_cells(const struct brain *brain, const struct place *place)
{
    return board_empty(&brain->states->game, place->board);
}

bool view_place(const struct brain *brain, struct board board, struct place *out)
{
    return states_place(brain->states, board, out);
}

void view_weights(const struct brain *brain, const struct place *place, uint32_t out[ROW_CELLS])
{
    const struct row *row = &brain->rows[place->row];
    memset(out, 0, ROW_CELLS * sizeof out[0]);
    for (uint64_t empty = empty_cells(brain, place); empty != 0; empty &= empty - 1) {
        unsigned cell = (unsigned)__builtin_ctzll(empty);
        out[cell] = row_weight(row, place->cell[cell]);
    }
}

/* The n-th cell of the board that a row's cell stands for. */
static unsigned nth_of_orbit(const struct brain *brain, const struct place *place, unsigned in_row,
                             unsigned n)
{
    uint64_t empty = empty_cells(brain, place);
    for (;; empty &= empty - 1) {
        unsigned cell = (unsigned)__builtin_ctzll(empty);
        if (place->cell[cell] == in_row && n-- == 0)
            return cell;
    }
}

void view_probabilities(const struct brain *brain, const struct place *place,
                        const struct policy *policy, double out[ROW_CELLS])
{
    uint32_t weights[ROW_CELLS];
    double shares[ROW_CELLS]; /* of orbits */
    table_played_weights(brain, place->row, weights);
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        out[cell] = 0;
    if (!brain->states->is_reduced) {
        policy_probabilities(policy, weights, brain->states->cells, out);
        return;
    }
    policy_probabilities(policy, weights, brain->states->cells, shares);
    for (uint64_t empty = empty_cells(brain, place); empty != 0; empty &= empty - 1) {
        unsigned cell = (unsigned)__builtin_ctzll(empty);
        unsigned there = place->cell[cell];
        if (policy->kind != POLICY_GREEDY)
            out[cell] = shares[there] / states_orbit_size(brain->states, place->row, there);
        else if (nth_of_orbit(brain, place, there, 0) == cell)
            out[cell] = shares[there];
    }
}

unsigned view_choose(const struct brain *brain, const struct place *place,
                     const struct policy *policy, uint64_t random)
{
    uint32_t weights[ROW_CELLS];
    table_played_weights(brain, place->row, weights);
    unsigned chosen = policy_choose(policy, weights, brain->states->cells, random);
    if (!brain->states->is_reduced)
        return chosen;
    uint64_t size = states_orbit_size(brain->states, place->row, chosen);
    uint64_t n = policy->kind == POLICY_GREEDY ? 0 : (uint32_t)random * size >> 32;
    return nth_of_orbit(brain, place, chosen, (unsigned)n);
}

enum result view_result(const struct brain *brain, const struct place *place, unsigned move)
{
    return states_result(brain->states, brain->rows[place->row].next[place->cell[move]]);
}

void view_proofs(const struct brain *brain, const struct place *place, int8_t out[ROW_CELLS])
{
    const struct row *row = &brain->rows[place->row];
    for (unsigned cell = 0; cell < brain->states->cells; cell++)
        out[cell] = 0;
    for (uint64_t empty = empty_cells(brain, place); empty != 0; empty &= empty - 1) {
        unsigned cell = (unsigned)__builtin_ctzll(empty);
        out[cell] = (int8_t)row_move_proof(row, place->cell[cell]);
    }
}

int view_values(const struct brain *brain, const struct solution *solution,
                const struct place *place, int8_t out[BRAIN_MOVES_MAX])
{
    memset(out, 0, BRAIN_MOVES_MAX * sizeof out[0]);
    for (uint64_t empty = empty_cells(brain, place); empty != 0; empty &= empty - 1) {
        unsigned cell = (unsigned)__builtin_ctzll(empty);
        out[cell] = (int8_t)solution_move_value(solution, place->row, place->cell[cell]);
    }
    return solution_value(solution, place->row);
}
