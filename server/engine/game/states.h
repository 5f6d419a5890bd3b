/*
 * states - the enumerated decision boards of a game, and where each move leads.
 *
 * A decision board is a board that can arise in a match and at which a move is to be
 * made. They are found by breadth-first search from the empty board and numbered in
 * ascending order of their texts; the number is the board's row in every brain.
 *
 * Finished boards have no number of their own: moves that end a match lead to one of
 * RESULT_COUNT absorbing rows behind the decision rows, one a result. Play goes on there until the
 * longest match is over (selfplay.h), each ply in the next one of `levels` such groups: so the last
 * row tells how a match ended and when, and matches that are over do not all learn on one and the
 * same row, which would wait for every store to it.
 *
 * States can be reduced by symmetry: then only canonical boards have a row (symmetry.h), and of the
 * moves that are the same on a board only one, the lowest cell of its orbit, stands for all.
 *
 * Invariants
 *  1. boards[] ascends strictly by board_compare(); boards[0] is the empty board.
 *  2. next[row * cells + cell] is, for a legal cell, the row of the board after that
 *     move, or rows + result - 1 where the move ends the match; for any other cell it is
 *     the row itself (it is never drawn). Legal are the empty cells or, in reduced states, those
 *     that stand for an orbit.
 *  3. All row numbers, absorbing ones included, fit 16 bits.
 *  4. In backward[] every row comes after all rows that its moves lead to.
 */
#ifndef TTSTD_ENGINE_GAME_STATES_H
#define TTSTD_ENGINE_GAME_STATES_H

#include "engine/game/symmetry.h"

enum { STATES_ROWS_MAX = UINT16_MAX + 1 - GAME_CELLS_MAX * RESULT_COUNT };

#define STATES_NO_ROW UINT32_MAX

struct states {
    struct game game;
    unsigned cells;
    uint32_t rows;
    uint32_t levels; /* of absorbing rows: one for each number of moves that a match may have */
    uint32_t moves;  /* legal moves over all decision boards */
    bool is_reduced;
    struct symmetry symmetry;
    struct board *boards;
    uint64_t *legal; /* a row's legal cells */
    uint16_t *next;
    uint16_t *backward; /* all rows, those with more stones first */
};

/* All boards have a row of their own. ERR_UNSUPPORTED for an invalid game or one with more than
 * STATES_ROWS_MAX decision boards. */
MUST_CHECK enum err states_create(const struct game *game, struct states **out);

/* Reduced by symmetry; likewise. */
MUST_CHECK enum err states_create_reduced(const struct game *game, struct states **out);
void states_destroy(struct states *states);

/* The row of a decision board, or STATES_NO_ROW. In reduced states it may be another board's, too.
 */
uint32_t states_find(const struct states *states, struct board board);

/* How many cells of the row's board a legal cell stands for. */
unsigned states_orbit_size(const struct states *states, uint32_t row, unsigned cell);

/* A decision board and where its moves stand in its row. */
struct place {
    uint32_t row;
    struct board board;
    uint8_t cell[GAME_CELLS_MAX]; /* of an empty cell of the board: the row's legal cell */
};

/* False if it is no decision board. */
bool states_place(const struct states *states, struct board board, struct place *out);

/* Decision rows and absorbing ones together. */
static inline uint32_t states_all_rows(const struct states *states)
{
    return states->rows + states->levels * RESULT_COUNT;
}

/* The result that an absorbing row stands for; RESULT_NONE for a decision row. */
static inline enum result states_result(const struct states *states, uint32_t row)
{
    return row < states->rows ? RESULT_NONE
                              : (enum result)((row - states->rows) % RESULT_COUNT + 1);
}

#endif
