#include "api/route.h"

#include <string.h>

static const char *const method_names[HTTP_METHOD_COUNT] = {
    [HTTP_GET] = "GET", [HTTP_POST] = "POST", [HTTP_PUT] = "PUT", [HTTP_DELETE] = "DELETE"};

static bool is_method(const char *method, enum http_method wanted)
{
    return strcmp(method, method_names[wanted]) == 0 ||
           (wanted == HTTP_GET && strcmp(method, "HEAD") == 0);
}

/* Whether the path fits the pattern; copies the segment at its parameter. */
static bool fits(const char *pattern, const char *path, char parameter[ROUTE_PARAMETER_SIZE])
{
    parameter[0] = '\0';
    while (*pattern != '\0') {
        if (*pattern == '{') {
            size_t length = strcspn(path, "/");
            if (length == 0 || length >= ROUTE_PARAMETER_SIZE)
                return false;
            memcpy(parameter, path, length);
            parameter[length] = '\0';
            path += length;
            pattern = strchr(pattern, '}') + 1;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *path == '\0';
}

const struct route *route_find(const struct route routes[], size_t count, const char *method,
                               const char *path, char parameter[ROUTE_PARAMETER_SIZE])
{
    for (size_t i = 0; i < count; i++)
        if (is_method(method, routes[i].method) && fits(routes[i].pattern, path, parameter))
            return &routes[i];
    parameter[0] = '\0';
    return NULL;
}

const char *route_allowed(const struct route routes[], size_t count, const char *path)
{
    /* By the set of methods, bit m for method m. */
    static const char *const lists[1 << HTTP_METHOD_COUNT] = {
        "",
        "GET, HEAD",
        "POST",
        "GET, HEAD, POST",
        "PUT",
        "GET, HEAD, PUT",
        "POST, PUT",
        "GET, HEAD, POST, PUT",
        "DELETE",
        "GET, HEAD, DELETE",
        "POST, DELETE",
        "GET, HEAD, POST, DELETE",
        "PUT, DELETE",
        "GET, HEAD, PUT, DELETE",
        "POST, PUT, DELETE",
        "GET, HEAD, POST, PUT, DELETE",
    };
    unsigned methods = 0;
    char ignored[ROUTE_PARAMETER_SIZE];
    for (size_t i = 0; i < count; i++)
        if (fits(routes[i].pattern, path, ignored))
            methods |= 1u << routes[i].method;
    return lists[methods];
}
