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
    struct edition *edition;
    struct fault fault;
    if (service_hold_table(api->service, exchange_parameter(exchange, 0), &edition, &fault) !=
        ERR_OK)
        return api_refuse(api, exchange, &fault);
    snprintf(reply->etag, sizeof reply->etag, "\"%s\"", edition_digest(edition));
    if (api_is_known(exchange, reply->etag)) {
        reply->status = 304;
    } else {
        reply->stream = codec_stream_brain_file(edition);
        reply->body.failed = reply->stream == NULL;
        reply_json(reply, 200);
    }
    edition_let_go(edition);
    return HANDLED_NOW;
}

static enum err read_file(struct api *api, struct exchange *exchange, struct brain_order *out_order,
                          struct brain_request *request, struct edition **out, struct fault *fault)
{
    size_t size;
    const char *body = exchange_body(exchange, &size);
    struct brain_file *file;
    struct edition *edition = NULL;
    enum err err = codec_parse_brain_file(body, size, &file, request, fault);
    if (err != ERR_OK)
        return err;
    *out_order = (struct brain_order){
        .name = exchange_parameter(exchange, 0), .game = request->game, .rule = request->rule};
    err = service_new_table(api->service, out_order, &edition, fault);
    if (err == ERR_OK)
        err = codec_fill_brain_file(file, edition->table, fault);
    if (err == ERR_OK)
        err = service_check_proofs(api->service, edition->table, fault);
    codec_free_brain_file(file);
    if (err == ERR_OK)
        *out = edition;
    else
        edition_let_go(edition);
    return err;
}

enum handled put_import(void *context, struct exchange *exchange)
{
    struct api *api = context;
    struct brain_order order;
    struct brain_request request;
    struct edition *edition;
    struct fault fault;
    if (read_file(api, exchange, &order, &request, &edition, &fault) != ERR_OK)
        return api_refuse(api, exchange, &fault);
    struct pending *pending = pending_create(api, exchange, answer_created);
    if (pending == NULL) {
        edition_let_go(edition);
        return HANDLED_NOW;
    }
    snprintf(pending->name, sizeof pending->name, "%s", order.name);
    enum created created =
        service_import_brain(api->service, &order, edition, &pending->call, &fault);
    edition_let_go(edition);
    if (created == CREATED_ALREADY)
        pending->call.done = answer_changed;
    if (created == CREATED_ALREADY || created == CREATED_LATER)
        return HANDLED_LATER;
    free(pending);
    return api_refuse(api, exchange, &fault);
}
