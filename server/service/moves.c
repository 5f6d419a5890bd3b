#include "service/moves.h"

#include "engine/view.h"
#include "service/shelf.h"

#include <stdio.h>

static unsigned stones(struct board board, unsigned player)
{
    return (unsigned)__builtin_popcountll(board.stones[player - 1]);
}

/* Says why no move can be made on a board that is not a decision board. */
static void explain(const struct game *game, struct board board, struct fault *fault)
{
    const enum err err = ERR_IMPOSSIBLE;
    const enum result result = game_result(game, board);
    const unsigned first = stones(board, 1);
    const unsigned second = stones(board, 2);
    if (first != second && first != second + 1)
        (void)fault_set(fault, err, "board",
                        "player 1 has %u stones and player 2 has %u: no match gets there", first,
                        second);
    else if (game_has_run(game, board.stones[0]) && game_has_run(game, board.stones[1]))
        (void)fault_set(fault, err, "board", "both players have a line: no match gets there");
    else if (result != RESULT_NONE)
        (void)fault_set(fault, err, "board", "the match on this board is over: %s",
                        result_name(result));
    else
        (void)fault_set(fault, err, "board", "no match gets to this board");
}

static enum err find_place(const struct brain *table, const struct board_text *text,
                           struct place *out, struct fault *fault)
{
    const struct game *game = brain_game(table);
    struct board board;
    if (board_parse(game, text->text, text->size, &board) != ERR_OK)
        return fault_set(fault, ERR_MALFORMED, "board", "must be a string of %u digits 0, 1 or 2",
                         game_cells(game));
    if (view_place(table, board, out))
        return ERR_OK;
    explain(game, board, fault);
    return ERR_IMPOSSIBLE;
}

static void choose(const struct brain *table, const struct place *place,
                   const struct move_order *order, uint64_t random, struct move_choice *out)
{
    out->player = board_player(place->board);
    out->move = view_choose(table, place, &order->policy, random);
    out->next = board_play(place->board, out->move);
    out->result = view_result(table, place, out->move);
    if (!order->detail)
        return;
    view_weights(table, place, out->weights);
    view_probabilities(table, place, &order->policy, out->probabilities);
}

enum err service_choose_moves(struct service *service, const struct move_order *order,
                              struct move_choice out[], const struct game **out_game,
                              struct fault *fault)
{
    struct reading reading = {.name = order->brain, .field = "brain", .call = order->call};
    enum err err = shelf_read(service, &reading, fault);
    if (err != ERR_OK)
        return err;
    const struct brain *table = reading.edition->table;
    struct rng rng;
    rng_seed(&rng, order->seed);
    for (size_t i = 0; i < order->count && err == ERR_OK; i++) {
        struct place place;
        err = find_place(table, &order->boards[i], &place, fault);
        if (err == ERR_OK)
            choose(table, &place, order, rng_next(&rng), &out[i]);
        else if (order->is_batch)
            snprintf(fault->field, sizeof fault->field, "boards[%zu]", i);
    }
    service->totals.moves_chosen += err == ERR_OK ? order->count : 0;
    *out_game = brain_game(table);
    edition_let_go(reading.edition);
    return err;
}

enum err service_view_board(struct service *service, const struct board_order *order,
                            struct board_view *out, struct fault *fault)
{
    struct reading reading = {.name = order->brain, .call = order->call};
    enum err err = shelf_read(service, &reading, fault);
    if (err != ERR_OK)
        return err;
    const struct brain *table = reading.edition->table;
    struct place place = {.row = 0};
    err = find_place(table, &order->board, &place, fault);
    if (err == ERR_OK) {
        const struct rule *rule = &table->rule;
        *out = (struct board_view){.game = brain_game(table),
                                   .board = place.board,
                                   .player = board_player(place.board),
                                   .has_proofs = rule_has_proofs(rule)};
        view_weights(table, &place, out->weights);
        view_probabilities(table, &place, &order->policy, out->probabilities);
        view_proofs(table, &place, out->proofs);
        out->value = view_values(table, atlas_solution(service->atlas, rule), &place, out->values);
    }
    edition_let_go(reading.edition);
    return err;
}
