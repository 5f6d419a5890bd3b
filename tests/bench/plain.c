#include "bench/plain.h"

#include "base/rng.h"

#include <stdbool.h>
#include <stdlib.h>

enum { CELLS = 9, BOARDS = 19683 };

struct plain {
    struct rng rng;
    uint32_t weights[BOARDS][CELLS];
};

static const unsigned power3[CELLS] = {6561, 2187, 729, 243, 81, 27, 9, 3, 1};

static const unsigned lines[8] = {0007, 0070, 0700, 0111, 0222, 0444, 0421, 0124};

static bool has_line(unsigned stones)
{
    for (unsigned i = 0; i < 8; i++)
        if ((stones & lines[i]) == lines[i])
            return true;
    return false;
}

static unsigned draw(struct plain *plain, const uint32_t weights[CELLS])
{
    uint64_t total = 0;
    for (unsigned cell = 0; cell < CELLS; cell++)
        total += weights[cell];
    uint64_t r = ((rng_next(&plain->rng) >> 32) * total) >> 32;
    unsigned cell = 0;
    while (r >= weights[cell])
        r -= weights[cell++];
    return cell;
}

struct plain *plain_create(uint64_t seed)
{
    struct plain *plain = malloc(sizeof *plain);
    if (plain == NULL)
        return NULL;
    rng_seed(&plain->rng, seed);
    for (unsigned board = 0; board < BOARDS; board++)
        for (unsigned cell = 0; cell < CELLS; cell++)
            plain->weights[board][cell] = board / power3[cell] % 3 == 0 ? 6 : 0;
    return plain;
}

void plain_destroy(struct plain *plain)
{
    free(plain);
}

/* Returns the winner's index, 0 or 1; a full board is player 2's. */
static unsigned play(struct plain *plain, unsigned boards[CELLS], unsigned moves[CELLS],
                     unsigned *plies)
{
    unsigned stones[2] = {0, 0};
    unsigned board = 0;
    for (unsigned ply = 0; ply < CELLS; ply++) {
        boards[ply] = board;
        moves[ply] = draw(plain, plain->weights[board]);
        stones[ply % 2] |= 1u << moves[ply];
        board += (ply % 2 + 1) * power3[moves[ply]];
        *plies = ply + 1;
        if (has_line(stones[ply % 2]))
            return ply % 2;
    }
    return 1;
}

uint64_t plain_train(struct plain *plain, uint64_t matches)
{
    uint64_t moves_made = 0;
    for (; matches > 0; matches--) {
        unsigned boards[CELLS];
        unsigned moves[CELLS];
        unsigned plies = 0;
        unsigned winner = play(plain, boards, moves, &plies);
        for (unsigned ply = 0; ply < plies; ply++) {
            uint32_t *weight = &plain->weights[boards[ply]][moves[ply]];
            if (ply % 2 == winner)
                *weight += 3;
            else if (*weight > 1)
                *weight -= 1;
        }
        moves_made += plies;
    }
    return moves_made;
}
