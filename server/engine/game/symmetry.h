/*
 * symmetry - the ways in which a game's board can be turned and mirrored onto itself, and which
 * boards and moves are the same up to them.
 *
 * A square board has the eight symmetries of the square, any other the four of the rectangle; under
 * gravity a board can only be mirrored left to right.
 * What wins does not change under them, so boards that are images of each other have equal values.
 * Of such boards the first in the order of their texts is the canonical one.
 */
#ifndef TTSTD_ENGINE_GAME_SYMMETRY_H
#define TTSTD_ENGINE_GAME_SYMMETRY_H

#include "engine/game/game.h"

enum { SYMMETRY_MAX = 8 };

struct symmetry {
    unsigned count; /* of images; the first is the board itself */
    unsigned cells;
    uint8_t image[SYMMETRY_MAX][GAME_CELLS_MAX]; /* where each cell goes */
};

void symmetry_of(const struct game *game, struct symmetry *out);

/* The canonical image of a board; `*out_image` is the index of an image that leads there. */
struct board symmetry_canonical(const struct symmetry *symmetry, struct board board,
                                unsigned *out_image);

/* The cells that are the same as `cell` on that board: its images under what keeps the board as it
 * is. */
uint64_t symmetry_orbit(const struct symmetry *symmetry, struct board board, unsigned cell);

#endif
