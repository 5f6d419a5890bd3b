/*
 * outlook - the moves that can be made on a board, and what a network expects of each: one ply
 * ahead.
 */
#ifndef TTSTD_ENGINE_PATTERNS_OUTLOOK_H
#define TTSTD_ENGINE_PATTERNS_OUTLOOK_H

#include "engine/patterns/network.h"

struct outlook {
    unsigned count;
    uint8_t cells[GAME_CELLS_MAX];  /* that they fill */
    int32_t values[GAME_CELLS_MAX]; /* player 1's */
    bool ends[GAME_CELLS_MAX];      /* whether the match is over then */
    int32_t best;                   /* of the values, for who is to move */
};

/* At least one move can be made; `index` is what patterns_read() says of the board. */
void outlook_see(const struct network *network, struct board board, const uint32_t index[],
                 struct outlook *out);

/* The touches of a cell, and how many they are. */
static inline const struct touch *outlook_touches(const struct patterns *patterns, unsigned cell,
                                                  uint32_t *out_count)
{
    *out_count = patterns->touches_of[cell + 1] - patterns->touches_of[cell];
    return &patterns->touches[patterns->touches_of[cell]];
}

#endif
