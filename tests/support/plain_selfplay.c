#include "support/plain_selfplay.h"

#include "engine/table/table.h"
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

enum { GROUP = 16 };

struct plain_match {
    unsigned plies;
    struct plain_row *rows[PLAIN_CELLS]; /* by ply */
    unsigned moves[PLAIN_CELLS];
    enum result result;
};

/* The random numbers of one match, by ply. */
struct plain_numbers {
    uint32_t move[PLAIN_CELLS];
    uint32_t explore[PLAIN_CELLS];
};

static struct plain_selfplay *create(enum plain_kind kind, const struct game *game,
                                     const struct rule *rule)
{
    struct plain_selfplay *plain = calloc(1, sizeof *plain);
    ck_assert_ptr_nonnull(plain);
    plain->kind = kind;
    plain->game = *game;
    plain->rule = *rule;
    plain->cells = plain_cells(game);
    ck_assert_uint_le(plain->cells, PLAIN_CELLS);
    return plain;
}

struct plain_selfplay *plain_selfplay_create(const struct game *game, const struct rule *rule)
{
    return create(PLAIN_LEARNER, game, rule);
}

struct plain_selfplay *plain_selfplay_uniform(const struct game *game, const struct rule *rule)
{
    return create(PLAIN_UNIFORM, game, rule);
}

struct plain_selfplay *plain_selfplay_perfect(const struct game *game, const struct rule *rule)
{
    return create(PLAIN_PERFECT, game, rule);
}

struct plain_selfplay *plain_selfplay_frozen(const struct plain_selfplay *from)
{
    struct plain_selfplay *plain = create(PLAIN_LEARNER, &from->game, &from->rule);
    memcpy(plain->rows, from->rows, sizeof plain->rows);
    for (unsigned index = 0; index < PLAIN_BOARDS; index++) {
        struct plain_row *row = &plain->rows[index];
        for (unsigned cell = 0; cell < plain->cells; cell++)
            row->weights[cell] = plain_played_weight(&from->rows[index], cell);
        memset(row->proofs, 0, sizeof row->proofs);
    }
    return plain;
}

static uint32_t start_weight(const struct plain_selfplay *plain, const char *board, unsigned cell)
{
    if (plain->kind == PLAIN_LEARNER)
        return plain->rule.start_weight;
    return plain->kind == PLAIN_UNIFORM ||
           plain_move_value(&plain->game, board, cell) == plain_value(&plain->game, board);
}

struct plain_row *plain_selfplay_row(struct plain_selfplay *plain, const char *board)
{
    struct plain_row *row = &plain->rows[plain_index(board)];
    if (row->is_filled)
        return row;
    for (unsigned cell = 0; cell < plain->cells; cell++)
        if (board[cell] == '0')
            row->alike[plain->rule.symmetry ? plain_stand_in(&plain->game, board, cell, board)
                                            : cell]++;
    for (unsigned cell = 0; cell < plain->cells; cell++)
        if (row->alike[cell] != 0)
            row->weights[cell] = start_weight(plain, board, cell) *
                                 (plain->kind == PLAIN_LEARNER ? 1 : row->alike[cell]);
    row->is_filled = true;
    return row;
}

static int best_proof(const struct plain_row *row)
{
    int best = -1;
    for (unsigned cell = 0; cell < PLAIN_CELLS; cell++)
        if (row->alike[cell] != 0 && row->proofs[cell] > best)
            best = row->proofs[cell];
    return best;
}

uint32_t plain_played_weight(const struct plain_row *row, unsigned cell)
{
    return row->proofs[cell] == best_proof(row) ? row->weights[cell] : 0;
}

static void take_block(struct plain_selfplay *plain, uint32_t out[GROUP])
{
    for (unsigned lane = 0; lane < 8; lane++) {
        uint64_t number = rng_next(&plain->lanes[lane]);
        out[2 * lane] = (uint32_t)number;
        out[2 * lane + 1] = (uint32_t)(number >> 32);
    }
}

/* A block of numbers for moves and, where the rule explores, one of second numbers. */
static void take_blocks(struct plain_selfplay *plain, uint32_t moves[GROUP],
                        uint32_t explores[GROUP])
{
    take_block(plain, moves);
    if (plain->rule.explore > 0)
        take_block(plain, explores);
}

static unsigned draw(const uint32_t weights[], unsigned cells, uint32_t random)
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

static bool learns(unsigned learners, unsigned ply)
{
    return (learners & (ply % 2 == 0 ? LEARN_PLAYER1 : LEARN_PLAYER2)) != 0;
}

static unsigned choose(struct plain_selfplay *plain, const char *board, bool is_learner,
                       uint32_t number, bool explores)
{
    struct plain_selfplay *mover = is_learner || plain->opponent == NULL ? plain : plain->opponent;
    const struct plain_row *row = plain_selfplay_row(mover, board);
    uint32_t weights[PLAIN_CELLS];
    for (unsigned cell = 0; cell < plain->cells; cell++)
        weights[cell] = explores ? row->alike[cell] : plain_played_weight(row, cell);
    return draw(weights, plain->cells, number);
}

/* Notes a move, and makes it. */
static void move_on(struct plain_selfplay *plain, struct plain_match *match,
                    char board[PLAIN_TEXT_SIZE], unsigned move)
{
    match->rows[match->plies] = plain_selfplay_row(plain, board);
    match->moves[match->plies++] = move;
    plain_play(board, move, board);
    match->result = plain_result(&plain->game, board);
    if (plain->rule.symmetry)
        plain_canonical(&plain->game, board, board);
}

/* Plays one match; there are numbers for every ply but that which fills the board. */
static struct plain_match play(struct plain_selfplay *plain, unsigned learners,
                               const struct plain_numbers *numbers)
{
    struct plain_match match = {.plies = 0};
    char board[PLAIN_TEXT_SIZE];
    plain_start(&plain->game, board);
    while (match.result == RESULT_NONE) {
        unsigned ply = match.plies;
        bool is_last = ply + 1 == plain->cells;
        bool is_learner = learns(learners, ply);
        /* Of all 65536 upper halves of the second number the rule's first ones explore. */
        bool explores = is_learner && !is_last && numbers->explore[ply] >> 16 < plain->rule.explore;
        move_on(plain, &match, board,
                choose(plain, board, is_learner, is_last ? 0 : numbers->move[ply], explores));
    }
    return match;
}

static bool wins(const struct rule *rule, enum result result, unsigned player)
{
    if (result == RESULT_DRAW && rule->scoring == SCORING_TTST)
        return player == 2;
    return (result == RESULT_PLAYER1 && player == 1) || (result == RESULT_PLAYER2 && player == 2);
}

static void learn_weights(const struct rule *rule, const struct plain_match *match,
                          unsigned learners)
{
    for (unsigned ply = 0; ply < match->plies; ply++) {
        if (!learns(learners, ply))
            continue;
        uint32_t *weight = &match->rows[ply]->weights[match->moves[ply]];
        if (match->result == RESULT_DRAW && rule->scoring == SCORING_STANDARD)
            *weight += rule->draw_reward;
        else if (wins(rule, match->result, 1 + ply % 2))
            *weight += rule->reward;
        else
            *weight = *weight > rule->penalty ? *weight - rule->penalty : 1;
    }
}

/* From the last move backwards: what a move is worth is what is known to be the best reply's worth,
 * the other way round. */
static void learn_proofs(const struct plain_match *match, unsigned learners)
{
    int worth = match->result == RESULT_DRAW ? 0 : 1;
    for (unsigned ply = match->plies; ply-- > 0;) {
        struct plain_row known = *match->rows[ply];
        if (worth != 0)
            known.proofs[match->moves[ply]] = (int8_t)worth;
        if (learns(learners, ply))
            *match->rows[ply] = known;
        worth = -best_proof(&known);
    }
}

static void learn(struct plain_selfplay *plain, const struct plain_match *match, unsigned learners)
{
    learn_weights(&plain->rule, match, learners);
    if (plain->rule.kind == RULE_GUARD)
        learn_proofs(match, learners);
    plain->tally.results[match->result - 1]++;
    plain->tally.plies += match->plies;
}

/* 16 matches from the same rows: number k of a ply's block is match k's. */
static void play_group(struct plain_selfplay *plain, unsigned learners)
{
    struct plain_numbers numbers[GROUP] = {0};
    for (unsigned ply = 0; ply + 1 < plain->cells; ply++) {
        uint32_t moves[GROUP];
        uint32_t explores[GROUP] = {0};
        take_blocks(plain, moves, explores);
        for (unsigned k = 0; k < GROUP; k++) {
            numbers[k].move[ply] = moves[k];
            numbers[k].explore[ply] = explores[k];
        }
    }
    struct plain_match matches[GROUP];
    for (unsigned k = 0; k < GROUP; k++)
        matches[k] = play(plain, learners, &numbers[k]);
    for (unsigned k = 0; k < GROUP; k++)
        learn(plain, &matches[k], learners);
}

/* One match after the other; a block's numbers go to the next 16 plies. */
static void play_singly(struct plain_selfplay *plain, unsigned learners, uint64_t count)
{
    uint32_t moves[GROUP];
    uint32_t explores[GROUP] = {0};
    unsigned taken = GROUP;
    for (; count > 0; count--) {
        struct plain_numbers numbers;
        for (unsigned ply = 0; ply + 1 < plain->cells; ply++) {
            if (taken == GROUP)
                take_blocks(plain, moves, explores);
            taken %= GROUP;
            numbers.move[ply] = moves[taken];
            numbers.explore[ply] = explores[taken++];
        }
        struct plain_match match = play(plain, learners, &numbers);
        learn(plain, &match, learners);
    }
}

void plain_selfplay_train(struct plain_selfplay *plain, const struct selfplay *plan)
{
    uint64_t seed = plan->seed;
    plain->tally = (struct tally){.plies = 0};
    for (unsigned lane = 0; lane < 8; lane++)
        for (unsigned word = 0; word < 4; word++)
            plain->lanes[lane].state[word] = splitmix64_next(&seed);
    uint64_t left = plan->matches;
    for (; plan->lanes == GROUP && left >= GROUP; left -= GROUP)
        play_group(plain, plan->learners);
    play_singly(plain, plan->learners, left);
}

enum result plain_selfplay_learn(struct plain_selfplay *plain, const uint8_t moves[],
                                 unsigned learners)
{
    struct plain_match match = {.plies = 0};
    char board[PLAIN_TEXT_SIZE]; /* as it lies there */
    char known[PLAIN_TEXT_SIZE]; /* as the rows know it */
    plain_start(&plain->game, board);
    plain_start(&plain->game, known);
    while (match.result == RESULT_NONE) {
        unsigned move = moves[match.plies];
        unsigned there =
            plain->rule.symmetry ? plain_stand_in(&plain->game, board, move, known) : move;
        move_on(plain, &match, known, there);
        plain_play(board, move, board);
    }
    learn(plain, &match, learners);
    return match.result;
}
