/*
 * plain_game - games played on texts: runs are looked for cell by cell, images are made by turning
 * and mirroring the text. It shares nothing with the engine but the description of a game.
 *
 * Boards are texts with a NUL. What is indexed by boards is for games of up to PLAIN_CELLS cells.
 */
#ifndef TTSTD_TESTS_SUPPORT_PLAIN_GAME_H
#define TTSTD_TESTS_SUPPORT_PLAIN_GAME_H

#include "engine/game/game.h"

enum {
    PLAIN_CELLS = 10,
    PLAIN_BOARDS = 59049, /* 3 to the cells */
    PLAIN_TEXT_SIZE = GAME_CELLS_MAX + 1,
};

unsigned plain_cells(const struct game *game);

/* Writes the empty board. */
void plain_start(const struct game *game, char out[PLAIN_TEXT_SIZE]);

/* The text of a board of the engine's. */
void plain_text(const struct game *game, struct board board, char out[PLAIN_TEXT_SIZE]);

/* The text's digits read in base 3. */
unsigned plain_index(const char *board);

/* The player to move. */
unsigned plain_player(const char *board);

/* Writes the board after the player to move plays `cell`. */
void plain_play(const char *board, unsigned cell, char out[PLAIN_TEXT_SIZE]);

enum result plain_result(const struct game *game, const char *board);

/* How many images a board has under symmetry, and what they are. Any characters will do. */
unsigned plain_images(const struct game *game);
void plain_image(const struct game *game, unsigned image, const char *board,
                 char out[PLAIN_TEXT_SIZE]);

/* The image that is least as a text. */
void plain_canonical(const struct game *game, const char *board, char out[PLAIN_TEXT_SIZE]);

/* A move on a board; whether two are images of each other. */
struct plain_move {
    const char *board;
    unsigned cell;
};
bool plain_is_same_move(const struct game *game, struct plain_move a, struct plain_move b);

/* The lowest empty cell of `in` that is the same as the cell of the board, one of its images. */
unsigned plain_stand_in(const struct game *game, const char *board, unsigned cell, const char *in);

/* What two perfect players make of an unfinished board: 1, 0 or -1 for the player to move. And of a
 * move there, for the same player. Remembers the boards of the game that it was last asked for. */
int plain_value(const struct game *game, const char *board);
int plain_move_value(const struct game *game, const char *board, unsigned cell);

#endif
