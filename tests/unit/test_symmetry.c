/* Images of boards and moves, against texts that are turned and mirrored. */
#include "engine/game/symmetry.h"
#include "support/boards.h"
#include "support/plain_game.h"
#include "support/unit.h"

#include <string.h>

enum { BOARDS = 300 };

static struct symmetry symmetry_of_game(const struct game *game)
{
    struct symmetry symmetry;
    symmetry_of(game, &symmetry);
    return symmetry;
}

static struct board board_of(const struct game *game, const char *text)
{
    struct board board;
    if (board_parse(game, text, strlen(text), &board) != ERR_OK)
        ck_abort_msg("%s", text);
    return board;
}

/* The text of an image, by where the symmetry says that cells go. */
static void moved(const struct symmetry *symmetry, unsigned image, const char *board,
                  char out[PLAIN_TEXT_SIZE])
{
    for (unsigned cell = 0; cell < symmetry->cells; cell++)
        out[symmetry->image[image][cell]] = board[cell];
    out[symmetry->cells] = '\0';
}

/* Empties cells until the board is its own image. */
static void make_symmetric(const struct game *game, unsigned image, char board[PLAIN_TEXT_SIZE])
{
    char other[PLAIN_TEXT_SIZE];
    for (plain_image(game, image, board, other); strcmp(board, other) != 0;
         plain_image(game, image, board, other))
        for (unsigned cell = 0; board[cell] != '\0'; cell++)
            if (board[cell] != other[cell])
                board[cell] = '0';
}

/* Boards of all densities from empty on; every other one has a symmetry of its own. */
static void random_board(const struct game *game, uint64_t seed, char out[PLAIN_TEXT_SIZE])
{
    struct rng rng;
    rng_seed(&rng, seed);
    boards_random_text(game, &rng, (unsigned)(seed / 2 % 8), out);
    if (seed % 2 == 1)
        make_symmetric(game, (unsigned)(rng_next(&rng) % plain_images(game)), out);
}

/* Calls `check` with many boards of every game. */
static void check_boards(void (*check)(const struct game *game, const struct symmetry *symmetry,
                                       const char *board))
{
    for (unsigned i = 0; i < BOARDS_GAMES; i++) {
        const struct game *game = &boards_games[i];
        struct symmetry symmetry = symmetry_of_game(game);
        for (uint64_t seed = 0; seed < BOARDS; seed++) {
            char board[PLAIN_TEXT_SIZE];
            random_board(game, seed, board);
            check(game, &symmetry, board);
        }
    }
}

START_TEST(test_a_square_has_eight_images_and_any_other_board_four)
{
    for (unsigned i = 0; i < BOARDS_GAMES; i++) {
        const struct game *game = &boards_games[i];
        ck_assert_uint_eq(symmetry_of_game(game).count, game->width == game->height ? 8 : 4);
        ck_assert_uint_eq(symmetry_of_game(game).cells, game_cells(game));
    }
}
END_TEST

START_TEST(test_the_first_image_is_the_board_itself)
{
    for (unsigned i = 0; i < BOARDS_GAMES; i++) {
        struct symmetry symmetry = symmetry_of_game(&boards_games[i]);
        for (unsigned cell = 0; cell < symmetry.cells; cell++)
            ck_assert_uint_eq(symmetry.image[0][cell], cell);
    }
}
END_TEST

START_TEST(test_every_image_is_a_permutation)
{
    for (unsigned i = 0; i < BOARDS_GAMES; i++) {
        struct symmetry symmetry = symmetry_of_game(&boards_games[i]);
        for (unsigned image = 0; image < symmetry.count; image++) {
            uint64_t reached = 0;
            for (unsigned cell = 0; cell < symmetry.cells; cell++)
                reached |= (uint64_t)1 << symmetry.image[image][cell];
            ck_assert_uint_eq(reached, UINT64_MAX >> (64 - symmetry.cells));
        }
    }
}
END_TEST

/* How many of the images of one side are the text. */
static unsigned times_among(const struct game *game, const struct symmetry *symmetry,
                            const char *cells, const char *text)
{
    unsigned times = 0;
    char image[PLAIN_TEXT_SIZE];
    for (unsigned i = 0; i < plain_images(game); i++) {
        if (symmetry != NULL)
            moved(symmetry, i, cells, image);
        else
            plain_image(game, i, cells, image);
        times += strcmp(image, text) == 0;
    }
    return times;
}

START_TEST(test_the_images_are_all_that_turning_and_mirroring_makes)
{
    for (unsigned i = 0; i < BOARDS_GAMES; i++) {
        const struct game *game = &boards_games[i];
        struct symmetry symmetry = symmetry_of_game(game);
        char cells[PLAIN_TEXT_SIZE] = {0}; /* a character of its own in each */
        char image[PLAIN_TEXT_SIZE];
        for (unsigned cell = 0; cell < symmetry.cells; cell++)
            cells[cell] = (char)('0' + cell);
        for (unsigned n = 0; n < symmetry.count; n++) {
            moved(&symmetry, n, cells, image);
            ck_assert_uint_eq(times_among(game, &symmetry, cells, image),
                              times_among(game, NULL, cells, image));
        }
    }
}
END_TEST

static void assert_images_end_alike(const struct game *game, const struct symmetry *symmetry,
                                    const char *board)
{
    const enum result result = game_result(game, board_of(game, board));
    for (unsigned n = 1; n < symmetry->count; n++) {
        char image[PLAIN_TEXT_SIZE];
        moved(symmetry, n, board, image);
        if (game_result(game, board_of(game, image)) != result)
            ck_abort_msg("%s and %s", board, image);
    }
}

START_TEST(test_images_keep_what_stands_on_the_board)
{
    check_boards(assert_images_end_alike);
}
END_TEST

/* Checks what the canonical image of a board is and that the image told of leads there. */
static void assert_canonical(const struct game *game, const struct symmetry *symmetry,
                             const char *board)
{
    char least[PLAIN_TEXT_SIZE];
    char found[PLAIN_TEXT_SIZE];
    char led[PLAIN_TEXT_SIZE];
    unsigned image = SYMMETRY_MAX;
    struct board canonical = symmetry_canonical(symmetry, board_of(game, board), &image);
    plain_text(game, canonical, found);
    plain_canonical(game, board, least);
    if (strcmp(found, least) != 0 || image >= symmetry->count)
        ck_abort_msg("%s: %s, not %s", board, found, least);
    moved(symmetry, image, board, led);
    if (strcmp(led, least) != 0)
        ck_abort_msg("%s: image %u is %s, not %s", board, image, led, least);
}

START_TEST(test_the_canonical_board_is_the_least_text_of_all_images)
{
    check_boards(assert_canonical);
}
END_TEST

static void assert_images_have_one(const struct game *game, const struct symmetry *symmetry,
                                   const char *board)
{
    unsigned ignored;
    struct board first = symmetry_canonical(symmetry, board_of(game, board), &ignored);
    struct board again = symmetry_canonical(symmetry, first, &ignored);
    bool is_one = board_compare(first, again) == 0;
    for (unsigned n = 1; n < symmetry->count; n++) {
        char image[PLAIN_TEXT_SIZE];
        moved(symmetry, n, board, image);
        again = symmetry_canonical(symmetry, board_of(game, image), &ignored);
        is_one = is_one && board_compare(first, again) == 0;
    }
    if (!is_one)
        ck_abort_msg("%s", board);
}

START_TEST(test_all_images_of_a_board_have_one_canonical_board_which_is_its_own)
{
    check_boards(assert_images_have_one);
}
END_TEST

/* Counts the orbits of more than one cell. */
static unsigned assert_orbits(const struct game *game, const struct symmetry *symmetry,
                              const char *board)
{
    unsigned shared = 0;
    for (unsigned cell = 0; cell < symmetry->cells; cell++) {
        uint64_t expected = 0;
        if (board[cell] != '0')
            continue;
        const struct plain_move move = {board, cell};
        for (unsigned other = 0; other < symmetry->cells; other++)
            if (board[other] == '0' &&
                plain_is_same_move(game, move, (struct plain_move){board, other}))
                expected |= (uint64_t)1 << other;
        if (symmetry_orbit(symmetry, board_of(game, board), cell) != expected)
            ck_abort_msg("%s: cell %u", board, cell);
        shared += __builtin_popcountll(expected) > 1;
    }
    return shared;
}

START_TEST(test_the_orbit_of_a_move_is_what_comparing_all_moves_finds)
{
    for (unsigned i = 0; i < BOARDS_GAMES; i++) {
        const struct game *game = &boards_games[i];
        struct symmetry symmetry = symmetry_of_game(game);
        unsigned shared = 0;
        for (uint64_t seed = 0; seed < (game_cells(game) > 20 ? 16 : 64); seed++) {
            char board[PLAIN_TEXT_SIZE];
            random_board(game, seed, board);
            shared += assert_orbits(game, &symmetry, board);
        }
        ck_assert_msg(game_cells(game) == 1 || shared > 0, "game %u", i);
    }
}
END_TEST

START_TEST(test_the_empty_board_of_tictactoe_has_corners_edges_and_a_centre)
{
    struct symmetry symmetry = symmetry_of_game(&boards_games[0]);
    static const uint64_t orbits[9] = {0x145, 0x0aa, 0x145, 0x0aa, 0x010,
                                       0x0aa, 0x145, 0x0aa, 0x145};
    for (unsigned cell = 0; cell < 9; cell++)
        ck_assert_uint_eq(symmetry_orbit(&symmetry, (struct board){{0, 0}}, cell), orbits[cell]);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_square_has_eight_images_and_any_other_board_four,
        test_the_first_image_is_the_board_itself,
        test_every_image_is_a_permutation,
        test_the_images_are_all_that_turning_and_mirroring_makes,
        test_images_keep_what_stands_on_the_board,
        test_the_canonical_board_is_the_least_text_of_all_images,
        test_all_images_of_a_board_have_one_canonical_board_which_is_its_own,
        test_the_orbit_of_a_move_is_what_comparing_all_moves_finds,
        test_the_empty_board_of_tictactoe_has_corners_edges_and_a_centre,
        NULL,
    };
    return unit_run("symmetry", tests);
}
