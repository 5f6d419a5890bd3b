#include "http/target.h"

#include "http/reply.h"

#include <string.h>
#include <strings.h>

enum { DELETE = 0x7f };

/* MHD makes an entry of 64 bytes of each cookie and of each parameter of a query, out of the memory
 * that the head needs, and answers twice where there is none left. So it gets to see neither: a
 * cookie that is there already it does not look behind, and a query is hidden from it by a NUL in
 * place of its first character, until the head is there. */

const char http_no_cookie[] = MHD_HTTP_HEADER_COOKIE;

void *http_on_target(void *context, const char *text, struct MHD_Connection *mhd)
{
    (void)context;
    struct target *target =
        &((struct connection *)MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
              ->socket_context)
             ->target;
    *target = (struct target){.text = text, .size = strlen(text), .is_sound = true};
    for (size_t i = 0; i < target->size; i++)
        target->is_sound &= (unsigned char)text[i] > ' ' && text[i] != DELETE;
    const char *mark = memchr(text, '?', target->size);
    if (mark != NULL) {
        target->query = (char *)mark + 1; /* MHD's own, and it will write there itself */
        target->query_begin = *target->query;
        *target->query = '\0';
    }
    MHD_set_connection_value(mhd, MHD_HEADER_KIND, http_no_cookie, "");
    return NULL;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

size_t http_unescape(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        int high = *in == '%' ? hex_value(in[1]) : -1;
        int low = high >= 0 ? hex_value(in[2]) : -1;
        char c = low >= 0 ? (char)(high << 4 | low) : '\0';
        if (c != '\0' && c != '/')
            in += 2;
        else
            c = *in;
        *out++ = c;
    }
    *out = '\0';
    return (size_t)(out - text);
}

/* What follows the scheme of an absolute target; NULL where it is none. */
static const char *skip_scheme(const char *target)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (strncasecmp(target, schemes[i], strlen(schemes[i])) == 0)
            return target + strlen(schemes[i]);
    return NULL;
}

enum err http_read_target(struct exchange *exchange)
{
    const char *authority = skip_scheme(exchange->path);
    if (authority == NULL)
        return ERR_OK;
    const size_t length = strcspn(authority, "/");
    if (length == 0 || length >= HTTP_AUTHORITY_SIZE)
        return ERR_MALFORMED;
    char *host = exchange->authority;
    memcpy(host, authority, length);
    host[length] = '\0';
    exchange->headers[HTTP_HEADER_HOST] = host;
    exchange->path = authority[length] != '\0' ? authority + length : "/";
    return ERR_OK;
}

/* The query: only what the route names, each once. */

static void decode(char *part)
{
    for (char *plus = strchr(part, '+'); plus != NULL; plus = strchr(plus, '+'))
        *plus = ' ';
    (void)http_unescape(NULL, NULL, part);
}

static enum err take_parameter(struct exchange *exchange, char *name, struct fault *fault)
{
    char *value = name + strcspn(name, "=");
    if (*value != '\0')
        *value++ = '\0';
    decode(name);
    decode(value);
    if (*name == '\0')
        return fault_set(fault, ERR_MALFORMED, NULL, "a parameter of the query has no name");
    const char *const *names = exchange->route->query;
    unsigned i = 0;
    while (i < ROUTE_QUERY_MAX && names[i] != NULL && strcmp(names[i], name) != 0)
        i++;
    if (i == ROUTE_QUERY_MAX || names[i] == NULL)
        return fault_set(fault, ERR_MALFORMED, name, "there is no such parameter");
    if (exchange->query[i] != NULL)
        return fault_set(fault, ERR_MALFORMED, name, "stands there twice");
    exchange->query[i] = value;
    return ERR_OK;
}

enum err http_read_query(struct exchange *exchange)
{
    struct fault fault = {.err = ERR_OK};
    char *rest = exchange->connection->target.query;
    while (rest != NULL && fault.err == ERR_OK) {
        char *parameter = strsep(&rest, "&");
        if (*parameter != '\0')
            (void)take_parameter(exchange, parameter, &fault);
    }
    if (fault.err != ERR_OK)
        reply_problem(&exchange->reply, &fault);
    return fault.err;
}
