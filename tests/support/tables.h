/*
 * tables - what tests of training, store and service need of brains: tic-tac-toe's tables, fresh or
 * played, and whether two of them are the same.
 */
#ifndef TTSTD_TESTS_SUPPORT_TABLES_H
#define TTSTD_TESTS_SUPPORT_TABLES_H

#include "engine/brain.h"
#include "engine/game/solution.h"

/* Tic-tac-toe's boards, which live as long as the process. */
const struct atlas *tables_atlas(void);

/* Of these, all. */
const struct states *tables_states(void);

/* Reduced by symmetry. */
const struct states *tables_reduced_states(void);

/* A default rule, with symmetry or without. */
struct rule tables_rule(enum rule_kind kind, bool symmetry);

/* The states that brains under a rule have, and their solution. */
const struct states *tables_states_of(const struct rule *rule);
const struct solution *tables_solution_of(const struct rule *rule);

/* A brain of these that every legal move weighs the same in. */
const struct brain *tables_uniform_of(const struct rule *rule);

/* A fresh table; `rule` NULL: beads as it is by default. */
struct brain *tables_fresh(const struct rule *rule);

/* A table that has played and counted that many matches. */
struct brain *tables_played(uint64_t seed, uint64_t matches);
struct brain *tables_played_by(const struct rule *rule, uint64_t seed, uint64_t matches);

struct brain *tables_copy(const struct brain *table);

/* Whether matches, results and all weights are the same. */
bool tables_same(const struct brain *a, const struct brain *b);

/* Whether a table keeps the invariants of engine/brain.h. */
bool tables_sound(const struct brain *table);

/* The weight of a cell, and a table with another one there. */
uint32_t tables_weight(const struct brain *table, uint32_t row, unsigned cell);
void tables_set_weight(struct brain *table, uint32_t row, unsigned cell, uint32_t weight);

#endif
