#include "engine/table/face.h"
#include "engine/table/table.h"

static uint64_t empty_cells(const struct view *view)
{
    return board_empty(view->brain->game, view->board);
}

bool table_open_view(const struct brain *brain, struct board board, struct view *out)
{
    out->brain = brain;
    out->board = board;
    return states_place(brain->states, board, &out->place);
}

static const struct row *row_of(const struct view *view)
{
    return &view->brain->rows[view->place.row];
}

void table_view_weights(const struct view *view, uint32_t out[])
{
    const struct row *row = row_of(view);
    for (unsigned cell = 0; cell < view->brain->states->cells; cell++)
        out[cell] = 0;
    for (uint64_t empty = empty_cells(view); empty != 0; empty &= empty - 1) {
        unsigned cell = (unsigned)__builtin_ctzll(empty);
        out[cell] = row_weight(row, view->place.cell[cell]);
    }
}

/* The n-th cell of the board that a row's cell stands for. */
static unsigned nth_of_orbit(const struct view *view, unsigned in_row, unsigned n)
{
    uint64_t empty = empty_cells(view);
    for (;; empty &= empty - 1) {
        unsigned cell = (unsigned)__builtin_ctzll(empty);
        if (view->place.cell[cell] == in_row && n-- == 0)
            return cell;
    }
}

void table_view_probabilities(const struct view *view, const struct policy *policy, double out[])
{
    const struct states *states = view->brain->states;
    uint32_t weights[ROW_CELLS];
    double shares[ROW_CELLS]; /* of orbits */
    table_played_weights(view->brain, view->place.row, weights);
    if (!states->is_reduced) {
        policy_probabilities(policy, weights, states->cells, out);
        return;
    }
    for (unsigned cell = 0; cell < states->cells; cell++)
        out[cell] = 0;
    policy_probabilities(policy, weights, states->cells, shares);
    for (uint64_t empty = empty_cells(view); empty != 0; empty &= empty - 1) {
        unsigned cell = (unsigned)__builtin_ctzll(empty);
        unsigned there = view->place.cell[cell];
        if (policy->kind != POLICY_GREEDY)
            out[cell] = shares[there] / states_orbit_size(states, view->place.row, there);
        else if (nth_of_orbit(view, there, 0) == cell)
            out[cell] = shares[there];
    }
}

unsigned table_view_choose(const struct view *view, const struct policy *policy, uint64_t random)
{
    const struct states *states = view->brain->states;
    uint32_t weights[ROW_CELLS];
    table_played_weights(view->brain, view->place.row, weights);
    unsigned chosen = policy_choose(policy, weights, states->cells, random);
    if (!states->is_reduced)
        return chosen;
    uint64_t size = states_orbit_size(states, view->place.row, chosen);
    uint64_t n = policy->kind == POLICY_GREEDY ? 0 : (uint32_t)random * size >> 32;
    return nth_of_orbit(view, chosen, (unsigned)n);
}

void table_view_proofs(const struct view *view, int8_t out[])
{
    for (unsigned cell = 0; cell < view->brain->states->cells; cell++)
        out[cell] = 0;
    for (uint64_t empty = empty_cells(view); empty != 0; empty &= empty - 1) {
        unsigned cell = (unsigned)__builtin_ctzll(empty);
        out[cell] = (int8_t)row_move_proof(row_of(view), view->place.cell[cell]);
    }
}
