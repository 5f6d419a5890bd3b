/*
 * field_list - headers whose value is a comma-separated list (RFC 9110, 5.6.1), whatever their
 * elements look like: names, names with parameters and weights (Accept, Accept-Encoding), entity
 * tags (If-None-Match). Commas within quotes separate nothing, empty elements are none.
 */
#ifndef TTSTD_HTTP_FIELD_LIST_H
#define TTSTD_HTTP_FIELD_LIST_H

#include <stdbool.h>
#include <stddef.h>

enum { FIELD_WEIGHT_MAX = 1000 };

/* What the list says of the first of `names` (up to a NULL, the most exact first, such as
 * "text/csv", "text" and "*" with their slashes) that it has: the weight `q` in thousandths,
 * FIELD_WEIGHT_MAX where it says none, 0 where it says one that is no weight. 0 if it has no name.
 */
unsigned field_list_weight(const char *list, size_t size, const char *const names[]);

/* Whether the list has the entity tag, or is `*`; weak ones are as good as strong ones. */
bool field_list_has_tag(const char *list, size_t size, const char *tag);

#endif
