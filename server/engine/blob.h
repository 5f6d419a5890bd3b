/*
 * blob - the frame around a brain's weights as bytes, all numbers little-endian:
 *
 *     offset  size
 *          0     8          which kind of weights
 *          8     4          cells of a board
 *         12     4          how many of what: the kind's to say
 *         16     8          matches
 *         24  3 x 8         results: player 1, player 2, drawn
 *         48                the weights
 *        end    32          SHA-256 of all bytes before it
 */
#ifndef TTSTD_ENGINE_BLOB_H
#define TTSTD_ENGINE_BLOB_H

#include "base/bytes.h"
#include "engine/brain.h"

/* Whether it begins like that kind's. */
bool blob_is(const char *bytes, size_t size, const char *kind);

/* What is before the weights; returns where it begins. */
size_t blob_begin(struct text *out, const char *kind, uint32_t count, const struct brain *brain);

/* What is behind them. */
void blob_end(struct text *out, size_t begin);

/* Reads matches and results into a brain, and leaves the weights to be read. ERR_CORRUPT unless all
 * bytes are whole, of that kind, game and count. */
MUST_CHECK enum err blob_open(const char *bytes, size_t size, const char *kind, uint32_t count,
                              struct brain *brain, struct reader *out);

#endif
