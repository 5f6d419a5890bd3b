/*
 * outlook - what may come of each board: the numbers that an evaluation (evaluate.h) works out, and
 * the moves through which it does. The pass over all boards is the kernels' (outlook_loop.h).
 *
 * A board has its numbers twice: for the brain as player 1 and as player 2. At the brain's own
 * boards all of them are means, weighted by its policy. At the other player's boards the first four
 * are means by how he plays, and the next three are what he gets who maximises just that. The last
 * one is a mean by the brain's policy there, too: the other player is the brain.
 *
 * Such a set of numbers is one 64-byte cache line, and what is done is done to all of it side by
 * side. What can come of a board at all is kept apart, as a set of its own: it follows from which
 * moves can be made, never from rounded numbers.
 */
#ifndef TTSTD_ENGINE_TABLE_OUTLOOK_H
#define TTSTD_ENGINE_TABLE_OUTLOOK_H

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    OUTLOOK_RANDOM_WIN1,  /* the probabilities that player 1 and player 2 win, ... */
    OUTLOOK_RANDOM_WIN2,  /* if the other player plays uniformly, ... */
    OUTLOOK_PERFECT_WIN1, /* and if he plays perfectly */
    OUTLOOK_PERFECT_WIN2,
    OUTLOOK_MOST_LOSS,       /* the most often that the brain can be made to lose */
    OUTLOOK_MOST_VALUE,      /* the most that can be won of it */
    OUTLOOK_MOST_TTST_VALUE, /* the same where a full board is a win for player 2 */
    OUTLOOK_SELF_WIN,        /* the probability that the brain wins as this player against itself */
    OUTLOOK_NUMBERS
};

struct outlook {
    alignas(64) double as[2][OUTLOOK_NUMBERS];
};

/* What can come of a board: of each two, the first is for the brain as player 1, the next one for
 * it as player 2. */
enum {
    OUTLOOK_CAN_LOSE = 1 << 0,         /* to anybody */
    OUTLOOK_CAN_DRAW_RANDOM = 1 << 2,  /* against uniform play */
    OUTLOOK_CAN_DRAW_PERFECT = 1 << 4, /* against perfect play */
    OUTLOOK_CAN_DRAW_SELF = 1 << 6,    /* against itself; only one */
};

/* A legal move of a row. */
struct outlook_move {
    uint16_t next;
    uint8_t cell;
    uint8_t cells; /* that it stands for: its share in uniform play */
    bool keeps;    /* the row's value: then it has the same share in perfect play, else none */
};

/* A row, in the order in which they are looked at: after all rows that its moves lead to. */
struct outlook_row {
    uint16_t row;
    uint8_t mover;  /* 0 for player 1, 1 for player 2 */
    uint8_t moves;  /* how many; they stand behind those of the row before */
    double uniform; /* 1 / the sum of its moves' shares in uniform play */
    double perfect; /* likewise */
};

struct outlook_table {
    uint32_t count; /* of rows */
    struct outlook_row *rows;
    struct outlook_move *moves;
    double *policy; /* with what probability the brain makes each of the moves */
    struct outlook
        *outlooks; /* in the order of the rows; behind them the results', by result - 1 */
    uint8_t *can;  /* likewise */
};

#endif
