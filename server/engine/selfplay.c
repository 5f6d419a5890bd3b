#include "engine/selfplay.h"

#include "engine/sampler.h"

/* What one lock step needs; kept small so that it stays in the first-level cache. */
struct step {
    struct row *rows;
    uint32_t decision_rows;
    unsigned plies; /* of the longest match */
    unsigned learners;
    /* The weight changes of a match, by result - 1 and player - 1. */
    int32_t changes[RESULT_COUNT][2];
    uint16_t state[SELFPLAY_LANES];
    uint16_t path[ROW_CELLS][SELFPLAY_LANES]; /* the rows passed, ply by ply */
    uint8_t moves[ROW_CELLS][SELFPLAY_LANES];
    struct tally tally;
};

/* Lane `lane` makes its move of `ply`. A finished match goes round on its absorbing row. */
static inline void play_ply(struct step *step, unsigned ply, unsigned lane, uint32_t random)
{
    uint16_t state = step->state[lane];
    const struct row *row = &step->rows[state];
    unsigned move = sampler_draw_sums(row->sums, ROW_CELLS, random);
    step->path[ply][lane] = state;
    step->moves[ply][lane] = (uint8_t)move;
    step->state[lane] = row->next[move];
}

static inline void learn_match(struct step *step, unsigned lane)
{
    unsigned result = step->state[lane] - step->decision_rows;
    unsigned ply = 0;
    for (; ply < step->plies && step->path[ply][lane] < step->decision_rows; ply++)
        if (step->learners >> (ply & 1) & 1)
            row_change(&step->rows[step->path[ply][lane]], step->moves[ply][lane],
                       step->changes[result][ply & 1]);
    step->tally.results[result]++;
    step->tally.plies += ply;
}

static void start_lanes(struct step *step, unsigned lanes)
{
    for (unsigned lane = 0; lane < lanes; lane++)
        step->state[lane] = 0; /* the empty board is row 0 */
}

static void play_lock_steps(struct step *step, struct rng_blocks *random, uint64_t count)
{
    for (; count > 0; count--) {
        start_lanes(step, SELFPLAY_LANES);
        for (unsigned ply = 0; ply + 1 < step->plies; ply++) {
            uint32_t numbers[RNG_BLOCK];
            rng_blocks_next(random, numbers);
            for (unsigned lane = 0; lane < SELFPLAY_LANES; lane++)
                play_ply(step, ply, lane, numbers[lane]);
        }
        for (unsigned lane = 0; lane < SELFPLAY_LANES; lane++)
            play_ply(step, step->plies - 1, lane, 0);
        for (unsigned lane = 0; lane < SELFPLAY_LANES; lane++)
            learn_match(step, lane);
    }
}

static void play_single(struct step *step, struct rng_blocks *random, uint64_t count)
{
    uint32_t numbers[RNG_BLOCK];
    unsigned taken = RNG_BLOCK;
    for (; count > 0; count--) {
        start_lanes(step, 1);
        for (unsigned ply = 0; ply + 1 < step->plies; ply++) {
            if (taken == RNG_BLOCK) {
                rng_blocks_next(random, numbers);
                taken = 0;
            }
            play_ply(step, ply, 0, numbers[taken++]);
        }
        play_ply(step, step->plies - 1, 0, 0);
        learn_match(step, 0);
    }
}

void selfplay_run(struct brain *brain, const struct selfplay *plan, struct tally *out)
{
    struct step step = {.rows = brain->rows,
                        .decision_rows = brain->states->rows,
                        .plies = brain->states->cells,
                        .learners = plan->learners};
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        for (unsigned player = 1; player <= 2; player++)
            step.changes[result][player - 1] =
                rule_change(&brain->rule, (enum result)(result + 1), player);
    struct rng_blocks random;
    rng_blocks_seed(&random, plan->seed);
    uint64_t lock_steps = plan->lanes == SELFPLAY_LANES ? plan->matches / SELFPLAY_LANES : 0;
    play_lock_steps(&step, &random, lock_steps);
    play_single(&step, &random, plan->matches - lock_steps * SELFPLAY_LANES);
    *out = step.tally;
}

const char *selfplay_kernel(void)
{
    return "scalar";
}
