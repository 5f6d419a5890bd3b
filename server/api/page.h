/*
 * page - the page for people at `/`, and what it is made of below `/assets/`.
 *
 * The files are made by clients/web and generated into the program by clients/web/embed.sh. Names
 * below `/assets/` change with what is in them, so those may be kept for ever; the page itself is
 * asked for again each time. Without esbuild there are none, and both paths answer 404.
 */
#ifndef TTSTD_API_PAGE_H
#define TTSTD_API_PAGE_H

#include "http/route.h"

struct page_file {
    const char *name; /* below /assets/; "" is the page */
    const char *type;
    const char *etag; /* weak: the same for both forms */
    const unsigned char *plain;
    size_t plain_size;
    const unsigned char *gzip;
    size_t gzip_size;
};

/* Ends with one whose name is NULL. */
extern const struct page_file page_files[];

enum handled get_page(void *context, struct exchange *exchange);
enum handled get_asset(void *context, struct exchange *exchange);

#endif
