/*
 * config_endpoint - places, hosts, origins and networks as text: each a whole value, or an item of
 * a list.
 *
 * What parses takes a text that ends, and writes a struct that was all zeros. ERR_MALFORMED (not
 * of the form), ERR_IMPOSSIBLE (out of range, too long); `fault->detail` then says what is allowed.
 */
#ifndef TTSTD_CONFIG_ENDPOINT_H
#define TTSTD_CONFIG_ENDPOINT_H

#include "base/endpoint.h"
#include "base/fault.h"

/* More than any of them as text. */
enum { CONFIG_ITEM_SIZE = 320 };

/* A struct endpoint: IPv4:PORT, [IPv6]:PORT or unix:PATH. */
MUST_CHECK enum err config_endpoint_parse(const char *text, void *out, struct fault *fault);
void config_endpoint_format(const void *item, char out[CONFIG_ITEM_SIZE]);

/* Likewise, of a daemon to be asked: http://HOST:PORT or unix:PATH. */
MUST_CHECK enum err config_url_parse(const char *text, struct endpoint *out, struct fault *fault);

/* A char[ENDPOINT_HOST_SIZE]: example.org, or https://example.org:444. */
MUST_CHECK enum err config_host_parse(const char *text, void *out, struct fault *fault);
MUST_CHECK enum err config_origin_parse(const char *text, void *out, struct fault *fault);
void config_name_format(const void *item, char out[CONFIG_ITEM_SIZE]);

/* A struct network: ADDRESS or ADDRESS/BITS. */
MUST_CHECK enum err config_network_parse(const char *text, void *out, struct fault *fault);
void config_network_format(const void *item, char out[CONFIG_ITEM_SIZE]);

#endif
