/* The exact values of boards, against a plain recursive search and what everybody knows. */
#include "engine/game/solution.h"
#include "engine/table/table.h"
#include "support/boards.h"
#include "support/tables.h"
#include "support/unit.h"

static int recursive_value(const struct game *game, struct board board)
{
    enum result result = game_result(game, board);
    if (result == RESULT_DRAW)
        return 0;
    if (result != RESULT_NONE)
        return (unsigned)result == board_player(board) ? 1 : -1;
    int best = -1;
    for (unsigned cell = 0; cell < game_cells(game); cell++) {
        if ((board_empty(game, board) >> cell & 1) == 0)
            continue;
        int value = -recursive_value(game, board_play(board, cell));
        best = value > best ? value : best;
    }
    return best;
}

static struct solution *solve(const struct states *states)
{
    struct solution *solution;
    ck_assert_int_eq(solution_create(states, &solution), ERR_OK);
    return solution;
}

static uint32_t row_of(const struct states *states, const char *text)
{
    uint32_t row = states_find(states, boards_parsed(&states->game, text));
    ck_assert_uint_ne(row, STATES_NO_ROW);
    return row;
}

static void assert_solved(const struct states *states)
{
    struct solution *solution = solve(states);
    for (uint32_t row = 0; row < states->rows; row++) {
        struct board board = states->boards[row];
        if (solution_value(solution, row) != recursive_value(&states->game, board))
            ck_abort_msg("%s: row %u", states->game.name, row);
        uint64_t empty = board_empty(&states->game, board);
        for (; empty != 0; empty &= empty - 1) {
            unsigned cell = (unsigned)__builtin_ctzll(empty);
            int value = -recursive_value(&states->game, board_play(board, cell));
            if (solution_move_value(solution, row, cell) != value)
                ck_abort_msg("%s: row %u, cell %u", states->game.name, row, cell);
        }
    }
    solution_destroy(solution);
}

START_TEST(test_every_board_of_tictactoe_has_the_value_that_a_recursive_search_finds)
{
    assert_solved(tables_states());
}
END_TEST

START_TEST(test_boards_of_other_games_have_the_value_that_a_recursive_search_finds)
{
    for (unsigned i = 1; i < BOARDS_GAMES; i++) {
        struct states *states;
        if (game_cells(&boards_games[i]) > 9)
            continue;
        ck_assert_int_eq(states_create(&boards_games[i], &states), ERR_OK);
        assert_solved(states);
        states_destroy(states);
    }
}
END_TEST

START_TEST(test_tictactoe_is_a_draw_and_a_reply_on_an_edge_to_the_centre_loses)
{
    const struct states *states = tables_states();
    struct solution *solution = solve(states);
    ck_assert_int_eq(solution_value(solution, 0), 0);
    uint32_t centre = row_of(states, "000010000");
    static const int replies[9] = {0, -1, 0, -1, 0, -1, 0, -1, 0};
    for (unsigned cell = 0; cell < 9; cell++) {
        ck_assert_int_eq(solution_move_value(solution, 0, cell), 0);
        if (cell != 4)
            ck_assert_int_eq(solution_move_value(solution, centre, cell), replies[cell]);
    }
    ck_assert_int_eq(solution_value(solution, row_of(states, "110220000")), 1);
    solution_destroy(solution);
}
END_TEST

/* Every board of the full states, looked up in reduced ones. */
static void assert_reduced_alike(const struct states *states, const struct states *reduced)
{
    struct solution *solution = solve(states);
    struct solution *other = solve(reduced);
    for (uint32_t row = 0; row < states->rows; row++) {
        struct place place;
        if (!states_place(reduced, states->boards[row], &place) ||
            solution_value(other, place.row) != solution_value(solution, row))
            ck_abort_msg("%s: row %u", states->game.name, row);
        for (uint64_t legal = states->legal[row]; legal != 0; legal &= legal - 1) {
            unsigned cell = (unsigned)__builtin_ctzll(legal);
            if (solution_move_value(other, place.row, place.cell[cell]) !=
                solution_move_value(solution, row, cell))
                ck_abort_msg("%s: row %u, cell %u", states->game.name, row, cell);
        }
    }
    solution_destroy(other);
    solution_destroy(solution);
}

START_TEST(test_reduced_by_symmetry_every_board_and_move_keeps_its_value)
{
    assert_reduced_alike(tables_states(), tables_reduced_states());
    for (unsigned i = 1; i < BOARDS_GAMES; i++) {
        struct states *states;
        struct states *reduced;
        if (game_cells(&boards_games[i]) > 9)
            continue;
        ck_assert_int_eq(states_create(&boards_games[i], &states), ERR_OK);
        ck_assert_int_eq(states_create_reduced(&boards_games[i], &reduced), ERR_OK);
        assert_reduced_alike(states, reduced);
        states_destroy(reduced);
        states_destroy(states);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_every_board_of_tictactoe_has_the_value_that_a_recursive_search_finds,
        test_boards_of_other_games_have_the_value_that_a_recursive_search_finds,
        test_tictactoe_is_a_draw_and_a_reply_on_an_edge_to_the_centre_loses,
        test_reduced_by_symmetry_every_board_and_move_keeps_its_value,
        NULL,
    };
    return unit_run("solution", tests);
}
