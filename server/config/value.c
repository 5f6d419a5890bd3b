/*
 * Numbers are read and compared as long, which holds every option's range with room to spare.
 */
#include "config/value.h"

#include "config/count.h"
#include "config/endpoint.h"
#include "config/excerpt.h"
#include "config/file.h"

#include <assert.h>
#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

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
    const char *end = config_number_scan(text, &number);
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

static enum err parse_path(const struct config_value *value, const char *text, void *out_field,
                           struct fault *fault)
{
    (void)value;
    size_t length = strlen(text);
    if (length >= CONFIG_PATH_SIZE)
        return fault_set(fault, ERR_IMPOSSIBLE, NULL, "the path is longer than %d bytes",
                         CONFIG_PATH_SIZE - 1);
    enum err err = config_file_check_path(text, fault);
    if (err == ERR_OK)
        memcpy(out_field, text, length + 1);
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
    enum err (*parse)(const struct config_value *value, const char *text, void *out_field,
                      struct fault *fault);
    void (*format)(const struct config_value *value, const void *field, char *out);
    /* Of lists, which begin with a count: instead of these two, what holds of each item. */
    size_t size; /* 0: it is no list */
    size_t at;   /* where the first one stands */
    enum err (*parse_item)(const char *text, void *out, struct fault *fault);
    void (*format_item)(const void *item, char out[CONFIG_ITEM_SIZE]);
} kinds[] = {
    [CONFIG_KIND_PATH] = {.form = "FILE", .parse = parse_path, .format = format_path},
    [CONFIG_KIND_INTEGER] = {.form = "NUMBER", .parse = parse_integer, .format = format_integer},
    [CONFIG_KIND_DURATION] = {.form = "DURATION", .parse = parse_quantity, .format = format_scaled},
    [CONFIG_KIND_SIZE] = {.form = "SIZE", .parse = parse_quantity, .format = format_scaled},
    [CONFIG_KIND_CHOICE] = {.parse = parse_choice, .format = format_choice},
    [CONFIG_KIND_SWITCH] = {.form = "yes|no", .parse = parse_switch, .format = format_switch},
    [CONFIG_KIND_ENDPOINTS] = {"ADDRESS:PORT,...", NULL, NULL, sizeof(struct endpoint),
                               offsetof(struct endpoints, at), config_endpoint_parse,
                               config_endpoint_format},
    [CONFIG_KIND_HOSTS] = {"NAME,...", NULL, NULL, ENDPOINT_HOST_SIZE, offsetof(struct names, at),
                           config_host_parse, config_name_format},
    [CONFIG_KIND_ORIGINS] = {"ORIGIN,...", NULL, NULL, ENDPOINT_HOST_SIZE,
                             offsetof(struct names, at), config_origin_parse, config_name_format},
    [CONFIG_KIND_NETWORKS] = {"NETWORK,...", NULL, NULL, sizeof(struct network),
                              offsetof(struct networks, at), config_network_parse,
                              config_network_format},
};

bool config_kind_is_list(enum config_kind kind)
{
    return kinds[kind].size > 0;
}

void config_list_clear(void *list)
{
    *(unsigned *)list = 0;
}

static enum err add_item(const struct kind *kind, const char *text, size_t length, void *list,
                         struct fault *fault)
{
    char copy[CONFIG_ITEM_SIZE];
    unsigned *count = list;
    while (length > 0 && isblank((unsigned char)*text)) {
        text++;
        length--;
    }
    while (length > 0 && isblank((unsigned char)text[length - 1]))
        length--;
    if (length == 0)
        return fault_set(fault, ERR_MALFORMED, NULL, "an item of the list is empty");
    if (*count == LISTED_MAX)
        return fault_set(fault, ERR_IMPOSSIBLE, NULL, "there may be at most %d", LISTED_MAX);
    if (length >= sizeof copy)
        return fault_set(fault, ERR_IMPOSSIBLE, NULL, "\"%s\" is too long",
                         config_excerpt_of(text, length).text);
    memcpy(copy, text, length);
    copy[length] = '\0';
    void *item = (char *)list + kind->at + *count * kind->size;
    memset(item, 0, kind->size);
    enum err err = kind->parse_item(copy, item, fault);
    *count += err == ERR_OK ? 1 : 0;
    return err;
}

static enum err parse_list(const struct kind *kind, const char *text, void *list,
                           struct fault *fault)
{
    unsigned *count = list;
    const unsigned before = *count;
    enum err err = ERR_OK;
    for (const char *item = text; item != NULL && err == ERR_OK;) {
        const size_t length = strcspn(item, ",");
        err = add_item(kind, item, length, list, fault);
        item = item[length] == ',' ? item + length + 1 : NULL;
    }
    if (err != ERR_OK)
        *count = before;
    return err;
}

static void format_list(const struct kind *kind, const void *list, char *out)
{
    const unsigned count = *(const unsigned *)list;
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < count; i++) {
        char item[CONFIG_ITEM_SIZE];
        kind->format_item((const char *)list + kind->at + i * kind->size, item);
        used +=
            (size_t)snprintf(out + used, CONFIG_PATH_SIZE - used, "%s%s", i > 0 ? ", " : "", item);
        assert(used < CONFIG_PATH_SIZE);
    }
}

enum err config_value_parse(const struct config_value *value, const char *text, void *out_field,
                            struct fault *fault)
{
    const struct kind *kind = &kinds[value->kind];
    return kind->size > 0 ? parse_list(kind, text, out_field, fault)
                          : kind->parse(value, text, out_field, fault);
}

void config_value_format(const struct config_value *value, const void *field,
                         char out[CONFIG_PATH_SIZE])
{
    const struct kind *kind = &kinds[value->kind];
    if (kind->size > 0)
        format_list(kind, field, out);
    else
        kind->format(value, field, out);
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
