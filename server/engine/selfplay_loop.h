/*
 * selfplay_loop - many matches in lock step: the loop that every kernel compiles around its own
 * way of drawing from a row and of changing one.
 *
 * A kernel's file defines these, static and inline, and then includes this one:
 *
 *     size_t row_draw(const struct row *row, uint32_t random);    sampler_draw_sums()
 *     void row_learn(struct row *row, size_t cell, int32_t change);      row_change()
 *     void take_block(struct rng_blocks *blocks, uint32_t out[RNG_BLOCK]);   rng_blocks_next()
 *
 * Why it is written as it is
 *  - Rows are remembered as byte offsets: an index would be multiplied at every use.
 *  - Cells are size_t: an address is then base + cell * 4 without a widening in between.
 *  - The number of lanes and, for games that fill a row, of plies are constants after inlining, so
 *    that loops over lanes are unrolled; 16 lanes hide the latency of each other's loads.
 *  - What all lanes drew stands in memory, not in registers: compilers that see through it would
 *    shuffle lanes in and out of vectors (build with -fno-tree-slp-vectorize for the same reason).
 *  - Learning does not ask whether a match was over: what it then does to absorbing rows is
 *    cheaper than a branch that nobody can predict.
 */
#ifndef TTSTD_ENGINE_SELFPLAY_LOOP_H
#define TTSTD_ENGINE_SELFPLAY_LOOP_H

#include "engine/selfplay.h"

#include <stddef.h>

/* Makes the compiler forget what it knows of an object's content. */
#define KEEP_IN_MEMORY(object) __asm__("" : "+m"(object))

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* How a match can end: a result after a number of moves, as absorbing rows are numbered. */
enum { ENDS_MAX = ROW_CELLS * RESULT_COUNT };

/* What one lock step needs; kept small so that it stays in the first-level cache. */
struct step {
    struct row *rows;
    const struct row *drawn[2];   /* the rows that player 1 and player 2 draw from */
    int32_t changes[ENDS_MAX][2]; /* the weight changes of a match, by its end and player - 1 */
    uint64_t ends[ENDS_MAX];      /* how many matches ended so */
    uint32_t decision_rows;
    alignas(64) uint32_t numbers[SELFPLAY_LANES];
    uint32_t passed[ROW_CELLS + 1][SELFPLAY_LANES]; /* offsets of rows, ply by ply, and the end */
    uint8_t moves[ROW_CELLS][SELFPLAY_LANES];
};

ALWAYS_INLINE const struct row *row_at(const struct row *rows, uint32_t offset)
{
    return (const struct row *)((const char *)rows + offset);
}

/* Lane `lane` makes its move of `ply`. A finished match goes from one absorbing row to another. */
ALWAYS_INLINE void play_ply(struct step *step, unsigned ply, unsigned lane, uint32_t random)
{
    const struct row *row = row_at(step->drawn[ply & 1], step->passed[ply][lane]);
    size_t move = row_draw(row, random);
    step->moves[ply][lane] = (uint8_t)move;
    step->passed[ply + 1][lane] = (uint32_t)(row->next[move] * sizeof *row);
}

ALWAYS_INLINE void learn_match(struct step *step, unsigned lane, unsigned plies, unsigned learners)
{
    uint32_t end = (uint32_t)(step->passed[plies][lane] / sizeof(struct row)) - step->decision_rows;
    /* Copies, since for all that the compiler knows a row's change could change the originals. */
    const int32_t changes[2] = {step->changes[end][0], step->changes[end][1]};
    char *rows = (char *)step->rows;
    for (unsigned ply = 0; ply < plies; ply++)
        if (learners >> (ply & 1) & 1)
            row_learn((struct row *)(rows + step->passed[ply][lane]), step->moves[ply][lane],
                      changes[ply & 1]);
    step->ends[end]++;
}

ALWAYS_INLINE void play_lock_steps(struct step *step, struct rng_blocks *random, uint64_t count,
                                   unsigned plies, unsigned learners)
{
    for (; count > 0; count--) {
        for (unsigned ply = 0; ply + 1 < plies; ply++) {
            take_block(random, step->numbers);
            KEEP_IN_MEMORY(step->numbers);
#pragma GCC unroll 16
            for (unsigned lane = 0; lane < SELFPLAY_LANES; lane++)
                play_ply(step, ply, lane, step->numbers[lane]);
        }
        for (unsigned lane = 0; lane < SELFPLAY_LANES; lane++)
            play_ply(step, plies - 1, lane, 0);
        for (unsigned lane = 0; lane < SELFPLAY_LANES; lane++)
            learn_match(step, lane, plies, learners);
    }
}

ALWAYS_INLINE void play_single(struct step *step, struct rng_blocks *random, uint64_t count,
                               unsigned plies, unsigned learners)
{
    unsigned taken = RNG_BLOCK;
    for (; count > 0; count--) {
        for (unsigned ply = 0; ply + 1 < plies; ply++) {
            if (taken == RNG_BLOCK) {
                take_block(random, step->numbers);
                taken = 0;
            }
            play_ply(step, ply, 0, step->numbers[taken++]);
        }
        play_ply(step, plies - 1, 0, 0);
        learn_match(step, 0, plies, learners);
    }
}

ALWAYS_INLINE void play_plan(struct step *step, const struct selfplay *plan, unsigned plies,
                             unsigned learners)
{
    struct rng_blocks random;
    rng_blocks_seed(&random, plan->seed);
    uint64_t lock_steps = plan->lanes == SELFPLAY_LANES ? plan->matches / SELFPLAY_LANES : 0;
    play_lock_steps(step, &random, lock_steps, plies, learners);
    play_single(step, &random, plan->matches - lock_steps * SELFPLAY_LANES, plies, learners);
}

static void tally_ends(const struct step *step, const struct states *states, struct tally *out)
{
    *out = (struct tally){.plies = 0};
    for (unsigned end = 0; end < states->levels * RESULT_COUNT; end++) {
        out->results[end % RESULT_COUNT] += step->ends[end];
        out->plies += step->ends[end] * (states->cells - end / RESULT_COUNT);
    }
}

/* The kernel's play(). */
static void play(struct brain *brain, const struct selfplay *plan, struct tally *out)
{
    const struct states *states = brain->states;
    const struct brain *opponent = plan->opponent != NULL ? plan->opponent : brain;
    struct step step = {.rows = brain->rows, .decision_rows = states->rows};
    for (unsigned player = 1; player <= 2; player++) {
        bool learns = plan->learners >> (player - 1) & 1;
        step.drawn[player - 1] = learns ? brain->rows : opponent->rows;
        for (unsigned end = 0; end < states->levels * RESULT_COUNT; end++)
            step.changes[end][player - 1] =
                rule_change(&brain->rule, (enum result)(end % RESULT_COUNT + 1), player);
    }
    if (plan->learners == LEARN_BOTH && states->cells == ROW_CELLS)
        play_plan(&step, plan, ROW_CELLS, LEARN_BOTH);
    else
        play_plan(&step, plan, states->cells, plan->learners);
    tally_ends(&step, states, out);
}

#endif
