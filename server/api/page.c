#include "api/page.h"

#include "api/resources.h"
#include "http/field_list.h"
#include "http/reply.h"

#include <stdio.h>
#include <string.h>

/* Nothing but what this server itself gives, no code and no style inside the page, no frame around
 * it. */
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#define FOR_ALL                                                                                    \
    "Vary", "Accept-Encoding", "X-Content-Type-Options", "nosniff", "Referrer-Policy",             \
        "no-referrer", "Content-Security-Policy", policy

#define FOR_EVER "Cache-Control", "public, max-age=31536000, immutable"
#define ASK_AGAIN "Cache-Control", "no-cache"
#define GZIP "Content-Encoding", "gzip"

static const char *const page_plain[] = {FOR_ALL, ASK_AGAIN, NULL};
static const char *const page_gzip[] = {FOR_ALL, ASK_AGAIN, GZIP, NULL};
static const char *const asset_plain[] = {FOR_ALL, FOR_EVER, NULL};
static const char *const asset_gzip[] = {FOR_ALL, FOR_EVER, GZIP, NULL};

static const struct page_file *find_file(const char *name)
{
    for (const struct page_file *file = page_files; file->name != NULL; file++)
        if (strcmp(file->name, name) == 0)
            return file;
    return NULL;
}

/* Who likes the plain form as well, but says so (RFC 9110, 12.5.3), gets what is shorter. */
static bool takes_gzip(const struct exchange *exchange)
{
    static const char *const gzip[] = {"gzip", "x-gzip", "*", NULL};
    static const char *const plain[] = {"identity", NULL};
    struct text accepted = {0};
    exchange_list(exchange, "Accept-Encoding", &accepted);
    const unsigned weight = field_list_weight(accepted.bytes, accepted.size, gzip);
    const bool takes =
        weight > 0 && weight >= field_list_weight(accepted.bytes, accepted.size, plain);
    text_free(&accepted);
    return takes;
}

static enum handled answer(struct exchange *exchange, const struct page_file *file)
{
    struct reply *reply = exchange_reply(exchange);
    if (file == NULL) {
        reply_error(reply, ERR_NOT_FOUND, "there is nothing at this path");
        return HANDLED_NOW;
    }
    const bool is_gzip = takes_gzip(exchange);
    const bool is_page = *file->name == '\0';
    reply->headers =
        is_page ? (is_gzip ? page_gzip : page_plain) : (is_gzip ? asset_gzip : asset_plain);
    snprintf(reply->etag, sizeof reply->etag, "%s", file->etag);
    if (reply_is_known(exchange, file->etag)) {
        reply->status = 304;
        return HANDLED_NOW;
    }
    reply->fixed = (const char *)(is_gzip ? file->gzip : file->plain);
    reply->fixed_size = is_gzip ? file->gzip_size : file->plain_size;
    reply_text(reply, file->type);
    return HANDLED_NOW;
}

enum handled get_page(void *context, struct exchange *exchange)
{
    (void)context;
    return answer(exchange, find_file(""));
}

enum handled get_asset(void *context, struct exchange *exchange)
{
    (void)context;
    return answer(exchange, find_file(exchange_parameter(exchange, 0)));
}
