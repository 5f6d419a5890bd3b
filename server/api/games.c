/* /games */
#include "api/boards.h"
#include "api/resources.h"
#include "base/json.h"
#include "engine/rule.h"
#include "http/reply.h"

static void add_rules(struct text *out, const struct game *game)
{
    json_open(out, "rules", '[');
    for (unsigned kind = 0; kind < RULE_KIND_COUNT; kind++)
        if (game->is_exact || kind >= RULE_TABLE_KINDS)
            json_put_string(out, rule_kind_name((enum rule_kind)kind));
    json_end(out, ']');
}

static void add_game(struct text *out, const struct game *game)
{
    json_begin(out, '{');
    json_add_string(out, "name", game->name);
    json_add_integer(out, "width", game->width);
    json_add_integer(out, "height", game->height);
    json_add_integer(out, "run", game->run);
    json_add_bool(out, "gravity", game->gravity);
    json_add_integer(out, "cells", game_cells(game));
    json_add_integer(out, "moves", game_moves(game));
    json_key(out, "value");
    boards_put_result(out, (enum result)game->value);
    add_rules(out, game);
    json_add_bool(out, "exact", game->is_exact);
    json_end(out, '}');
}

enum handled get_games(void *context, struct exchange *exchange)
{
    (void)context;
    struct reply *reply = exchange_reply(exchange);
    json_begin(&reply->body, '{');
    json_open(&reply->body, "games", '[');
    for (unsigned i = 0; i < game_count(); i++)
        add_game(&reply->body, game_at(i));
    json_end(&reply->body, ']');
    json_end(&reply->body, '}');
    reply_json(reply, 200);
    return HANDLED_NOW;
}
