#include "http/reply.h"

#include "base/json.h"
#include "http/field_list.h"

enum { RETRY_AFTER_S = 1 };

unsigned reply_status(enum err err)
{
    switch (err) {
    case ERR_MALFORMED:
        return 400;
    case ERR_NO_TOKEN:
        return 401;
    case ERR_FORBIDDEN:
        return 403;
    case ERR_NOT_FOUND:
        return 404;
    case ERR_METHOD:
        return 405;
    case ERR_CONFLICT:
        return 409;
    case ERR_TOO_LARGE:
        return 413;
    case ERR_MEDIA_TYPE:
        return 415;
    case ERR_IMPOSSIBLE:
        return 422;
    case ERR_TOO_FAST:
        return 429;
    case ERR_LONG_HEAD:
        return 431;
    case ERR_BUSY:
    case ERR_IN_USE:
    case ERR_STOPPING:
    case ERR_NO_MEMORY:
    case ERR_STORE_FULL:
    case ERR_IO:
        return 503;
    default:
        return 500;
    }
}

/* Without a type of its own a problem's title is the status's phrase (RFC 9457, 4.2.1). */
static const char *title(unsigned status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 422:
        return "Unprocessable Content";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 503:
        return "Service Unavailable";
    default:
        return "Internal Server Error";
    }
}

/* Problem details for HTTP APIs (RFC 9457). */
static void write_problem(struct reply *reply, unsigned status, const char *detail,
                          const char *field)
{
    struct text *out = &reply->body;
    text_free(out);
    reply->status = status;
    reply->content_type = "application/problem+json";
    json_begin(out, '{');
    json_add_string(out, "type", "about:blank");
    json_add_string(out, "title", title(status));
    json_add_integer(out, "status", status);
    json_add_string(out, "detail", detail);
    if (field != NULL)
        json_add_string(out, "field", field);
    json_end(out, '}');
}

void reply_problem(struct reply *reply, const struct fault *fault)
{
    const unsigned status = reply_status(fault->err);
    if (status == 503 || status == 429)
        reply->retry_after_s = RETRY_AFTER_S;
    if (status == 401)
        reply->challenge = "Bearer";
    write_problem(reply, status, fault->detail, fault->field[0] != '\0' ? fault->field : NULL);
}

void reply_error(struct reply *reply, enum err err, const char *detail)
{
    struct fault fault;
    (void)fault_set(&fault, err, NULL, "%s", detail);
    reply_problem(reply, &fault);
}

void reply_json(struct reply *reply, unsigned status)
{
    if (reply->body.failed) {
        reply_error(reply, ERR_NO_MEMORY, "no memory for the answer");
        return;
    }
    reply->status = status;
    reply->content_type = "application/json";
}

void reply_done(struct reply *reply, unsigned status)
{
    if (reply->body.failed)
        write_problem(reply, 500, "it was done, but there is no memory for the answer", NULL);
    else
        reply_json(reply, status);
}

bool reply_is_known(const struct exchange *exchange, const char *etag)
{
    struct text tags = {0};
    exchange_list(exchange, "If-None-Match", &tags);
    const bool is_known = field_list_has_tag(tags.bytes, tags.size, etag);
    text_free(&tags);
    return is_known;
}

void reply_text(struct reply *reply, const char *content_type)
{
    reply_json(reply, 200);
    if (reply->status == 200)
        reply->content_type = content_type;
}
