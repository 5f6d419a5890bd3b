#include "support/plain_game.h"

#include "support/unit.h"

#include <string.h>

static void copy(const char *text, char out[PLAIN_TEXT_SIZE])
{
    memmove(out, text, strlen(text) + 1);
}

unsigned plain_cells(const struct game *game)
{
    return (unsigned)game->width * game->height;
}

void plain_start(const struct game *game, char out[PLAIN_TEXT_SIZE])
{
    memset(out, '0', plain_cells(game));
    out[plain_cells(game)] = '\0';
}

void plain_text(const struct game *game, struct board board, char out[PLAIN_TEXT_SIZE])
{
    board_format(game, board, out);
    out[plain_cells(game)] = '\0';
}

unsigned plain_index(const char *board)
{
    unsigned index = 0;
    for (; *board != '\0'; board++)
        index = 3 * index + (unsigned)(*board - '0');
    return index;
}

unsigned plain_player(const char *board)
{
    int more_of_player1 = 0;
    for (; *board != '\0'; board++)
        more_of_player1 += (*board == '1') - (*board == '2');
    return more_of_player1 == 0 ? 1 : 2;
}

static void put(const char *board, unsigned cell, char stone, char out[PLAIN_TEXT_SIZE])
{
    copy(board, out);
    if (out[cell] != '0')
        ck_abort_msg("%s: cell %u is taken", board, cell);
    out[cell] = stone;
}

void plain_play(const char *board, unsigned cell, char out[PLAIN_TEXT_SIZE])
{
    put(board, cell, (char)('0' + plain_player(board)), out);
}

static bool is_run(const struct game *game, const char *board, int cell, int down, int right)
{
    int row = cell / game->width;
    int column = cell % game->width;
    for (int n = 0; n < game->run; n++, row += down, column += right) {
        if (row < 0 || row >= game->height || column < 0 || column >= game->width)
            return false;
        if (board[row * game->width + column] != board[cell])
            return false;
    }
    return board[cell] != '0';
}

enum result plain_result(const struct game *game, const char *board)
{
    for (int cell = 0; board[cell] != '\0'; cell++)
        if (is_run(game, board, cell, 0, 1) || is_run(game, board, cell, 1, 0) ||
            is_run(game, board, cell, 1, 1) || is_run(game, board, cell, 1, -1))
            return board[cell] == '1' ? RESULT_PLAYER1 : RESULT_PLAYER2;
    return strchr(board, '0') == NULL ? RESULT_DRAW : RESULT_NONE;
}

unsigned plain_images(const struct game *game)
{
    return game->width == game->height ? 8 : 4;
}

static void mirror(const struct game *game, const char *board, char out[PLAIN_TEXT_SIZE])
{
    for (unsigned row = 0; row < game->height; row++)
        for (unsigned column = 0; column < game->width; column++)
            out[row * game->width + column] = board[row * game->width + game->width - 1 - column];
    out[plain_cells(game)] = '\0';
}

/* By a quarter where the board is a square, else by half a turn. */
static void turn(const struct game *game, const char *board, char out[PLAIN_TEXT_SIZE])
{
    const unsigned cells = plain_cells(game);
    const unsigned side = game->width;
    for (unsigned cell = 0; cell < cells; cell++)
        out[cell] = game->width == game->height
                        ? board[(side - 1 - cell % side) * side + cell / side]
                        : board[cells - 1 - cell];
    out[cells] = '\0';
}

void plain_image(const struct game *game, unsigned image, const char *board,
                 char out[PLAIN_TEXT_SIZE])
{
    char before[PLAIN_TEXT_SIZE];
    if (image % 2 == 1)
        mirror(game, board, out);
    else
        copy(board, out);
    for (unsigned turns = image / 2; turns > 0; turns--) {
        copy(out, before);
        turn(game, before, out);
    }
}

void plain_canonical(const struct game *game, const char *board, char out[PLAIN_TEXT_SIZE])
{
    char least[PLAIN_TEXT_SIZE];
    char image[PLAIN_TEXT_SIZE];
    copy(board, least);
    for (unsigned i = 1; i < plain_images(game); i++) {
        plain_image(game, i, board, image);
        if (strcmp(image, least) < 0)
            copy(image, least);
    }
    copy(least, out);
}

bool plain_is_same_move(const struct game *game, struct plain_move a, struct plain_move b)
{
    char marked[2][PLAIN_TEXT_SIZE];
    put(a.board, a.cell, 'x', marked[0]);
    put(b.board, b.cell, 'x', marked[1]);
    plain_canonical(game, marked[0], marked[0]);
    plain_canonical(game, marked[1], marked[1]);
    return strcmp(marked[0], marked[1]) == 0;
}

unsigned plain_stand_in(const struct game *game, const char *board, unsigned cell, const char *in)
{
    const struct plain_move move = {board, cell};
    for (unsigned other = 0; in[other] != '\0'; other++)
        if (in[other] == '0' && plain_is_same_move(game, move, (struct plain_move){in, other}))
            return other;
    ck_abort_msg("%s is no image of %s", in, board);
    return 0;
}

int plain_move_value(const struct game *game, const char *board, unsigned cell)
{
    char after[PLAIN_TEXT_SIZE];
    plain_play(board, cell, after);
    enum result result = plain_result(game, after);
    if (result == RESULT_NONE)
        return -plain_value(game, after);
    return result == RESULT_DRAW ? 0 : 1; /* who moved last has the run */
}

int plain_value(const struct game *game, const char *board)
{
    enum { UNKNOWN, LOST, DRAWN, WON };
    static struct game known_game;
    static uint8_t known[PLAIN_BOARDS];
    if (game->width != known_game.width || game->height != known_game.height ||
        game->run != known_game.run) {
        known_game = *game;
        memset(known, UNKNOWN, sizeof known);
    }
    uint8_t *value = &known[plain_index(board)];
    if (*value != UNKNOWN)
        return *value - DRAWN;
    int best = -1;
    for (unsigned cell = 0; board[cell] != '\0'; cell++) {
        int move = board[cell] == '0' ? plain_move_value(game, board, cell) : -1;
        best = move > best ? move : best;
    }
    *value = (uint8_t)(best + DRAWN);
    return best;
}
