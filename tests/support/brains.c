#include "support/brains.h"

#include "support/unit.h"

const struct states *brains_small_states(void)
{
    static const struct game game = {.width = 3, .height = 2, .run = 2};
    static struct states *states;
    if (states == NULL)
        ck_assert_int_eq(states_create(&game, &states), ERR_OK);
    return states;
}

struct brain *brains_fresh(const struct states *states)
{
    struct rule rule = rule_default(RULE_BEADS);
    struct brain *brain;
    ck_assert_int_eq(brain_create(states, &rule, &brain), ERR_OK);
    return brain;
}

bool brains_is_empty(const struct brain *brain, uint32_t row, unsigned cell)
{
    const struct states *states = brain->states;
    return cell < states->cells &&
           (board_empty(&states->game, states->boards[row]) >> cell & 1) != 0;
}

void brains_fill_random(struct brain *brain, struct rng *rng, uint32_t most)
{
    for (uint32_t row = 0; row < brain->states->rows; row++) {
        uint32_t weights[ROW_CELLS] = {0};
        for (unsigned cell = 0; cell < ROW_CELLS; cell++)
            if (brains_is_empty(brain, row, cell))
                weights[cell] = 1 + (uint32_t)(rng_next(rng) % most);
        unsigned cell = (unsigned)(rng_next(rng) % ROW_CELLS);
        if (rng_next(rng) % 16 == 0 && brains_is_empty(brain, row, cell))
            weights[cell] = RULE_HALVE_ABOVE_MAX - ROW_CELLS * most;
        brain_set_weights(brain, row, weights);
    }
}

void brains_garble_absorbing_rows(struct brain *brain, uint32_t value)
{
    for (uint32_t row = brain->states->rows; row < states_all_rows(brain->states); row++)
        for (unsigned i = 0; i <= ROW_CELLS; i++)
            brain->rows[row].sums[i] = value + i;
}

void brains_assert_same_digest(const struct brain *a, const struct brain *b)
{
    char digests[2][BRAIN_DIGEST_SIZE];
    brain_digest(a, digests[0]);
    brain_digest(b, digests[1]);
    ck_assert_str_eq(digests[0], digests[1]);
}
