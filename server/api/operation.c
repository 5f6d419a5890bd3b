/* Health, version, the contract. */
#include "api/json.h"
#include "api/resources.h"
#include "base/embedded.h"
#include "base/json.h"
#include "http/reply.h"
#include "store/store.h"
#include "version.h"

enum handled get_healthz(void *context, struct exchange *exchange)
{
    (void)context;
    struct reply *reply = exchange_reply(exchange);
    text_add_string(&reply->body, "{\"status\":\"ok\"}");
    reply_json(reply, 200);
    return HANDLED_NOW;
}

/* While the daemon loads nobody listens yet, so what is left is going down. */
enum handled get_readyz(void *context, struct exchange *exchange)
{
    const struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    if (http_is_draining(api->http)) {
        reply_error(reply, ERR_STOPPING, "the daemon is going down");
        return HANDLED_NOW;
    }
    struct fault fault;
    if (service_check_files(api->service, &fault) != ERR_OK) {
        reply_problem(reply, &fault);
        return HANDLED_NOW;
    }
    text_add_string(&reply->body, "{\"status\":\"ready\"}");
    reply_json(reply, 200);
    return HANDLED_NOW;
}

enum handled get_version(void *context, struct exchange *exchange)
{
    const struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    struct text *out = &reply->body;
    json_begin(out, '{');
    json_add_string(out, "version", TTSTD_VERSION);
    json_add_string(out, "commit", TTSTD_COMMIT);
    json_add_string(out, "kernel", service_kernel(api->service));
    json_add_string(out, "libmicrohttpd", http_library_version());
    json_add_string(out, "sqlite", store_library_version());
    json_add_string(out, "jansson", json_library_version());
    json_end(out, '}');
    reply_json(reply, 200);
    return HANDLED_NOW;
}

enum handled get_openapi(void *context, struct exchange *exchange)
{
    (void)context;
    struct reply *reply = exchange_reply(exchange);
    reply->fixed = (const char *)embedded_openapi.bytes;
    reply->fixed_size = embedded_openapi.size;
    reply_text(reply, "application/yaml"); /* RFC 9512 */
    return HANDLED_NOW;
}
