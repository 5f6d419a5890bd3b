#include "engine/patterns/brain.h"
#include "engine/patterns/outlook.h"

#include <string.h>

/* A weight halves with every 1/32 that a move is expected to be worse than the best: 2^11 of
 * NETWORK_ONE. Linear between powers of 2. */
static uint32_t weight_below(uint32_t worse)
{
    const uint32_t halvings = worse >> 11;
    const uint32_t high = halvings < 17 ? (uint32_t)NETWORK_ONE >> halvings : 0;
    const uint32_t weight = high - (high * (worse & 2047) >> 12);
    return weight > 1 ? weight : 1;
}

void patterns_see(const struct brain *brain, struct board board, const uint32_t index[],
                  struct view *out)
{
    const struct network network = {.patterns = brain->patterns, .weights = brain->averages};
    const int32_t sign = board_player(board) == 1 ? 1 : -1;
    struct outlook outlook;
    out->brain = brain;
    out->board = board;
    out->moves = board_moves(brain->game, board);
    memset(out->weights, 0, game_moves(brain->game) * sizeof out->weights[0]);
    memset(out->expected, 0, game_moves(brain->game) * sizeof out->expected[0]);
    if (brain->averages == NULL) {
        for (uint64_t moves = out->moves; moves != 0; moves &= moves - 1)
            out->weights[__builtin_ctzll(moves)] = NETWORK_ONE;
        return;
    }
    outlook_see(&network, board, index, &outlook);
    for (unsigned i = 0; i < outlook.count; i++) {
        const unsigned move = game_move(brain->game, outlook.cells[i]);
        out->expected[move] = sign * outlook.values[i];
        out->weights[move] = weight_below((uint32_t)(sign * (outlook.best - outlook.values[i])));
    }
}

bool patterns_open_view(const struct brain *brain, struct board board, struct view *out)
{
    uint32_t index[PATTERNS_SLOTS_MAX];
    unsigned ignored;
    if (board_flaw(brain->game, board, &ignored) != FLAW_NONE)
        return false;
    patterns_read(brain->patterns, board, index);
    patterns_see(brain, board, index, out);
    return true;
}

void patterns_view_weights(const struct view *view, uint32_t out[])
{
    memcpy(out, view->weights, game_moves(view->brain->game) * sizeof out[0]);
}

void patterns_view_expected(const struct view *view, int32_t out[])
{
    memcpy(out, view->expected, game_moves(view->brain->game) * sizeof out[0]);
}

void patterns_view_probabilities(const struct view *view, const struct policy *policy, double out[])
{
    policy_probabilities(policy, view->weights, game_moves(view->brain->game), out);
}

unsigned patterns_view_choose(const struct view *view, const struct policy *policy, uint64_t random)
{
    return policy_choose(policy, view->weights, game_moves(view->brain->game), random);
}

void patterns_view_proofs(const struct view *view, int8_t out[])
{
    memset(out, 0, game_moves(view->brain->game) * sizeof out[0]);
}
