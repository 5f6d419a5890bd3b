/*
 * Requests without memory, at each allocation in turn, wherever it is made: the answer is 503 and
 * nothing has changed, or it is what was asked for; and nobody waits for ever.
 */
#include "support/scarce_memory.h"
#include "support/unit.h"
#include "support/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is tried. */
struct trial {
    struct web_request request;
    unsigned success;        /* its status when all goes well */
    const char *witness;     /* whose digest, or absence, shows whether it was done; or NULL */
    struct web_request undo; /* makes it possible once more; or none */
};

enum { WITNESS_SIZE = 80, EACH_UP_TO = 300, THEN_EVERY = 8 };

static struct web_answer answer;

/* The digest, or the status of what is not there. */
static void look(const struct web *web, const char *path, char out[WITNESS_SIZE])
{
    out[0] = '\0';
    if (path == NULL)
        return;
    web_ask(web, &(struct web_request){.method = "GET", .path = path}, &answer);
    const char *digest = strstr(answer.body, "\"sha256:");
    if (answer.status == 200 && digest != NULL)
        snprintf(out, WITNESS_SIZE, "%.72s", digest);
    else
        snprintf(out, WITNESS_SIZE, "%u", answer.status);
}

/* 503: nothing was changed; 500: it was, but the answer is lost. A connection may also be closed.
 */
static bool is_error(unsigned status)
{
    return status == 0 || status == 500 || status == 503;
}

static bool try_once(const struct web *web, const struct trial *trial,
                     const struct scarce_plan *plan, unsigned *errors)
{
    char before[WITNESS_SIZE];
    char after[WITNESS_SIZE];
    look(web, trial->witness, before);
    scarce_memory_plan(plan);
    web_ask(web, &trial->request, &answer);
    bool has_failed = scarce_memory_end();
    const unsigned status = answer.status;
    *errors += is_error(status);
    if (status != trial->success && !(has_failed && is_error(status)))
        ck_abort_msg("%s %s, allocation %u: %u %s", trial->request.method, trial->request.path,
                     plan->nth, status, answer.body);
    look(web, trial->witness, after);
    bool is_changed = strcmp(before, after) != 0;
    bool is_known = status == trial->success || status == 503;
    if (trial->witness != NULL && is_known && is_changed != (status == trial->success))
        ck_abort_msg("%s %s, allocation %u: %u, and %s has become %s", trial->request.method,
                     trial->request.path, plan->nth, status, before, after);
    if (is_changed && trial->undo.method != NULL) {
        web_ask(web, &trial->undo, &answer);
        ck_assert_uint_lt(answer.status, 300);
    }
    return has_failed;
}

/* Of very many allocations not each: parsing a file takes one for each of its numbers. */
static void try_at_each(const struct web *web, const struct trial *trial, bool for_good)
{
    struct scarce_plan plan = {.nth = 1, .for_good = for_good};
    unsigned errors = 0;
    while (try_once(web, trial, &plan, &errors))
        plan.nth += plan.nth < EACH_UP_TO ? 1 : plan.nth / THEN_EVERY;
    ck_assert_uint_gt(errors, 0);
}

static void try_all(const struct trial trials[], unsigned count)
{
    struct web web;
    scarce_memory_install();
    folder_prefer_memory();
    web_open(&web);
    ck_assert_uint_eq(web_do(&web, "PUT", "/brains/there",
                             "{\"game\":\"tictactoe\",\"rule\":"
                             "\"guard\"}"),
                      201);
    ck_assert_uint_eq(web_do(&web, "POST", "/match", "{\"brain\":\"there\",\"moves\":[0,3,1,4,2]}"),
                      200);
    ck_assert_uint_eq(web_do(&web, "PUT", "/brains/there/checkpoints/old", NULL), 201);
    ck_assert_uint_eq(web_do(&web, "POST", "/match", "{\"brain\":\"there\",\"moves\":[0,3,1,4,2]}"),
                      200);
    for (unsigned i = 0; i < count; i++) {
        try_at_each(&web, &trials[i], false);
        try_at_each(&web, &trials[i], true);
    }
    web_close(&web);
}

static const struct web_request delete_new = {.method = "DELETE", .path = "/brains/new"};

/* The content of a body in chunks (RFC 9112, 7.1). */
static void join_chunks(const char *body, char *out)
{
    size_t size = strtoul(body, NULL, 16);
    for (; size > 0; size = strtoul(body, NULL, 16)) {
        const char *content = strchr(body, '\n') + 1;
        memcpy(out, content, size);
        out += size;
        body = content + size + 2;
    }
    *out = '\0';
}

START_TEST(test_a_brain_is_created_wholly_or_not_at_all)
{
    const struct trial trials[] = {
        {.request = {.method = "PUT",
                     .path = "/brains/new",
                     .body = "{\"game\":\"tictactoe\",\"rule\":\"guard\"}"},
         .success = 201,
         .witness = "/brains/new",
         .undo = delete_new},
        {.request = {.method = "POST", .path = "/brains/there/copy", .body = "{\"to\":\"new\"}"},
         .success = 201,
         .witness = "/brains/new",
         .undo = delete_new},
    };
    try_all(trials, 2);
}
END_TEST

static const struct web_request reset_there = {.method = "POST", .path = "/brains/there/reset"};
static const struct web_request restore_old = {.method = "POST",
                                               .path = "/brains/there/checkpoints/old/restore"};

START_TEST(test_a_brain_is_reset_wholly_or_not_at_all)
{
    const struct trial trials[] = {
        {.request = reset_there, .success = 200, .witness = "/brains/there", .undo = restore_old}};
    try_all(trials, 1);
}
END_TEST

START_TEST(test_a_checkpoint_is_restored_wholly_or_not_at_all)
{
    const struct trial trials[] = {
        {.request = restore_old, .success = 200, .witness = "/brains/there", .undo = reset_there}};
    try_all(trials, 1);
}
END_TEST

/* What is exported of "there" comes back as "new". */
START_TEST(test_a_brain_is_imported_wholly_or_not_at_all)
{
    static char file[WEB_BODY_SIZE];
    struct trial trial = {.request = {.method = "PUT", .path = "/brains/new/import", .body = file},
                          .success = 201,
                          .witness = "/brains/new",
                          .undo = delete_new};
    struct web web;
    scarce_memory_install();
    folder_prefer_memory();
    web_open(&web);
    web_ask(&web, &(struct web_request){.method = "GET", .path = "/brains/default/export"},
            &answer);
    ck_assert_uint_eq(answer.status, 200);
    join_chunks(answer.body, file);
    try_at_each(&web, &trial, false);
    try_at_each(&web, &trial, true);
    web_close(&web);
}
END_TEST

START_TEST(test_a_brain_is_deleted_wholly_or_not_at_all)
{
    const struct trial trials[] = {
        {.request = {.method = "DELETE", .path = "/brains/there"},
         .success = 204,
         .witness = "/brains/there",
         .undo = {.method = "PUT",
                  .path = "/brains/there",
                  .body = "{\"game\":\"tictactoe\",\"rule\":\"guard\"}"}},
    };
    try_all(trials, 1);
}
END_TEST

START_TEST(test_a_checkpoint_is_kept_wholly_or_not_at_all)
{
    const struct trial trials[] = {
        {.request = {.method = "PUT", .path = "/brains/there/checkpoints/mine"},
         .success = 201,
         .witness = "/brains/there@mine",
         .undo = {.method = "DELETE", .path = "/brains/there/checkpoints/mine"}},
        {.request = {.method = "DELETE", .path = "/brains/there/checkpoints/old"},
         .success = 204,
         .witness = "/brains/there@old",
         .undo = {.method = "PUT", .path = "/brains/there/checkpoints/old"}},
    };
    try_all(trials, 2);
}
END_TEST

START_TEST(test_a_match_is_learned_wholly_or_not_at_all)
{
    const struct trial trials[] = {
        {.request = {.method = "POST", .path = "/match", .body = "{\"moves\":[0,3,1,4,2]}"},
         .success = 200,
         .witness = "/brains/default"},
    };
    try_all(trials, 1);
}
END_TEST

START_TEST(test_what_only_asks_gets_an_answer_or_an_error)
{
    const struct trial trials[] = {
        {.request = {.method = "POST", .path = "/move", .body = "{\"board\":\"000000000\"}"},
         .success = 200},
        {.request = {.method = "POST",
                     .path = "/move",
                     .body = "{\"brain\":\"there@old\",\"boards\":[\"000000000\",\"100000000\"],"
                             "\"detail\":true}"},
         .success = 200},
        {.request = {.method = "GET", .path = "/brains"}, .success = 200},
        {.request = {.method = "GET", .path = "/brains/there/checkpoints"}, .success = 200},
        {.request = {.method = "GET", .path = "/brains/there/boards/000000000"}, .success = 200},
        {.request = {.method = "GET", .path = "/brains/there/evaluation?against=default"},
         .success = 200},
        {.request = {.method = "GET", .path = "/brains/there/curve"}, .success = 200},
        {.request = {.method = "GET", .path = "/brains/there@old/export"}, .success = 200},
        {.request = {.method = "GET", .path = "/train"}, .success = 200},
        {.request = {.method = "GET", .path = "/metrics"}, .success = 200},
    };
    try_all(trials, sizeof trials / sizeof trials[0]);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_brain_is_created_wholly_or_not_at_all,
        test_a_brain_is_reset_wholly_or_not_at_all,
        test_a_checkpoint_is_restored_wholly_or_not_at_all,
        test_a_brain_is_imported_wholly_or_not_at_all,
        test_a_brain_is_deleted_wholly_or_not_at_all,
        test_a_checkpoint_is_kept_wholly_or_not_at_all,
        test_a_match_is_learned_wholly_or_not_at_all,
        test_what_only_asks_gets_an_answer_or_an_error,
        NULL,
    };
    return unit_run("request_memory", tests);
}
