#include "http/route.h"

#include <string.h>

static const char *const method_names[HTTP_METHOD_COUNT] = {
    [HTTP_GET] = "GET", [HTTP_POST] = "POST", [HTTP_PUT] = "PUT", [HTTP_DELETE] = "DELETE"};

const char *route_method_name(enum http_method method)
{
    return method_names[method];
}

static bool is_method(const char *method, enum http_method wanted)
{
    return strcmp(method, method_names[wanted]) == 0 ||
           (wanted == HTTP_GET && strcmp(method, "HEAD") == 0);
}

static void clear(struct route_parameters *out)
{
    for (unsigned i = 0; i < ROUTE_PARAMETERS_MAX; i++)
        out->value[i][0] = '\0';
}

/* Whether the path fits the pattern; copies the segments at its parameters. */
static bool fits(const char *pattern, const char *path, struct route_parameters *out)
{
    unsigned count = 0;
    clear(out);
    while (*pattern != '\0') {
        if (*pattern == '{') {
            size_t length = strcspn(path, "/");
            if (length == 0 || length >= ROUTE_PARAMETER_SIZE)
                return false;
            memcpy(out->value[count], path, length);
            out->value[count++][length] = '\0';
            path += length;
            pattern = strchr(pattern, '}') + 1;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *path == '\0';
}

const struct route *route_find(const struct route routes[], size_t count, const char *method,
                               const char *path, struct route_parameters *out)
{
    for (size_t i = 0; i < count; i++)
        if (is_method(method, routes[i].method) && fits(routes[i].pattern, path, out))
            return &routes[i];
    clear(out);
    return NULL;
}

const char *route_allowed(const struct route routes[], size_t count, const char *path)
{
    /* By the set of methods, bit m for method m. */
    static const char *const lists[1 << HTTP_METHOD_COUNT] = {
        "",
        "GET, HEAD, OPTIONS",
        "POST, OPTIONS",
        "GET, HEAD, POST, OPTIONS",
        "PUT, OPTIONS",
        "GET, HEAD, PUT, OPTIONS",
        "POST, PUT, OPTIONS",
        "GET, HEAD, POST, PUT, OPTIONS",
        "DELETE, OPTIONS",
        "GET, HEAD, DELETE, OPTIONS",
        "POST, DELETE, OPTIONS",
        "GET, HEAD, POST, DELETE, OPTIONS",
        "PUT, DELETE, OPTIONS",
        "GET, HEAD, PUT, DELETE, OPTIONS",
        "POST, PUT, DELETE, OPTIONS",
        "GET, HEAD, POST, PUT, DELETE, OPTIONS",
    };
    unsigned methods = 0;
    struct route_parameters ignored;
    for (size_t i = 0; i < count; i++)
        if (fits(routes[i].pattern, path, &ignored))
            methods |= 1u << routes[i].method;
    return lists[methods];
}
