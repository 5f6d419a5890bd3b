/* POST /move */
#include "service/moves.h"
#include "api/codec_move.h"
#include "api/reply.h"
#include "api/resources.h"

#include <stdlib.h>

static enum err choose(struct api *api, struct move_request *request, struct move_choice choices[],
                       struct reply *reply, struct fault *fault)
{
    if (!request->has_seed)
        request->seed = service_draw_seed(api->service);
    struct move_order order = {.brain = request->brain,
                               .boards = request->boards,
                               .count = request->count,
                               .is_batch = request->is_batch,
                               .detail = request->detail || !request->is_batch,
                               .policy = request->policy,
                               .seed = request->seed};
    const struct game *game;
    enum err err = service_choose_moves(api->service, &order, choices, &game, fault);
    if (err == ERR_OK)
        codec_encode_moves(request, game, choices, &reply->body);
    return err;
}

enum handled post_move(void *context, struct exchange *exchange)
{
    const struct api *api = context;
    struct reply *reply = exchange_reply(exchange);
    enum handled handled = HANDLED_NOW;
    size_t size;
    const char *body = exchange_body(exchange, &size);
    struct move_request request;
    struct fault fault;
    if (codec_decode_move_request(body, size, &request, &fault) != ERR_OK)
        return api_refuse(context, exchange, &fault);
    if (request.count > api->options.boards_max) {
        codec_free_move_request(&request);
        (void)fault_set(&fault, ERR_IMPOSSIBLE, "boards", "must be 1 to %u boards",
                        api->options.boards_max);
        return api_refuse(context, exchange, &fault);
    }
    struct move_choice single;
    struct move_choice *choices =
        request.is_batch ? malloc(request.count * sizeof *choices) : &single;
    enum err err = choices == NULL
                       ? fault_set(&fault, ERR_NO_MEMORY, NULL, "no memory for the moves")
                       : choose(context, &request, choices, reply, &fault);
    if (err == ERR_OK)
        reply_json(reply, 200);
    else
        handled = api_refuse(context, exchange, &fault);
    if (choices != &single)
        free(choices);
    codec_free_move_request(&request);
    return handled;
}
