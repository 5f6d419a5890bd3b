#include "support/served.h"

#include "base/log.h"
#include "engine/selfplay.h"
#include "support/unit.h"

#include <poll.h>
#include <string.h>

enum { SAVES_AT_THE_END_ONLY_MS = 1000000000 };

void served_open(struct served *served)
{
    *served = (struct served){
        .threads = 2, .save_interval_ms = SAVES_AT_THE_END_ONLY_MS, .brain_memory = 64 << 20};
    log_set_level(LOG_ERROR);
    folder_make(&served->folder);
    folder_file(&served->folder, "ttst.db", served->path);
    served_start(served);
}

void served_start(struct served *served)
{
    struct service_options options = {.database = served->path,
                                      .training_threads = served->threads,
                                      .save_interval_ms = served->save_interval_ms,
                                      .brain_memory = served->brain_memory};
    struct fault fault = {.err = ERR_OK};
    enum err err = service_open(&options, &served->service, &fault);
    ck_assert_msg(err == ERR_OK, "%s: %s", err_name(err), fault.detail);
}

void served_shut(struct served *served)
{
    struct fault fault = {.err = ERR_OK};
    enum err err = service_close(served->service, &fault);
    served->service = NULL;
    ck_assert_msg(err == ERR_OK, "%s: %s", err_name(err), fault.detail);
}

void served_restart(struct served *served)
{
    served_shut(served);
    served_start(served);
}

void served_close(struct served *served)
{
    served_shut(served);
    folder_remove(&served->folder);
}

void served_turn(struct served *served)
{
    enum { LOOK_AGAIN_MS = 1 }; /* a table was published, perhaps: that rings no bell */
    struct pollfd fd = {.fd = service_event_fd(served->service), .events = POLLIN};
    poll(&fd, 1, LOOK_AGAIN_MS);
    service_deliver(served->service);
    (void)service_tick(served->service);
}

static void note_done(struct service_call *call)
{
    struct served_call *served_call = (struct served_call *)call;
    ck_assert(!served_call->is_done);
    served_call->is_done = true;
}

struct served_call served_call(void)
{
    return (struct served_call){.call.done = note_done};
}

enum err served_wait(struct served *served, struct served_call *call)
{
    while (!call->is_done)
        served_turn(served);
    return call->call.fault.err;
}

bool served_fetch(struct served *served)
{
    struct served_call call = served_call();
    struct fault fault;
    ck_assert_int_eq(service_fetch(served->service, &call.call, &fault), ERR_OK);
    return served_wait(served, &call) == ERR_OK;
}

struct brain_order served_brain_order(const char *name)
{
    return (struct brain_order){
        .name = name, .game = "tictactoe", .rule = rule_default(RULE_BEADS)};
}

void served_create(struct served *served, const struct brain_order *order)
{
    struct served_call call = served_call();
    struct fault fault = {.err = ERR_OK};
    enum created created = service_create_brain(served->service, order, &call.call, &fault);
    ck_assert_msg(created == CREATED_LATER, "%s", fault.detail);
    ck_assert_int_eq(served_wait(served, &call), ERR_OK);
}

struct job_order served_job_order(uint64_t seed, uint64_t matches)
{
    return (struct job_order){.brain = SERVICE_DEFAULT_BRAIN,
                              .matches = matches,
                              .workers = 1,
                              .seed = seed,
                              .learners = LEARN_BOTH};
}

int64_t served_begin(struct served *served, const struct job_order *order)
{
    struct served_call call = served_call();
    struct fault fault = {.err = ERR_OK};
    enum err err = service_start_job(served->service, order, &call.call, &fault);
    ck_assert_msg(err == ERR_OK, "%s: %s", err_name(err), fault.detail);
    ck_assert_int_eq(served_wait(served, &call), ERR_OK);
    return call.call.job_id;
}

void served_stop(struct served *served, int64_t id)
{
    struct served_call call = served_call();
    struct fault fault = {.err = ERR_OK};
    enum err err = service_stop_job(served->service, id, &call.call, &fault);
    ck_assert_msg(err == ERR_OK, "%s: %s", err_name(err), fault.detail);
    ck_assert_int_eq(served_wait(served, &call), ERR_OK);
    ck_assert_int_eq(call.call.job_id, id);
}

struct job served_job(struct served *served, int64_t id)
{
    struct job_view view;
    ck_assert_int_eq(service_get_job(served->service, id, &view), ERR_OK);
    return view.job;
}

struct job served_wait_matches(struct served *served, int64_t id, uint64_t matches)
{
    struct job job = served_job(served, id);
    while (job.matches_done < matches && !job_is_over(&job)) {
        served_turn(served);
        job = served_job(served, id);
    }
    return job;
}

struct job served_wait_over(struct served *served, int64_t id)
{
    return served_wait_matches(served, id, UINT64_MAX);
}

bool served_has(struct served *served, const char *name, const struct brain *table)
{
    struct brain_info info;
    char digest[BRAIN_DIGEST_SIZE];
    char expected[BRAIN_DIGEST_SIZE];
    struct fault fault;
    enum err err;
    do {
        err = service_digest_brain(served->service, name, &info, digest, &fault);
    } while (err == ERR_LATER && served_fetch(served));
    ck_assert_int_eq(err, ERR_OK);
    brain_digest(table, expected);
    return strcmp(digest, expected) == 0 && info.matches == table->matches &&
           memcmp(info.results, table->results, sizeof info.results) == 0;
}
