#include "service/run.h"

#include "base/clock.h"
#include "base/log.h"
#include "engine/opponent.h"
#include "service/brains.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A save of a brain and of how far its job is. */
struct save {
    struct change change;       /* first */
    struct evaluator_task task; /* of a progress save */
    struct run *run;
    struct store_brain brain;
    struct brain *table; /* what is saved */
    struct job job;
    /* Of a progress save: set by the trainer's thread before it fills the save, cleared by the
     * owner when the save has come back. */
    _Atomic bool is_out;
};

struct run {
    struct training training; /* first */
    struct edition *edition;  /* its table, published when the training is over */
    struct service *service;
    struct job_entry *item;
    int64_t job_id;        /* its; the trainer's thread reads it */
    uint64_t base_matches; /* of the brain before the job */
    uint64_t base_results[RESULT_COUNT];
    uint64_t begun_at;         /* the brain's matches when this life of the job began */
    int64_t running_before_ms; /* in earlier lives of the daemon */
    int64_t begun_ms;          /* by the monotonic clock */
    struct brain *opponent;    /* NULL: the brain itself */
    struct brain *uniform;     /* NULL: the brain's rule does not explore */
    struct save progress;
    struct save last;
    struct message over_message;
    enum training_end end; /* valid from run_over() on */
    bool is_ending;        /* the owner's, all below */
    struct job concluded;  /* what the job is once its last save has been tried */
    struct retry retry;    /* of the last save */
};

static struct run *run_of_training(struct training *training)
{
    return (struct run *)training;
}

struct service *run_service(const struct training *training)
{
    return ((const struct run *)training)->service;
}

static void count_progress(const struct run *run, const struct brain *table, uint64_t *matches_done,
                           uint64_t results[RESULT_COUNT])
{
    *matches_done = table->matches - run->base_matches;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        results[result] = table->results[result] - run->base_results[result];
}

static int64_t running_ms(const struct run *run, int64_t now_ms)
{
    const int64_t sum_ms = run->running_before_ms + now_ms - run->begun_ms;
    return sum_ms < CLOCK_UNIX_MS_MAX ? sum_ms : CLOCK_UNIX_MS_MAX;
}

void run_progress(struct run *run, struct job *job)
{
    struct edition *edition = published_hold(run->training.published);
    count_progress(run, edition->table, &job->matches_done, job->results);
    edition_let_go(edition);
    job->running_ms =
        run->is_ending ? run->concluded.running_ms : running_ms(run, clock_monotonic_ms());
}

uint64_t run_matches(const struct run *run)
{
    struct edition *edition = published_hold(run->training.published);
    uint64_t matches = edition->table->matches - run->begun_at;
    edition_let_go(edition);
    return matches;
}

static enum err perform_progress(struct store *store, struct store_request *request)
{
    struct save *save = (struct save *)request;
    enum err err = store_save_brain(store, &save->brain, save->table);
    return err != ERR_OK ? err : store_save_progress(store, &save->job);
}

static enum err perform_last(struct store *store, struct store_request *request)
{
    struct save *save = (struct save *)request;
    enum err err = store_save_brain(store, &save->brain, save->table);
    return err != ERR_OK ? err : store_save_job(store, &save->job);
}

/* Keeps in the brain's entry how its latest save went. Logged where it changes, not every time. */
static void note_outcome(const struct save *save, struct brain_entry *entry)
{
    const struct store_request *request = &save->change.request;
    brain_entry_note_save(save->run->service, entry, request, save->table, save->brain.saved_at_ms);
    if (request->err == ERR_OK) {
        if (entry->last_save_error[0] != '\0')
            LOG(LOG_INFO, "save_recovered", LOG_TEXT("brain", entry->record.name));
        entry->last_save_error[0] = '\0';
        return;
    }
    if (strcmp(entry->last_save_error, request->error) != 0)
        LOG(LOG_ERROR, "save_failed", LOG_TEXT("brain", entry->record.name),
            LOG_TEXT("error", request->error), LOG_TEXT("what", err_name(request->err)));
    memcpy(entry->last_save_error, request->error, sizeof entry->last_save_error);
}

static void finish_progress(struct change *change)
{
    struct save *save = (struct save *)change;
    note_outcome(save, save->run->item->brain);
    atomic_store(&save->is_out, false);
}

/* The evaluator's thread: on this way a save comes to the disk behind the curve points that the
 * training has passed. Were it ahead of one, a crash between the two would leave a gap for ever. */
static void post_progress(struct evaluator_task *task)
{
    struct save *save = (struct save *)((char *)task - offsetof(struct save, task));
    change_post(&save->change);
}

bool run_save(struct training *training)
{
    struct run *run = run_of_training(training);
    struct save *save = &run->progress;
    if (atomic_exchange(&save->is_out, true))
        return false; /* the disk is slower than the save interval */
    brain_copy(save->table, training->table);
    save->job.id = run->job_id;
    count_progress(run, save->table, &save->job.matches_done, save->job.results);
    save->job.running_ms = running_ms(run, clock_monotonic_ms());
    save->brain.saved_at_ms = clock_unix_ms();
    evaluator_post(trainer_evaluator(run->service->trainer), &save->task);
    return true;
}

void run_free(struct run *run)
{
    retry_end(&run->retry);
    edition_let_go(run->edition);
    brain_destroy(run->progress.table);
    brain_destroy(run->opponent);
    brain_destroy(run->uniform);
    free(run);
}

static void end_job(struct run *run)
{
    struct job_entry *item = run->item;
    struct job *job = &item->job;
    struct service *service = run->service;
    const uint64_t matches = run_matches(run);
    service->done.matches_trained += matches;
    if (matches > 0) /* else it starved at once, and is to be tried less often */
        retry_end(&item->brain->next_job);
    item->run = NULL;
    item->brain->run = NULL;
    if (job_is_over(job)) { /* its row went with the brain's table */
        item->is_owed = false;
        retry_end(&item->row);
    }
    if (run->end == TRAINING_STARVED) {
        jobs_take_back(service, item);
        jobs_wait(service, item->brain, ERR_NO_MEMORY, "no memory for its workers' tables");
    } else if (run->end != TRAINING_SUSPENDED) {
        LOG(LOG_INFO, "job_over", LOG_NUMBER("job", job->id),
            LOG_TEXT("brain", item->brain->record.name),
            LOG_TEXT("state", job_state_name(job->state)),
            LOG_NUMBER("matches_done", job->matches_done));
        jobs_start_next(service, item->brain);
    }
    run_free(run);
}

static bool goes_on_later(const struct run *run)
{
    return run->end == TRAINING_SUSPENDED || run->end == TRAINING_STARVED;
}

static void conclude(struct run *run)
{
    static const struct {
        enum job_state state;
        enum job_end ended_by;
    } ends[] = {[TRAINING_DONE] = {JOB_DONE, JOB_END_MATCHES},
                [TRAINING_REACHED] = {JOB_DONE, JOB_END_UNTIL},
                [TRAINING_STOPPED] = {JOB_STOPPED, JOB_END_STOP}};
    struct job *job = &run->concluded;
    *job = run->item->job;
    run_progress(run, job);
    run->is_ending = true;
    if (goes_on_later(run))
        return;
    job_move(job, ends[run->end].state);
    job->ended_by = ends[run->end].ended_by;
    job->finished_at_ms = clock_unix_ms();
}

static void post_last(struct run *run)
{
    struct save *save = &run->last;
    save->change.request.perform = goes_on_later(run) ? perform_progress : perform_last;
    save->job = run->concluded;
    save->brain.saved_at_ms = clock_unix_ms();
    change_post(&save->change);
}

static void post_last_again(struct service *service, struct retry *retry)
{
    (void)service;
    post_last((struct run *)((char *)retry - offsetof(struct run, retry)));
}

static void finish_last(struct change *change)
{
    struct save *save = (struct save *)change;
    struct run *run = save->run;
    struct job *job = &run->item->job;
    note_outcome(save, run->item->brain);
    if (!job_is_over(job))
        run->service->jobs_ended++;
    if (goes_on_later(run))
        run->concluded.state = job->state; /* its stop may have been asked for meanwhile */
    *job = run->concluded;                 /* on disk or not: its matches are played */
    if (job_is_over(job))
        text_free(&run->item->opponent);
    if (change->request.err == ERR_OK)
        end_job(run);
    else
        (void)retry_later(run->service, &run->retry);
}

static void on_over(struct message *message)
{
    struct run *run = (struct run *)((char *)message - offsetof(struct run, over_message));
    published_put(run->training.published, run->edition);
    conclude(run);
    post_last(run);
}

void run_over(struct training *training, enum training_end end)
{
    struct run *run = run_of_training(training);
    run->end = end;
    run->last.table = training->table;
    mailbox_post(&run->service->inbox, &run->over_message);
}

bool run_is_ending(const struct run *run)
{
    return run->is_ending && !goes_on_later(run);
}

void run_stop(struct run *run)
{
    trainer_stop_training(&run->training);
}

static void prepare_save(struct run *run, struct save *save, void (*finish)(struct change *))
{
    save->change = (struct change){
        .request.perform = perform_progress, .service = run->service, .finish = finish};
    save->task.perform = post_progress;
    save->run = run;
    save->brain = run->item->brain->record;
    atomic_init(&save->is_out, false);
}

/* The table that the other player draws from, and that for exploring. */
static enum err make_opponents(struct service *service, const struct job_entry *item,
                               struct run *run)
{
    const struct rule *rule = &item->brain->record.rule;
    const struct text *blob = &item->opponent;
    enum err err = ERR_OK;
    switch (item->job.opponent) {
    case JOB_OPPONENT_RANDOM:
        err = opponent_uniform(service->atlas, rule, &run->opponent);
        break;
    case JOB_OPPONENT_PERFECT:
        err = opponent_perfect(service->atlas, rule, &run->opponent);
        break;
    case JOB_OPPONENT_BRAIN:
        err = opponent_create(service->atlas, rule, &run->opponent);
        if (err == ERR_OK)
            err = brain_decode(blob->bytes, blob->size, run->opponent, BRAIN_TO_PLAY);
        break;
    default:
        break;
    }
    return err == ERR_OK && rule->explore > 0
               ? opponent_uniform(service->atlas, rule, &run->uniform)
               : err;
}

static enum err allocate(struct service *service, const struct job_entry *item, struct run **out)
{
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL)
        return ERR_NO_MEMORY;
    const struct rule *rule = &item->brain->record.rule;
    enum err err = edition_fresh(service, rule, &run->edition);
    if (err == ERR_OK)
        err = brain_create(service->atlas, rule, &run->progress.table);
    if (err == ERR_OK)
        err = make_opponents(service, item, run);
    if (err != ERR_OK) {
        run_free(run);
        return err;
    }
    run->training.table = run->edition->table;
    *out = run;
    return ERR_OK;
}

static void describe_training(struct run *run)
{
    const struct job *job = &run->item->job;
    struct brain_entry *brain = run->item->brain;
    struct training *training = &run->training;
    training->brain_id = brain->record.id;
    training->seed = job->seed;
    training->workers = job->workers;
    training->learners = job->learners;
    training->opponent = run->opponent;
    training->uniform = run->uniform;
    training->until = job->until;
    /* Where a crash came between a round's end and its judgement, that is still to be made. */
    training->judge_first = job->until.kind != UNTIL_NOTHING && job->matches_done > 0 &&
                            schedule_is_curve_point(training->table->matches);
    const uint64_t end = run->base_matches + job->matches;
    training->end = end < BRAIN_MATCHES_MAX ? end : BRAIN_MATCHES_MAX;
    training->published = &brain->published;
    atomic_init(&training->stop, false);
}

enum err run_start(struct service *service, struct job_entry *item)
{
    struct run *run;
    enum err err = allocate(service, item, &run);
    if (err != ERR_OK)
        return err;
    struct job *job = &item->job;
    run->service = service;
    run->item = item;
    run->running_before_ms = job->running_ms;
    run->begun_ms = clock_monotonic_ms();
    run->over_message.deliver = on_over;
    run->job_id = job->id;
    run->retry.again = post_last_again;
    prepare_save(run, &run->progress, finish_progress);
    prepare_save(run, &run->last, finish_last);

    struct edition *before = published_hold(&item->brain->published);
    brain_copy(run->training.table, before->table);
    edition_let_go(before);
    run->begun_at = run->training.table->matches;
    run->base_matches = run->training.table->matches - job->matches_done;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        run->base_results[result] = run->training.table->results[result] - job->results[result];

    describe_training(run);
    item->run = run;
    item->brain->run = run;
    trainer_submit(service->trainer, &run->training);
    return ERR_OK;
}
