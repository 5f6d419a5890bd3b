#include "engine/match.h"

#include "engine/table/table.h"

#include <stdio.h>

static enum err refuse_move(size_t index, struct fault *fault, const char *why)
{
    char field[FAULT_FIELD_SIZE];
    snprintf(field, sizeof field, "moves[%zu]", index);
    return fault_set(fault, ERR_IMPOSSIBLE, field, "%s", why);
}

enum err match_read(const struct brain *brain, const uint8_t moves[], size_t count,
                    struct match *out, struct fault *fault)
{
    const struct states *states = brain->states;
    struct match match = {.plies = 0};
    struct board board = {{0, 0}};
    for (size_t i = 0; i < count; i++) {
        if (match.result != RESULT_NONE)
            return refuse_move(i, fault, "the match was over before");
        if (moves[i] >= states->cells)
            return refuse_move(i, fault, MATCH_NO_SUCH_CELL);
        if ((board_empty(&states->game, board) >> moves[i] & 1) == 0)
            return refuse_move(i, fault, "the cell is taken");
        (void)states_place(states, board, &match.places[match.plies]);
        match.moves[match.plies++] = moves[i];
        board = board_play(board, moves[i]);
        match.result = game_result(&states->game, board);
    }
    if (match.result == RESULT_NONE)
        return fault_set(fault, ERR_IMPOSSIBLE, "moves", "the match is not over after %zu moves",
                         count);
    *out = match;
    return ERR_OK;
}

enum result match_result(const struct game *game, const uint8_t moves[], size_t count)
{
    struct board board = {{0, 0}};
    enum result result = RESULT_NONE;
    for (size_t i = 0; i < count; i++) {
        if (result != RESULT_NONE || moves[i] >= game_cells(game) ||
            (board_empty(game, board) >> moves[i] & 1) == 0)
            return RESULT_NONE;
        board = board_play(board, moves[i]);
        result = game_result(game, board);
    }
    return result;
}

static bool learns(unsigned learners, unsigned ply)
{
    return learners >> (ply & 1) & 1;
}

/* The cell of its row that a move stands for. */
static unsigned cell_in_row(const struct match *match, unsigned ply)
{
    return match->places[ply].cell[match->moves[ply]];
}

/* As prove_match() of selfplay_loop.h. */
static void prove(struct brain *brain, const struct match *match, unsigned learners)
{
    int proof = match->result == RESULT_DRAW ? 0 : 1; /* for who made the last move */
    for (unsigned ply = match->plies; ply-- > 0;)
        proof = row_prove(&brain->rows[match->places[ply].row], cell_in_row(match, ply), proof,
                          learns(learners, ply));
}

unsigned match_learn(struct brain *brain, const struct match *match, unsigned learners,
                     struct match_change out[BRAIN_MOVES_MAX])
{
    unsigned count = 0;
    for (unsigned ply = 0; ply < match->plies; ply++) {
        struct row *row = &brain->rows[match->places[ply].row];
        unsigned cell = cell_in_row(match, ply);
        if (!learns(learners, ply))
            continue;
        out[count++] = (struct match_change){.board = match->places[ply].board,
                                             .move = match->moves[ply],
                                             .before = row_weight(row, cell)};
        row_change(row, cell, rule_change(&brain->rule, match->result, 1 + (ply & 1)));
    }
    if (rule_has_proofs(&brain->rule))
        prove(brain, match, learners);
    brain->matches++;
    brain->results[match->result - 1]++;
    for (unsigned ply = 0; ply < match->plies; ply++) /* no other row has grown */
        table_halve(brain, match->places[ply].row);
    for (unsigned ply = 0, i = 0; ply < match->plies; ply++)
        if (learns(learners, ply))
            out[i++].after =
                row_weight(&brain->rows[match->places[ply].row], cell_in_row(match, ply));
    return count;
}
