#include "engine/match.h"

#include "engine/kind.h"

#include <stdio.h>

static enum err refuse_move(size_t index, struct fault *fault, const char *why)
{
    char field[FAULT_FIELD_SIZE];
    snprintf(field, sizeof field, "moves[%zu]", index);
    return fault_set(fault, ERR_IMPOSSIBLE, field, "%s", why);
}

enum err match_follow(const struct game *game, const uint8_t moves[], size_t count,
                      struct match *out, struct fault *fault)
{
    struct match match = {.plies = 0};
    for (size_t i = 0; i < count; i++) {
        if (match.result != RESULT_NONE)
            return refuse_move(i, fault, "the match was over before");
        if (moves[i] >= game_moves(game))
            return refuse_move(i, fault, game->gravity ? MATCH_NO_SUCH_COLUMN : MATCH_NO_SUCH_CELL);
        if ((board_moves(game, match.board) >> moves[i] & 1) == 0)
            return refuse_move(i, fault,
                               game->gravity ? "the column is full" : "the cell is taken");
        match.moves[match.plies++] = moves[i];
        match.board = board_play(match.board, board_cell(game, match.board, moves[i]));
        match.result = game_result(game, match.board);
    }
    *out = match;
    return ERR_OK;
}

enum err match_read(const struct game *game, const uint8_t moves[], size_t count, struct match *out,
                    struct fault *fault)
{
    enum err err = match_follow(game, moves, count, out, fault);
    if (err == ERR_OK && out->result == RESULT_NONE)
        return fault_set(fault, ERR_IMPOSSIBLE, "moves", "the match is not over after %zu moves",
                         count);
    return err;
}

unsigned match_learn(struct brain *brain, const struct match *match, unsigned learners,
                     struct match_change out[])
{
    brain->matches++;
    brain->results[match->result - 1]++;
    return brain->kind->learn(brain, match, learners, out);
}
