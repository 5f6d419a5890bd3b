#include "support/tables.h"

#include "engine/selfplay.h"
#include "support/unit.h"

#include <string.h>

const struct states *tables_states(void)
{
    static struct states *states;
    if (states == NULL)
        ck_assert_int_eq(states_create(game_find("tictactoe"), &states), ERR_OK);
    return states;
}

struct brain *tables_fresh(const struct rule *rule)
{
    struct rule beads = rule_default(RULE_BEADS);
    struct brain *table;
    ck_assert_int_eq(brain_create(tables_states(), rule != NULL ? rule : &beads, &table), ERR_OK);
    return table;
}

struct brain *tables_played(uint64_t seed, uint64_t matches)
{
    struct brain *table = tables_fresh(NULL);
    struct selfplay plan = {.seed = seed, .matches = matches, .lanes = 1, .learners = LEARN_BOTH};
    struct tally tally;
    selfplay_run(table, &plan, &tally);
    table->matches = matches;
    memcpy(table->results, tally.results, sizeof table->results);
    return table;
}

struct brain *tables_copy(const struct brain *table)
{
    struct brain *copy;
    ck_assert_int_eq(brain_create(table->states, &table->rule, &copy), ERR_OK);
    brain_copy(copy, table);
    return copy;
}

bool tables_same(const struct brain *a, const struct brain *b)
{
    if (a->matches != b->matches || memcmp(a->results, b->results, sizeof a->results) != 0)
        return false;
    for (uint32_t row = 0; row < a->states->rows; row++)
        if (memcmp(a->rows[row].sums, b->rows[row].sums, sizeof a->rows[row].sums) != 0)
            return false;
    return true;
}

bool tables_sound(const struct brain *table)
{
    const struct states *states = table->states;
    uint64_t counted = 0;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        counted += table->results[result];
    bool sound = counted == table->matches;
    for (uint32_t row = 0; row < states->rows; row++) {
        uint64_t empty = board_empty(&states->game, states->boards[row]);
        uint64_t total = 0;
        for (unsigned cell = 0; cell < states->cells; cell++) {
            uint32_t weight = tables_weight(table, row, cell);
            sound = sound && (weight != 0) == ((empty >> cell & 1) != 0);
            total += weight;
        }
        sound = sound && total <= table->rule.halve_above;
    }
    return sound;
}

uint32_t tables_weight(const struct brain *table, uint32_t row, unsigned cell)
{
    return row_weight(&table->rows[row], cell);
}

void tables_set_weight(struct brain *table, uint32_t row, unsigned cell, uint32_t weight)
{
    uint32_t weights[ROW_CELLS];
    brain_weights(table, row, weights);
    weights[cell] = weight;
    brain_set_weights(table, row, weights);
}
