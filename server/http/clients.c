#include "http/clients.h"

#include <stdlib.h>
#include <string.h>

enum {
    FORGET_AFTER_MS = 2000, /* a bucket is full again by then */
    PRUNE_ABOVE = 1024,     /* clients: fewer are not worth a walk through the table */
};

static struct address key_of(const struct address *address)
{
    struct address key = *address;
    if (!address_is_ipv4(address))
        memset(key.bytes + 8, 0, 8);
    return key;
}

/* FNV-1a; who picks addresses that collide gains nothing but a longer walk for himself. */
static unsigned bucket_of(const struct address *key)
{
    uint32_t hash = 2166136261u;
    for (unsigned i = 0; i < sizeof key->bytes; i++)
        hash = (hash ^ key->bytes[i]) * 16777619u;
    return hash % CLIENT_BUCKETS;
}

struct client *clients_find(struct clients *clients, const struct address *address)
{
    const struct address key = key_of(address);
    struct client **bucket = &clients->buckets[bucket_of(&key)];
    struct client *client = *bucket;
    while (client != NULL && memcmp(&client->key, &key, sizeof key) != 0)
        client = client->next;
    if (client != NULL)
        return client;
    client = calloc(1, sizeof *client);
    if (client == NULL)
        return NULL;
    client->key = key;
    client->next = *bucket;
    *bucket = client;
    clients->count++;
    return client;
}

bool client_may_ask(struct client *client, unsigned per_second, int64_t now_ms)
{
    double most = per_second;
    if (client->filled_ms == 0)
        client->tokens = most;
    else
        client->tokens += (double)(now_ms - client->filled_ms) * most / 1000;
    if (client->tokens > most)
        client->tokens = most;
    client->filled_ms = now_ms;
    if (client->tokens < 1)
        return false;
    client->tokens -= 1;
    return true;
}

struct address client_behind(const char *list, size_t size, const struct network proxies[],
                             unsigned count, struct address peer)
{
    struct address client = peer;
    size_t end = size;
    while (end > 0 && networks_have(proxies, count, &client)) {
        size_t begin = end;
        while (begin > 0 && list[begin - 1] != ',')
            begin--;
        size_t first = begin;
        size_t last = end;
        while (first < last && (list[first] == ' ' || list[first] == '\t'))
            first++;
        while (last > first && (list[last - 1] == ' ' || list[last - 1] == '\t'))
            last--;
        const bool is_empty = first == last; /* which is no element of a list */
        if (!is_empty &&
            (!address_parse_host(list + first, last - first, &client) || address_is_unix(&client)))
            return address_unknown;
        end = begin > 0 ? begin - 1 : 0;
    }
    return client;
}

void clients_prune(struct clients *clients, int64_t now_ms)
{
    if (clients->count <= PRUNE_ABOVE)
        return;
    for (unsigned i = 0; i < CLIENT_BUCKETS; i++) {
        for (struct client **link = &clients->buckets[i]; *link != NULL;) {
            struct client *client = *link;
            if (client->connections > 0 || now_ms - client->filled_ms < FORGET_AFTER_MS) {
                link = &client->next;
                continue;
            }
            *link = client->next;
            free(client);
            clients->count--;
        }
    }
}

void clients_free(struct clients *clients)
{
    for (unsigned i = 0; i < CLIENT_BUCKETS; i++) {
        while (clients->buckets[i] != NULL) {
            struct client *client = clients->buckets[i];
            clients->buckets[i] = client->next;
            free(client);
        }
    }
}
