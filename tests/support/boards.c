#include "support/boards.h"

#include "support/unit.h"

#include <string.h>

const struct game boards_games[BOARDS_GAMES] = {
    {.width = 3, .height = 3, .run = 3},  {.width = 4, .height = 4, .run = 4},
    {.width = 5, .height = 4, .run = 3},  {.width = 4, .height = 5, .run = 4},
    {.width = 7, .height = 6, .run = 4},  {.width = 8, .height = 8, .run = 5},
    {.width = 2, .height = 7, .run = 3},  {.width = 7, .height = 2, .run = 3},
    {.width = 1, .height = 6, .run = 3},  {.width = 6, .height = 1, .run = 3},
    {.width = 64, .height = 1, .run = 5}, {.width = 1, .height = 64, .run = 5},
    {.width = 3, .height = 2, .run = 2},  {.width = 2, .height = 3, .run = 2},
    {.width = 1, .height = 1, .run = 1},  {.width = 4, .height = 3, .run = 1},
};

struct board boards_parsed(const struct game *game, const char *text)
{
    struct board board;
    ck_assert_int_eq(board_parse(game, text, strlen(text), &board), ERR_OK);
    return board;
}

void boards_random_text(const struct game *game, struct rng *rng, unsigned stones, char *out)
{
    unsigned cells = game_cells(game);
    for (unsigned cell = 0; cell < cells; cell++) {
        uint64_t number = rng_next(rng);
        out[cell] = number % 8 < stones ? (char)('1' + (number >> 63)) : '0';
    }
    out[cells] = '\0';
}
