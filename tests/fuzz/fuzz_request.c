/*
 * Bodies of requests, all the way to the disk; the first byte says to which route. Whatever they
 * are: the answer is JSON, and where it is a refusal it is one of 4xx. A job is taken back; a brain
 * that was made can be looked at, and goes.
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

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    served_open(&served);
    struct brain_order order = served_brain_order("proving");
    order.rule = rule_default(RULE_GUARD);
    served_create(&served, &order);
    return 0;
}

static bool ask(enum http_method method, const char *path, const struct text *body)
{
    struct answer answer = asked(&served, method, path, body);
    const bool is_well = asked_well(&answer);
    text_free(&answer.body);
    return is_well;
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
    while (service_count_brains(served.service) > 2) {
        struct brain_info info;
        char path[96];
        unsigned i = 0;
        do
            service_brain_at(served.service, i++, &info);
        while (strcmp(info.name, "default") == 0 || strcmp(info.name, "proving") == 0);
        snprintf(path, sizeof path, "/brains/%s", info.name);
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
    free(copy);
    return 0;
}
