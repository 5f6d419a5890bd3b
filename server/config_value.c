/*
 * Numbers are read and compared as long, which holds every option's range with room to spare.
 */
#include "config_count.h"
#include "config_file.h"
#include "config_list.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct config_excerpt config_excerpt_of(const char *text, size_t length)
{
    struct config_excerpt excerpt = {{0}};
    size_t shown = length;
    if (length > CONFIG_EXCERPT_LENGTH) {
        shown = CONFIG_EXCERPT_LENGTH;
        while (shown > 0 && ((unsigned char)text[shown] & 0xC0) == 0x80)
            shown--;
        memcpy(excerpt.text + shown, "...", sizeof "...");
    }
    memcpy(excerpt.text, text, shown);
    return excerpt;
}

struct config_excerpt config_excerpt(const char *text)
{
    return config_excerpt_of(text, strlen(text));
}

/* Returns what follows the number, or NULL when the text opens with none. Numbers beyond a long
 * become the nearest long, which lies outside every option's range. */
static const char *scan_number(const char *text, long *out_number)
{
    const char *digits = text[0] == '-' ? text + 1 : text;
    if (*digits < '0' || *digits > '9')
        return NULL;
    char *end;
    *out_number = strtol(text, &end, 10);
    return end;
}

static void store_number(void *out_field, long number)
{
    unsigned stored = (unsigned)number;
    memcpy(out_field, &stored, sizeof stored);
}

void config_value_store_nearest(const struct config_value *value, long number, void *out_field)
{
    number = number < value->min ? value->min : number;
    number = number > value->max ? value->max : number;
    store_number(out_field, number);
}

static enum err parse_integer(const struct config_value *value, const char *text, void *out_field,
                              struct fault *fault)
{
    long number = 0;
    if (!config_count_read(text, &number))
        return fault_set(fault, ERR_MALFORMED, NULL, "\"%s\" is not a whole number (%ld to %ld)",
                         config_excerpt(text).text, value->min, value->max);
    if (number < value->min || number > value->max)
        return fault_set(fault, ERR_IMPOSSIBLE, NULL, "%s is out of range (%ld to %ld)",
                         config_excerpt(text).text, value->min, value->max);
    store_number(out_field, number);
    return ERR_OK;
}

/* Quantities have a unit, the largest that divides them where they are written. */

enum { UNIT_COUNT = 3 };

struct unit {
    const char *name;
    long scale;
};

static const struct unit milliseconds[UNIT_COUNT] = {{"m", 60000}, {"s", 1000}, {"ms", 1}};
static const struct unit kibibytes[UNIT_COUNT] = {{"g", 1 << 20}, {"m", 1 << 10}, {"k", 1}};

static const struct unit *units_of(const struct config_value *value)
{
    return value->kind == CONFIG_KIND_DURATION ? milliseconds : kibibytes;
}

static void format_quantity(const struct unit units[UNIT_COUNT], long number, char *out,
                            size_t size)
{
    size_t i = 0;
    while (number % units[i].scale != 0)
        i++;
    snprintf(out, size, "%ld%s", number / units[i].scale, units[i].name);
}

static enum err parse_quantity(const struct config_value *value, const char *text, void *out_field,
                               struct fault *fault)
{
    const struct unit *units = units_of(value);
    long number = 0;
    const char *end = scan_number(text, &number);
    size_t i = 0;
    while (end != NULL && i < UNIT_COUNT && strcmp(end, units[i].name) != 0)
        i++;
    if (end == NULL || i == UNIT_COUNT)
        return fault_set(fault, ERR_MALFORMED, NULL, "\"%s\" is not a %s",
                         config_excerpt(text).text,
                         value->kind == CONFIG_KIND_DURATION ? "duration (such as 500ms, 1s, 2m)"
                                                             : "size (such as 512k, 64m, 1g)");
    long scale = units[i].scale;
    /* The first two comparisons keep the products from overflowing. */
    if (number < 0 || number > value->max || number * scale < value->min ||
        number * scale > value->max) {
        char range[CONFIG_FORM_SIZE];
        config_value_range(value, range);
        return fault_set(fault, ERR_IMPOSSIBLE, NULL, "%s is out of range (%s)",
                         config_excerpt(text).text, range);
    }
    store_number(out_field, number * scale);
    return ERR_OK;
}

static void join_choices(const struct config_value *value, const char *separator,
                         char out[CONFIG_FORM_SIZE])
{
    size_t used = 0;
    for (size_t i = 0; value->choices[i] != NULL; i++) {
        used += (size_t)snprintf(out + used, CONFIG_FORM_SIZE - used, "%s%s",
                                 i == 0 ? "" : separator, value->choices[i]);
        assert(used < CONFIG_FORM_SIZE);
    }
}

static enum err parse_choice(const struct config_value *value, const char *text, void *out_field,
                             struct fault *fault)
{
    for (long i = 0; value->choices[i] != NULL; i++) {
        if (strcmp(text, value->choices[i]) == 0) {
            store_number(out_field, i);
            return ERR_OK;
        }
    }
    char allowed[CONFIG_FORM_SIZE];
    join_choices(value, ", ", allowed);
    return fault_set(fault, ERR_IMPOSSIBLE, NULL, "\"%s\" is none of %s", config_excerpt(text).text,
                     allowed);
}

enum err config_path_check(const char *path, struct fault *fault)
{
    if (config_file_can_hold(path))
        return ERR_OK;
    return fault_set(fault, ERR_IMPOSSIBLE, NULL,
                     "a path may not begin or end with a blank, hold a line's end, or a # after a"
                     " blank");
}

static enum err parse_path(const struct config_value *value, const char *text, void *out_field,
                           struct fault *fault)
{
    (void)value;
    size_t length = strlen(text);
    if (length >= CONFIG_PATH_SIZE)
        return fault_set(fault, ERR_IMPOSSIBLE, NULL, "the path is longer than %d bytes",
                         CONFIG_PATH_SIZE - 1);
    enum err err = config_path_check(text, fault);
    if (err == ERR_OK)
        memcpy(out_field, text, length + 1);
    return err;
}

/* The host as it is written: IPv6 in brackets. */
static bool parse_numeric_host(const char *text, size_t length, char out_host[CONFIG_HOST_SIZE])
{
    int family = AF_INET;
    if (length >= 2 && text[0] == '[' && text[length - 1] == ']') {
        family = AF_INET6;
        text++;
        length -= 2;
    }
    if (length >= CONFIG_HOST_SIZE)
        return false;
    memcpy(out_host, text, length);
    out_host[length] = '\0';
    struct in6_addr binary; /* the larger of the two families' */
    return inet_pton(family, out_host, &binary) == 1;
}

static enum err parse_port(const char *text, long min, uint16_t *out, struct fault *fault)
{
    long port = 0;
    const char *end = scan_number(text, &port);
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

enum err config_address_parse(const char *text, struct config_address *out, struct fault *fault)
{
    struct config_address address = {.port = 0};
    const char *colon = strrchr(text, ':');
    if (colon == NULL || !parse_numeric_host(text, (size_t)(colon - text), address.host))
        return fault_set(
            fault, ERR_MALFORMED, NULL,
            "\"%s\" is not an address (IPv4:PORT or [IPv6]:PORT, such as 127.0.0.1:8080)",
            config_excerpt(text).text);
    enum err err = parse_port(colon + 1, 0, &address.port, fault);
    if (err == ERR_OK)
        *out = address;
    return err;
}

/* A name, or an address as it is written. */
static bool parse_host(const char *text, size_t length, char out_host[CONFIG_HOST_SIZE])
{
    if (length == 0 || length >= CONFIG_HOST_SIZE)
        return false;
    if (text[0] == '[')
        return parse_numeric_host(text, length, out_host);
    memcpy(out_host, text, length);
    out_host[length] = '\0';
    return strpbrk(out_host, ":/?#@ []") == NULL;
}

static enum err parse_url(const struct config_value *value, const char *text, void *out_field,
                          struct fault *fault)
{
    (void)value;
    static const char scheme[] = "http://";
    static const char unix_prefix[] = "unix:";
    char host[CONFIG_HOST_SIZE + sizeof "[]:65535"] = ""; /* without a slash at its end */
    struct config_place place = {.address.port = 80};
    if (strncmp(text, unix_prefix, strlen(unix_prefix)) == 0 &&
        strlen(text + strlen(unix_prefix)) - 1 < CONFIG_SOCKET_SIZE - 1) {
        snprintf(place.socket, sizeof place.socket, "%s", text + strlen(unix_prefix));
        memcpy(out_field, &place, sizeof place);
        return ERR_OK;
    }
    size_t length = strncmp(text, scheme, strlen(scheme)) == 0 ? strlen(text) - strlen(scheme) : 0;
    if (length > 0 && text[strlen(text) - 1] == '/')
        length--;
    if (length < sizeof host)
        memcpy(host, text + strlen(scheme), length);
    char *colon = strrchr(host, ':');
    if (colon != NULL && strchr(colon, ']') != NULL) /* within an IPv6 address */
        colon = NULL;
    size_t host_length = colon != NULL ? (size_t)(colon - host) : strlen(host);
    if (!parse_host(host, host_length, place.address.host))
        return fault_set(fault, ERR_MALFORMED, NULL,
                         "\"%s\" is not of the form http://HOST:PORT, such as"
                         " http://127.0.0.1:8080",
                         config_excerpt(text).text);
    enum err err = ERR_OK;
    if (colon != NULL)
        err = parse_port(colon + 1, 1, &place.address.port, fault);
    if (err == ERR_OK)
        memcpy(out_field, &place, sizeof place);
    return err;
}

static enum err parse_switch(const struct config_value *value, const char *text, void *out_field,
                             struct fault *fault)
{
    (void)value;
    bool is_yes = strcmp(text, "yes") == 0;
    if (!is_yes && strcmp(text, "no") != 0)
        return fault_set(fault, ERR_IMPOSSIBLE, NULL, "\"%s\" is neither yes nor no",
                         config_excerpt(text).text);
    store_number(out_field, is_yes);
    return ERR_OK;
}

/* Values as text. */

void config_address_format(const struct config_address *address, char *out)
{
    bool is_ipv6 = strchr(address->host, ':') != NULL;
    sprintf(out, is_ipv6 ? "[%s]:%u" : "%s:%u", address->host, address->port);
}

static void format_url(const struct config_value *value, const void *field, char *out)
{
    (void)value;
    const struct config_place *place = field;
    if (place->socket[0] != '\0') {
        snprintf(out, CONFIG_PATH_SIZE, "unix:%s", place->socket);
        return;
    }
    char address[CONFIG_ITEM_SIZE];
    config_address_format(&place->address, address);
    snprintf(out, CONFIG_PATH_SIZE, "http://%s", address);
}

static void format_path(const struct config_value *value, const void *field, char *out)
{
    (void)value;
    memcpy(out, field, CONFIG_PATH_SIZE);
}

static unsigned number_of(const void *field)
{
    unsigned number;
    memcpy(&number, field, sizeof number);
    return number;
}

static void format_integer(const struct config_value *value, const void *field, char *out)
{
    (void)value;
    snprintf(out, CONFIG_PATH_SIZE, "%u", number_of(field));
}

static void format_scaled(const struct config_value *value, const void *field, char *out)
{
    format_quantity(units_of(value), number_of(field), out, CONFIG_PATH_SIZE);
}

static void format_choice(const struct config_value *value, const void *field, char *out)
{
    snprintf(out, CONFIG_PATH_SIZE, "%s", value->choices[number_of(field)]);
}

static void format_switch(const struct config_value *value, const void *field, char *out)
{
    (void)value;
    snprintf(out, CONFIG_PATH_SIZE, "%s", number_of(field) != 0 ? "yes" : "no");
}

static const struct kind {
    const char *form; /* of a value, for people; NULL: the choices */
    void (*format)(const struct config_value *value, const void *field, char *out);
    enum err (*parse)(const struct config_value *value, const char *text, void *out_field,
                      struct fault *fault);
} kinds[] = {
    [CONFIG_KIND_PATH] = {"FILE", format_path, parse_path},
    [CONFIG_KIND_INTEGER] = {"NUMBER", format_integer, parse_integer},
    [CONFIG_KIND_DURATION] = {"DURATION", format_scaled, parse_quantity},
    [CONFIG_KIND_SIZE] = {"SIZE", format_scaled, parse_quantity},
    [CONFIG_KIND_CHOICE] = {NULL, format_choice, parse_choice},
    [CONFIG_KIND_SWITCH] = {"yes|no", format_switch, parse_switch},
    [CONFIG_KIND_URL] = {"URL", format_url, parse_url},
    [CONFIG_KIND_PLACES] = {"ADDRESS:PORT,...", config_list_format, config_list_parse},
    [CONFIG_KIND_HOSTS] = {"NAME,...", config_list_format, config_list_parse},
    [CONFIG_KIND_ORIGINS] = {"ORIGIN,...", config_list_format, config_list_parse},
    [CONFIG_KIND_NETWORKS] = {"NETWORK,...", config_list_format, config_list_parse},
};

void config_value_format(const struct config_value *value, const void *field,
                         char out[CONFIG_PATH_SIZE])
{
    kinds[value->kind].format(value, field, out);
}

enum err config_value_parse(const struct config_value *value, const char *text, void *out_field,
                            struct fault *fault)
{
    return kinds[value->kind].parse(value, text, out_field, fault);
}

void config_value_form(const struct config_value *value, char out[CONFIG_FORM_SIZE])
{
    const char *form = kinds[value->kind].form;
    if (form == NULL)
        join_choices(value, "|", out);
    else
        snprintf(out, CONFIG_FORM_SIZE, "%s", form);
}

void config_value_range(const struct config_value *value, char out[CONFIG_FORM_SIZE])
{
    char min[CONFIG_FORM_SIZE / 4];
    char max[CONFIG_FORM_SIZE / 4];
    out[0] = '\0';
    if (value->kind == CONFIG_KIND_INTEGER) {
        snprintf(out, CONFIG_FORM_SIZE, "%ld to %ld", value->min, value->max);
    } else if (value->kind == CONFIG_KIND_DURATION || value->kind == CONFIG_KIND_SIZE) {
        format_quantity(units_of(value), value->min, min, sizeof min);
        format_quantity(units_of(value), value->max, max, sizeof max);
        snprintf(out, CONFIG_FORM_SIZE, "%s to %s", min, max);
    }
}
