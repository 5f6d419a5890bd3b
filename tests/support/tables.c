#include "support/tables.h"

#include "engine/opponent.h"
#include "engine/selfplay.h"
#include "engine/table/table.h"
#include "support/unit.h"

#include <string.h>

const struct atlas *tables_atlas(void)
{
    static struct atlas *atlas;
    if (atlas == NULL)
        ck_assert_int_eq(atlas_create(game_at(0), &atlas), ERR_OK);
    return atlas;
}

const struct states *tables_states(void)
{
    return tables_atlas()->states[false];
}

const struct states *tables_reduced_states(void)
{
    return tables_atlas()->states[true];
}

struct rule tables_rule(enum rule_kind kind, bool symmetry)
{
    struct rule rule = rule_default(kind);
    rule.symmetry = symmetry;
    return rule;
}

const struct states *tables_states_of(const struct rule *rule)
{
    return atlas_states(tables_atlas(), rule);
}

const struct solution *tables_solution_of(const struct rule *rule)
{
    return atlas_solution(tables_atlas(), rule);
}

const struct brain *tables_uniform_of(const struct rule *rule)
{
    static struct brain *brains[2];
    struct brain **brain = &brains[rule->symmetry];
    if (*brain == NULL)
        ck_assert_int_eq(table_uniform(tables_states_of(rule), brain), ERR_OK);
    return *brain;
}

struct brain *tables_fresh(const struct rule *rule)
{
    struct rule beads = rule_default(RULE_BEADS);
    struct brain *table;
    if (rule == NULL)
        rule = &beads;
    ck_assert_int_eq(brain_create(tables_atlas(), rule, &table), ERR_OK);
    return table;
}

struct brain *tables_played(uint64_t seed, uint64_t matches)
{
    return tables_played_by(NULL, seed, matches);
}

struct brain *tables_played_by(const struct rule *rule, uint64_t seed, uint64_t matches)
{
    struct brain *table = tables_fresh(rule);
    struct selfplay plan = {.seed = seed,
                            .matches = matches,
                            .lanes = 1,
                            .learners = LEARN_BOTH,
                            .uniform = tables_uniform_of(&table->rule)};
    struct tally tally;
    selfplay_run(table, &plan, &tally);
    table->matches = matches;
    memcpy(table->results, tally.results, sizeof table->results);
    return table;
}

struct brain *tables_copy(const struct brain *table)
{
    struct brain *copy;
    ck_assert_int_eq(brain_create_like(table, &copy), ERR_OK);
    brain_copy(copy, table);
    return copy;
}

bool tables_same(const struct brain *a, const struct brain *b)
{
    if (a->matches != b->matches || memcmp(a->results, b->results, sizeof a->results) != 0)
        return false;
    for (uint32_t row = 0; row < a->states->rows; row++)
        if (!row_is_same(&a->rows[row], &b->rows[row]))
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
        uint64_t legal = states->legal[row];
        uint64_t total = 0;
        for (unsigned cell = 0; cell < states->cells; cell++) {
            uint32_t weight = tables_weight(table, row, cell);
            sound = sound && (weight != 0) == ((legal >> cell & 1) != 0);
            total += weight;
        }
        sound = sound && total <= table->rule.halve_above;
        const struct row *proofs = &table->rows[row];
        sound = sound && (proofs->winning & proofs->losing) == 0 &&
                ((proofs->winning | proofs->losing) & ~legal) == 0 &&
                (rule_has_proofs(&table->rule) || (proofs->winning | proofs->losing) == 0);
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
    table_weights(table, row, weights);
    weights[cell] = weight;
    table_set_weights(table, row, weights);
}
