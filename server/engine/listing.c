#include "engine/listing.h"

#include "engine/patterns/brain.h"
#include "engine/table/table.h"

#include <string.h>

void listing_at(const struct brain *brain, uint32_t index, struct listing *out)
{
    const struct states *states = brain->states;
    *out = (struct listing){
        .index = index, .board = states->boards[index], .legal = states->legal[index]};
    table_weights(brain, index, out->weights);
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        out->proofs[cell] = (int8_t)row_move_proof(&brain->rows[index], cell);
}

bool listing_find(const struct brain *brain, struct board board, struct listing *out)
{
    const uint32_t index = states_find(brain->states, board);
    if (index == STATES_NO_ROW || board_compare(brain->states->boards[index], board) != 0)
        return false;
    listing_at(brain, index, out);
    return true;
}

void listing_put(struct brain *brain, const struct listing *listing)
{
    struct row *row = &brain->rows[listing->index];
    table_set_weights(brain, listing->index, listing->weights);
    row->winning = row->losing = 0;
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        (void)row_prove(row, cell, listing->proofs[cell], true);
}

bool listing_find_false_proof(const struct brain *brain, const struct solution *solution,
                              struct listing *out, unsigned *out_cell)
{
    for (uint32_t index = 0; index < brain->states->rows; index++) {
        listing_at(brain, index, out);
        for (unsigned cell = 0; cell < ROW_CELLS; cell++) {
            const signed char proof = out->proofs[cell];
            *out_cell = cell;
            if (proof != 0 && solution_move_value(solution, index, cell) != proof)
                return true;
        }
    }
    return false;
}

_Static_assert((int)LISTING_WEIGHT_MAX == (int)NETWORK_WEIGHT_MAX, "the same bound");

size_t listing_count(const struct brain *brain)
{
    return patterns_brain_weights(brain);
}

int32_t *listing_numbers(const struct brain *brain, enum listing_part part)
{
    return part == LISTING_WEIGHTS ? brain->weights : brain->averages;
}
