/*
 * config_list - the kinds of values that are lists. Each begins with the count of its items. Text
 * that is parsed is added to what is in the list.
 */
#ifndef TTSTD_CONFIG_LIST_H
#define TTSTD_CONFIG_LIST_H

#include "config_value.h"

#include <stdbool.h>

/* More than any item as text. */
enum { CONFIG_ITEM_SIZE = 320 };

bool config_kind_is_list(enum config_kind kind);
void config_list_clear(void *list);

/* As config_value_parse(); on failure the list is as it was. */
MUST_CHECK enum err config_list_parse(const struct config_value *value, const char *text,
                                      void *out_field, struct fault *fault);
void config_list_format(const struct config_value *value, const void *field, char *out);

/* config_value.c: "IPv4:PORT" or "[IPv6]:PORT". */
MUST_CHECK enum err config_address_parse(const char *text, struct config_address *out,
                                         struct fault *fault);
void config_address_format(const struct config_address *address, char *out);

#endif
