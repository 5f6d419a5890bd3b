#include "base/address.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { MAPPED_BITS = 96 };

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

const struct address address_unknown = {.bytes = {[10] = 0xff, [11] = 0xff}};

static struct address map_ipv4(const struct in_addr *ipv4)
{
    struct address address;
    memcpy(address.bytes, mapped, sizeof mapped);
    memcpy(address.bytes + sizeof mapped, ipv4, 4);
    return address;
}

struct address address_of(const struct sockaddr *sockaddr)
{
    struct address address = {{0}};
    if (sockaddr->sa_family == AF_INET)
        return map_ipv4(&((const struct sockaddr_in *)sockaddr)->sin_addr);
    if (sockaddr->sa_family == AF_INET6)
        memcpy(address.bytes, &((const struct sockaddr_in6 *)sockaddr)->sin6_addr, 16);
    return address;
}

bool address_parse(const char *text, size_t length, struct address *out)
{
    char copy[INET6_ADDRSTRLEN];
    struct in_addr ipv4;
    if (length >= sizeof copy)
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (inet_pton(AF_INET, copy, &ipv4) == 1) {
        *out = map_ipv4(&ipv4);
        return true;
    }
    return inet_pton(AF_INET6, copy, out->bytes) == 1;
}

static bool is_port(const char *text, size_t length)
{
    size_t digits = 0;
    while (digits < length && text[digits] >= '0' && text[digits] <= '9')
        digits++;
    return digits == length && length >= 1 && length <= 5;
}

bool address_parse_host(const char *text, size_t length, struct address *out)
{
    const bool is_bracketed = length > 0 && text[0] == '[';
    const char *end = memchr(text, is_bracketed ? ']' : ':', length);
    const size_t host = end != NULL ? (size_t)(end - text) : length;
    const char *port = is_bracketed && end != NULL ? end + 1 : end;
    if (is_bracketed && end == NULL)
        return false;
    if (!is_bracketed && address_parse(text, length, out)) /* whose colons are no port's */
        return true;
    const size_t rest = port != NULL ? length - (size_t)(port - text) : 0;
    return (rest == 0 || (*port == ':' && is_port(port + 1, rest - 1))) &&
           address_parse(text + is_bracketed, host - is_bracketed, out);
}

bool address_is_ipv4(const struct address *address)
{
    return memcmp(address->bytes, mapped, sizeof mapped) == 0;
}

bool address_is_loopback(const struct address *address)
{
    static const uint8_t ipv6[16] = {[15] = 1};
    return address_is_ipv4(address) ? address->bytes[12] == 127
                                    : memcmp(address->bytes, ipv6, 16) == 0;
}

bool address_is_unix(const struct address *address)
{
    static const uint8_t zeros[16];
    return memcmp(address->bytes, zeros, 16) == 0;
}

void address_format(const struct address *address, char out[INET6_ADDRSTRLEN])
{
    if (address_is_unix(address))
        memcpy(out, "unix", sizeof "unix");
    else if (memcmp(address, &address_unknown, sizeof *address) == 0)
        memcpy(out, "unknown", sizeof "unknown");
    else if (address_is_ipv4(address))
        inet_ntop(AF_INET, address->bytes + sizeof mapped, out, INET6_ADDRSTRLEN);
    else
        inet_ntop(AF_INET6, address->bytes, out, INET6_ADDRSTRLEN);
}

bool network_parse(const char *text, struct network *out)
{
    const size_t length = strcspn(text, "/");
    struct network network = {.bits = 128};
    uint64_t bits;
    if (!address_parse(text, length, &network.address))
        return false;
    if (text[length] == '/') {
        const unsigned before = strchr(text, ':') != NULL ? 0 : MAPPED_BITS;
        if (text_parse_number(text + length + 1, &bits) != ERR_OK || bits > 128 - before)
            return false;
        network.bits = before + (unsigned)bits;
    }
    *out = network;
    return true;
}

void network_format(const struct network *network, char out[NETWORK_TEXT_SIZE])
{
    const bool is_ipv4 = address_is_ipv4(&network->address) && network->bits >= MAPPED_BITS;
    char address[INET6_ADDRSTRLEN];
    inet_ntop(is_ipv4 ? AF_INET : AF_INET6, network->address.bytes + (is_ipv4 ? sizeof mapped : 0),
              address, sizeof address);
    snprintf(out, NETWORK_TEXT_SIZE, "%s/%u", address, network->bits - (is_ipv4 ? MAPPED_BITS : 0));
}

bool network_has(const struct network *network, const struct address *address)
{
    unsigned whole = network->bits / 8;
    unsigned rest = network->bits % 8;
    if (memcmp(network->address.bytes, address->bytes, whole) != 0)
        return false;
    uint8_t mask = (uint8_t)(0xff00u >> rest);
    return rest == 0 || ((network->address.bytes[whole] ^ address->bytes[whole]) & mask) == 0;
}

bool networks_have(const struct network networks[], unsigned count, const struct address *address)
{
    for (unsigned i = 0; i < count; i++)
        if (network_has(&networks[i], address))
            return true;
    return false;
}
