#include "service/service.h"

#include "base/clock.h"
#include "service/brains.h"
#include "service/run.h"
#include "store/table_blob.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static void deliver_change(struct message *message)
{
    struct change *change = (struct change *)message;
    change->finish(change);
}

/* The store's thread. */
static void hand_back(struct store_request *request)
{
    struct change *change = (struct change *)request;
    request->message.deliver = deliver_change;
    mailbox_post(&change->service->inbox, &request->message);
}

void change_post(struct change *change)
{
    change->request.done = hand_back;
    store_post(change->service->store, &change->request);
}

void change_outcome(const struct change *change, struct fault *out)
{
    *out = (struct fault){.err = ERR_OK};
    if (change->request.err != ERR_OK)
        (void)fault_set(out, change->request.err, NULL, "it could not be written: %s",
                        change->request.error);
}

void change_report(struct change *change)
{
    struct service_call *call = change->call;
    if (call == NULL)
        return;
    change_outcome(change, &call->fault);
    call->done(call);
}

static enum err perform_nothing(struct store *store, struct store_request *request)
{
    (void)store;
    (void)request;
    return ERR_OK;
}

static void finish_barrier(struct change *change)
{
    change_report(change);
    free(change);
}

enum err change_post_barrier(struct service *service, struct service_call *call)
{
    struct change *barrier = calloc(1, sizeof *barrier);
    if (barrier == NULL)
        return ERR_NO_MEMORY;
    *barrier = (struct change){.request.perform = perform_nothing,
                               .service = service,
                               .call = call,
                               .finish = finish_barrier};
    change_post(barrier);
    return ERR_OK;
}

/* Reads the brains and jobs of the database into the service. */

static enum err load_brain(void *context, const struct store_brain *record, const char *blob,
                           size_t blob_size)
{
    struct service *service = context;
    struct fault ignored;
    if (game_find(record->game) == NULL || !brain_name_is_valid(record->name) ||
        rule_check(&record->rule, service->kinds[0].states->cells, &ignored) != ERR_OK)
        return ERR_CORRUPT;
    struct brain *table;
    enum err err = brain_create(kind_of(service, &record->rule)->states, &record->rule, &table);
    if (err != ERR_OK)
        return err;
    struct brain_entry *entry;
    err = table_blob_decode(blob, blob_size, table, TABLE_OF_BRAIN);
    if (err == ERR_OK)
        err = brain_entry_create(service, record, table, &entry);
    if (err != ERR_OK)
        brain_destroy(table);
    else
        brain_entry_add(service, entry);
    return err;
}

/* A job that is to go on must have something left and be part of what its brain has lived: the two
 * are saved together. */
static bool fits(const struct job *job, struct brain_entry *brain)
{
    if (job->state != JOB_RUNNING && job->state != JOB_STOPPING)
        return true;
    return job->matches_done < job->matches && job->matches_done <= brain->saved_matches;
}

/* The opponent of a job that is over is not needed any more. */
static enum err load_opponent(const struct job *job, const char *blob, size_t size,
                              struct text *out)
{
    if (job->opponent != JOB_OPPONENT_BRAIN || job_is_over(job))
        return ERR_OK;
    if (size == 0)
        return ERR_CORRUPT;
    text_add(out, blob, size);
    return out->failed ? ERR_NO_MEMORY : ERR_OK;
}

static enum err load_job(void *context, const struct store_job *record, const char *blob,
                         size_t blob_size)
{
    struct service *service = context;
    struct job job;
    struct job_entry *item;
    struct text opponent = {0};
    enum err err = record_to_job(record, &job);
    struct brain_entry *brain = brain_entry_by_id(service, record->brain_id);
    if (err != ERR_OK)
        return err;
    if (brain == NULL || !fits(&job, brain))
        return ERR_CORRUPT;
    err = load_opponent(&job, blob, blob_size, &opponent);
    if (err == ERR_OK)
        err = job_entry_create(service, &job, brain, &opponent, &item);
    if (err == ERR_OK)
        job_entry_add(service, item);
    text_free(&opponent);
    return err;
}

static enum err create_default_brain(struct service *service)
{
    if (service->brain_count > 0)
        return ERR_OK;
    int64_t now_ms = clock_unix_ms();
    struct store_brain record = {.id = service->next_brain_id,
                                 .name = SERVICE_DEFAULT_BRAIN,
                                 .rule = rule_default(RULE_BEADS),
                                 .created_at_ms = now_ms,
                                 .saved_at_ms = now_ms};
    snprintf(record.game, sizeof record.game, "%s", service->kinds[0].states->game.name);
    struct brain *table;
    enum err err = brain_create(service->kinds[0].states, &record.rule, &table);
    if (err != ERR_OK)
        return err;
    struct brain_entry *entry;
    err = store_insert_brain(service->store, &record, table);
    if (err == ERR_OK)
        err = brain_entry_create(service, &record, table, &entry);
    if (err != ERR_OK)
        brain_destroy(table);
    else
        brain_entry_add(service, entry);
    return err;
}

static enum err load(struct service *service, struct fault *fault)
{
    enum err err = store_each_brain(service->store, load_brain, service);
    if (err == ERR_OK)
        err = store_each_job(service->store, load_job, service);
    if (err == ERR_OK)
        err = create_default_brain(service);
    if (err == ERR_CORRUPT)
        return fault_set(fault, err, "database",
                         "%s holds a damaged brain or job; it was not touched",
                         service->options.database);
    if (err != ERR_OK)
        return fault_set(fault, err, "database", "cannot load %s: %s (%s)",
                         service->options.database, err_name(err), store_error(service->store));
    return ERR_OK;
}

static enum err start_threads(struct service *service, struct fault *fault)
{
    struct trainer_options options = {.threads = service->options.training_threads,
                                      .kernel = service->options.kernel,
                                      .save_interval_ms = service->options.save_interval_ms,
                                      .full = service->kinds[0].solution,
                                      .reduced = service->kinds[1].solution,
                                      .save = run_save,
                                      .evaluated = curve_note_training,
                                      .over = run_over};
    enum err err = trainer_create(&options, &service->trainer);
    if (err != ERR_OK)
        return fault_set(fault, err, NULL, "cannot start the training threads");
    err = store_start(service->store);
    if (err != ERR_OK) {
        trainer_destroy(service->trainer);
        return fault_set(fault, err, NULL, "cannot start the store's thread");
    }
    return ERR_OK;
}

static void release(struct service *service)
{
    for (unsigned i = 0; i < service->brain_count; i++)
        if (service->brains[i]->run != NULL)
            run_free(service->brains[i]->run); /* its last save failed for good */
    job_entries_free(service);
    brain_entries_free(service);
    if (service->store != NULL)
        store_close(service->store);
    for (unsigned i = 0; i < 2; i++) {
        solution_destroy(service->kinds[i].solution);
        states_destroy(service->kinds[i].states);
    }
    mailbox_close(&service->inbox);
    free(service);
}

static enum err prepare(struct service *service, struct fault *fault)
{
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        return fault_set(fault, ERR_IO, NULL, "cannot get random numbers from the kernel");
    rng_seed(&service->rng, seed);
    const struct game *game = game_find("tictactoe");
    enum err err = states_create(game, &service->kinds[0].states);
    if (err == ERR_OK)
        err = states_create_reduced(game, &service->kinds[1].states);
    for (unsigned i = 0; i < 2 && err == ERR_OK; i++)
        err = solution_create(service->kinds[i].states, &service->kinds[i].solution);
    if (err != ERR_OK)
        return fault_set(fault, err, NULL, "cannot enumerate the game: %s", err_name(err));
    return store_open(service->options.database, &service->store, fault);
}

enum err service_open(const struct service_options *options, struct service **out,
                      struct fault *fault)
{
    struct service *service = calloc(1, sizeof *service);
    if (service == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "out of memory");
    service->options = *options;
    if (service->options.kernel == NULL)
        service->options.kernel = kernel_best();
    service->next_brain_id = 1;
    service->next_job_id = 1;
    enum err err = mailbox_open(&service->inbox);
    if (err != ERR_OK) {
        free(service);
        return fault_set(fault, err, NULL, "cannot create an eventfd");
    }
    err = prepare(service, fault);
    if (err == ERR_OK)
        err = load(service, fault);
    if (err == ERR_OK)
        err = start_threads(service, fault);
    if (err != ERR_OK) {
        release(service);
        return err;
    }
    jobs_resume(service);
    *out = service;
    return ERR_OK;
}

int service_event_fd(const struct service *service)
{
    return service->inbox.event_fd;
}

void service_deliver(struct service *service)
{
    mailbox_deliver(&service->inbox);
}

static int retry_saves(struct service *service, bool now)
{
    int soonest_ms = -1;
    for (unsigned i = 0; i < service->brain_count; i++) {
        struct run *run = service->brains[i]->run;
        int wait_ms = run != NULL ? run_retry(run, now) : -1;
        if (wait_ms >= 0 && (soonest_ms < 0 || wait_ms < soonest_ms))
            soonest_ms = wait_ms;
    }
    return soonest_ms;
}

int service_tick(struct service *service)
{
    return retry_saves(service, false);
}

/* What the last saves could not write. */
static enum err name_losses(struct service *service, struct fault *fault)
{
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
    service_deliver(service); /* the suspended trainings post their last saves */
    retry_saves(service, true);
    store_stop(service->store);
    service_deliver(service); /* and these come back */
    enum err err = name_losses(service, fault);
    release(service);
    return err;
}

const char *service_kernel(const struct service *service)
{
    return service->options.kernel->name;
}

uint64_t service_draw_seed(struct service *service)
{
    return rng_next(&service->rng);
}
