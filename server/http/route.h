/*
 * route - which handler a request goes to. Routes are a table; what is not in it is 404,
 * and what is there for other methods only, 405.
 */
#ifndef TTSTD_HTTP_ROUTE_H
#define TTSTD_HTTP_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_METHOD_COUNT };

/* What a request needs a token for, once there are any; each right has the ones before it. */
enum right { RIGHT_NONE, RIGHT_PLAY, RIGHT_ALL };

/* The kinds of bodies, each with a size of its own that is too much. */
enum route_body {
    ROUTE_BODY_NONE,
    ROUTE_BODY_SMALL,
    ROUTE_BODY_MOVE,
    ROUTE_BODY_FILE,
    ROUTE_BODY_COUNT
};

enum {
    ROUTE_PARAMETERS_MAX = 2,
    /* Room for brain@checkpoint and a little more; a longer segment fits no route. */
    ROUTE_PARAMETER_SIZE = 136,
    ROUTE_QUERY_MAX = 3,
};

/* The segments of a path at its pattern's parameters, in order; "" where there is none. */
struct route_parameters {
    char value[ROUTE_PARAMETERS_MAX][ROUTE_PARAMETER_SIZE];
};

struct exchange;

enum handled {
    HANDLED_NOW,   /* the reply stands in the exchange */
    HANDLED_LATER, /* http_answer() follows; never from within the handler */
};

typedef enum handled handler(void *context, struct exchange *exchange);

struct route {
    enum http_method method;
    const char *pattern; /* "/brains/{name}": parameters are whole segments */
    enum right right;
    enum route_body body;
    bool while_draining; /* answered while the daemon is going down */
    /* It takes the loop much longer than a move does, and waits its turn (heavy.h), where the body
     * has `heavy_from` bytes. */
    bool is_heavy;
    size_t heavy_from;
    /* Names of query parameters; any other is refused. */
    const char *query[ROUTE_QUERY_MAX];
    handler *handle;
};

/* The route for a request and its parameters; NULL, and none, if there is no such route. HEAD goes
 * where GET goes. */
const struct route *route_find(const struct route routes[], size_t count, const char *method,
                               const char *path, struct route_parameters *out);

/* "GET", "POST", ... */
const char *route_method_name(enum http_method method);

/* What `Allow` lists for a path: "GET, HEAD, POST, OPTIONS"; "" where no route has it. */
const char *route_allowed(const struct route routes[], size_t count, const char *path);

#endif
