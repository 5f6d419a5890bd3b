/* States reduced by symmetry, against all boards that plain recursion finds and all their images.
 */
#include "engine/game/states.h"
#include "engine/table/table.h"
#include "support/plain_game.h"
#include "support/tables.h"
#include "support/unit.h"

#include <string.h>

static const struct game games[] = {
    {.width = 3, .height = 3, .run = 3}, {.width = 1, .height = 1, .run = 1},
    {.width = 2, .height = 1, .run = 2}, {.width = 2, .height = 2, .run = 2},
    {.width = 3, .height = 2, .run = 2}, {.width = 2, .height = 3, .run = 3},
    {.width = 4, .height = 2, .run = 3}, {.width = 1, .height = 7, .run = 3},
    {.width = 3, .height = 3, .run = 2}, {.width = 9, .height = 1, .run = 5},
    {.width = 5, .height = 2, .run = 4}, {.width = 10, .height = 1, .run = 10},
};
enum { GAMES = sizeof games / sizeof games[0] };

/* All decision boards, and by the index of a text whether it is one, and the canonical image of
 * one. Large; each test fills it anew. */
static struct {
    unsigned count;
    char boards[PLAIN_BOARDS][PLAIN_TEXT_SIZE];
    bool is_decision[PLAIN_BOARDS];
    bool is_canonical[PLAIN_BOARDS];
} plain;

static void visit(const struct game *game, const char *board)
{
    char text[PLAIN_TEXT_SIZE];
    if (plain.is_decision[plain_index(board)] || plain_result(game, board) != RESULT_NONE)
        return;
    plain.is_decision[plain_index(board)] = true;
    memcpy(plain.boards[plain.count++], board, plain_cells(game) + 1);
    plain_canonical(game, board, text);
    plain.is_canonical[plain_index(text)] = true;
    for (unsigned cell = 0; board[cell] != '\0'; cell++) {
        if (board[cell] != '0')
            continue;
        plain_play(board, cell, text);
        visit(game, text);
    }
}

static void enumerate(const struct game *game)
{
    char start[PLAIN_TEXT_SIZE];
    memset(&plain, 0, sizeof plain);
    plain_start(game, start);
    visit(game, start);
}

static struct board board_of(const struct game *game, const char *text)
{
    struct board board;
    if (board_parse(game, text, strlen(text), &board) != ERR_OK)
        ck_abort_msg("%s", text);
    return board;
}

/* Reduced by symmetry or not. */
static struct states *created(const struct game *game, bool is_reduced)
{
    struct states *states;
    enum err err = is_reduced ? states_create_reduced(game, &states) : states_create(game, &states);
    ck_assert_int_eq(err, ERR_OK);
    ck_assert_int_eq(states->is_reduced, is_reduced);
    return states;
}

static void assert_text(const struct states *states, uint32_t row, const char *expected)
{
    char text[PLAIN_TEXT_SIZE];
    plain_text(&states->game, states->boards[row], text);
    if (strcmp(text, expected) != 0)
        ck_abort_msg("row %u is %s, not %s", row, text, expected);
}

START_TEST(test_tictactoe_has_627_boards_and_2096_moves_up_to_symmetry)
{
    const struct states *states = tables_reduced_states();
    ck_assert_uint_eq(states->rows, 627);
    ck_assert_uint_eq(states->moves, 2096);
    ck_assert_uint_eq(states->cells, 9);
    ck_assert_uint_eq(states->levels, 5);
}
END_TEST

START_TEST(test_two_by_two_with_runs_of_two_has_the_numbers_counted_by_hand)
{
    /* All cells of the empty board are the same: 1 move. One stone: the reply stands beside it or
     * across, 2 moves. Two stones side by side are like no others: 2 moves. Across from each other
     * they leave two cells that are images: 1 move. Every third stone ends the match. */
    struct states *states = created(&games[3], true);
    ck_assert_uint_eq(states->rows, 1 + 1 + 2);
    ck_assert_uint_eq(states->moves, 1 + 2 + 2 + 1);
    states_destroy(states);
}
END_TEST

/* The canonical images of all boards, in ascending order of their texts. */
static void assert_rows(const struct game *game)
{
    struct states *states = created(game, true);
    uint32_t rows = 0;
    enumerate(game);
    for (unsigned index = 0; index < PLAIN_BOARDS; index++)
        rows += plain.is_canonical[index];
    ck_assert_uint_eq(states->rows, rows);
    for (uint32_t row = 0; row < states->rows; row++) {
        char text[PLAIN_TEXT_SIZE];
        plain_text(game, states->boards[row], text);
        if (!plain.is_canonical[plain_index(text)] ||
            (row > 0 && board_compare(states->boards[row - 1], states->boards[row]) >= 0))
            ck_abort_msg("row %u is %s", row, text);
    }
    states_destroy(states);
}

START_TEST(test_the_rows_are_the_canonical_images_of_all_boards_in_order)
{
    for (unsigned i = 0; i < GAMES; i++)
        assert_rows(&games[i]);
}
END_TEST

/* How many empty cells of the board are the same as one of them, itself included. */
static unsigned alike(const struct game *game, const char *board, unsigned cell)
{
    const struct plain_move move = {board, cell};
    unsigned count = 0;
    for (unsigned other = 0; board[other] != '\0'; other++)
        count += board[other] == '0' &&
                 plain_is_same_move(game, move, (struct plain_move){board, other});
    return count;
}

static void assert_moves(const struct game *game)
{
    struct states *states = created(game, true);
    uint32_t moves = 0;
    for (uint32_t row = 0; row < states->rows; row++) {
        char board[PLAIN_TEXT_SIZE];
        unsigned cells = 0;
        plain_text(game, states->boards[row], board);
        for (unsigned cell = 0; cell < states->cells; cell++) {
            bool is_legal = board[cell] == '0' && plain_stand_in(game, board, cell, board) == cell;
            if ((states->legal[row] >> cell & 1) != is_legal)
                ck_abort_msg("%s: cell %u", board, cell);
            moves += is_legal;
            if (is_legal && states_orbit_size(states, row, cell) != alike(game, board, cell))
                ck_abort_msg("%s: orbit of cell %u", board, cell);
            cells += is_legal ? states_orbit_size(states, row, cell) : 0;
        }
        if (cells != (unsigned)__builtin_popcountll(board_empty(game, states->boards[row])))
            ck_abort_msg("%s: orbits of %u cells", board, cells);
    }
    ck_assert_uint_eq(states->moves, moves);
    states_destroy(states);
}

START_TEST(test_the_lowest_of_equal_moves_stands_for_all_and_together_they_are_the_empty_cells)
{
    for (unsigned i = 0; i < GAMES; i++)
        assert_moves(&games[i]);
}
END_TEST

/* Where a legal move of a row leads. */
static void assert_next(const struct states *states, uint32_t row, unsigned cell)
{
    const uint32_t next = states->next[(size_t)row * states->cells + cell];
    char board[PLAIN_TEXT_SIZE];
    char after[PLAIN_TEXT_SIZE];
    plain_text(&states->game, states->boards[row], board);
    plain_play(board, cell, after);
    enum result result = plain_result(&states->game, after);
    if (states_result(states, next) != result)
        ck_abort_msg("%s: cell %u", board, cell);
    if (result != RESULT_NONE && next != states->rows + result - 1)
        ck_abort_msg("%s: cell %u leads to row %u", board, cell, next);
    plain_canonical(&states->game, after, after);
    if (result == RESULT_NONE)
        assert_text(states, next, after);
}

static void assert_successors(const struct states *states)
{
    for (uint32_t row = 0; row < states->rows; row++)
        for (unsigned cell = 0; cell < states->cells; cell++)
            if (states->legal[row] >> cell & 1)
                assert_next(states, row, cell);
            else if (states->next[(size_t)row * states->cells + cell] != row)
                ck_abort_msg("row %u: cell %u leads away", row, cell);
}

START_TEST(test_moves_lead_to_canonical_images_or_results_and_no_other_cell_leads_away)
{
    for (unsigned i = 0; i < GAMES; i++) {
        struct states *states = created(&games[i], true);
        assert_successors(states);
        states_destroy(states);
    }
}
END_TEST

/* The board's place in reduced states, cell by cell. */
static void assert_place(const struct states *states, const char *board)
{
    struct place place;
    char canonical[PLAIN_TEXT_SIZE];
    plain_canonical(&states->game, board, canonical);
    if (!states_place(states, board_of(&states->game, board), &place))
        ck_abort_msg("%s has no place", board);
    assert_text(states, place.row, canonical);
    if (board_compare(place.board, board_of(&states->game, board)) != 0)
        ck_abort_msg("%s has another board's place", board);
    for (unsigned cell = 0; cell < states->cells; cell++) {
        if (board[cell] != '0')
            continue;
        unsigned there = place.cell[cell];
        char after[2][PLAIN_TEXT_SIZE];
        if (there >= states->cells || (states->legal[place.row] >> there & 1) == 0)
            ck_abort_msg("%s: cell %u has no legal one", board, cell);
        plain_play(board, cell, after[0]);
        plain_play(canonical, there, after[1]);
        plain_canonical(&states->game, after[0], after[0]);
        plain_canonical(&states->game, after[1], after[1]);
        if (strcmp(after[0], after[1]) != 0 ||
            !plain_is_same_move(&states->game, (struct plain_move){board, cell},
                                (struct plain_move){canonical, there}))
            ck_abort_msg("%s: cell %u is not cell %u of %s", board, cell, there, canonical);
    }
}

START_TEST(test_every_board_has_its_place_and_every_move_leads_to_an_image_of_its_own_successor)
{
    for (unsigned i = 0; i < GAMES; i++) {
        struct states *states = created(&games[i], true);
        enumerate(&games[i]);
        for (unsigned n = 0; n < plain.count; n++)
            assert_place(states, plain.boards[n]);
        states_destroy(states);
    }
}
END_TEST

START_TEST(test_without_reducing_a_board_is_its_own_place_and_stands_for_itself)
{
    const struct states *states = tables_states();
    for (uint32_t row = 0; row < states->rows; row++) {
        struct place place;
        bool is_own = states_place(states, states->boards[row], &place) && place.row == row &&
                      board_compare(place.board, states->boards[row]) == 0 &&
                      states->legal[row] == board_empty(&states->game, states->boards[row]);
        for (unsigned cell = 0; cell < states->cells; cell++)
            is_own =
                is_own && place.cell[cell] == cell && states_orbit_size(states, row, cell) == 1;
        if (!is_own)
            ck_abort_msg("row %u", row);
    }
}
END_TEST

/* Asks for every text of tic-tac-toe's size, whether it can arise or not. */
static void assert_knows_decision_boards_only(const struct states *states)
{
    for (unsigned index = 0; index < 19683; index++) {
        char text[PLAIN_TEXT_SIZE] = {0};
        struct place place;
        for (unsigned cell = 9, left = index; cell > 0; cell--, left /= 3)
            text[cell - 1] = (char)('0' + left % 3);
        struct board board = board_of(&states->game, text);
        bool is_found = states_find(states, board) != STATES_NO_ROW;
        if (is_found != plain.is_decision[index] || states_place(states, board, &place) != is_found)
            ck_abort_msg("%s", text);
        if (is_found && place.row != states_find(states, board))
            ck_abort_msg("%s: row %u", text, place.row);
    }
}

START_TEST(test_finding_and_placing_know_decision_boards_only)
{
    enumerate(&games[0]);
    assert_knows_decision_boards_only(tables_reduced_states());
    assert_knows_decision_boards_only(tables_states());
}
END_TEST

static void assert_backward(const struct states *states)
{
    static bool is_passed[STATES_ROWS_MAX];
    memset(is_passed, 0, sizeof is_passed);
    for (uint32_t i = 0; i < states->rows; i++) {
        uint32_t row = states->backward[i];
        if (row >= states->rows || is_passed[row])
            ck_abort_msg("row %u comes twice", row);
        is_passed[row] = true;
        for (uint64_t legal = states->legal[row]; legal != 0; legal &= legal - 1) {
            uint32_t next = states->next[row * states->cells + (unsigned)__builtin_ctzll(legal)];
            if (next < states->rows && !is_passed[next])
                ck_abort_msg("row %u comes before row %u", row, next);
        }
    }
}

START_TEST(test_backwards_every_row_comes_once_and_after_all_that_its_moves_lead_to)
{
    for (unsigned i = 0; i < 2 * GAMES; i++) {
        struct states *states = created(&games[i / 2], i % 2 == 1);
        assert_backward(states);
        states_destroy(states);
    }
}
END_TEST

START_TEST(test_games_that_are_invalid_or_have_too_many_boards_are_not_supported)
{
    static const struct game none[] = {{.width = 3, .height = 3, .run = 4},
                                       {.width = 5, .height = 4, .run = 3},
                                       {.width = 8, .height = 8, .run = 5}};
    for (unsigned i = 0; i < 3; i++) {
        struct states *states = NULL;
        ck_assert_int_eq(states_create_reduced(&none[i], &states), ERR_UNSUPPORTED);
        ck_assert_ptr_null(states);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_tictactoe_has_627_boards_and_2096_moves_up_to_symmetry,
        test_two_by_two_with_runs_of_two_has_the_numbers_counted_by_hand,
        test_the_rows_are_the_canonical_images_of_all_boards_in_order,
        test_the_lowest_of_equal_moves_stands_for_all_and_together_they_are_the_empty_cells,
        test_moves_lead_to_canonical_images_or_results_and_no_other_cell_leads_away,
        test_every_board_has_its_place_and_every_move_leads_to_an_image_of_its_own_successor,
        test_without_reducing_a_board_is_its_own_place_and_stands_for_itself,
        test_finding_and_placing_know_decision_boards_only,
        test_backwards_every_row_comes_once_and_after_all_that_its_moves_lead_to,
        test_games_that_are_invalid_or_have_too_many_boards_are_not_supported,
        NULL,
    };
    return unit_run("states_reduced", tests);
}
