#include "support/plain_strategy.h"

#include "engine/table/table.h"
#include "support/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct game tictactoe = {.width = 3, .height = 3, .run = 3};

/* Decision boards, as they are first passed. */
static struct {
    unsigned count;
    char boards[PLAIN_DECISION_BOARDS][PLAIN_STRATEGY_CELLS + 1];
    bool is_passed[PLAIN_STRATEGY_BOARDS];
} list;

static void list_from(const char *board)
{
    bool *is_passed = &list.is_passed[plain_index(board)];
    if (*is_passed || plain_result(&tictactoe, board) != RESULT_NONE)
        return;
    *is_passed = true;
    memcpy(list.boards[list.count++], board, PLAIN_STRATEGY_CELLS + 1);
    for (unsigned cell = 0; cell < PLAIN_STRATEGY_CELLS; cell++) {
        char after[PLAIN_TEXT_SIZE];
        if (board[cell] != '0')
            continue;
        plain_play(board, cell, after);
        list_from(after);
    }
}

const char *plain_decision_board(unsigned number)
{
    if (list.count == 0)
        list_from("000000000");
    return list.boards[number];
}

/* What a board is called in reduced states: its canonical image, and the cell there that stands for
 * each of its own. */
struct image {
    bool is_known;
    unsigned index;
    unsigned cell[PLAIN_STRATEGY_CELLS];
};

/* Remembered, since it is the same for all brains. */
static const struct image *image_of(const char *board)
{
    static struct image images[PLAIN_STRATEGY_BOARDS];
    struct image *image = &images[plain_index(board)];
    if (image->is_known)
        return image;
    char canonical[PLAIN_TEXT_SIZE];
    plain_canonical(&tictactoe, board, canonical);
    image->index = plain_index(canonical);
    for (unsigned cell = 0; cell < PLAIN_STRATEGY_CELLS; cell++)
        if (board[cell] == '0')
            image->cell[cell] = plain_stand_in(&tictactoe, board, cell, canonical);
    image->is_known = true;
    return image;
}

/* Weights of the moves that a brain plays, by the index of its rows' boards. */
struct weights {
    uint32_t at[PLAIN_STRATEGY_BOARDS][PLAIN_STRATEGY_CELLS];
};

/* Leaves out the moves that are known to be worse than others. */
static void read_row(const struct brain *brain, uint32_t row, uint32_t out[PLAIN_STRATEGY_CELLS])
{
    const uint64_t winning = brain->rows[row].winning;
    const uint64_t losing = brain->rows[row].losing;
    uint32_t weights[ROW_CELLS];
    int best = -1;
    table_weights(brain, row, weights);
    for (unsigned cell = 0; cell < PLAIN_STRATEGY_CELLS; cell++) {
        int proof = (winning >> cell & 1) ? 1 : (losing >> cell & 1) ? -1 : 0;
        if (weights[cell] != 0 && proof > best)
            best = proof;
    }
    for (unsigned cell = 0; cell < PLAIN_STRATEGY_CELLS; cell++) {
        int proof = (winning >> cell & 1) ? 1 : (losing >> cell & 1) ? -1 : 0;
        out[cell] = proof == best ? weights[cell] : 0;
    }
}

static void read_rows(const struct brain *brain, struct weights *out)
{
    const struct states *states = brain->states;
    memset(out, 0, sizeof *out);
    for (uint32_t row = 0; row < states->rows; row++) {
        char board[PLAIN_TEXT_SIZE];
        plain_text(&states->game, states->boards[row], board);
        read_row(brain, row, out->at[plain_index(board)]);
    }
}

/* Under sample and power: each weight's share. */
static void share_out(const struct policy *policy, const uint32_t weights[], double out[])
{
    const double power = policy->kind == POLICY_POWER ? policy->power : 1;
    double most = 0;
    double total = 0;
    for (unsigned cell = 0; cell < PLAIN_STRATEGY_CELLS; cell++)
        most = fmax(most, weights[cell]);
    for (unsigned cell = 0; cell < PLAIN_STRATEGY_CELLS; cell++)
        total += out[cell] = weights[cell] == 0 ? 0 : pow(weights[cell] / most, power);
    for (unsigned cell = 0; cell < PLAIN_STRATEGY_CELLS; cell++)
        out[cell] /= total;
}

static unsigned first_of_largest(const uint32_t weights[])
{
    unsigned best = 0;
    for (unsigned cell = 1; cell < PLAIN_STRATEGY_CELLS; cell++)
        if (weights[cell] > weights[best])
            best = cell;
    return best;
}

struct reading {
    bool is_reduced;
    const struct policy *policy;
    struct weights weights;
    struct plain_strategy *strategy;
};

static void set_greedy(struct reading *reading, const char *board, const struct image *image)
{
    const unsigned index = plain_index(board);
    const unsigned best = first_of_largest(reading->weights.at[image->index]);
    for (unsigned cell = 0; cell < PLAIN_STRATEGY_CELLS; cell++) {
        if (board[cell] != '0' || image->cell[cell] != best)
            continue;
        reading->strategy->probability[index][cell] = 1;
        reading->strategy->is_possible[index][cell] = true;
        return; /* the lowest of those that are the same */
    }
}

static void set_shares(struct reading *reading, const char *board, const struct image *image)
{
    const uint32_t *weights = reading->weights.at[image->index];
    double shares[PLAIN_STRATEGY_CELLS];
    unsigned alike[PLAIN_STRATEGY_CELLS] = {0};
    share_out(reading->policy, weights, shares);
    for (unsigned cell = 0; cell < PLAIN_STRATEGY_CELLS; cell++)
        if (board[cell] == '0')
            alike[image->cell[cell]]++;
    for (unsigned cell = 0; cell < PLAIN_STRATEGY_CELLS; cell++) {
        const unsigned there = image->cell[cell];
        if (board[cell] != '0')
            continue;
        reading->strategy->probability[plain_index(board)][cell] = shares[there] / alike[there];
        reading->strategy->is_possible[plain_index(board)][cell] = weights[there] != 0;
    }
}

static void set_board(struct reading *reading, const char *board)
{
    struct image own = {.index = plain_index(board)};
    for (unsigned cell = 0; cell < PLAIN_STRATEGY_CELLS; cell++)
        own.cell[cell] = cell;
    const struct image *image = reading->is_reduced ? image_of(board) : &own;
    if (reading->policy->kind == POLICY_GREEDY)
        set_greedy(reading, board, image);
    else
        set_shares(reading, board, image);
}

struct plain_strategy *plain_strategy_of(const struct brain *brain, const struct policy *policy)
{
    struct reading reading = {.is_reduced = brain->states->is_reduced,
                              .policy = policy,
                              .strategy = calloc(1, sizeof *reading.strategy)};
    ck_assert_ptr_nonnull(reading.strategy);
    read_rows(brain, &reading.weights);
    for (unsigned number = 0; number < PLAIN_DECISION_BOARDS; number++)
        set_board(&reading, plain_decision_board(number));
    return reading.strategy;
}
