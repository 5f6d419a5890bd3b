/*
 * First the policy's probability of every move, then one pass back over all boards (outlook.h),
 * which is the kernels'.
 */
#include "engine/evaluate.h"

#include "engine/table/kernel.h"
#include "engine/table/outlook.h"
#include "engine/table/table.h"
#include "engine/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What comes of a board when two brains meet: the probability of each result, by result - 1. */
struct meeting {
    double results[RESULT_COUNT];
};

struct evaluate_space {
    const struct states *states;
    struct outlook_table table;
    double *against; /* with what probability the other brain makes each of the moves */
    struct meeting *meetings;
};

/* Lists the moves of a row from `move` on; returns their end. `places` says where the rows stand
 * that they lead to. */
static struct outlook_move *list_moves(const struct solution *solution, struct outlook_row *row,
                                       const uint16_t places[], struct outlook_move *move)
{
    const struct states *states = solution->states;
    const int value = solution_value(solution, row->row);
    unsigned uniform = 0;
    unsigned perfect = 0;
    for (uint64_t legal = states->legal[row->row]; legal != 0; legal &= legal - 1, move++) {
        const unsigned cell = (unsigned)__builtin_ctzll(legal);
        const unsigned cells = states_orbit_size(states, row->row, cell);
        const bool keeps = solution_move_value(solution, row->row, cell) == value;
        const uint16_t next = states->next[(size_t)row->row * states->cells + cell];
        *move = (struct outlook_move){.next = next < states->rows ? places[next] : next,
                                      .cell = (uint8_t)cell,
                                      .cells = (uint8_t)cells,
                                      .keeps = keeps};
        uniform += cells;
        perfect += keeps ? cells : 0;
        row->moves++;
    }
    row->uniform = 1.0 / uniform;
    row->perfect = 1.0 / perfect;
    return move;
}

/* `places` is for this function's own use. */
static void list_rows(struct outlook_table *table, const struct solution *solution,
                      uint16_t places[])
{
    const struct states *states = solution->states;
    struct outlook_move *move = table->moves;
    table->count = states->rows;
    for (uint32_t i = 0; i < states->rows; i++) {
        const uint16_t row = states->backward[i];
        const unsigned player = board_player(states->boards[row]);
        table->rows[i] = (struct outlook_row){.row = row, .mover = (uint8_t)(player - 1)};
        places[row] = (uint16_t)i;
        move = list_moves(solution, &table->rows[i], places, move);
    }
}

/* Finished boards: who has won is the same for all. */
static void set_end(double numbers[OUTLOOK_NUMBERS], enum result result, unsigned as)
{
    const double win[2] = {result == RESULT_PLAYER1, result == RESULT_PLAYER2};
    const double value = win[1 - as] - win[as]; /* of the brain's opponent */
    const double ttst_draw = as == 0 ? 1 : -1;  /* player 2 wins on full boards */
    numbers[OUTLOOK_RANDOM_WIN1] = numbers[OUTLOOK_PERFECT_WIN1] = win[0];
    numbers[OUTLOOK_RANDOM_WIN2] = numbers[OUTLOOK_PERFECT_WIN2] = win[1];
    numbers[OUTLOOK_MOST_LOSS] = win[1 - as];
    numbers[OUTLOOK_MOST_VALUE] = value;
    numbers[OUTLOOK_MOST_TTST_VALUE] = result == RESULT_DRAW ? ttst_draw : value;
    numbers[OUTLOOK_SELF_WIN] = win[as];
}

/* What has come of a board that ended so. */
static unsigned can_of_end(enum result result)
{
    const unsigned both = 3;
    if (result == RESULT_DRAW)
        return both * (OUTLOOK_CAN_DRAW_RANDOM | OUTLOOK_CAN_DRAW_PERFECT) | OUTLOOK_CAN_DRAW_SELF;
    return (unsigned)OUTLOOK_CAN_LOSE << (result == RESULT_PLAYER1);
}

static void set_ends(struct evaluate_space *space)
{
    for (unsigned result = RESULT_PLAYER1; result <= RESULT_DRAW; result++) {
        const uint32_t end = space->states->rows + result - 1;
        for (unsigned as = 0; as < 2; as++)
            set_end(space->table.outlooks[end].as[as], (enum result)result, as);
        space->table.can[end] = (uint8_t)can_of_end((enum result)result);
        space->meetings[end] = (struct meeting){{0}};
        space->meetings[end].results[result - 1] = 1;
    }
}

enum err evaluate_space_create(const struct solution *solution, struct evaluate_space **out)
{
    const struct states *states = solution->states;
    const size_t boards = (size_t)states->rows + RESULT_COUNT;
    struct evaluate_space *space = malloc(sizeof *space);
    uint16_t *places = malloc(states->rows * sizeof *places);
    if (space == NULL || places == NULL) {
        free(space);
        free(places);
        return ERR_NO_MEMORY;
    }
    *space = (struct evaluate_space){
        .states = states,
        .table = {.rows = malloc(states->rows * sizeof(struct outlook_row)),
                  .moves = malloc(states->moves * sizeof(struct outlook_move)),
                  .policy = malloc(states->moves * sizeof(double)),
                  .outlooks = aligned_alloc(ROW_ALIGN, boards * sizeof(struct outlook)),
                  .can = malloc(boards)},
        .against = malloc(states->moves * sizeof(double)),
        .meetings = malloc(boards * sizeof(struct meeting)),
    };
    const struct outlook_table *table = &space->table;
    if (table->rows == NULL || table->moves == NULL || table->policy == NULL ||
        table->outlooks == NULL || table->can == NULL || space->against == NULL ||
        space->meetings == NULL) {
        free(places);
        evaluate_space_destroy(space);
        return ERR_NO_MEMORY;
    }
    list_rows(&space->table, solution, places);
    free(places);
    set_ends(space);
    *out = space;
    return ERR_OK;
}

void evaluate_space_destroy(struct evaluate_space *space)
{
    if (space == NULL)
        return;
    free(space->table.rows);
    free(space->table.moves);
    free(space->table.policy);
    free(space->table.outlooks);
    free(space->table.can);
    free(space->against);
    free(space->meetings);
    free(space);
}

static const struct kernel *kernel_of(const struct evaluate_order *order)
{
    return order->kernel != NULL ? order->kernel : kernel_best();
}

/* The probabilities with which a brain makes a row's moves, in their order. */
static void play_row(const struct brain *brain, const struct policy *policy,
                     const struct outlook_row *row, const struct outlook_move moves[], double out[])
{
    const row_set best = row_best(&brain->rows[row->row]);
    uint32_t weights[ROW_CELLS];
    for (unsigned i = 0; i < row->moves; i++) {
        const unsigned cell = moves[i].cell;
        weights[i] = row_weight(&brain->rows[row->row], cell) & (0 - (uint32_t)(best >> cell & 1));
    }
    policy_probabilities(policy, weights, row->moves, out);
}

/* The same of a brain that has no such rows: its states are reduced, while the space's are not, or
 * it is no table. */
static void play_board(const struct evaluate_space *space, const struct brain *brain,
                       const struct policy *policy, const struct outlook_row *row,
                       const struct outlook_move moves[], double out[])
{
    struct view view;
    double by_cell[GAME_CELLS_MAX];
    (void)view_open(brain, space->states->boards[row->row], &view);
    view_probabilities(&view, policy, by_cell);
    for (unsigned i = 0; i < row->moves; i++)
        out[i] = by_cell[moves[i].cell];
}

/* The same of all rows. */
static void play(const struct evaluate_space *space, const struct evaluate_order *order,
                 const struct brain *brain, double out[])
{
    const struct outlook_table *table = &space->table;
    const struct outlook_move *moves = table->moves;
    if (order->policy->kind == POLICY_SAMPLE && brain->states == space->states) {
        kernel_of(order)->play_by_weight(brain->rows, table, out);
        return;
    }
    for (uint32_t i = 0; i < table->count; i++) {
        const struct outlook_row *row = &table->rows[i];
        if (brain->states == space->states)
            play_row(brain, order->policy, row, moves, out);
        else
            play_board(space, brain, order->policy, row, moves, out);
        moves += row->moves;
        out += row->moves;
    }
}

/* What comes of the empty board if player 1 and player 2 make the moves with these
 * probabilities. */
static const double *meet(const struct evaluate_space *space, const double player1[],
                          const double player2[])
{
    const struct outlook_table *table = &space->table;
    const struct outlook_move *move = table->moves;
    for (uint32_t i = 0; i < table->count; i++) {
        const struct outlook_row *row = &table->rows[i];
        const double *policy = (row->mover == 0 ? player1 : player2) + (move - table->moves);
        struct meeting sum = {{0}};
        for (unsigned left = row->moves; left > 0; left--, move++, policy++)
            for (unsigned result = 0; result < RESULT_COUNT; result++)
                sum.results[result] += *policy * space->meetings[move->next].results[result];
        space->meetings[i] = sum;
    }
    return space->meetings[table->count - 1].results;
}

static struct outcome outcome_as(unsigned as, const double results[RESULT_COUNT])
{
    return (struct outcome){
        .win = results[as], .loss = results[1 - as], .draw = results[RESULT_DRAW - 1]};
}

/* What is left when somebody wins as often as that: 0 where there is no draw, which the numbers
 * alone would tell but for rounding, and not below it. */
static double draw_beside(const double wins[2], bool can_draw)
{
    return can_draw ? fmax(0, 1 - wins[0] - wins[1]) : 0;
}

/* Of the brain as one of the players, against who wins that often. */
static struct outcome outcome_beside(unsigned as, const double wins[2], bool can_draw)
{
    return (struct outcome){
        .win = wins[as], .loss = wins[1 - as], .draw = draw_beside(wins, can_draw)};
}

static void summarise(const struct outlook_table *table, struct evaluation *out)
{
    const uint32_t empty = table->count - 1; /* the empty board, looked at last */
    const unsigned can = table->can[empty];
    *out = (struct evaluation){.nash_conv = 0};
    for (unsigned as = 0; as < 2; as++) {
        const double *first = table->outlooks[empty].as[as];
        out->self[as] = first[OUTLOOK_SELF_WIN];
        out->random[as] = outcome_beside(as, &first[OUTLOOK_RANDOM_WIN1],
                                         can & (unsigned)OUTLOOK_CAN_DRAW_RANDOM << as);
        out->perfect[as] = outcome_beside(as, &first[OUTLOOK_PERFECT_WIN1],
                                          can & (unsigned)OUTLOOK_CAN_DRAW_PERFECT << as);
        out->worst_case_loss[as] = first[OUTLOOK_MOST_LOSS];
        out->best_response[as] = first[OUTLOOK_MOST_VALUE];
        out->nash_conv += first[OUTLOOK_MOST_VALUE];
        out->ttst_exploitability += first[OUTLOOK_MOST_TTST_VALUE] / 2;
        out->never_loses[as] = (can & (unsigned)OUTLOOK_CAN_LOSE << as) == 0;
    }
    out->exploitability = out->nash_conv / 2;
    out->self[RESULT_DRAW - 1] = draw_beside(out->self, can & OUTLOOK_CAN_DRAW_SELF);
}

void evaluate(struct evaluate_space *space, const struct evaluate_order *order,
              struct evaluation *out)
{
    double *policy = space->table.policy;
    double *against = space->against;
    play(space, order, order->brain, policy);
    kernel_of(order)->look_back(&space->table);
    summarise(&space->table, out);
    if (order->against == NULL)
        return;
    play(space, order, order->against, against);
    out->against[0] = outcome_as(0, meet(space, policy, against));
    out->against[1] = outcome_as(1, meet(space, against, policy));
}
