#include "support/plain_selfplay.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

enum { GROUP = 16 };

struct plain_match {
    unsigned plies;
    unsigned boards[PLAIN_SELFPLAY_CELLS]; /* by ply */
    unsigned moves[PLAIN_SELFPLAY_CELLS];
    enum result result;
};

unsigned plain_selfplay_index(const char *board, unsigned cells)
{
    unsigned index = 0;
    for (unsigned cell = 0; cell < cells; cell++)
        index = 3 * index + (unsigned)(board[cell] - '0');
    return index;
}

struct plain_selfplay *plain_selfplay_create(const struct game *game, const struct rule *rule)
{
    struct plain_selfplay *plain = calloc(1, sizeof *plain);
    ck_assert_ptr_nonnull(plain);
    plain->game = *game;
    plain->rule = *rule;
    plain->cells = (unsigned)game->width * game->height;
    for (unsigned index = 0; index < PLAIN_SELFPLAY_BOARDS; index++) {
        unsigned digits = index;
        for (unsigned cell = plain->cells; cell > 0; cell--, digits /= 3)
            plain->weights[index][cell - 1] = digits % 3 == 0 ? rule->start_weight : 0;
    }
    return plain;
}

static void plain_seed(struct plain_selfplay *plain, uint64_t seed)
{
    for (unsigned lane = 0; lane < 8; lane++)
        for (unsigned word = 0; word < 4; word++)
            plain->lanes[lane].state[word] = splitmix64_next(&seed);
}

static void plain_block(struct plain_selfplay *plain, uint32_t out[GROUP])
{
    for (unsigned lane = 0; lane < 8; lane++) {
        uint64_t number = rng_next(&plain->lanes[lane]);
        out[2 * lane] = (uint32_t)number;
        out[2 * lane + 1] = (uint32_t)(number >> 32);
    }
}

static bool plain_run(const struct game *game, const char *board, int cell, int down, int right)
{
    int row = cell / game->width;
    int column = cell % game->width;
    for (int n = 0; n < game->run; n++, row += down, column += right) {
        if (row < 0 || row >= game->height || column < 0 || column >= game->width)
            return false;
        if (board[row * game->width + column] != board[cell])
            return false;
    }
    return board[cell] != '0';
}

/* What stands after `player`'s move. */
static enum result plain_result(const struct plain_selfplay *plain, const char *board,
                                unsigned player)
{
    const struct game *game = &plain->game;
    for (int cell = 0; cell < (int)plain->cells; cell++)
        if (plain_run(game, board, cell, 0, 1) || plain_run(game, board, cell, 1, 0) ||
            plain_run(game, board, cell, 1, 1) || plain_run(game, board, cell, 1, -1))
            return player == 1 ? RESULT_PLAYER1 : RESULT_PLAYER2;
    for (unsigned cell = 0; cell < plain->cells; cell++)
        if (board[cell] == '0')
            return RESULT_NONE;
    return RESULT_DRAW;
}

static unsigned plain_draw(const uint32_t weights[], unsigned cells, uint32_t random)
{
    uint64_t total = 0;
    for (unsigned cell = 0; cell < cells; cell++)
        total += weights[cell];
    uint64_t left = random * total >> 32;
    for (unsigned cell = 0; cell < cells; cell++) {
        if (left < weights[cell])
            return cell;
        left -= weights[cell];
    }
    ck_abort_msg("a row without weights");
    return 0;
}

/* Plays one match; `numbers` has one for every ply but that which fills the board. */
static struct plain_match plain_play(const struct plain_selfplay *plain, unsigned learners,
                                     const uint32_t numbers[])
{
    struct plain_match match = {.plies = 0};
    char board[PLAIN_SELFPLAY_CELLS];
    memset(board, '0', sizeof board);
    while (match.result == RESULT_NONE) {
        unsigned ply = match.plies++;
        unsigned player = 1 + ply % 2;
        unsigned index = plain_selfplay_index(board, plain->cells);
        uint32_t number = ply + 1 < plain->cells ? numbers[ply] : 0;
        bool learns = (learners & (player == 1 ? LEARN_PLAYER1 : LEARN_PLAYER2)) != 0;
        const struct plain_selfplay *mover =
            learns || plain->opponent == NULL ? plain : plain->opponent;
        unsigned move = plain_draw(mover->weights[index], plain->cells, number);
        match.boards[ply] = index;
        match.moves[ply] = move;
        board[move] = (char)('0' + player);
        match.result = plain_result(plain, board, player);
    }
    return match;
}

static bool plain_wins(const struct rule *rule, enum result result, unsigned player)
{
    if (result == RESULT_DRAW && rule->scoring == SCORING_TTST)
        return player == 2;
    return (result == RESULT_PLAYER1 && player == 1) || (result == RESULT_PLAYER2 && player == 2);
}

static void plain_learn(struct plain_selfplay *plain, const struct plain_match *match,
                        unsigned learners)
{
    const struct rule *rule = &plain->rule;
    for (unsigned ply = 0; ply < match->plies; ply++) {
        unsigned player = 1 + ply % 2;
        if ((learners & (player == 1 ? LEARN_PLAYER1 : LEARN_PLAYER2)) == 0)
            continue;
        uint32_t *weight = &plain->weights[match->boards[ply]][match->moves[ply]];
        if (match->result == RESULT_DRAW && rule->scoring == SCORING_STANDARD)
            *weight += rule->draw_reward;
        else if (plain_wins(rule, match->result, player))
            *weight += rule->reward;
        else
            *weight = *weight > rule->penalty ? *weight - rule->penalty : 1;
    }
    plain->tally.results[match->result - 1]++;
    plain->tally.plies += match->plies;
}

/* 16 matches from the same weights: number k of block p is match k's at ply p. */
static void plain_group(struct plain_selfplay *plain, unsigned learners)
{
    uint32_t blocks[PLAIN_SELFPLAY_CELLS][GROUP];
    for (unsigned ply = 0; ply + 1 < plain->cells; ply++)
        plain_block(plain, blocks[ply]);
    struct plain_match matches[GROUP];
    for (unsigned k = 0; k < GROUP; k++) {
        uint32_t numbers[PLAIN_SELFPLAY_CELLS];
        for (unsigned ply = 0; ply + 1 < plain->cells; ply++)
            numbers[ply] = blocks[ply][k];
        matches[k] = plain_play(plain, learners, numbers);
    }
    for (unsigned k = 0; k < GROUP; k++)
        plain_learn(plain, &matches[k], learners);
}

void plain_selfplay_train(struct plain_selfplay *plain, const struct selfplay *plan)
{
    plain->tally = (struct tally){.plies = 0};
    plain_seed(plain, plan->seed);
    uint64_t left = plan->matches;
    for (; plan->lanes == GROUP && left >= GROUP; left -= GROUP)
        plain_group(plain, plan->learners);
    uint32_t block[GROUP];
    unsigned taken = GROUP;
    for (; left > 0; left--) {
        uint32_t numbers[PLAIN_SELFPLAY_CELLS];
        for (unsigned ply = 0; ply + 1 < plain->cells; ply++) {
            if (taken == GROUP)
                plain_block(plain, block);
            taken %= GROUP;
            numbers[ply] = block[taken++];
        }
        struct plain_match match = plain_play(plain, plan->learners, numbers);
        plain_learn(plain, &match, plan->learners);
    }
}
