#include "engine/view.h"

#include "engine/kind.h"

bool view_open(const struct brain *brain, struct board board, struct view *out)
{
    return brain->kind->open_view(brain, board, out);
}

void view_weights(const struct view *view, uint32_t out[GAME_CELLS_MAX])
{
    view->brain->kind->view_weights(view, out);
}

bool view_expected(const struct view *view, int32_t out[GAME_CELLS_MAX])
{
    const struct kind *kind = view->brain->kind;
    if (kind->view_expected != NULL)
        kind->view_expected(view, out);
    return kind->view_expected != NULL;
}

void view_probabilities(const struct view *view, const struct policy *policy,
                        double out[GAME_CELLS_MAX])
{
    view->brain->kind->view_probabilities(view, policy, out);
}

unsigned view_choose(const struct view *view, const struct policy *policy, uint64_t random)
{
    return view->brain->kind->view_choose(view, policy, random);
}

void view_proofs(const struct view *view, int8_t out[GAME_CELLS_MAX])
{
    view->brain->kind->view_proofs(view, out);
}

int view_values(const struct solution *solution, struct board board, int8_t out[GAME_CELLS_MAX])
{
    const struct states *states = solution->states;
    struct place place;
    (void)states_place(states, board, &place);
    for (unsigned cell = 0; cell < states->cells; cell++)
        out[cell] = 0;
    for (uint64_t empty = board_empty(&states->game, board); empty != 0; empty &= empty - 1) {
        unsigned cell = (unsigned)__builtin_ctzll(empty);
        out[cell] = (int8_t)solution_move_value(solution, place.row, place.cell[cell]);
    }
    return solution_value(solution, place.row);
}
