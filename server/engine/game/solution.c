#include "engine/game/solution.h"

#include <stdlib.h>

int solution_value(const struct solution *solution, uint32_t row)
{
    return solution->values[row];
}

int solution_move_value(const struct solution *solution, uint32_t row, unsigned cell)
{
    const struct states *states = solution->states;
    uint32_t next = states->next[(size_t)row * states->cells + cell];
    switch (states_result(states, next)) {
    case RESULT_NONE:
        return -solution->values[next];
    case RESULT_DRAW:
        return 0;
    default: /* nobody loses by a move of his own */
        return 1;
    }
}

static int best_move_value(const struct solution *solution, uint32_t row)
{
    const struct states *states = solution->states;
    int best = -1;
    uint64_t legal = states->legal[row];
    for (; legal != 0 && best < 1; legal &= legal - 1) {
        int value = solution_move_value(solution, row, (unsigned)__builtin_ctzll(legal));
        best = value > best ? value : best;
    }
    return best;
}

enum err solution_create(const struct states *states, struct solution **out)
{
    struct solution *solution = malloc(sizeof *solution);
    int8_t *values = malloc(states->rows);
    if (solution == NULL || values == NULL) {
        free(solution);
        free(values);
        return ERR_NO_MEMORY;
    }
    *solution = (struct solution){.states = states, .values = values};
    for (uint32_t i = 0; i < states->rows; i++) {
        uint32_t row = states->backward[i];
        values[row] = (int8_t)best_move_value(solution, row);
    }
    *out = solution;
    return ERR_OK;
}

void solution_destroy(struct solution *solution)
{
    if (solution == NULL)
        return;
    free(solution->values);
    free(solution);
}
