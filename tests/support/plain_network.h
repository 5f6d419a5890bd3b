/*
 * plain_network - what server/engine/patterns/ says, done the obvious way: patterns as sets of
 * cells, weights in a list by what stands on a pattern's cells, every board read anew. Slow, and
 * the same to the bit.
 */
#ifndef TTSTD_TESTS_SUPPORT_PLAIN_NETWORK_H
#define TTSTD_TESTS_SUPPORT_PLAIN_NETWORK_H

#include "engine/patterns/practice.h"

struct plain_network;

struct plain_network *plain_network_create(const struct game *game);
void plain_network_destroy(struct plain_network *network);

unsigned plain_network_patterns(const struct plain_network *network);
int32_t plain_network_value(struct plain_network *network, struct board board);
void plain_network_practise(struct plain_network *network, const struct practice *plan,
                            struct tally *out);

#endif
