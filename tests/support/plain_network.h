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

/* The player that does not learn is the other network's, by weight; NULL: every move alike. The
 * plan's own opponent is not looked at. */
void plain_network_practise_against(struct plain_network *network, struct plain_network *opponent,
                                    const struct practice *plan, struct tally *out);

/* Learns a match from its cells. */
void plain_network_learn(struct plain_network *network, const struct practice *plan,
                         const uint8_t cells[], unsigned plies);

/* What a move is served with that is so many 65536ths worse than the best. */
uint32_t plain_network_weight(int32_t worse);

#endif
