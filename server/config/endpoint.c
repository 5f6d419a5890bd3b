#include "config/endpoint.h"

#include "config/count.h"
#include "config/excerpt.h"
#include "config/file.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char unix_prefix[] = "unix:";

static bool begins_with(const char *text, const char *head)
{
    return strncmp(text, head, strlen(head)) == 0;
}

/* The host as it is written: IPv6 in brackets. */
static bool parse_numeric_host(const char *text, size_t length, char out_host[ENDPOINT_HOST_SIZE])
{
    int family = AF_INET;
    if (length >= 2 && text[0] == '[' && text[length - 1] == ']') {
        family = AF_INET6;
        text++;
        length -= 2;
    }
    if (length >= ENDPOINT_HOST_SIZE)
        return false;
    memcpy(out_host, text, length);
    out_host[length] = '\0';
    struct in6_addr binary; /* the larger of the two families' */
    return inet_pton(family, out_host, &binary) == 1;
}

static enum err parse_port(const char *text, long min, uint16_t *out, struct fault *fault)
{
    long port = 0;
    const char *end = config_number_scan(text, &port);
    if (end == NULL || *end != '\0')
        return fault_set(fault, ERR_MALFORMED, NULL,
                         "port \"%s\" is not a whole number (%ld to %d)", config_excerpt(text).text,
                         min, UINT16_MAX);
    if (port < min || port > UINT16_MAX)
        return fault_set(fault, ERR_IMPOSSIBLE, NULL, "port %s is out of range (%ld to %d)",
                         config_excerpt(text).text, min, UINT16_MAX);
    *out = (uint16_t)port;
    return ERR_OK;
}

static enum err parse_socket(const char *path, struct endpoint *out, struct fault *fault)
{
    if (*path == '\0')
        return fault_set(fault, ERR_MALFORMED, NULL, "\"%s\" names no file", unix_prefix);
    if (strlen(path) >= ENDPOINT_SOCKET_SIZE)
        return fault_set(fault, ERR_IMPOSSIBLE, NULL,
                         "the path of a unix socket has at most %d bytes",
                         ENDPOINT_SOCKET_SIZE - 1);
    enum err err = config_file_check_path(path, fault);
    if (err == ERR_OK)
        memcpy(out->socket, path, strlen(path) + 1);
    return err;
}

enum err config_endpoint_parse(const char *text, void *out, struct fault *fault)
{
    struct endpoint *place = out;
    if (begins_with(text, unix_prefix))
        return parse_socket(text + strlen(unix_prefix), place, fault);
    const char *colon = strrchr(text, ':');
    if (colon == NULL || !parse_numeric_host(text, (size_t)(colon - text), place->host))
        return fault_set(
            fault, ERR_MALFORMED, NULL,
            "\"%s\" is not an address (IPv4:PORT or [IPv6]:PORT, such as 127.0.0.1:8080)",
            config_excerpt(text).text);
    return parse_port(colon + 1, 0, &place->port, fault);
}

void config_endpoint_format(const void *item, char out[CONFIG_ITEM_SIZE])
{
    const struct endpoint *place = item;
    if (place->socket[0] != '\0')
        snprintf(out, CONFIG_ITEM_SIZE, "%s%s", unix_prefix, place->socket);
    else
        snprintf(out, CONFIG_ITEM_SIZE, strchr(place->host, ':') != NULL ? "[%s]:%u" : "%s:%u",
                 place->host, place->port);
}

/* A name, or an address as it is written. */
static bool parse_host(const char *text, size_t length, char out_host[ENDPOINT_HOST_SIZE])
{
    if (length == 0 || length >= ENDPOINT_HOST_SIZE)
        return false;
    if (text[0] == '[')
        return parse_numeric_host(text, length, out_host);
    memcpy(out_host, text, length);
    out_host[length] = '\0';
    return strpbrk(out_host, ":/?#@ []") == NULL;
}

enum err config_url_parse(const char *text, struct endpoint *out, struct fault *fault)
{
    static const char scheme[] = "http://";
    char host[ENDPOINT_HOST_SIZE + sizeof "[]:65535"] = ""; /* without a slash at its end */
    if (begins_with(text, unix_prefix))
        return parse_socket(text + strlen(unix_prefix), out, fault);
    size_t length = begins_with(text, scheme) ? strlen(text) - strlen(scheme) : 0;
    if (length > 0 && text[strlen(text) - 1] == '/')
        length--;
    if (length < sizeof host)
        snprintf(host, sizeof host, "%.*s", (int)length, text + strlen(scheme));
    char *colon = strrchr(host, ':');
    if (colon != NULL && strchr(colon, ']') != NULL) /* within an IPv6 address */
        colon = NULL;
    size_t host_length = colon != NULL ? (size_t)(colon - host) : strlen(host);
    if (!parse_host(host, host_length, out->host))
        return fault_set(fault, ERR_MALFORMED, NULL,
                         "\"%s\" is not of the form http://HOST:PORT, such as"
                         " http://127.0.0.1:8080",
                         config_excerpt(text).text);
    out->port = 80;
    return colon != NULL ? parse_port(colon + 1, 1, &out->port, fault) : ERR_OK;
}

/* Letters, digits, what else names have, and the brackets and colons of IPv6. */
static bool is_host(const char *text)
{
    return *text != '\0' && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789._-[]:") == strlen(text);
}

enum err config_host_parse(const char *text, void *out, struct fault *fault)
{
    const char *last_colon = strrchr(text, ':');
    bool has_port = last_colon != NULL && strchr(last_colon, ']') == NULL;
    if (!is_host(text) || has_port || strlen(text) >= ENDPOINT_HOST_SIZE)
        return fault_set(fault, ERR_MALFORMED, NULL, "\"%s\" is not a host's name, without a port",
                         config_excerpt(text).text);
    memcpy(out, text, strlen(text) + 1);
    return ERR_OK;
}

/* As browsers write it: no path, and in lower case. */
enum err config_origin_parse(const char *text, void *out, struct fault *fault)
{
    const char *host = strstr(text, "://");
    bool is_right = host != NULL && is_host(host + strlen("://")) &&
                    strlen(text) < ENDPOINT_HOST_SIZE &&
                    (begins_with(text, "http:") || begins_with(text, "https:"));
    for (const char *c = text; *c != '\0'; c++)
        is_right = is_right && !isupper((unsigned char)*c);
    if (!is_right)
        return fault_set(fault, ERR_MALFORMED, NULL,
                         "\"%s\" is not an origin, such as https://example.org or"
                         " http://localhost:3000",
                         config_excerpt(text).text);
    memcpy(out, text, strlen(text) + 1);
    return ERR_OK;
}

void config_name_format(const void *item, char out[CONFIG_ITEM_SIZE])
{
    snprintf(out, CONFIG_ITEM_SIZE, "%s", (const char *)item);
}

enum err config_network_parse(const char *text, void *out, struct fault *fault)
{
    if (!network_parse(text, out))
        return fault_set(fault, ERR_MALFORMED, NULL,
                         "\"%s\" is not an address or network, such as 10.0.0.7 or 10.0.0.0/8",
                         config_excerpt(text).text);
    return ERR_OK;
}

void config_network_format(const void *item, char out[CONFIG_ITEM_SIZE])
{
    network_format(item, out);
}
