/* Boards: their texts, the stones on them and their order. */
#include "support/boards.h"
#include "support/unit.h"

#include <inttypes.h>
#include <string.h>

static const struct game tictactoe = {.width = 3, .height = 3, .run = 3};

START_TEST(test_a_board_text_survives_parsing_and_formatting)
{
    for (uint64_t seed = 0; seed < 1000; seed++) {
        const struct game *game = &boards_games[seed % BOARDS_GAMES];
        struct rng rng;
        rng_seed(&rng, seed);
        char text[GAME_CELLS_MAX + 1];
        boards_random_text(game, &rng, (unsigned)(seed % 9), text);
        char formatted[GAME_CELLS_MAX + 1] = {0};
        board_format(game, boards_parsed(game, text), formatted);
        ck_assert_msg(strcmp(formatted, text) == 0, "seed %" PRIu64 ": %s became %s", seed, text,
                      formatted);
    }
}
END_TEST

START_TEST(test_parse_puts_cell_0_first_and_each_player_in_a_set)
{
    struct board board = boards_parsed(&tictactoe, "120000021");
    ck_assert_uint_eq(board.stones[0], 0x101);
    ck_assert_uint_eq(board.stones[1], 0x082);
}
END_TEST

START_TEST(test_format_writes_no_byte_behind_the_cells)
{
    char out[] = "############";
    board_format(&tictactoe, (struct board){{0, 0}}, out);
    ck_assert_str_eq(out, "000000000###");
}
END_TEST

START_TEST(test_parse_refuses_every_other_length_and_leaves_the_board)
{
    static const char text[] = "000000000000";
    for (size_t size = 0; size < sizeof text; size++) {
        if (size == 9)
            continue;
        struct board board = {{11, 22}};
        ck_assert_int_eq(board_parse(&tictactoe, text, size, &board), ERR_MALFORMED);
        ck_assert_uint_eq(board.stones[0], 11);
        ck_assert_uint_eq(board.stones[1], 22);
    }
}
END_TEST

START_TEST(test_parse_refuses_every_other_byte_in_every_cell)
{
    for (unsigned cell = 0; cell < 9; cell++) {
        for (int byte = 0; byte < 256; byte++) {
            if (byte >= '0' && byte <= '2')
                continue;
            char text[] = "121020102";
            text[cell] = (char)byte;
            struct board board = {{11, 22}};
            ck_assert_msg(board_parse(&tictactoe, text, 9, &board) == ERR_MALFORMED,
                          "byte %d in cell %u", byte, cell);
            ck_assert_uint_eq(board.stones[0], 11);
            ck_assert_uint_eq(board.stones[1], 22);
        }
    }
}
END_TEST

START_TEST(test_players_take_turns_and_each_stone_is_the_movers)
{
    static const char *const texts[] = {"000010000", "200010000", "210010000", "210012000"};
    static const unsigned moves[] = {4, 0, 1, 5};
    struct board board = {{0, 0}};
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_uint_eq(board_player(board), 1 + i % 2);
        board = board_play(board, moves[i]);
        char text[10] = {0};
        board_format(&tictactoe, board, text);
        ck_assert_str_eq(text, texts[i]);
    }
}
END_TEST

START_TEST(test_the_last_of_64_cells_can_be_played)
{
    const struct game game = {.width = 8, .height = 8, .run = 5};
    struct board board = board_play((struct board){{0, 0}}, 63);
    ck_assert_uint_eq(board.stones[0], (uint64_t)1 << 63);
    ck_assert_uint_eq(board_empty(&game, board), UINT64_MAX >> 1);
}
END_TEST

START_TEST(test_empty_cells_are_those_with_a_0_in_the_text)
{
    for (uint64_t seed = 0; seed < 500; seed++) {
        const struct game *game = &boards_games[seed % BOARDS_GAMES];
        struct rng rng;
        rng_seed(&rng, seed);
        char text[GAME_CELLS_MAX + 1];
        boards_random_text(game, &rng, (unsigned)(seed % 9), text);
        uint64_t expected = 0;
        for (unsigned cell = 0; text[cell] != '\0'; cell++)
            expected |= (uint64_t)(text[cell] == '0') << cell;
        ck_assert_msg(board_empty(game, boards_parsed(game, text)) == expected,
                      "seed %" PRIu64 ": %s", seed, text);
    }
}
END_TEST

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

START_TEST(test_stones_fall_to_the_lowest_empty_cell_of_their_column)
{
    struct game game;
    ck_assert_int_eq(game_parse("3x4r3g", &game), ERR_OK);
    struct board board = boards_parsed(&game, "102"
                                              "002"
                                              "001"
                                              "000");
    ck_assert_uint_eq(board_moves(&game, board), 7);
    ck_assert_uint_eq(board_cell(&game, board, 0), 3);
    ck_assert_uint_eq(board_cell(&game, board, 1), 1);
    ck_assert_uint_eq(board_cell(&game, board, 2), 11);
    board = board_play(board, 11);
    ck_assert_uint_eq(board_moves(&game, board), 3); /* the third is full */
    ck_assert_uint_eq(game_moves(&game), 3);
    ck_assert_uint_eq(game_move(&game, 11), 2);
    ck_assert_int_eq(game_parse("3x4r3", &game), ERR_OK);
    ck_assert_uint_eq(game_moves(&game), 12);
    ck_assert_uint_eq(game_move(&game, 11), 11);
    ck_assert_uint_eq(board_cell(&game, board, 5), 5);
    ck_assert_int_eq(game_parse("5x1r3g", &game), ERR_OK);
    board = boards_parsed(&game, "01020");
    ck_assert_uint_eq(board_moves(&game, board), 1 | 4 | 16);
    ck_assert_uint_eq(board_cell(&game, board, 4), 4);
}
END_TEST

static const struct {
    const char *game;
    const char *board;
    enum flaw flaw;
    unsigned cell;
} flaws[] = {
    {"tictactoe", "000000000", FLAW_NONE, 0},
    {"tictactoe", "200000000", FLAW_COUNTS, 0},
    {"tictactoe", "110000000", FLAW_COUNTS, 0},
    {"tictactoe", "111220000", FLAW_OVER, 0},
    {"tictactoe", "111220002", FLAW_LINE_OF_MOVER, 0},
    {"tictactoe", "222110001", FLAW_OVER, 0},
    {"tictactoe", "222111000", FLAW_TWO_WINNERS, 0},
    {"tictactoe", "121122211", FLAW_OVER, 0},
    {"3x4r3g",
     "102"
     "002"
     "001"
     "000",
     FLAW_NONE, 0},
    {"3x4r3g",
     "102"
     "020"
     "001"
     "000",
     FLAW_HANGING, 4},
    {"3x4r3g",
     "000"
     "000"
     "000"
     "012",
     FLAW_HANGING, 10},
    {"3x3r3g",
     "111"
     "220"
     "000",
     FLAW_OVER, 0},
    /* Two lines of player 1: with a common cell, and without. */
    {"5x3r3",
     "11111"
     "22022"
     "00000",
     FLAW_OVER, 0},
    {"6x2r3",
     "111111"
     "220222",
     FLAW_TWO_WINNERS, 0},
    {"4x3r3",
     "1110"
     "2202"
     "1112",
     FLAW_COUNTS, 0},
    {"4x4r3",
     "1110"
     "2202"
     "0202"
     "1110",
     FLAW_LINES_APART, 0},
};

START_TEST(test_what_is_wrong_with_a_board_is_told)
{
    for (unsigned i = 0; i < sizeof flaws / sizeof flaws[0]; i++) {
        struct game game;
        unsigned cell = 0;
        ck_assert_int_eq(game_parse(flaws[i].game, &game), ERR_OK);
        ck_assert_msg(board_flaw(&game, boards_parsed(&game, flaws[i].board), &cell) ==
                              flaws[i].flaw &&
                          cell == flaws[i].cell,
                      "%s: %s", flaws[i].game, flaws[i].board);
    }
}
END_TEST

START_TEST(test_boards_compare_as_their_texts)
{
    for (uint64_t seed = 0; seed < 4000; seed++) {
        const struct game *game = &boards_games[seed % BOARDS_GAMES];
        struct rng rng;
        rng_seed(&rng, seed);
        char a[GAME_CELLS_MAX + 1];
        char b[GAME_CELLS_MAX + 1];
        boards_random_text(game, &rng, 5, a);
        boards_random_text(game, &rng, 5, b);
        unsigned equal_cells = (unsigned)(rng_next(&rng) % (game_cells(game) + 1));
        memcpy(b, a, equal_cells);
        int order = board_compare(boards_parsed(game, a), boards_parsed(game, b));
        ck_assert_msg(sign(order) == sign(strcmp(a, b)), "seed %" PRIu64 ": %s %s gives %d", seed,
                      a, b, order);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_board_text_survives_parsing_and_formatting,
        test_parse_puts_cell_0_first_and_each_player_in_a_set,
        test_format_writes_no_byte_behind_the_cells,
        test_parse_refuses_every_other_length_and_leaves_the_board,
        test_parse_refuses_every_other_byte_in_every_cell,
        test_players_take_turns_and_each_stone_is_the_movers,
        test_the_last_of_64_cells_can_be_played,
        test_empty_cells_are_those_with_a_0_in_the_text,
        test_stones_fall_to_the_lowest_empty_cell_of_their_column,
        test_what_is_wrong_with_a_board_is_told,
        test_boards_compare_as_their_texts,
        NULL,
    };
    return unit_run("game_board", tests);
}
