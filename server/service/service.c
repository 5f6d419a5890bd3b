#include "service/service.h"

#include "base/thread.h"
#include "engine/selfplay.h"
#include "service/apply.h"
#include "service/evaluations.h"
#include "service/load.h"
#include "service/run.h"
#include "service/shelf.h"
#include "service/work.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* A change comes back. */
static void deliver(struct posting *posting)
{
    log_end(posting);
    apply(posting->service, &posting->change);
    log_answer(posting);
    work_go_on(posting);
}

static enum err start_threads(struct service *service, struct fault *fault)
{
    struct trainer_options options = {.threads = service->options.training_threads,
                                      .kernel = service->options.kernel,
                                      .save_interval_ms = service->options.save_interval_ms,
                                      .atlas = service->atlases.list[0],
                                      .save = run_save,
                                      .evaluated = run_reached,
                                      .over = run_over};
    store_limit_log(service->store, service->options.wal_max);
    enum err err = trainer_create(&options, &service->trainer);
    if (err != ERR_OK)
        return fault_set(fault, err, NULL, "cannot start %u training threads and an evaluator: %s",
                         options.threads, thread_reason(errno));
    err = store_start(service->store);
    if (err != ERR_OK) {
        (void)fault_set(fault, err, NULL, "cannot start the store's thread: %s",
                        thread_reason(errno));
        trainer_destroy(service->trainer);
    }
    return err;
}

static void release(struct service *service)
{
    for (unsigned i = 0; i < service->brain_count; i++)
        if (service->brains[i]->run != NULL)
            run_free(service->brains[i]->run); /* its last save failed for good */
    service_unload(service);
    mailbox_close(&service->inbox);
    free(service);
}

static enum err prepare(struct service *service, struct fault *fault)
{
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        return fault_set(fault, ERR_IO, NULL, "cannot get random numbers from the kernel");
    rng_seed(&service->rng, seed);
    const struct atlas *first; /* the exact game's, which the evaluator works with */
    enum err err = atlases_find(&service->atlases, game_at(0), &first);
    if (err != ERR_OK)
        return fault_set(fault, err, NULL, "cannot enumerate the game: %s", err_name(err));
    return store_open(service->options.database, &service->store, fault);
}

static enum err open_once(const struct service_options *options, struct service **out,
                          struct fault *fault)
{
    struct service *service = calloc(1, sizeof *service);
    if (service == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "out of memory");
    service->options = *options;
    if (service->options.kernel == NULL)
        service->options.kernel = selfplay_kernel("auto");
    service->next_brain_id = 1;
    service->next_job_id = 1;
    service->given_back = deliver;
    atlases_open(&service->atlases);
    enum err err = mailbox_open(&service->inbox);
    if (err != ERR_OK) {
        free(service);
        return fault_set(fault, err, NULL, "cannot create an eventfd: %s", thread_reason(errno));
    }
    err = prepare(service, fault);
    if (err == ERR_OK)
        err = service_load(service, fault);
    if (err == ERR_OK)
        err = start_threads(service, fault);
    if (err != ERR_OK) {
        release(service);
        return err;
    }
    work_resume(service);
    *out = service;
    return ERR_OK;
}

/* Twice where a read failed or what it gave looks damaged: SQLite may call the one the other. */
enum err service_open(const struct service_options *options, struct service **out,
                      struct fault *fault)
{
    enum err err = open_once(options, out, fault);
    return err == ERR_CORRUPT || err == ERR_IO ? open_once(options, out, fault) : err;
}

int service_event_fd(const struct service *service)
{
    return service->inbox.event_fd;
}

void service_deliver(struct service *service)
{
    mailbox_deliver(&service->inbox);
}

int service_tick(struct service *service)
{
    return retry_due(&service->retries, service, false);
}

enum err service_check_files(const struct service *service, struct fault *fault)
{
    return store_check_files(service->store, fault);
}

static uint64_t count_unsaved(struct service *service)
{
    uint64_t matches = 0;
    for (unsigned i = 0; i < service->brain_count; i++)
        matches += brain_entry_unsaved(service->brains[i]);
    return matches;
}

/* What is in files that their names do not lead to, and what the last saves could not write. */
static enum err name_losses(struct service *service, struct fault *fault)
{
    struct fault lost;
    if (service_check_files(service, &lost) != ERR_OK)
        return fault_set(fault, ERR_IO, NULL,
                         "%s; %u brains were served from there, and %" PRIu64
                         " of their matches were never saved",
                         lost.detail, service->brain_count, count_unsaved(service));
    for (unsigned i = 0; i < service->brain_count; i++) {
        struct brain_entry *entry = service->brains[i];
        if (entry->last_save_error[0] != '\0')
            return fault_set(
                fault, ERR_IO, NULL, "brain %s: the last %" PRIu64 " matches are not on disk: %s",
                entry->record.name, brain_entry_unsaved(entry), entry->last_save_error);
    }
    return ERR_OK;
}

enum err service_close(struct service *service, struct fault *fault)
{
    service->is_closing = true;
    trainer_destroy(service->trainer);
    service_end_evaluations(service);
    service_deliver(service); /* the suspended trainings post their last saves */
    (void)retry_due(&service->retries, service, true);
    store_stop(service->store);
    service->retries.is_over = true;
    service_deliver(service); /* and these come back */
    shelf_clear(service);
    service_deliver(service); /* those who waited for a table go */
    enum err err = name_losses(service, fault);
    release(service);
    return err;
}

void service_watch(struct service *service, const struct service_watcher *watcher)
{
    service->watcher = *watcher;
}

const char *service_kernel(const struct service *service)
{
    return selfplay_kernel_name(service->options.kernel);
}

uint64_t service_draw_seed(struct service *service)
{
    return rng_next(&service->rng);
}
