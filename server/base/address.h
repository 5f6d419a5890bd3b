/*
 * address - numeric IP addresses, and networks of them.
 */
#ifndef TTSTD_BASE_ADDRESS_H
#define TTSTD_BASE_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* IPv4 as it is mapped into IPv6, or IPv6. All zeros: a unix socket's other end. */
struct address {
    uint8_t bytes[16];
};

/* Somebody whom a proxy could not name: 0.0.0.0, which is nobody's; as text "unknown". */
extern const struct address address_unknown;

struct address address_of(const struct sockaddr *sockaddr);
/* False if the text, of that length, is no numeric address. */
bool address_parse(const char *text, size_t length, struct address *out);
/* Likewise, with a port after it or not; IPv6 may stand in brackets, and with a port must. */
bool address_parse_host(const char *text, size_t length, struct address *out);
bool address_is_ipv4(const struct address *address);
bool address_is_loopback(const struct address *address);
bool address_is_unix(const struct address *address);
void address_format(const struct address *address, char out[INET6_ADDRSTRLEN]);

/* The addresses that share the first `bits` of 128. */
struct network {
    struct address address;
    unsigned bits;
};

enum { NETWORK_TEXT_SIZE = INET6_ADDRSTRLEN + 4 };

/* ADDRESS or ADDRESS/BITS. */
bool network_parse(const char *text, struct network *out);
void network_format(const struct network *network, char out[NETWORK_TEXT_SIZE]);
bool network_has(const struct network *network, const struct address *address);
/* Whether one of so many networks has it. */
bool networks_have(const struct network networks[], unsigned count, const struct address *address);

#endif
