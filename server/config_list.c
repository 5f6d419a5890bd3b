/* The kinds of values that are lists: items with commas between them. */
#include "config_list.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Items. What is wrong with one is said in the fault. */

static enum err parse_place(const char *text, void *out, struct fault *fault)
{
    static const char unix_prefix[] = "unix:";
    struct config_place *place = out;
    if (strncmp(text, unix_prefix, strlen(unix_prefix)) != 0)
        return config_address_parse(text, &place->address, fault);
    const char *path = text + strlen(unix_prefix);
    if (*path == '\0')
        return fault_set(fault, ERR_MALFORMED, NULL, "\"%s\" names no file", text);
    if (strlen(path) >= CONFIG_SOCKET_SIZE)
        return fault_set(fault, ERR_IMPOSSIBLE, NULL,
                         "the path of a unix socket has at most %d bytes", CONFIG_SOCKET_SIZE - 1);
    enum err err = config_path_check(path, fault);
    if (err == ERR_OK)
        memcpy(place->socket, path, strlen(path) + 1);
    return err;
}

static void format_place(const void *item, char out[CONFIG_ITEM_SIZE])
{
    const struct config_place *place = item;
    if (place->socket[0] != '\0')
        snprintf(out, CONFIG_ITEM_SIZE, "unix:%s", place->socket);
    else
        config_address_format(&place->address, out);
}

/* Letters, digits, what else names have, and the brackets and colons of IPv6. */
static bool is_host(const char *text)
{
    return *text != '\0' && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789._-[]:") == strlen(text);
}

static enum err parse_name(const char *text, void *out, struct fault *fault)
{
    const char *last_colon = strrchr(text, ':');
    bool has_port = last_colon != NULL && strchr(last_colon, ']') == NULL;
    if (!is_host(text) || has_port || strlen(text) >= CONFIG_HOST_SIZE)
        return fault_set(fault, ERR_MALFORMED, NULL, "\"%s\" is not a host's name, without a port",
                         config_excerpt(text).text);
    memcpy(out, text, strlen(text) + 1);
    return ERR_OK;
}

/* As browsers write it: no path, and in lower case. */
static enum err parse_origin(const char *text, void *out, struct fault *fault)
{
    const char *host = strstr(text, "://");
    bool is_right = host != NULL && is_host(host + strlen("://")) &&
                    strlen(text) < CONFIG_HOST_SIZE &&
                    (strncmp(text, "http:", 5) == 0 || strncmp(text, "https:", 6) == 0);
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

static void format_name(const void *item, char out[CONFIG_ITEM_SIZE])
{
    snprintf(out, CONFIG_ITEM_SIZE, "%s", (const char *)item);
}

static enum err parse_network(const char *text, void *out, struct fault *fault)
{
    if (!network_parse(text, out))
        return fault_set(fault, ERR_MALFORMED, NULL,
                         "\"%s\" is not an address or network, such as 10.0.0.7 or 10.0.0.0/8",
                         config_excerpt(text).text);
    return ERR_OK;
}

static void format_network(const void *item, char out[CONFIG_ITEM_SIZE])
{
    network_format(item, out);
}

/* Lists. */

union item {
    struct config_place place;
    char name[CONFIG_HOST_SIZE];
    struct network network;
};

static const struct list_kind {
    size_t size; /* of an item */
    size_t at;   /* where the first one stands */
    enum err (*parse)(const char *text, void *out, struct fault *fault);
    void (*format)(const void *item, char out[CONFIG_ITEM_SIZE]);
} kinds[] = {
    [CONFIG_KIND_PLACES] = {sizeof(struct config_place), offsetof(struct config_places, at),
                            parse_place, format_place},
    [CONFIG_KIND_HOSTS] = {CONFIG_HOST_SIZE, offsetof(struct config_names, at), parse_name,
                           format_name},
    [CONFIG_KIND_ORIGINS] = {CONFIG_HOST_SIZE, offsetof(struct config_names, at), parse_origin,
                             format_name},
    [CONFIG_KIND_NETWORKS] = {sizeof(struct network), offsetof(struct config_networks, at),
                              parse_network, format_network},
};

bool config_kind_is_list(enum config_kind kind)
{
    return (size_t)kind < sizeof kinds / sizeof kinds[0] && kinds[kind].parse != NULL;
}

void config_list_clear(void *list)
{
    *(unsigned *)list = 0;
}

static enum err add_item(const struct list_kind *kind, const char *text, size_t length, void *list,
                         struct fault *fault)
{
    char copy[CONFIG_ITEM_SIZE];
    union item item;
    unsigned *count = list;
    if (length == 0)
        return fault_set(fault, ERR_MALFORMED, NULL, "an item of the list is empty");
    if (*count == CONFIG_LIST_MAX)
        return fault_set(fault, ERR_IMPOSSIBLE, NULL, "there may be at most %d", CONFIG_LIST_MAX);
    if (length >= sizeof copy)
        return fault_set(fault, ERR_IMPOSSIBLE, NULL, "\"%s\" is too long",
                         config_excerpt_of(text, length).text);
    memcpy(copy, text, length);
    copy[length] = '\0';
    memset(&item, 0, sizeof item);
    enum err err = kind->parse(copy, &item, fault);
    if (err == ERR_OK)
        memcpy((char *)list + kind->at + (*count)++ * kind->size, &item, kind->size);
    return err;
}

enum err config_list_parse(const struct config_value *value, const char *text, void *out_field,
                           struct fault *fault)
{
    const struct list_kind *kind = &kinds[value->kind];
    unsigned *count = out_field;
    const unsigned before = *count;
    enum err err = ERR_OK;
    for (const char *item = text; item != NULL && err == ERR_OK;) {
        const char *end = strchr(item, ',');
        size_t length = end != NULL ? (size_t)(end - item) : strlen(item);
        while (length > 0 && isblank((unsigned char)*item)) {
            item++;
            length--;
        }
        while (length > 0 && isblank((unsigned char)item[length - 1]))
            length--;
        err = add_item(kind, item, length, out_field, fault);
        item = end != NULL ? end + 1 : NULL;
    }
    if (err != ERR_OK)
        *count = before;
    return err;
}

void config_list_format(const struct config_value *value, const void *field, char *out)
{
    const struct list_kind *kind = &kinds[value->kind];
    const unsigned count = *(const unsigned *)field;
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < count; i++) {
        char item[CONFIG_ITEM_SIZE];
        kind->format((const char *)field + kind->at + i * kind->size, item);
        used +=
            (size_t)snprintf(out + used, CONFIG_PATH_SIZE - used, "%s%s", i > 0 ? ", " : "", item);
        assert(used < CONFIG_PATH_SIZE);
    }
}
