/*
 * Bodies of requests, all the way to the disk; the first byte says to which route. Whatever they
 * are: the answer is JSON, and where it is a refusal it is one of 4xx. A job is taken back; a brain
 * that was made can be looked at, asked for a move, and goes.
 */
#include "fuzz/asked.h"
#include "fuzz/fuzz.h"

#include <jansson.h>
#include <string.h>

static struct served served;

static const struct {
    enum http_method method;
    const char *path;
} routes[] = {{HTTP_POST, "/move"},           {HTTP_POST, "/match"},
              {HTTP_POST, "/train"},          {HTTP_PUT, "/brains/b"},
              {HTTP_PUT, "/brains/b/import"}, {HTTP_POST, "/brains/default/copy"}};
enum { ROUTES = sizeof routes / sizeof routes[0] };

/* The brains that are always there. */
static const struct {
    const char *name;
    enum rule_kind rule;
    const char *game;
} kept[] = {{"default", RULE_BEADS, "tictactoe"}, /* by itself */
            {"proving", RULE_GUARD, "tictactoe"},
            {"network", RULE_PATTERNS, "tictactoe"},
            {"four", RULE_PATTERNS, "connectfour-4x4"},
            {"wide", RULE_PATTERNS, "64x1r3"}};
enum { KEPT = sizeof kept / sizeof kept[0] };

static bool is_kept(const char *name)
{
    bool found = false;
    for (unsigned i = 0; i < KEPT; i++)
        found = found || strcmp(kept[i].name, name) == 0;
    return found;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    served_open(&served);
    for (unsigned i = 1; i < KEPT; i++) {
        struct brain_order order = served_brain_order(kept[i].name);
        order.rule = rule_default(kept[i].rule);
        fuzz_require(game_parse(kept[i].game, &order.game) == ERR_OK);
        served_create(&served, &order);
    }
    return 0;
}

static bool ask(enum http_method method, const char *path, const struct text *body)
{
    struct answer answer = asked(&served, method, path, body);
    const bool is_well = asked_well(&answer);
    text_free(&answer.body);
    return is_well;
}

/* Whatever the brain's game and weights: there is a first move. */
static void move(const char *name)
{
    struct text body = {0};
    text_add_format(&body, "{\"brain\":\"%s\",\"moves\":[],\"policy\":{\"power\":2}}", name);
    fuzz_require(ask(HTTP_POST, "/move", &body));
    text_free(&body);
}

/* What was begun ends; what was made goes. */
static void clean_up(void)
{
    const struct text nothing = {0};
    fuzz_require(ask(HTTP_DELETE, "/train", &nothing));
    for (unsigned i = 0; i < service_count_jobs(served.service); i++) {
        struct job_view view;
        service_job_at(served.service, i, &view);
        while (!job_is_over(&view.job)) {
            served_turn(&served);
            fuzz_require(service_get_job(served.service, view.job.id, &view) == ERR_OK);
        }
    }
    while (service_count_brains(served.service) > KEPT) {
        struct brain_info info;
        char path[96];
        unsigned i = 0;
        do
            service_brain_at(served.service, i++, &info);
        while (is_kept(info.name));
        snprintf(path, sizeof path, "/brains/%s", info.name);
        move(path + strlen("/brains/")); /* the other name is valid until the next call */
        fuzz_require(ask(HTTP_GET, path, &nothing));
        fuzz_require(ask(HTTP_DELETE, path, &nothing));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input input = {bytes, size};
    const unsigned route = fuzz_byte(&input) % ROUTES;
    char *copy = fuzz_copy(input.bytes, input.size); /* of that size, for AddressSanitizer */
    const struct text body = {.bytes = copy, .size = input.size};
    if (ask(routes[route].method, routes[route].path, &body))
        clean_up();
    asked_make_room(&served);
    free(copy);
    return 0;
}
