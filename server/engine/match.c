#include "engine/match.h"

#include <stdio.h>

static enum err refuse_move(size_t index, struct fault *fault, const char *why)
{
    char field[FAULT_FIELD_SIZE];
    snprintf(field, sizeof field, "moves[%zu]", index);
    return fault_set(fault, ERR_IMPOSSIBLE, field, "%s", why);
}

enum err match_read(const struct states *states, const uint8_t moves[], size_t count,
                    struct match *out, struct fault *fault)
{
    struct match match = {.plies = 0};
    uint32_t row = 0; /* the empty board */
    for (size_t i = 0; i < count; i++) {
        if (row >= states->rows)
            return refuse_move(i, fault, "the match was over before");
        if (moves[i] >= states->cells)
            return refuse_move(i, fault, MATCH_NO_SUCH_CELL);
        if ((board_empty(&states->game, states->boards[row]) >> moves[i] & 1) == 0)
            return refuse_move(i, fault, "the cell is taken");
        match.rows[match.plies] = row;
        match.moves[match.plies++] = moves[i];
        row = states->next[(size_t)row * states->cells + moves[i]];
    }
    match.result = states_result(states, row);
    if (match.result == RESULT_NONE)
        return fault_set(fault, ERR_IMPOSSIBLE, "moves", "the match is not over after %zu moves",
                         count);
    *out = match;
    return ERR_OK;
}

unsigned match_learn(struct brain *brain, const struct match *match, unsigned learners,
                     struct match_change out[ROW_CELLS])
{
    unsigned count = 0;
    for (unsigned ply = 0; ply < match->plies; ply++) {
        unsigned player = 1 + (ply & 1);
        if ((learners >> (player - 1) & 1) == 0)
            continue;
        struct row *row = &brain->rows[match->rows[ply]];
        unsigned move = match->moves[ply];
        out[count++] = (struct match_change){
            .row = match->rows[ply], .move = move, .before = row_weight(row, move)};
        row_change(row, move, rule_change(&brain->rule, match->result, player));
    }
    brain->matches++;
    brain->results[match->result - 1]++;
    brain_halve(brain);
    for (unsigned i = 0; i < count; i++)
        out[i].after = row_weight(&brain->rows[out[i].row], out[i].move);
    return count;
}
