#include "service/moves.h"

#include "service/shelf.h"

#include <inttypes.h>
#include <stdio.h>

static unsigned stones(struct board board, unsigned player)
{
    return (unsigned)__builtin_popcountll(board.stones[player - 1]);
}

/* Says why no move can be made on a board. */
static enum err explain(const struct game *game, struct board board, const char *field,
                        struct fault *fault)
{
    const enum err err = ERR_IMPOSSIBLE;
    unsigned cell;
    switch (board_flaw(game, board, &cell)) {
    case FLAW_COUNTS:
        return fault_set(fault, err, field,
                         "player 1 has %u stones and player 2 has %u: no match gets there",
                         stones(board, 1), stones(board, 2));
    case FLAW_HANGING:
        return fault_set(fault, err, field,
                         "nothing is below the stone on cell %u: is row 0 the top row here?", cell);
    case FLAW_TWO_WINNERS:
        return fault_set(fault, err, field, "both players have a line: no match gets there");
    case FLAW_LINE_OF_MOVER:
        return fault_set(fault, err, field,
                         "player %u has a line and is to move: no match gets there",
                         board_player(board));
    case FLAW_LINES_APART:
        return fault_set(fault, err, field,
                         "a player has lines without a common cell: no match gets there");
    case FLAW_OVER:
        return fault_set(fault, err, field, "the match on this board is over: %s",
                         result_name(game_result(game, board)));
    default:
        return fault_set(fault, err, field, "no match gets to this board");
    }
}

enum err position_moves(const struct game *game, const struct position_text *text,
                        uint8_t room[POSITION_MOVES_MAX], const uint8_t **out, size_t *out_count,
                        struct fault *fault)
{
    const char last = (char)('0' + (game->width < 9 ? game->width : 9));
    *out = text->moves;
    *out_count = text->count;
    if (text->form == POSITION_MOVES)
        return ERR_OK;
    if (!game->gravity)
        return fault_set(fault, ERR_MALFORMED, "moves",
                         "must be a list of cells: no stone falls in %s", game->name);
    *out = room;
    *out_count = text->size < POSITION_MOVES_MAX ? text->size : POSITION_MOVES_MAX;
    for (size_t i = 0; i < text->size; i++) {
        if (text->text[i] < '1' || text->text[i] > last)
            return fault_set(fault, ERR_IMPOSSIBLE, "moves",
                             "its character %zu is no column from 1 to %c", i + 1, last);
        if (i < POSITION_MOVES_MAX)
            room[i] = (uint8_t)(text->text[i] - '1');
    }
    return ERR_OK;
}

static enum err follow(const struct game *game, const struct position_text *text, struct board *out,
                       struct fault *fault)
{
    uint8_t room[POSITION_MOVES_MAX];
    const uint8_t *moves;
    size_t count;
    struct match match;
    enum err err = position_moves(game, text, room, &moves, &count, fault);
    if (err == ERR_OK)
        err = match_follow(game, moves, count, &match, fault);
    if (err == ERR_OK)
        *out = match.board;
    return err;
}

static enum err read_position(const struct game *game, const struct position_text *text,
                              struct board *out, struct fault *fault)
{
    if (text->form != POSITION_BOARD)
        return follow(game, text, out, fault);
    return board_parse(game, text->text, text->size, out) == ERR_OK
               ? ERR_OK
               : fault_set(fault, ERR_MALFORMED, "board", "must be a string of %u digits 0, 1 or 2",
                           game_cells(game));
}

static enum err see(const struct brain *table, const struct position_text *text, struct view *out,
                    struct fault *fault)
{
    struct board board;
    enum err err = read_position(brain_game(table), text, &board, fault);
    if (err != ERR_OK || view_open(table, board, out))
        return err;
    return explain(brain_game(table), board, text->form == POSITION_BOARD ? "board" : "moves",
                   fault);
}

static void choose(const struct view *view, const struct policy *policy, uint64_t random,
                   struct move_choice *out)
{
    const struct game *game = brain_game(view->brain);
    out->board = view->board;
    out->player = board_player(view->board);
    out->move = view_choose(view, policy, random);
    out->cell = board_cell(game, view->board, out->move);
    out->next = board_play(view->board, out->cell);
    out->result = game_result(game, out->next);
}

static void detail(const struct view *view, const struct policy *policy, struct move_detail *out)
{
    view_weights(view, out->weights);
    view_probabilities(view, policy, out->probabilities);
    out->has_expected = view_expected(view, out->expected);
}

static enum err check_detail(const struct move_order *order, const struct game *game,
                             struct fault *fault)
{
    const size_t most = MOVES_DETAIL_MAX / game_moves(game);
    return order->count <= most ? ERR_OK
                                : fault_set(fault, ERR_IMPOSSIBLE, "detail",
                                            "goes with %zu boards of %s at most, not with %zu",
                                            most, game->name, order->count);
}

enum err service_choose_moves(struct service *service, const struct move_order *order,
                              struct move_choice out[], struct move_detail details[],
                              const struct game **out_game, struct fault *fault)
{
    struct reading reading = {.name = order->brain, .field = "brain", .call = order->call};
    enum err err = shelf_read(service, &reading, fault);
    if (err != ERR_OK)
        return err;
    const struct brain *table = reading.edition->table;
    struct rng rng;
    rng_seed(&rng, order->seed);
    *out_game = &reading.entry->atlas->game;
    if (details != NULL)
        err = check_detail(order, *out_game, fault);
    for (size_t i = 0; i < order->count && err == ERR_OK; i++) {
        struct view view;
        err = see(table, &order->positions[i], &view, fault);
        if (err == ERR_OK)
            choose(&view, &order->policy, rng_next(&rng), &out[i]);
        else if (order->is_batch)
            snprintf(fault->field, sizeof fault->field, "boards[%zu]", i);
        if (err == ERR_OK && details != NULL)
            detail(&view, &order->policy, &details[i]);
    }
    service->totals.moves_chosen += err == ERR_OK ? order->count : 0;
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
    struct view view;
    err = see(table, &order->position, &view, fault);
    if (err == ERR_OK) {
        const struct solution *solution = atlas_solution(reading.entry->atlas, &table->rule);
        *out = (struct board_view){.game = &reading.entry->atlas->game,
                                   .board = view.board,
                                   .player = board_player(view.board),
                                   .has_proofs = rule_has_proofs(&table->rule),
                                   .has_values = solution != NULL};
        detail(&view, &order->policy, &out->detail);
        view_proofs(&view, out->proofs);
        if (solution != NULL)
            out->value = view_values(solution, view.board, out->values);
    }
    edition_let_go(reading.edition);
    return err;
}
