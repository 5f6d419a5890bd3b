#include "support/served.h"

#include "base/log.h"
#include "engine/selfplay.h"
#include "service/checkpoints.h"
#include "service/curve.h"
#include "service/figures.h"
#include "service/matches.h"
#include "support/unit.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

static void ignore(struct service_call *call)
{
    (void)call;
}

struct service_call *served_nobody(void)
{
    static struct service_call nobody = {.done = ignore};
    return &nobody;
}

struct brain_order served_brain_order(const char *name)
{
    return (struct brain_order){
        .name = name, .game = *game_at(0), .rule = rule_default(RULE_BEADS)};
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

enum err served_digest(struct served *served, const char *name, char out[BRAIN_DIGEST_SIZE])
{
    struct served_call call;
    struct brain_info info;
    struct fault fault;
    enum err err;
    do {
        call = served_call();
        err = service_digest_brain(served->service, name, &call.call, &info, &fault);
    } while (err == ERR_LATER && served_wait(served, &call) == ERR_LATER);
    if (err == ERR_OK)
        memcpy(out, info.digest, BRAIN_DIGEST_SIZE);
    return err;
}

/* Larger calls, with what served_wait() looks at behind them. */
struct keeping {
    struct checkpoint_call call; /* first */
    bool is_done;
};

static void note_kept(struct service_call *call)
{
    ((struct keeping *)call)->is_done = true;
}

enum err served_keep(struct served *served, const char *brain, const char *checkpoint)
{
    struct keeping keeping;
    struct fault fault;
    enum err err;
    do {
        keeping = (struct keeping){.call.call.done = note_kept};
        err = service_keep_checkpoint(served->service, brain, checkpoint, &keeping.call, &fault);
        while ((err == ERR_OK || err == ERR_LATER) && !keeping.is_done)
            served_turn(served);
    } while (err == ERR_LATER && keeping.call.call.fault.err == ERR_LATER);
    return err != ERR_OK ? err : keeping.call.call.fault.err;
}

struct lesson_call {
    struct match_call match; /* first */
    bool is_done;
};

static void note_learned(struct service_call *call)
{
    free(((struct lesson_call *)call)->match.changes);
    ((struct lesson_call *)call)->is_done = true;
}

enum err served_try_learn(struct served *served, const char *brain, const uint8_t moves[],
                          size_t count)
{
    struct lesson_call lesson;
    struct match_order order = {
        .brain = brain,
        .position = {.form = POSITION_MOVES, .moves = moves, .count = count},
        .learners = LEARN_BOTH};
    struct fault fault;
    enum err err;
    do {
        lesson = (struct lesson_call){.match.call.done = note_learned};
        err = service_learn_match(served->service, &order, &lesson.match, &fault);
        while ((err == ERR_OK || err == ERR_LATER) && !lesson.is_done)
            served_turn(served);
    } while (err == ERR_LATER && lesson.match.call.fault.err == ERR_LATER);
    return err != ERR_OK ? err : lesson.match.call.fault.err;
}

bool served_has(struct served *served, const char *name, const struct brain *table)
{
    struct brain_info info;
    char digest[BRAIN_DIGEST_SIZE];
    char expected[BRAIN_DIGEST_SIZE];
    ck_assert_int_eq(served_digest(served, name, digest), ERR_OK);
    ck_assert_int_eq(service_get_brain(served->service, name, &info), ERR_OK);
    brain_digest(table, expected);
    return strcmp(digest, expected) == 0 && info.matches == table->matches &&
           memcmp(info.results, table->results, sizeof info.results) == 0;
}

struct rounds_plan served_plan(const struct job_order *order, uint64_t start)
{
    return (struct rounds_plan){.seed = order->seed,
                                .workers = order->workers,
                                .learners = order->learners,
                                .begin = start,
                                .end = start + order->matches};
}

void served_kill_after(struct served *served,
                       void (*work)(struct served *served, const void *context),
                       const void *context)
{
    int ready[2];
    char byte = 0;
    ck_assert_int_eq(pipe(ready), 0);
    pid_t daemon = fork();
    ck_assert_int_ge(daemon, 0);
    if (daemon == 0) {
        served_start(served);
        work(served, context);
        (void)!write(ready[1], &byte, 1);
        for (;;)
            served_turn(served);
    }
    close(ready[1]);
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    kill(daemon, SIGKILL);
    ck_assert_int_eq(waitpid(daemon, NULL, 0), daemon);
}

struct served_aim {
    int64_t id;
    uint64_t matches;
};

static void wait_for_disk(struct served *served, const void *context)
{
    const struct served_aim *aim = context;
    struct figures figures;
    struct job job;
    do {
        served_turn(served);
        job = served_job(served, aim->id);
        service_get_figures(served->service, &figures);
    } while (!job_is_over(&job) && job.matches_done < aim->matches + figures.unsaved_matches);
}

void served_run_and_kill(struct served *served, int64_t id, uint64_t matches)
{
    const struct served_aim aim = {.id = id, .matches = matches};
    unsigned interval_ms = served->save_interval_ms;
    served->save_interval_ms = 1;
    served_kill_after(served, wait_for_disk, &aim);
    served->save_interval_ms = interval_ms;
}

void served_learn(struct served *served, const char *brain, const uint8_t moves[], size_t count)
{
    ck_assert_int_eq(served_try_learn(served, brain, moves, count), ERR_OK);
}

struct served_curve {
    struct curve_call curve; /* first */
    bool is_done;
};

static void note_read(struct service_call *call)
{
    ((struct served_curve *)call)->is_done = true;
}

void served_read_curve(struct served *served, const char *brain, struct curve *out)
{
    struct served_curve read = {.curve.call.done = note_read};
    struct fault fault = {.err = ERR_OK};
    enum err err = service_read_curve(served->service, brain, &read.curve, &fault);
    ck_assert_msg(err == ERR_OK, "%s: %s", err_name(err), fault.detail);
    while (!read.is_done)
        served_turn(served);
    ck_assert_int_eq(read.curve.call.fault.err, ERR_OK);
    ck_assert_uint_le(read.curve.count, CURVES_POINTS_MAX);
    out->count = (unsigned)read.curve.count;
    memcpy(out->points, read.curve.points, read.curve.count * sizeof out->points[0]);
    free(read.curve.points);
}
