/*
 * The small texts of paths and query strings, and of bodies: boards, policies, names, numbers,
 * games. What stands behind a NUL are a board and moves of the game that stands before it.
 */
#include "api/policy.h"
#include "base/json.h"
#include "engine/match.h"
#include "fuzz/fuzz.h"
#include "model/name.h"
#include "model/record.h"
#include "support/tables.h"

#include <stdlib.h>
#include <string.h>

static void read_board(const char *text, size_t size)
{
    const struct states *states = tables_states();
    struct board board;
    if (board_parse(&states->game, text, size, &board) != ERR_OK)
        return;
    char again[GAME_CELLS_MAX];
    board_format(&states->game, board, again);
    fuzz_require(size == states->cells && memcmp(text, again, size) == 0);
    struct place place;
    const bool is_decision = states_place(states, board, &place);
    fuzz_require(is_decision == (states_find(states, board) != STATES_NO_ROW));
    const bool is_reduced_decision = states_place(tables_reduced_states(), board, &place);
    fuzz_require(is_decision == is_reduced_decision);
    if (is_decision)
        fuzz_require(game_result(&states->game, board) == RESULT_NONE);
}

static void read_policy(const char *text)
{
    struct policy policy;
    struct policy again;
    struct fault fault;
    struct text written = {0};
    if (policy_read_parameter(text, &policy, &fault) != ERR_OK) {
        fuzz_require_answerable(&fault);
        return;
    }
    struct fields in;
    json_begin(&written, '{');
    policy_add(&written, &policy);
    json_end(&written, '}');
    fuzz_require_json(&written);
    fields_open(&in, written.bytes, written.size, &fault);
    policy_read(&in, "policy", &again);
    fuzz_require(fields_end(&in) == ERR_OK);
    fuzz_require(again.kind == policy.kind);
    fields_free(&in);
    text_free(&written);
}

static void read_names(const char *text)
{
    if (brain_name_is_valid(text))
        fuzz_require(strlen(text) < NAME_SIZE && strpbrk(text, "@\"\\/") == NULL);
    if (checkpoint_name_is_valid(text))
        fuzz_require(strlen(text) < NAME_SIZE && strpbrk(text, "@\"\\/") == NULL);
}

static void read_number(const char *text)
{
    uint64_t number;
    char again[24];
    if (text_parse_number(text, &number) != ERR_OK)
        return;
    *text_put_number(again, number) = '\0';
    fuzz_require(strcmp(again, text + strspn(text, "0")) == 0 || number == 0);
}

static void read_game(const char *text, struct game *out)
{
    struct game again;
    *out = *game_at(0);
    if (game_parse(text, out) != ERR_OK)
        return;
    fuzz_require(game_is_valid(out) && game_cells(out) >= 3 && out->run >= 3);
    fuzz_require(game_parse(out->name, &again) == ERR_OK);
    fuzz_require(strcmp(again.name, out->name) == 0 && again.width == out->width &&
                 again.height == out->height && again.run == out->run &&
                 again.gravity == out->gravity);
}

/* Each move leads on to a board without a flaw, or ends the match. */
static void play_all(const struct game *game, struct board board)
{
    unsigned ignored;
    const uint64_t moves = board_moves(game, board);
    fuzz_require(moves != 0);
    for (unsigned move = 0; move < game_moves(game); move++) {
        if ((moves >> move & 1) == 0)
            continue;
        const unsigned cell = board_cell(game, board, move);
        fuzz_require(cell < game_cells(game) && game_move(game, cell) == move);
        fuzz_require((board_open(game, board) >> cell & 1) != 0);
        const struct board next = board_play(board, cell);
        const bool is_over = game_result(game, next) != RESULT_NONE;
        const enum flaw flaw = board_flaw(game, next, &ignored);
        fuzz_require(flaw == (is_over ? FLAW_OVER : FLAW_NONE));
    }
}

static void read_board_of(const struct game *game, const char *text, size_t size)
{
    struct board board;
    char again[GAME_CELLS_MAX];
    unsigned cell = GAME_CELLS_MAX;
    if (board_parse(game, text, size, &board) != ERR_OK)
        return;
    board_format(game, board, again);
    fuzz_require(size == game_cells(game) && memcmp(text, again, size) == 0);
    fuzz_require((board.stones[0] & board.stones[1]) == 0);
    const enum flaw flaw = board_flaw(game, board, &cell);
    if (flaw == FLAW_HANGING)
        fuzz_require(cell >= game->width && cell < size && text[cell] != '0' &&
                     text[cell - game->width] == '0');
    if (flaw == FLAW_NONE)
        play_all(game, board);
}

/* Bytes as moves: they lead to a board that a match gets to, or the first that cannot be is named.
 */
static void read_moves_of(const struct game *game, const uint8_t *moves, size_t count)
{
    struct match match;
    struct fault fault = {.err = ERR_OK};
    unsigned ignored;
    if (match_follow(game, moves, count, &match, &fault) != ERR_OK) {
        fuzz_require(strncmp(fault.field, "moves[", 6) == 0);
        fuzz_require_answerable(&fault);
        return;
    }
    const enum flaw flaw = board_flaw(game, match.board, &ignored);
    fuzz_require(match.plies == count);
    fuzz_require(flaw == (match.result == RESULT_NONE ? FLAW_NONE : FLAW_OVER));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input input = {bytes, size};
    struct game game;
    size_t length;
    char *text = fuzz_word(&input, '\0', &length);
    read_game(text, &game);
    size_t board_length;
    char *board = fuzz_word(&input, '\0', &board_length);
    read_board_of(&game, board, board_length);
    read_moves_of(&game, input.bytes, input.size);
    free(board);
    read_board(text, length);
    read_policy(text);
    read_names(text);
    read_number(text);
    free(text);
    return 0;
}
