/*
 * networks - small brains under the rule patterns, of 3x3 cells under gravity, for what reads the
 * bytes of such.
 */
#ifndef TTSTD_TESTS_FUZZ_NETWORKS_H
#define TTSTD_TESTS_FUZZ_NETWORKS_H

#include "engine/brain.h"

/* Kept until the end. */
const struct atlas *networks_atlas(void);

struct rule networks_rule(void);
struct brain *networks_fresh(void);

/* One that has played and counted so many matches. */
struct brain *networks_played(uint64_t seed, uint64_t matches);

/* Whether it keeps its invariants. */
bool networks_sound(const struct brain *brain);

#endif
