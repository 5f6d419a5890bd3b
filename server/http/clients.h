/*
 * clients - who is there: how many connections an address has, and how fast it asks.
 *
 * An IPv6 address counts with all of its /64, which is what one subscriber gets. Rates are kept by
 * a token bucket that holds a second's worth.
 */
#ifndef TTSTD_HTTP_CLIENTS_H
#define TTSTD_HTTP_CLIENTS_H

#include "base/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client {
    struct client *next; /* in its bucket of the table */
    struct address key;
    unsigned connections;
    double tokens; /* requests that it may make at once */
    int64_t filled_ms;
};

enum { CLIENT_BUCKETS = 4096 };

struct clients {
    struct client *buckets[CLIENT_BUCKETS];
    unsigned count;
};

/* The client of that address, made if it is new. NULL: no memory. */
struct client *clients_find(struct clients *clients, const struct address *address);

/* Whether it may make another request now, of which `per_second` are allowed; takes its token. */
bool client_may_ask(struct client *client, unsigned per_second, int64_t now_ms);

/* Who asks, of a request that came from `peer`. `list` is what it says as X-Forwarded-For: who
 * asked whom, the last whom `peer` was asked by. From its end, the first that is no proxy of ours
 * is the client; what stands before it anybody can have written. If that one is no address, the
 * client is address_unknown, which is nobody's: it must not pass as the proxy itself, perhaps on
 * this machine. */
struct address client_behind(const char *list, size_t size, const struct network proxies[],
                             unsigned count, struct address peer);

/* Forgets those without connections that have not asked for a while. */
void clients_prune(struct clients *clients, int64_t now_ms);
void clients_free(struct clients *clients);

#endif
