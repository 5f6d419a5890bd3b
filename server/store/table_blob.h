/*
 * table_blob - a brain's table as the bytes that are stored.
 *
 *     offset  size       little-endian
 *          0     8       "ttsttab1"
 *          8     4       cells of a board
 *         12     4       decision rows
 *         16     8       matches
 *         24  3 x 8      results: player 1, player 2, drawn
 *         48     4 each  the weight of every legal move, in row and cell order
 *        end    32       SHA-256 of all bytes before it
 *
 * Which moves are legal follows from the game and from whether its boards are reduced by symmetry,
 * so other cells are left out. Tables of rules with proofs begin "ttsttab2" and have, behind the
 * weights, a byte for each legal move: 1 proven to win, -1 to lose, 0 neither.
 */
#ifndef TTSTD_STORE_TABLE_BLOB_H
#define TTSTD_STORE_TABLE_BLOB_H

#include "base/text.h"
#include "engine/brain.h"

/* Appends the blob; out of memory shows in text->failed. */
void table_blob_encode(const struct brain *brain, struct text *out);

enum table_blob_kind {
    TABLE_OF_BRAIN,
    TABLE_OF_OPPONENT, /* as engine/opponent.h makes them: legal moves may weigh nothing */
};

/* Fills a fresh brain of the same game and rule. ERR_CORRUPT, and the brain unchanged or half
 * filled, unless the blob is whole, unaltered, and keeps the brain's invariants. */
MUST_CHECK enum err table_blob_decode(const char *bytes, size_t size, struct brain *brain,
                                      enum table_blob_kind kind);

#endif
