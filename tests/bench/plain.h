/*
 * plain - the baseline of the benchmarks: the same learning written the obvious way.
 *
 * A board is a base-3 number that indexes a table of nine weights; a move is drawn by a
 * linear scan; one match at a time. Only 3x3.
 */
#ifndef TTSTD_BENCH_PLAIN_H
#define TTSTD_BENCH_PLAIN_H

#include <stdint.h>

struct plain;

/* A fresh table under the rule `beads`; NULL: no memory. */
struct plain *plain_create(uint64_t seed);
void plain_destroy(struct plain *plain);

/* Plays and learns `matches` matches; returns how many moves were made. */
uint64_t plain_train(struct plain *plain, uint64_t matches);

#endif
