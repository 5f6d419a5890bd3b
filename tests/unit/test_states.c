/* The enumerated boards, against what plain recursion over texts finds. */
#include "engine/game/states.h"
#include "engine/table/table.h"
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

/* Boards as texts, known by their digits read in base 3; enough for 10 cells. */
enum { PLAIN_CELLS_MAX = 10, PLAIN_BOARDS = 59049 };

enum plain_kind { PLAIN_UNREACHABLE, PLAIN_DECISION, PLAIN_FINISHED };

/* All that recursion from the empty board passes. */
struct plain {
    const struct game *game;
    unsigned cells;
    unsigned reachable, moves;
    unsigned decisions[2];       /* boards with player 1, with player 2 to move */
    unsigned ends[RESULT_COUNT]; /* moves that end a match, by result - 1 */
    enum plain_kind kinds[PLAIN_BOARDS];
};

static struct plain plain; /* large; each test fills it anew */

static unsigned plain_index(const char *text)
{
    unsigned index = 0;
    for (; *text != '\0'; text++)
        index = 3 * index + (unsigned)(*text - '0');
    return index;
}

static bool plain_line(const char *text, unsigned a, unsigned b, unsigned c)
{
    return text[a] != '0' && text[a] == text[b] && text[b] == text[c];
}

static bool plain_tictactoe_won(const char *text)
{
    for (unsigned i = 0; i < 3; i++)
        if (plain_line(text, 3 * i, 3 * i + 1, 3 * i + 2) || plain_line(text, i, i + 3, i + 6))
            return true;
    return plain_line(text, 0, 4, 8) || plain_line(text, 2, 4, 6);
}

static struct board parsed(const struct game *game, const char *text)
{
    struct board board;
    ck_assert_int_eq(board_parse(game, text, strlen(text), &board), ERR_OK);
    return board;
}

/* What stands on the board after `player`'s move. Tic-tac-toe is judged independently; of other
 * games game_result() is believed. */
static enum result plain_result(const char *text, unsigned player)
{
    const struct game *game = plain.game;
    if (game->width != 3 || game->height != 3 || game->run != 3)
        return game_result(game, parsed(game, text));
    if (plain_tictactoe_won(text))
        return (enum result)player;
    return strchr(text, '0') == NULL ? RESULT_DRAW : RESULT_NONE;
}

/* `player` has moved last, so that recursion begins with player 2 and the empty board. */
static void plain_visit(char *text, unsigned player)
{
    enum result result = plain_result(text, player);
    if (result != RESULT_NONE)
        plain.ends[result - 1]++;
    enum plain_kind *kind = &plain.kinds[plain_index(text)];
    if (*kind != PLAIN_UNREACHABLE)
        return;
    plain.reachable++;
    *kind = result != RESULT_NONE ? PLAIN_FINISHED : PLAIN_DECISION;
    if (*kind == PLAIN_FINISHED)
        return;
    unsigned mover = 3 - player;
    plain.decisions[mover - 1]++;
    for (unsigned cell = 0; cell < plain.cells; cell++) {
        if (text[cell] != '0')
            continue;
        plain.moves++;
        text[cell] = (char)('0' + mover);
        plain_visit(text, mover);
        text[cell] = '0';
    }
}

static void plain_enumerate(const struct game *game)
{
    char text[PLAIN_CELLS_MAX + 1] = {0};
    plain = (struct plain){.game = game, .cells = (unsigned)game->width * game->height};
    memset(text, '0', plain.cells);
    plain_visit(text, 2);
}

static const struct game tictactoe = {.width = 3, .height = 3, .run = 3};

static const struct game small_games[] = {
    {.width = 1, .height = 1, .run = 1}, {.width = 2, .height = 1, .run = 2},
    {.width = 1, .height = 2, .run = 1}, {.width = 2, .height = 2, .run = 2},
    {.width = 3, .height = 2, .run = 2}, {.width = 2, .height = 3, .run = 3},
    {.width = 4, .height = 2, .run = 3}, {.width = 1, .height = 7, .run = 3},
    {.width = 3, .height = 3, .run = 2}, {.width = 9, .height = 1, .run = 5},
    {.width = 5, .height = 2, .run = 4}, {.width = 10, .height = 1, .run = 10},
};
enum { SMALL_GAMES = sizeof small_games / sizeof small_games[0] };

static struct states *created(const struct game *game)
{
    struct states *states;
    ck_assert_int_eq(states_create(game, &states), ERR_OK);
    return states;
}

static void format(const struct states *states, uint32_t row, char text[PLAIN_CELLS_MAX + 1])
{
    board_format(&states->game, states->boards[row], text);
    text[states->cells] = '\0';
}

/* The text of a number in base 3. */
static void plain_text(unsigned index, unsigned cells, char text[PLAIN_CELLS_MAX + 1])
{
    for (unsigned cell = cells; cell > 0; cell--) {
        text[cell - 1] = (char)('0' + index % 3);
        index /= 3;
    }
    text[cells] = '\0';
}

START_TEST(test_tictactoe_has_its_known_numbers_of_boards_and_moves)
{
    struct states *states = created(&tictactoe);
    unsigned by_player[2] = {0};
    for (uint32_t row = 0; row < states->rows; row++)
        by_player[board_player(states->boards[row]) - 1]++;
    ck_assert_uint_eq(states->cells, 9);
    ck_assert_uint_eq(states->rows, 4520);
    ck_assert_uint_eq(states->moves, 16167);
    ck_assert_uint_eq(by_player[0], 2423);
    ck_assert_uint_eq(by_player[1], 2097);
    states_destroy(states);
}
END_TEST

/* Guards the reference that the other tests rest on. */
START_TEST(test_plain_recursion_finds_tictactoes_known_numbers)
{
    plain_enumerate(&tictactoe);
    ck_assert_uint_eq(plain.reachable, 5478);
    ck_assert_uint_eq(plain.decisions[0], 2423);
    ck_assert_uint_eq(plain.decisions[1], 2097);
    ck_assert_uint_eq(plain.moves, 16167);
}
END_TEST

START_TEST(test_two_by_two_with_runs_of_two_has_the_numbers_counted_by_hand)
{
    /* Any two stones of player 1 are a run, so the third stone ends every match: 1 empty board,
     * 4 with one stone, 4 x 3 with two; 4, 3 and 2 moves at each. */
    struct states *states = created(&small_games[3]);
    ck_assert_uint_eq(states->rows, 1 + 4 + 12);
    ck_assert_uint_eq(states->moves, 4 + 4 * 3 + 12 * 2);
    states_destroy(states);
}
END_TEST

/* Every text of as many cells is found if and only if a match reaches it and goes on. */
static void assert_same_boards(const struct game *game)
{
    struct states *states = created(game);
    plain_enumerate(game);
    ck_assert_uint_eq(states->rows, plain.decisions[0] + plain.decisions[1]);
    ck_assert_uint_eq(states->moves, plain.moves);
    unsigned boards = 1;
    for (unsigned cell = 0; cell < plain.cells; cell++)
        boards *= 3;
    char text[PLAIN_CELLS_MAX + 1];
    for (unsigned index = 0; index < boards; index++) {
        plain_text(index, plain.cells, text);
        struct board board;
        if (board_parse(game, text, plain.cells, &board) != ERR_OK ||
            (states_find(states, board) != STATES_NO_ROW) != (plain.kinds[index] == PLAIN_DECISION))
            ck_abort_msg("%ux%u run %u: %s", game->width, game->height, game->run, text);
    }
    states_destroy(states);
}

START_TEST(test_tictactoes_rows_are_the_boards_that_plain_recursion_finds)
{
    assert_same_boards(&tictactoe);
}
END_TEST

START_TEST(test_small_games_rows_are_the_boards_that_plain_recursion_finds)
{
    for (unsigned i = 0; i < SMALL_GAMES; i++)
        assert_same_boards(&small_games[i]);
}
END_TEST

static void assert_ascends(const struct game *game)
{
    struct states *states = created(game);
    char before[PLAIN_CELLS_MAX + 1];
    format(states, 0, before);
    ck_assert_uint_eq(plain_index(before), 0);
    for (uint32_t row = 1; row < states->rows; row++) {
        char text[PLAIN_CELLS_MAX + 1];
        format(states, row, text);
        if (strcmp(before, text) >= 0)
            ck_abort_msg("%s before %s", before, text);
        memcpy(before, text, sizeof before);
    }
    states_destroy(states);
}

START_TEST(test_rows_ascend_from_the_empty_board_in_the_order_of_texts)
{
    assert_ascends(&tictactoe);
    for (unsigned i = 0; i < SMALL_GAMES; i++)
        assert_ascends(&small_games[i]);
}
END_TEST

START_TEST(test_find_gives_every_boards_own_row)
{
    struct states *states = created(&tictactoe);
    for (uint32_t row = 0; row < states->rows; row++)
        ck_assert_uint_eq(states_find(states, states->boards[row]), row);
    states_destroy(states);
}
END_TEST

START_TEST(test_find_does_not_know_finished_or_unreachable_boards)
{
    static const char *const others[] = {
        "111220000", /* won by player 1 */
        "112122211", /* won by player 2 on a full board */
        "121122211", /* a draw */
        "200000000", /* player 2 has begun */
        "110000000", /* two moves running */
        "111222000", /* both have won */
        "222222222",
    };
    struct states *states = created(&tictactoe);
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++)
        ck_assert_msg(states_find(states, parsed(&tictactoe, others[i])) == STATES_NO_ROW, "%s",
                      others[i]);
    states_destroy(states);
}
END_TEST

/* Where a move leads, said by board_play() and game_result() alone. */
static uint32_t expected_next(const struct states *states, uint32_t row, unsigned cell)
{
    struct board board = states->boards[row];
    if ((board_empty(&states->game, board) >> cell & 1) == 0)
        return row;
    struct board after = board_play(board, cell);
    enum result result = game_result(&states->game, after);
    if (result != RESULT_NONE)
        return states->rows + result - 1;
    for (uint32_t next = 0; next < states->rows; next++)
        if (board_compare(states->boards[next], after) == 0)
            return next;
    return STATES_NO_ROW;
}

static void assert_successors(const struct game *game)
{
    struct states *states = created(game);
    for (uint32_t row = 0; row < states->rows; row++)
        for (unsigned cell = 0; cell < states->cells; cell++)
            if (states->next[row * states->cells + cell] != expected_next(states, row, cell))
                ck_abort_msg("%ux%u run %u: row %u cell %u", game->width, game->height, game->run,
                             row, cell);
    states_destroy(states);
}

START_TEST(test_successors_follow_play_and_taken_cells_lead_back)
{
    assert_successors(&tictactoe);
    for (unsigned i = 0; i < 8; i++) /* the rest is too large for a search through all boards */
        assert_successors(&small_games[i]);
}
END_TEST

START_TEST(test_the_three_rows_behind_the_last_stand_for_the_results)
{
    struct states *states = created(&tictactoe);
    ck_assert_int_eq(states_result(states, 0), RESULT_NONE);
    ck_assert_int_eq(states_result(states, states->rows - 1), RESULT_NONE);
    ck_assert_int_eq(states_result(states, states->rows), RESULT_PLAYER1);
    ck_assert_int_eq(states_result(states, states->rows + 1), RESULT_PLAYER2);
    ck_assert_int_eq(states_result(states, states->rows + 2), RESULT_DRAW);
    states_destroy(states);
}
END_TEST

START_TEST(test_as_many_moves_end_tictactoe_in_each_result_as_plain_recursion_finds)
{
    struct states *states = created(&tictactoe);
    plain_enumerate(&tictactoe);
    unsigned ends[RESULT_COUNT] = {0};
    for (size_t i = 0; i < (size_t)states->rows * states->cells; i++)
        if (states->next[i] >= states->rows)
            ends[states_result(states, states->next[i]) - 1]++;
    for (unsigned i = 0; i < RESULT_COUNT; i++)
        ck_assert_uint_eq(ends[i], plain.ends[i]);
    states_destroy(states);
}
END_TEST

START_TEST(test_rows_beyond_fifteen_bits_are_linked_too)
{
    /* 11 cells in one row and no run below 11: nearly all boards of balanced stones are rows. */
    const struct game game = {.width = 11, .height = 1, .run = 11};
    struct states *states = created(&game);
    ck_assert_uint_gt(states->rows, INT16_MAX);
    for (uint32_t row = 0; row < states->rows; row++) {
        unsigned cell = (unsigned)__builtin_ctzll(board_empty(&game, states->boards[row]));
        struct board after = board_play(states->boards[row], cell);
        uint32_t expected = board_empty(&game, after) == 0 ? states->rows + RESULT_DRAW - 1
                                                           : states_find(states, after);
        if (states->next[row * states->cells + cell] != expected)
            ck_abort_msg("row %u cell %u", row, cell);
    }
    states_destroy(states);
}
END_TEST

START_TEST(test_a_game_with_too_many_boards_is_not_supported)
{
    static const struct game large[] = {{.width = 12, .height = 1, .run = 12},
                                        {.width = 4, .height = 4, .run = 4},
                                        {.width = 8, .height = 8, .run = 5}};
    for (unsigned i = 0; i < 3; i++) {
        struct states *states = NULL;
        ck_assert_int_eq(states_create(&large[i], &states), ERR_UNSUPPORTED);
        ck_assert_ptr_null(states);
    }
}
END_TEST

START_TEST(test_an_invalid_game_is_not_supported)
{
    const struct game game = {.width = 3, .height = 3, .run = 4};
    struct states *states = NULL;
    ck_assert_int_eq(states_create(&game, &states), ERR_UNSUPPORTED);
    ck_assert_ptr_null(states);
}
END_TEST

START_TEST(test_the_states_keep_a_copy_of_the_game)
{
    struct game game = tictactoe;
    struct states *states = created(&game);
    game.width = 0;
    ck_assert_uint_eq(states->game.width, 3);
    states_destroy(states);
}
END_TEST

START_TEST(test_destroying_nothing_is_allowed)
{
    states_destroy(NULL);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_tictactoe_has_its_known_numbers_of_boards_and_moves,
        test_plain_recursion_finds_tictactoes_known_numbers,
        test_two_by_two_with_runs_of_two_has_the_numbers_counted_by_hand,
        test_tictactoes_rows_are_the_boards_that_plain_recursion_finds,
        test_small_games_rows_are_the_boards_that_plain_recursion_finds,
        test_rows_ascend_from_the_empty_board_in_the_order_of_texts,
        test_find_gives_every_boards_own_row,
        test_find_does_not_know_finished_or_unreachable_boards,
        test_successors_follow_play_and_taken_cells_lead_back,
        test_the_three_rows_behind_the_last_stand_for_the_results,
        test_as_many_moves_end_tictactoe_in_each_result_as_plain_recursion_finds,
        test_rows_beyond_fifteen_bits_are_linked_too,
        test_a_game_with_too_many_boards_is_not_supported,
        test_an_invalid_game_is_not_supported,
        test_the_states_keep_a_copy_of_the_game,
        test_destroying_nothing_is_allowed,
        NULL,
    };
    return unit_run("states", tests);
}
