#include "service/moves.h"

#include "service/internal.h"

#include <stdio.h>

static unsigned stones(struct board board, unsigned player)
{
    return (unsigned)__builtin_popcountll(board.stones[player - 1]);
}

/* Says why no move can be made on a board that is not a decision board. */
static enum err explain(const struct game *game, struct board board, struct fault *fault)
{
    unsigned first = stones(board, 1);
    unsigned second = stones(board, 2);
    if (first != second && first != second + 1)
        return fault_set(fault, ERR_IMPOSSIBLE, "board",
                         "player 1 has %u stones and player 2 has %u: no match gets there", first,
                         second);
    if (game_has_run(game, board.stones[0]) && game_has_run(game, board.stones[1]))
        return fault_set(fault, ERR_IMPOSSIBLE, "board",
                         "both players have a line: no match gets there");
    enum result result = game_result(game, board);
    if (result != RESULT_NONE)
        return fault_set(fault, ERR_IMPOSSIBLE, "board", "the match on this board is over: %s",
                         result_name(result));
    return fault_set(fault, ERR_IMPOSSIBLE, "board", "no match gets to this board");
}

static enum err find_row(const struct states *states, const struct board_text *text, uint32_t *out,
                         struct fault *fault)
{
    struct board board;
    if (board_parse(&states->game, text->text, text->size, &board) != ERR_OK)
        return fault_set(fault, ERR_MALFORMED, "board", "must be a string of %u digits 0, 1 or 2",
                         states->cells);
    *out = states_find(states, board);
    return *out == STATES_NO_ROW ? explain(&states->game, board, fault) : ERR_OK;
}

static void choose(const struct brain *table, uint32_t row, const struct policy *policy,
                   uint64_t random, struct move_choice *out)
{
    struct board board = table->states->boards[row];
    brain_weights(table, row, out->weights);
    out->player = board_player(board);
    out->move = policy_choose(policy, out->weights, table->states->cells, random);
    out->next = board_play(board, out->move);
    out->result = states_result(table->states, table->rows[row].next[out->move]);
}

enum err service_choose_moves(struct service *service, const struct move_order *order,
                              struct move_choice out[], const struct game **out_game,
                              struct fault *fault)
{
    struct brain_entry *entry = brain_entry_find(service, order->brain);
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, "brain", "there is no brain of that name");
    struct pin pin = published_pin(&entry->published);
    const struct states *states = pin.table->states;
    struct rng rng;
    rng_seed(&rng, order->seed);
    enum err err = ERR_OK;
    for (size_t i = 0; i < order->count && err == ERR_OK; i++) {
        uint32_t row = STATES_NO_ROW;
        err = find_row(states, &order->boards[i], &row, fault);
        if (err == ERR_OK)
            choose(pin.table, row, &order->policy, rng_next(&rng), &out[i]);
        else if (order->is_batch)
            snprintf(fault->field, sizeof fault->field, "boards[%zu]", i);
    }
    service->done.moves_chosen += err == ERR_OK ? order->count : 0;
    *out_game = &states->game;
    published_unpin(pin);
    return err;
}

enum err service_view_board(struct service *service, const char *brain,
                            const struct board_text *board, struct board_view *out,
                            struct fault *fault)
{
    struct brain_entry *entry = brain_entry_find(service, brain);
    uint32_t row = STATES_NO_ROW;
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, NULL, "there is no brain of that name");
    const struct states *states = service->states;
    enum err err = find_row(states, board, &row, fault);
    if (err != ERR_OK)
        return err;
    *out = (struct board_view){.states = states,
                               .board = states->boards[row],
                               .player = board_player(states->boards[row]),
                               .value = solution_value(service->solution, row)};
    struct pin pin = published_pin(&entry->published);
    brain_weights(pin.table, row, out->weights);
    published_unpin(pin);
    uint64_t empty = board_empty(&states->game, out->board);
    for (; empty != 0; empty &= empty - 1) {
        unsigned cell = (unsigned)__builtin_ctzll(empty);
        out->values[cell] = (int8_t)solution_move_value(service->solution, row, cell);
    }
    return ERR_OK;
}
