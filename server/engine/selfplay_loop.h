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

#include "engine/sampler.h"
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
    const struct row *drawn[2];    /* the rows that player 1 and player 2 draw from */
    const struct row *explored[2]; /* and when they explore */
    uint64_t explore_below;        /* what the second number of a ply is to be for that */
    int32_t changes[ENDS_MAX][2];  /* the weight changes of a match, by its end and player - 1 */
    uint64_t ends[ENDS_MAX];       /* how many matches ended so */
    uint32_t decision_rows;
    alignas(64) uint32_t numbers[SELFPLAY_LANES];
    alignas(64) uint32_t second_numbers[SELFPLAY_LANES];
    uint32_t passed[ROW_CELLS + 1][SELFPLAY_LANES]; /* offsets of rows, ply by ply, and the end */
    uint8_t moves[ROW_CELLS][SELFPLAY_LANES];
};

/* What stays the same all through a run. The common ones are constants after inlining. */
struct run {
    unsigned plies; /* of the longest match */
    unsigned learners;
    bool explores;
    bool proves;
};

ALWAYS_INLINE const struct row *row_at(const struct row *rows, uint32_t offset)
{
    return (const struct row *)((const char *)rows + offset);
}

/* A draw among the moves that a rule with proofs plays. A row without any has its last cell drawn,
 * as row_draw() has it. */
ALWAYS_INLINE size_t row_draw_best(const struct row *row, uint32_t random)
{
    const row_set best = row_best(row);
    uint32_t sums[ROW_CELLS + 1] = {0};
    for (unsigned cell = 0; cell < ROW_CELLS; cell++)
        sums[cell + 1] = sums[cell] + (row_weight(row, cell) & (0 - (uint32_t)(best >> cell & 1)));
    return sampler_draw_sums(sums, ROW_CELLS, random);
}

/* Lane `lane` makes its move of `ply`. A finished match goes from one absorbing row to another. */
ALWAYS_INLINE void play_ply(struct step *step, struct run run, unsigned ply, unsigned lane,
                            uint32_t random, bool explores)
{
    const struct row *rows = explores ? step->explored[ply & 1] : step->drawn[ply & 1];
    const struct row *row = row_at(rows, step->passed[ply][lane]);
    size_t move = run.proves ? row_draw_best(row, random) : row_draw(row, random);
    step->moves[ply][lane] = (uint8_t)move;
    step->passed[ply + 1][lane] = (uint32_t)(row->next[move] * sizeof *row);
}

ALWAYS_INLINE bool decides_to_explore(const struct step *step, struct run run, unsigned number)
{
    return run.explores && step->second_numbers[number] < step->explore_below;
}

/* Walks back over a match, from the last move, which won or filled the board: what a move is known
 * to lead to follows from what the other player can do then. */
ALWAYS_INLINE void prove_match(struct step *step, struct run run, unsigned lane, unsigned end)
{
    const unsigned plies = run.plies - end / RESULT_COUNT;
    int proof = end % RESULT_COUNT + 1 == RESULT_DRAW ? 0 : 1; /* for who made the last move */
    for (unsigned ply = plies; ply-- > 0;) {
        struct row *row = (struct row *)((char *)step->rows + step->passed[ply][lane]);
        proof = row_prove(row, step->moves[ply][lane], proof, run.learners >> (ply & 1) & 1);
    }
}

ALWAYS_INLINE void learn_match(struct step *step, struct run run, unsigned lane)
{
    uint32_t last = (uint32_t)(step->passed[run.plies][lane] / sizeof(struct row));
    uint32_t end = last - step->decision_rows;
    /* Copies, since for all that the compiler knows a row's change could change the originals. */
    const int32_t changes[2] = {step->changes[end][0], step->changes[end][1]};
    char *rows = (char *)step->rows;
    for (unsigned ply = 0; ply < run.plies; ply++)
        if (run.learners >> (ply & 1) & 1)
            row_learn((struct row *)(rows + step->passed[ply][lane]), step->moves[ply][lane],
                      changes[ply & 1]);
    step->ends[end]++;
    if (run.proves)
        prove_match(step, run, lane, end);
}

ALWAYS_INLINE void take_numbers(struct step *step, struct run run, struct rng_blocks *random)
{
    take_block(random, step->numbers);
    KEEP_IN_MEMORY(step->numbers);
    if (run.explores) {
        take_block(random, step->second_numbers);
        KEEP_IN_MEMORY(step->second_numbers);
    }
}

ALWAYS_INLINE void play_lock_steps(struct step *step, struct run run, struct rng_blocks *random,
                                   uint64_t count)
{
    for (; count > 0; count--) {
        for (unsigned ply = 0; ply + 1 < run.plies; ply++) {
            take_numbers(step, run, random);
#pragma GCC unroll 16
            for (unsigned lane = 0; lane < SELFPLAY_LANES; lane++)
                play_ply(step, run, ply, lane, step->numbers[lane],
                         decides_to_explore(step, run, lane));
        }
        for (unsigned lane = 0; lane < SELFPLAY_LANES; lane++)
            play_ply(step, run, run.plies - 1, lane, 0, false);
        for (unsigned lane = 0; lane < SELFPLAY_LANES; lane++)
            learn_match(step, run, lane);
    }
}

ALWAYS_INLINE void play_single(struct step *step, struct run run, struct rng_blocks *random,
                               uint64_t count)
{
    unsigned taken = RNG_BLOCK;
    for (; count > 0; count--) {
        for (unsigned ply = 0; ply + 1 < run.plies; ply++) {
            if (taken == RNG_BLOCK) {
                take_numbers(step, run, random);
                taken = 0;
            }
            play_ply(step, run, ply, 0, step->numbers[taken], decides_to_explore(step, run, taken));
            taken++;
        }
        play_ply(step, run, run.plies - 1, 0, 0, false);
        learn_match(step, run, 0);
    }
}

ALWAYS_INLINE void play_run(struct step *step, struct run run, const struct selfplay *plan)
{
    struct rng_blocks random;
    rng_blocks_seed(&random, plan->seed);
    uint64_t lock_steps = plan->lanes == SELFPLAY_LANES ? plan->matches / SELFPLAY_LANES : 0;
    play_lock_steps(step, run, &random, lock_steps);
    play_single(step, run, &random, plan->matches - lock_steps * SELFPLAY_LANES);
}

/* Each case is compiled by itself: the rules as they are by default, both players learning. */
static void dispatch(struct step *step, struct run run, const struct selfplay *plan)
{
    if (run.plies != ROW_CELLS || run.learners != LEARN_BOTH)
        play_run(step, run, plan);
    else if (run.proves)
        play_run(step, (struct run){ROW_CELLS, LEARN_BOTH, run.explores, true}, plan);
    else if (run.explores)
        play_run(step, (struct run){ROW_CELLS, LEARN_BOTH, true, false}, plan);
    else
        play_run(step, (struct run){ROW_CELLS, LEARN_BOTH, false, false}, plan);
}

static void tally_ends(const struct step *step, const struct states *states, struct tally *out)
{
    *out = (struct tally){.plies = 0};
    for (unsigned end = 0; end < states->levels * RESULT_COUNT; end++) {
        out->results[end % RESULT_COUNT] += step->ends[end];
        out->plies += step->ends[end] * (states->cells - end / RESULT_COUNT);
    }
}

static void prepare_player(struct step *step, const struct brain *brain,
                           const struct selfplay *plan, unsigned player)
{
    const struct brain *opponent = plan->opponent != NULL ? plan->opponent : brain;
    bool learns = plan->learners >> (player - 1) & 1;
    bool explores = learns && brain->rule.explore > 0;
    step->drawn[player - 1] = learns ? brain->rows : opponent->rows;
    step->explored[player - 1] = explores ? plan->uniform->rows : step->drawn[player - 1];
    for (unsigned end = 0; end < brain->states->levels * RESULT_COUNT; end++)
        step->changes[end][player - 1] =
            rule_change(&brain->rule, (enum result)(end % RESULT_COUNT + 1), player);
}

/* The kernel's play(). */
static void play(struct brain *brain, const struct selfplay *plan, struct tally *out)
{
    const struct states *states = brain->states;
    struct step step = {.rows = brain->rows,
                        .decision_rows = states->rows,
                        .explore_below = (uint64_t)brain->rule.explore << 16};
    for (unsigned player = 1; player <= 2; player++)
        prepare_player(&step, brain, plan, player);
    struct run run = {.plies = states->cells,
                      .learners = plan->learners,
                      .explores = brain->rule.explore > 0,
                      .proves = rule_has_proofs(&brain->rule)};
    dispatch(&step, run, plan);
    tally_ends(&step, states, out);
}

#endif
