/* /brains/{name}/export and /brains/{name}/import */
#include "api/codec_brain.h"
#include "api/codec_brain_file.h"
#include "api/field_list.h"
#include "api/reply.h"
#include "api/resources.h"
#include "service/brains.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool api_is_known(const struct exchange *exchange, const char *etag)
{
    struct text tags = {0};
    exchange_list(exchange, "If-None-Match", &tags);
    const bool is_known = field_list_has_tag(tags.bytes, tags.size, etag);
    text_free(&tags);
    return is_known;
}

enum handled get_export(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    const char *name = exchange_parameter(exchange, 0);
    struct brain_info brain;
    struct brain *table;
    char digest[BRAIN_DIGEST_SIZE];
    struct fault fault;
    if (service_digest_brain(api->service, name, &brain, digest, &fault) != ERR_OK)
        return api_refuse(api, exchange, &fault);
    snprintf(reply->etag, sizeof reply->etag, "\"%s\"", digest);
    if (api_is_known(exchange, reply->etag)) {
        reply->status = 304;
        return HANDLED_NOW;
    }
    if (service_copy_table(api->service, name, NULL, &table, &fault) != ERR_OK)
        return api_refuse(api, exchange, &fault);
    reply->stream = codec_stream_brain_file(brain.game, table, digest);
    if (reply->stream == NULL)
        reply->body.failed = true;
    reply_json(reply, 200);
    return HANDLED_NOW;
}

static enum err read_file(struct api *api, struct exchange *exchange, struct brain_order *out_order,
                          struct brain_request *request, struct brain **out_table,
                          struct fault *fault)
{
    size_t size;
    const char *body = exchange_body(exchange, &size);
    struct brain_file *file;
    struct brain *table = NULL;
    enum err err = codec_parse_brain_file(body, size, &file, request, fault);
    if (err != ERR_OK)
        return err;
    *out_order = (struct brain_order){
        .name = exchange_parameter(exchange, 0), .game = request->game, .rule = request->rule};
    err = service_new_table(api->service, out_order, &table, fault);
    if (err == ERR_OK)
        err = codec_fill_brain_file(file, table, fault);
    if (err == ERR_OK)
        err = service_check_proofs(api->service, table, fault);
    codec_free_brain_file(file);
    if (err == ERR_OK)
        *out_table = table;
    else
        brain_destroy(table);
    return err;
}

enum handled put_import(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct brain_order order;
    struct brain_request request;
    struct brain *table;
    struct fault fault;
    if (read_file(api, exchange, &order, &request, &table, &fault) != ERR_OK)
        return api_refuse(api, exchange, &fault);
    struct pending *pending = pending_create(api, exchange, answer_created);
    if (pending == NULL) {
        brain_destroy(table);
        return HANDLED_NOW;
    }
    snprintf(pending->name, sizeof pending->name, "%s", order.name);
    switch (service_import_brain(api->service, &order, table, &pending->call, &fault)) {
    case CREATED_LATER:
        return HANDLED_LATER;
    case CREATED_ALREADY:
        pending->call.done = answer_changed;
        return HANDLED_LATER;
    default:
        free(pending);
        return api_refuse(api, exchange, &fault);
    }
}
