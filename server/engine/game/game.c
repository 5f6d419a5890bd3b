#include "engine/game/game.h"

#include <string.h>

/* With what perfect play comes to, where that is known. */
static const struct game games[] = {
    {"tictactoe", 3, 3, 3, false, RESULT_DRAW, true},
    {"three-4x4", 4, 4, 3, false, RESULT_PLAYER1, false},
    {"four-4x4", 4, 4, 4, false, RESULT_DRAW, false},
    {"four-5x5", 5, 5, 4, false, RESULT_DRAW, false},
    {"four-6x6", 6, 6, 4, false, RESULT_PLAYER1, false},
    {"gomoku-7x7", 7, 7, 5, false, RESULT_DRAW, false},
    {"gomoku-8x8", 8, 8, 5, false, RESULT_DRAW, false},
    {"connectfour-4x4", 4, 4, 4, true, RESULT_DRAW, false},
    {"connectfour-5x4", 5, 4, 4, true, RESULT_DRAW, false},
    {"connectfour-5x5", 5, 5, 4, true, RESULT_DRAW, false},
    {"connectfour-6x5", 6, 5, 4, true, RESULT_DRAW, false},
    {"connectfour-6x6", 6, 6, 4, true, RESULT_PLAYER2, false},
    {"connectfour", 7, 6, 4, true, RESULT_PLAYER1, false},
};

enum { GAMES = sizeof games / sizeof games[0], RUN_MIN = 3 };

const char *result_name(enum result result)
{
    static const char *const names[] = {NULL, "player1", "player2", "draw"};
    return names[result];
}

unsigned game_count(void)
{
    return GAMES;
}

const struct game *game_at(unsigned index)
{
    return &games[index];
}

static bool is_same(const struct game *a, const struct game *b)
{
    return a->width == b->width && a->height == b->height && a->run == b->run &&
           a->gravity == b->gravity;
}

/* A number of one or two digits without a zero in front, up to `end`. NULL: there is none. */
static const char *read_number(const char *text, char end, uint8_t *out)
{
    unsigned number = 0;
    const char *at = text;
    for (; at < text + 2 && *at >= '0' && *at <= '9' && *text != '0'; at++)
        number = 10 * number + (unsigned)(*at - '0');
    *out = (uint8_t)number;
    return at > text && *at == end ? at : NULL;
}

static bool read_description(const char *text, struct game *out)
{
    text = read_number(text, 'x', &out->width);
    if (text != NULL)
        text = read_number(text + 1, 'r', &out->height);
    if (text == NULL)
        return false;
    out->gravity = text[1] != '\0' && text[strlen(text) - 1] == 'g';
    text = read_number(text + 1, out->gravity ? 'g' : '\0', &out->run);
    return text != NULL && (!out->gravity || text[1] == '\0');
}

enum err game_parse(const char *name, struct game *out)
{
    struct game game = {.width = 0};
    for (size_t i = 0; i < GAMES; i++)
        if (strcmp(games[i].name, name) == 0) {
            *out = games[i];
            return ERR_OK;
        }
    if (strlen(name) >= sizeof game.name || !read_description(name, &game) ||
        !game_is_valid(&game) || game.run < RUN_MIN)
        return ERR_NOT_FOUND;
    memcpy(game.name, name, strlen(name) + 1);
    for (size_t i = 0; i < GAMES; i++)
        if (is_same(&games[i], &game))
            game = games[i];
    *out = game;
    return ERR_OK;
}

bool game_is_valid(const struct game *game)
{
    unsigned cells = game_cells(game);
    unsigned longest = game->width > game->height ? game->width : game->height;
    return cells >= 1 && cells <= GAME_CELLS_MAX && game->run >= 1 && game->run <= longest;
}

unsigned game_cells(const struct game *game)
{
    return (unsigned)game->width * game->height;
}

unsigned game_moves(const struct game *game)
{
    return game->gravity ? game->width : game_cells(game);
}

unsigned game_move(const struct game *game, unsigned cell)
{
    return game->gravity ? cell % game->width : cell;
}

/* Player 1's run, and a move of player 2 between any two of its stones. */
unsigned game_shortest(const struct game *game)
{
    unsigned moves = 2u * game->run - 1;
    return moves < game_cells(game) ? moves : game_cells(game);
}

static uint64_t all_cells(const struct game *game)
{
    unsigned cells = game_cells(game);
    return cells == GAME_CELLS_MAX ? UINT64_MAX : ((uint64_t)1 << cells) - 1;
}

/* The cells from which a step of `columns` to the right (-1, 0 or 1) stays on the board. */
static uint64_t cells_with_neighbour(const struct game *game, int columns)
{
    uint64_t edge = 0; /* the column where such a step leaves the board */
    if (columns != 0)
        for (unsigned row = 0; row < game->height; row++)
            edge |= (uint64_t)1 << (row * game->width + (columns > 0 ? game->width - 1u : 0u));
    return all_cells(game) & ~edge;
}

bool game_has_run(const struct game *game, uint64_t stones)
{
    static const struct {
        int rows, columns;
    } directions[] = {{0, 1}, {1, -1}, {1, 0}, {1, 1}};

    for (size_t i = 0; i < sizeof directions / sizeof directions[0]; i++) {
        int step = directions[i].rows * game->width + directions[i].columns;
        uint64_t inner = cells_with_neighbour(game, directions[i].columns);
        uint64_t starts = stones; /* cells that begin a run of `length` in this direction */
        for (unsigned length = 1; length < game->run && starts != 0; length++)
            starts = step < GAME_CELLS_MAX ? stones & inner & (starts >> step) : 0;
        if (starts != 0)
            return true;
    }
    return false;
}

static unsigned count(uint64_t cells)
{
    return (unsigned)__builtin_popcountll(cells);
}

unsigned board_player(struct board board)
{
    return count(board.stones[0]) > count(board.stones[1]) ? 2 : 1;
}

uint64_t board_empty(const struct game *game, struct board board)
{
    return all_cells(game) & ~(board.stones[0] | board.stones[1]);
}

/* Under gravity what is empty and stands on a stone or at the bottom; of a single row all. */
uint64_t board_open(const struct game *game, struct board board)
{
    const uint64_t empty = board_empty(game, board);
    if (!game->gravity || game->height == 1)
        return empty;
    const uint64_t bottom = ((uint64_t)1 << game->width) - 1;
    return empty & (~empty << game->width | bottom);
}

uint64_t board_moves(const struct game *game, struct board board)
{
    const uint64_t open = board_open(game, board);
    uint64_t moves = 0;
    if (!game->gravity || game->height == 1)
        return open;
    for (unsigned row = 0; row < game->height; row++) /* a column has one such cell at most */
        moves |= open >> (row * game->width) & (((uint64_t)1 << game->width) - 1);
    return moves;
}

unsigned board_cell(const struct game *game, struct board board, unsigned move)
{
    const uint64_t open = board_open(game, board);
    unsigned cell = move;
    while (game->gravity && (open >> cell & 1) == 0)
        cell += game->width;
    return cell;
}

enum result game_result(const struct game *game, struct board board)
{
    if (game_has_run(game, board.stones[0]))
        return RESULT_PLAYER1;
    if (game_has_run(game, board.stones[1]))
        return RESULT_PLAYER2;
    return board_empty(game, board) == 0 ? RESULT_DRAW : RESULT_NONE;
}

struct board board_play(struct board board, unsigned cell)
{
    board.stones[board_player(board) - 1] |= (uint64_t)1 << cell;
    return board;
}

enum err board_parse(const struct game *game, const char *text, size_t size, struct board *out)
{
    if (size != game_cells(game))
        return ERR_MALFORMED;
    struct board board = {{0, 0}};
    for (unsigned cell = 0; cell < size; cell++) {
        if (text[cell] < '0' || text[cell] > '2')
            return ERR_MALFORMED;
        if (text[cell] != '0')
            board.stones[text[cell] - '1'] |= (uint64_t)1 << cell;
    }
    *out = board;
    return ERR_OK;
}

static unsigned digit(struct board board, unsigned cell)
{
    return (unsigned)(board.stones[0] >> cell & 1) + 2 * (unsigned)(board.stones[1] >> cell & 1);
}

void board_format(const struct game *game, struct board board, char *out)
{
    for (unsigned cell = 0; cell < game_cells(game); cell++)
        out[cell] = (char)('0' + digit(board, cell));
}

/* Whether a single cell is in all runs of the stones. */
static bool share_a_cell(const struct game *game, uint64_t stones)
{
    bool found = false;
    for (uint64_t left = stones; left != 0 && !found; left &= left - 1)
        found = !game_has_run(game, stones & ~(left & (0 - left)));
    return found;
}

static enum flaw lines_flaw(const struct game *game, struct board board)
{
    const bool has_run[2] = {game_has_run(game, board.stones[0]),
                             game_has_run(game, board.stones[1])};
    if (!has_run[0] && !has_run[1])
        return board_empty(game, board) == 0 ? FLAW_OVER : FLAW_NONE;
    if (has_run[0] && has_run[1])
        return FLAW_TWO_WINNERS;
    if (has_run[board_player(board) - 1])
        return FLAW_LINE_OF_MOVER;
    return share_a_cell(game, board.stones[has_run[1]]) ? FLAW_OVER : FLAW_LINES_APART;
}

enum flaw board_flaw(const struct game *game, struct board board, unsigned *out_cell)
{
    const uint64_t stones = board.stones[0] | board.stones[1];
    const unsigned first = count(board.stones[0]);
    const unsigned second = count(board.stones[1]);
    if (first != second && first != second + 1)
        return FLAW_COUNTS;
    if (game->gravity && game->height > 1) {
        const uint64_t bottom = ((uint64_t)1 << game->width) - 1;
        const uint64_t hanging = stones & ~(stones << game->width | bottom);
        if (hanging != 0) {
            *out_cell = (unsigned)__builtin_ctzll(hanging);
            return FLAW_HANGING;
        }
    }
    return lines_flaw(game, board);
}

int board_compare(struct board a, struct board b)
{
    uint64_t differ = (a.stones[0] ^ b.stones[0]) | (a.stones[1] ^ b.stones[1]);
    if (differ == 0)
        return 0;
    unsigned cell = (unsigned)__builtin_ctzll(differ);
    return (int)digit(a, cell) - (int)digit(b, cell);
}
