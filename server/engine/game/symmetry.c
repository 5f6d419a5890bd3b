#include "engine/game/symmetry.h"

/* Image 0 to 3: mirrored left to right (bit 0) and top to bottom (bit 1); on square boards 4 to 7:
 * the same, and then rows and columns exchanged (bit 2). */
static unsigned image_of(const struct game *game, unsigned image, unsigned cell)
{
    unsigned row = cell / game->width;
    unsigned column = cell % game->width;
    if (image & 1)
        column = game->width - 1u - column;
    if (image & 2)
        row = game->height - 1u - row;
    return image & 4 ? column * game->width + row : row * game->width + column;
}

void symmetry_of(const struct game *game, struct symmetry *out)
{
    out->count = game->gravity ? 2 : game->width == game->height ? 8 : 4;
    out->cells = game_cells(game);
    for (unsigned image = 0; image < out->count; image++)
        for (unsigned cell = 0; cell < out->cells; cell++)
            out->image[image][cell] = (uint8_t)image_of(game, image, cell);
}

static uint64_t move_stones(const uint8_t image[], uint64_t stones)
{
    uint64_t moved = 0;
    for (; stones != 0; stones &= stones - 1)
        moved |= (uint64_t)1 << image[__builtin_ctzll(stones)];
    return moved;
}

static struct board image_of_board(const struct symmetry *symmetry, unsigned image,
                                   struct board board)
{
    const uint8_t *cells = symmetry->image[image];
    return (struct board){
        {move_stones(cells, board.stones[0]), move_stones(cells, board.stones[1])}};
}

struct board symmetry_canonical(const struct symmetry *symmetry, struct board board,
                                unsigned *out_image)
{
    struct board first = board;
    *out_image = 0;
    for (unsigned image = 1; image < symmetry->count; image++) {
        struct board other = image_of_board(symmetry, image, board);
        if (board_compare(other, first) < 0) {
            first = other;
            *out_image = image;
        }
    }
    return first;
}

uint64_t symmetry_orbit(const struct symmetry *symmetry, struct board board, unsigned cell)
{
    uint64_t orbit = 0;
    for (unsigned image = 0; image < symmetry->count; image++)
        if (board_compare(image_of_board(symmetry, image, board), board) == 0)
            orbit |= (uint64_t)1 << symmetry->image[image][cell];
    return orbit;
}
