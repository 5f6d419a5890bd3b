/* Games and their results, against a plain reference that walks the cells of a text one by one. */
#include "support/boards.h"
#include "support/unit.h"

#include <inttypes.h>
#include <string.h>

static const struct game tictactoe = {.width = 3, .height = 3, .run = 3};

/* Row and column steps of a line: right, down, and both diagonals. */
static const int directions[4][2] = {{0, 1}, {1, 0}, {1, 1}, {1, -1}};

/* The cell `n` steps from `cell`, or -1 off the board. */
static int plain_walk(const struct game *game, int cell, const int direction[2], int n)
{
    int row = cell / game->width + n * direction[0];
    int column = cell % game->width + n * direction[1];
    if (row < 0 || row >= game->height || column < 0 || column >= game->width)
        return -1;
    return row * game->width + column;
}

static bool plain_starts_run(const struct game *game, const char *text, int cell,
                             const int direction[2])
{
    for (int n = 0; n < game->run; n++) {
        int at = plain_walk(game, cell, direction, n);
        if (at < 0 || text[at] != text[cell])
            return false;
    }
    return true;
}

static bool plain_has_run(const struct game *game, const char *text, char player)
{
    for (int cell = 0; cell < game->width * game->height; cell++)
        for (unsigned d = 0; d < 4; d++)
            if (text[cell] == player && plain_starts_run(game, text, cell, directions[d]))
                return true;
    return false;
}

static enum result plain_result(const struct game *game, const char *text)
{
    if (plain_has_run(game, text, '1'))
        return RESULT_PLAYER1;
    if (plain_has_run(game, text, '2'))
        return RESULT_PLAYER2;
    return strchr(text, '0') != NULL ? RESULT_NONE : RESULT_DRAW;
}

static enum result text_result(const struct game *game, const char *text)
{
    return game_result(game, boards_parsed(game, text));
}

START_TEST(test_the_first_game_is_tictactoe)
{
    const struct game *game = game_at(0);
    ck_assert_str_eq(game->name, "tictactoe");
    ck_assert_uint_eq(game->width, 3);
    ck_assert_uint_eq(game->height, 3);
    ck_assert_uint_eq(game->run, 3);
}
END_TEST

START_TEST(test_names_are_exact)
{
    static const char *const others[] = {"", "Tictactoe", "tictactoe ", "tictacto", "chess"};
    struct game game;
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++)
        ck_assert_msg(game_parse(others[i], &game) == ERR_NOT_FOUND, "\"%s\"", others[i]);
}
END_TEST

START_TEST(test_results_have_their_documented_names)
{
    ck_assert_ptr_null(result_name(RESULT_NONE));
    ck_assert_str_eq(result_name(RESULT_PLAYER1), "player1");
    ck_assert_str_eq(result_name(RESULT_PLAYER2), "player2");
    ck_assert_str_eq(result_name(RESULT_DRAW), "draw");
}
END_TEST

START_TEST(test_a_game_is_valid_if_and_only_if_a_run_fits_on_its_board)
{
    char stones[GAME_CELLS_MAX + 1];
    memset(stones, '1', sizeof stones);
    for (uint8_t width = 1; width <= GAME_CELLS_MAX; width++) {
        for (uint8_t height = 1; width * height <= GAME_CELLS_MAX; height++) {
            for (uint8_t run = 1; run <= GAME_CELLS_MAX + 1; run++) {
                struct game game = {.width = width, .height = height, .run = run};
                if (game_is_valid(&game) != plain_has_run(&game, stones, '1'))
                    ck_abort_msg("%ux%u run %u", width, height, run);
            }
        }
    }
}
END_TEST

START_TEST(test_a_game_without_cells_or_run_is_invalid)
{
    static const struct game empty[] = {{.width = 0, .height = 3, .run = 1},
                                        {.width = 3, .height = 0, .run = 1},
                                        {.width = 0, .height = 0, .run = 0},
                                        {.width = 3, .height = 3, .run = 0}};
    for (unsigned i = 0; i < 4; i++)
        ck_assert_msg(!game_is_valid(&empty[i]), "%u", i);
}
END_TEST

START_TEST(test_a_game_of_more_than_64_cells_is_invalid)
{
    static const uint8_t sizes[][2] = {{65, 1},  {1, 65},    {13, 5},  {9, 8},
                                       {8, 9},   {16, 16},   {128, 2}, {255, 1},
                                       {1, 255}, {255, 255}, {64, 4},  {128, 128}};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct game game = {.width = sizes[i][0], .height = sizes[i][1], .run = 1};
        ck_assert_msg(!game_is_valid(&game), "%ux%u", game.width, game.height);
    }
}
END_TEST

START_TEST(test_a_game_has_width_times_height_cells)
{
    for (unsigned i = 0; i < BOARDS_GAMES; i++)
        ck_assert_uint_eq(game_cells(&boards_games[i]),
                          boards_games[i].width * boards_games[i].height);
}
END_TEST

START_TEST(test_each_of_tictactoes_eight_lines_wins)
{
    static const char *const lines[] = {"111000000", "000111000", "000000111", "100100100",
                                        "010010010", "001001001", "100010001", "001010100"};
    for (unsigned i = 0; i < 8; i++) {
        char text[10];
        memcpy(text, lines[i], sizeof text);
        ck_assert_msg(text_result(&tictactoe, text) == RESULT_PLAYER1, "%s", text);
        for (char *c = text; *c != '\0'; c++)
            *c = *c == '1' ? '2' : '0';
        ck_assert_msg(text_result(&tictactoe, text) == RESULT_PLAYER2, "%s", text);
    }
}
END_TEST

START_TEST(test_a_full_board_without_a_run_is_a_draw)
{
    ck_assert_int_eq(text_result(&tictactoe, "121122211"), RESULT_DRAW);
    ck_assert_int_eq(text_result(&boards_games[1], "1212121221212121"), RESULT_DRAW);
}
END_TEST

START_TEST(test_a_run_on_a_full_board_wins)
{
    ck_assert_int_eq(text_result(&tictactoe, "121212121"), RESULT_PLAYER1);
    ck_assert_int_eq(text_result(&tictactoe, "112122211"), RESULT_PLAYER2);
}
END_TEST

START_TEST(test_a_board_without_a_run_that_is_not_full_goes_on)
{
    ck_assert_int_eq(text_result(&tictactoe, "000000000"), RESULT_NONE);
    ck_assert_int_eq(text_result(&tictactoe, "121122210"), RESULT_NONE);
    ck_assert_int_eq(text_result(&tictactoe, "112211120"), RESULT_NONE);
}
END_TEST

/* `player` has exactly the run from `cell`; and then one stone less. */
static void assert_run_wins(const struct game *game, int cell, const int direction[2], char player)
{
    char text[GAME_CELLS_MAX + 1] = {0};
    memset(text, '0', game_cells(game));
    for (int n = 0; n < game->run; n++)
        text[plain_walk(game, cell, direction, n)] = player;
    enum result won = player == '1' ? RESULT_PLAYER1 : RESULT_PLAYER2;
    ck_assert_msg(text_result(game, text) == won, "%ux%u run %u: %s", game->width, game->height,
                  game->run, text);
    for (int n = 0; n < game->run; n++) {
        int at = plain_walk(game, cell, direction, n);
        text[at] = '0';
        ck_assert_msg(text_result(game, text) == RESULT_NONE, "%ux%u run %u: %s", game->width,
                      game->height, game->run, text);
        text[at] = player;
    }
}

START_TEST(test_a_run_wins_anywhere_in_every_direction_and_one_stone_less_does_not)
{
    for (unsigned i = 0; i < BOARDS_GAMES; i++) {
        const struct game *game = &boards_games[i];
        if (game->run == 1)
            continue; /* one stone less is an empty board or, on one cell, none */
        for (int cell = 0; cell < (int)game_cells(game); cell++) {
            for (unsigned d = 0; d < 4; d++) {
                if (plain_walk(game, cell, directions[d], game->run - 1) < 0)
                    continue;
                assert_run_wins(game, cell, directions[d], '1');
                assert_run_wins(game, cell, directions[d], '2');
            }
        }
    }
}
END_TEST

START_TEST(test_with_a_run_of_one_any_stone_wins)
{
    const struct game game = {.width = 4, .height = 3, .run = 1};
    ck_assert(!game_has_run(&game, 0));
    for (unsigned cell = 0; cell < 12; cell++)
        ck_assert_msg(game_has_run(&game, (uint64_t)1 << cell), "cell %u", cell);
}
END_TEST

START_TEST(test_known_rows_of_cells_across_an_edge_do_not_win)
{
    static const struct {
        struct game game;
        const char *text;
    } wraps[] = {
        {{.width = 3, .height = 3, .run = 3}, "001110000"},
        {{.width = 3, .height = 3, .run = 3}, "010100100"},
        {{.width = 3, .height = 3, .run = 3}, "000110001"},
        {{.width = 4, .height = 4, .run = 4}, "0001111000000000"},
        {{.width = 4, .height = 4, .run = 4}, "1001001001000000"},
        {{.width = 4, .height = 4, .run = 4}, "0100001000011000"},
        {{.width = 5, .height = 4, .run = 3}, "00001110000000000000"},
        {{.width = 5, .height = 4, .run = 3}, "00010000010000010000"},
        {{.width = 5, .height = 4, .run = 3}, "01000100010000000000"},
    };
    for (unsigned i = 0; i < sizeof wraps / sizeof wraps[0]; i++)
        ck_assert_msg(text_result(&wraps[i].game, wraps[i].text) == RESULT_NONE, "%s",
                      wraps[i].text);
}
END_TEST

/* All rows of `run` cells a constant number of cells apart, most of which are no lines. */
static unsigned compare_progressions(const struct game *game)
{
    unsigned wrapped = 0;
    int cells = (int)game_cells(game);
    for (int step = 1; step <= game->width + 1; step++) {
        for (int first = 0; first + step * (game->run - 1) < cells; first++) {
            char text[GAME_CELLS_MAX + 1] = {0};
            memset(text, '0', (size_t)cells);
            for (int n = 0; n < game->run; n++)
                text[first + n * step] = '2';
            bool expected = plain_has_run(game, text, '2');
            ck_assert_msg(game_has_run(game, boards_parsed(game, text).stones[1]) == expected,
                          "%ux%u run %u: %s", game->width, game->height, game->run, text);
            wrapped += !expected;
        }
    }
    return wrapped;
}

START_TEST(test_no_row_of_cells_wins_across_an_edge)
{
    unsigned wrapped = 0;
    for (unsigned i = 0; i < BOARDS_GAMES; i++)
        wrapped += compare_progressions(&boards_games[i]);
    ck_assert_uint_gt(wrapped, 100);
}
END_TEST

START_TEST(test_results_of_random_boards_equal_the_plain_ones)
{
    unsigned seen[RESULT_COUNT + 1] = {0};
    for (uint64_t seed = 0; seed < 40000; seed++) {
        const struct game *game = &boards_games[seed % BOARDS_GAMES];
        struct rng rng;
        rng_seed(&rng, seed);
        char text[GAME_CELLS_MAX + 1];
        boards_random_text(game, &rng, (unsigned)(rng_next(&rng) % 9), text);
        bool both = plain_has_run(game, text, '1') && plain_has_run(game, text, '2');
        if (both)
            continue; /* no match ends like this, so nobody says who has won */
        struct board board;
        enum result expected = plain_result(game, text);
        if (board_parse(game, text, strlen(text), &board) != ERR_OK ||
            game_result(game, board) != expected)
            ck_abort_msg("seed %" PRIu64 ": %ux%u run %u: %s", seed, game->width, game->height,
                         game->run, text);
        seen[expected]++;
    }
    for (unsigned result = 0; result <= RESULT_COUNT; result++)
        ck_assert_msg(seen[result] >= 100, "result %u: only %u boards", result, seen[result]);
}
END_TEST

START_TEST(test_games_are_read_by_name_or_by_what_they_are)
{
    static const struct {
        const char *text;
        const char *name; /* NULL: there is no such game */
        uint8_t width, height, run;
        bool gravity;
    } expected[] = {{"tictactoe", "tictactoe", 3, 3, 3, false},
                    {"3x3r3", "tictactoe", 3, 3, 3, false},
                    {"3x3r3g", "3x3r3g", 3, 3, 3, true},
                    {"connectfour", "connectfour", 7, 6, 4, true},
                    {"7x6r4g", "connectfour", 7, 6, 4, true},
                    {"7x6r4", "7x6r4", 7, 6, 4, false},
                    {"gomoku-8x8", "gomoku-8x8", 8, 8, 5, false},
                    {"5x4r4g", "connectfour-5x4", 5, 4, 4, true},
                    {"64x1r3g", "64x1r3g", 64, 1, 3, true},
                    {"1x3r3", "1x3r3", 1, 3, 3, false},
                    {.text = ""},
                    {.text = "chess"},
                    {.text = "3x3"},
                    {.text = "3x3r"},
                    {.text = "3x3r2"},
                    {.text = "3x3r4"},
                    {.text = "3x3r3G"},
                    {.text = "3x3r3gg"},
                    {.text = "03x3r3"},
                    {.text = "3x3r03"},
                    {.text = " 3x3r3"},
                    {.text = "3x3r3 "},
                    {.text = "-3x3r3"},
                    {.text = "9x8r3"},
                    {.text = "100x1r3"},
                    {.text = "0x3r3"},
                    {.text = "g"}};
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct game game;
        enum err err = game_parse(expected[i].text, &game);
        ck_assert_msg((err == ERR_OK) == (expected[i].name != NULL), "%s", expected[i].text);
        if (err != ERR_OK)
            continue;
        ck_assert_str_eq(game.name, expected[i].name);
        ck_assert_uint_eq(game.width, expected[i].width);
        ck_assert_uint_eq(game.height, expected[i].height);
        ck_assert_uint_eq(game.run, expected[i].run);
        ck_assert(game.gravity == expected[i].gravity);
    }
}
END_TEST

START_TEST(test_under_gravity_the_lowest_empty_cell_of_each_column_is_open)
{
    static const char *const texts[][3] = {
        {"connectfour-4x4", "0000000000000000", "1111000000000000"},
        {"connectfour-4x4", "1002200010002000", "0110000100000000"},
        {"four-4x4", "1002000000000000", "0110111111111111"},
        {"5x1r3g", "10020", "01101"}};
    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct game game;
        struct board board;
        ck_assert_int_eq(game_parse(texts[i][0], &game), ERR_OK);
        ck_assert_int_eq(board_parse(&game, texts[i][1], strlen(texts[i][1]), &board), ERR_OK);
        for (unsigned cell = 0; cell < game_cells(&game); cell++)
            ck_assert_msg((board_open(&game, board) >> cell & 1) == (texts[i][2][cell] == '1'),
                          "%u, cell %u", i, cell);
        ck_assert_uint_eq(game_moves(&game), game.gravity ? game.width : game_cells(&game));
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_games_are_read_by_name_or_by_what_they_are,
        test_under_gravity_the_lowest_empty_cell_of_each_column_is_open,
        test_the_first_game_is_tictactoe,
        test_names_are_exact,
        test_results_have_their_documented_names,
        test_a_game_is_valid_if_and_only_if_a_run_fits_on_its_board,
        test_a_game_without_cells_or_run_is_invalid,
        test_a_game_of_more_than_64_cells_is_invalid,
        test_a_game_has_width_times_height_cells,
        test_each_of_tictactoes_eight_lines_wins,
        test_a_full_board_without_a_run_is_a_draw,
        test_a_run_on_a_full_board_wins,
        test_a_board_without_a_run_that_is_not_full_goes_on,
        test_a_run_wins_anywhere_in_every_direction_and_one_stone_less_does_not,
        test_with_a_run_of_one_any_stone_wins,
        test_known_rows_of_cells_across_an_edge_do_not_win,
        test_no_row_of_cells_wins_across_an_edge,
        test_results_of_random_boards_equal_the_plain_ones,
        NULL,
    };
    return unit_run("game", tests);
}
