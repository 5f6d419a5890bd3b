/*
 * web - the daemon's HTTP interface within the test's process, and a plain client of it, which
 * allocates nothing.
 */
#ifndef TTSTD_TESTS_SUPPORT_WEB_H
#define TTSTD_TESTS_SUPPORT_WEB_H

#include "support/served.h"

enum { WEB_BODY_SIZE = 1 << 20, WEB_HEAD_SIZE = 1024 };

struct web {
    struct served served; /* its service is the HTTP loop's while this is open */
    struct api *api;
    uint16_t port;
};

struct web_request {
    const char *method;
    const char *path;
    const char *header; /* a whole line with its end, or NULL */
    const char *body;   /* or NULL */
};

struct web_answer {
    unsigned status; /* 0: the connection was closed without an answer */
    char *body;      /* within `text` */
    char text[WEB_HEAD_SIZE + WEB_BODY_SIZE];
};

/* A service that keeps hardly a brain in memory, served on a free port. */
void web_open(struct web *web);
void web_close(struct web *web);

/* Asks on a connection of its own; no answer at all within some seconds aborts the test. */
void web_ask(const struct web *web, const struct web_request *request, struct web_answer *out);

/* Asks for what must be there, and returns the status. */
unsigned web_do(const struct web *web, const char *method, const char *path, const char *body);

#endif
