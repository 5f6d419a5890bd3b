/*
 * selfplay_loop - many matches in lock step: the loop that every kernel compiles around its own
 * way of drawing from a row and of changing one.
 *
 * A kernel's file defines these, static and inline, and then includes this one:
 *
 *     size_t row_draw(const struct row *row, uint32_t random);    sampler_draw_sums()
 *     size_t row_draw_among(const struct row *row, row_set cells, uint32_t random);
 *                                       the same as if all other cells had no weight
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
#ifndef TTSTD_ENGINE_TABLE_SELFPLAY_LOOP_H
#define TTSTD_ENGINE_TABLE_SELFPLAY_LOOP_H

#include "engine/selfplay.h"
#include "engine/table/kernels.h"
#include "engine/table/sampler.h"

#include <stddef.h>

/* Makes the compiler forget what it knows of an object's content. */
#define KEEP_IN_MEMORY(object) __asm__("" : "+m"(object))

/* How a match can end: a result after a number of moves, as absorbing rows are numbered. */
enum { ENDS_MAX = ROW_CELLS * RESULT_COUNT };

/* What one lock step needs; kept small so that it stays in the first-level cache. */
struct step {
    struct row *rows;
    const struct row *drawn[2][2]; /* that player 1, player 2 draws from: usually, exploring */
    uint32_t explore_last;         /* the largest second number of a ply that means exploring */
    int32_t changes[ENDS_MAX][2];  /* the weight changes of a match, by its end and player - 1 */
    uint64_t ends[ENDS_MAX];       /* how many matches ended so */
    uint32_t decision_rows;
    alignas(64) uint32_t numbers[ROW_CELLS][SELFPLAY_LANES]; /* ply by ply */
    alignas(64) uint32_t second_numbers[ROW_CELLS][SELFPLAY_LANES];
    uint32_t passed[ROW_CELLS + 1][SELFPLAY_LANES]; /* offsets of rows, ply by ply, and the end */
    uint8_t moves[ROW_CELLS][SELFPLAY_LANES];
    /* If the rule proves: the sets of the rows that were passed, here for all lanes to be looked at
     * side by side. */
    alignas(64) row_set legal[ROW_CELLS + 1][SELFPLAY_LANES];
    alignas(64) row_set winning[ROW_CELLS + 1][SELFPLAY_LANES];
    alignas(64) row_set losing[ROW_CELLS + 1][SELFPLAY_LANES];
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

/* Lane `lane` makes its move of `ply`. A finished match goes from one absorbing row to another. On
 * a full board's last cell nothing is left to choose among. */
ALWAYS_INLINE void play_ply(struct step *step, struct run run, unsigned ply, unsigned lane,
                            uint32_t random, bool explores)
{
    const struct row *rows = step->drawn[ply & 1][explores];
    const struct row *row = row_at(rows, step->passed[ply][lane]);
    const bool is_forced = ply + 1 == run.plies;
    size_t move = run.proves && !is_forced ? row_draw_among(row, row_best(row), random)
                                           : row_draw(row, random);
    step->moves[ply][lane] = (uint8_t)move;
    step->passed[ply + 1][lane] = (uint32_t)(row->next[move] * sizeof *row);
}

ALWAYS_INLINE void note_sets(struct step *step, unsigned ply, unsigned lane)
{
    const struct row *row = row_at(step->rows, step->passed[ply][lane]);
    step->legal[ply][lane] = row->legal;
    step->winning[ply][lane] = row->winning;
    step->losing[ply][lane] = row->losing;
}

/* Not 0 if there is a lane whose move of a ply is not known to be what follows from the row that it
 * led to. */
ALWAYS_INLINE row_set brings_proof(const struct step *step, unsigned ply, unsigned lanes)
{
    row_set brings = 0;
    for (unsigned lane = 0; lane < lanes; lane++) {
        const row_set move = (row_set)((row_set)1 << step->moves[ply][lane]);
        const row_set wins_after = step->winning[ply + 1][lane];
        const row_set open_after = step->losing[ply + 1][lane] ^ step->legal[ply + 1][lane];
        const row_set known_lost = step->losing[ply][lane] & move;
        const row_set known_won = step->winning[ply][lane] & move;
        brings |= (wins_after != 0 && known_lost == 0) ? 1 : 0;
        brings |= (wins_after == 0 && open_after == 0 && known_won == 0) ? 1 : 0;
    }
    return brings;
}

/* Walks back over a match, from the last ply: what a move is known to lead to follows from what the
 * other player can do then. Absorbing rows tell who has won, and learn nothing. */
ALWAYS_INLINE void prove_match(struct step *step, struct run run, unsigned lane)
{
    int proof = -row_proof(row_at(step->rows, step->passed[run.plies][lane]));
    for (unsigned ply = run.plies; ply-- > 0;) {
        struct row *row = (struct row *)((char *)step->rows + step->passed[ply][lane]);
        proof = row_prove(row, step->moves[ply][lane], proof, run.learners >> (ply & 1) & 1);
    }
}

/* Nearly no match proves anything once a brain has played for a while; and if none of a lock step
 * does by what was known before, none does by what another one of them has proven. */
ALWAYS_INLINE void prove_matches(struct step *step, struct run run, unsigned lanes)
{
    row_set brings = 0;
    KEEP_IN_MEMORY(step->legal);
    KEEP_IN_MEMORY(step->winning);
    KEEP_IN_MEMORY(step->losing);
    for (unsigned ply = 0; ply < run.plies; ply++)
        brings |= brings_proof(step, ply, lanes);
    for (unsigned lane = 0; brings && lane < lanes; lane++)
        prove_match(step, run, lane);
}

ALWAYS_INLINE void learn_match(struct step *step, struct run run, unsigned lane)
{
    uint32_t last = (uint32_t)(step->passed[run.plies][lane] / sizeof(struct row));
    uint32_t end = last - step->decision_rows;
    /* Copies, since for all that the compiler knows a row's change could change the originals. */
    const int32_t changes[2] = {step->changes[end][0], step->changes[end][1]};
    char *rows = (char *)step->rows;
    for (unsigned ply = 0; run.proves && ply <= run.plies; ply++)
        note_sets(step, ply, lane);
    for (unsigned ply = 0; ply < run.plies; ply++)
        if (run.learners >> (ply & 1) & 1)
            row_learn((struct row *)(rows + step->passed[ply][lane]), step->moves[ply][lane],
                      changes[ply & 1]);
    step->ends[end]++;
}

/* Takes the numbers of the next `plies` plies. */
ALWAYS_INLINE void take_numbers(struct step *step, struct run run, struct rng_blocks *random,
                                unsigned plies)
{
    for (unsigned ply = 0; ply < plies; ply++) {
        take_block(random, step->numbers[ply]);
        if (run.explores)
            take_block(random, step->second_numbers[ply]);
    }
    KEEP_IN_MEMORY(step->numbers);
    KEEP_IN_MEMORY(step->second_numbers);
}

ALWAYS_INLINE bool decides_to_explore(const struct step *step, struct run run, unsigned ply,
                                      unsigned number)
{
    return run.explores && step->second_numbers[ply][number] <= step->explore_last;
}

ALWAYS_INLINE void play_lock_steps(struct step *step, struct run run, struct rng_blocks *random,
                                   uint64_t count)
{
    for (; count > 0; count--) {
        take_numbers(step, run, random, run.plies - 1);
        for (unsigned ply = 0; ply + 1 < run.plies; ply++) {
#pragma GCC unroll 16
            for (unsigned lane = 0; lane < SELFPLAY_LANES; lane++)
                play_ply(step, run, ply, lane, step->numbers[ply][lane],
                         decides_to_explore(step, run, ply, lane));
        }
        for (unsigned lane = 0; lane < SELFPLAY_LANES; lane++)
            play_ply(step, run, run.plies - 1, lane, 0, false);
        for (unsigned lane = 0; lane < SELFPLAY_LANES; lane++)
            learn_match(step, run, lane);
        if (run.proves)
            prove_matches(step, run, SELFPLAY_LANES);
    }
}

ALWAYS_INLINE void play_single(struct step *step, struct run run, struct rng_blocks *random,
                               uint64_t count)
{
    unsigned taken = RNG_BLOCK;
    for (; count > 0; count--) {
        for (unsigned ply = 0; ply + 1 < run.plies; ply++) {
            if (taken == RNG_BLOCK) {
                take_numbers(step, run, random, 1);
                taken = 0;
            }
            play_ply(step, run, ply, 0, step->numbers[0][taken],
                     decides_to_explore(step, run, 0, taken));
            taken++;
        }
        play_ply(step, run, run.plies - 1, 0, 0, false);
        learn_match(step, run, 0);
        if (run.proves)
            prove_matches(step, run, 1);
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
    const bool is_common = run.plies == ROW_CELLS && run.learners == LEARN_BOTH;
    if (is_common && run.proves && run.explores)
        play_run(step, (struct run){ROW_CELLS, LEARN_BOTH, true, true}, plan);
    else if (is_common && !run.proves && run.explores)
        play_run(step, (struct run){ROW_CELLS, LEARN_BOTH, true, false}, plan);
    else if (is_common && !run.proves)
        play_run(step, (struct run){ROW_CELLS, LEARN_BOTH, false, false}, plan);
    else
        play_run(step, run, plan);
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
    const struct row **drawn = step->drawn[player - 1];
    drawn[false] = learns ? brain->rows : opponent->rows;
    drawn[true] = explores ? plan->uniform->rows : drawn[false];
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
                        .explore_last = (brain->rule.explore << 16) - 1};
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
