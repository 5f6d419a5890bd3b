#include "service/run.h"

#include "base/clock.h"
#include "base/log.h"
#include "engine/opponent.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct run {
    struct training training; /* first */
    struct edition *edition;  /* its table, published when the training is over */
    struct edition *before;   /* what that begins as, held until the first save; or NULL */
    struct service *service;
    struct job_entry *item;
    uint64_t base_matches; /* of the brain before the job */
    uint64_t base_results[RESULT_COUNT];
    uint64_t begun_at;         /* the brain's matches when this life of the job began */
    int64_t running_before_ms; /* in earlier lives of the daemon */
    int64_t begun_ms;          /* by the monotonic clock */
    struct brain *opponent;    /* NULL: the brain itself */
    struct brain *uniform;     /* NULL: the brain's rule does not explore */
    struct posting progress;
    struct posting last;
    /* Set by the trainer's thread before it fills `progress`, cleared by the owner's when that has
     * come back. */
    _Atomic bool is_saving;
    struct brain *copy; /* that `progress` saves */
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

bool run_save(struct training *training)
{
    struct run *run = run_of_training(training);
    struct change *change = &run->progress.change;
    if (atomic_exchange(&run->is_saving, true))
        return false; /* the disk is slower than the save interval */
    brain_copy(run->copy, training->table);
    count_progress(run, run->copy, &change->job.matches_done, change->job.results);
    change->job.running_ms = running_ms(run, clock_monotonic_ms());
    change->brain.saved_at_ms = clock_unix_ms();
    log_post_by_evaluator(&run->progress, trainer_evaluator(run->service->trainer));
    return true;
}

void run_note_progress(struct run *run)
{
    run->training.last_save_ms = run->progress.change.took_us / 1000;
    edition_let_go(run->before);
    run->before = NULL;
    atomic_store(&run->is_saving, false);
}

/* A posting of the point, if there is one, with a copy of the table where that is to be a
 * checkpoint. */
static struct posting *create_point(struct run *run, const struct brain *table,
                                    const struct curve_point *point)
{
    struct posting *posting = posting_create(run->service, CHANGE_POINT_REACHED);
    if (posting == NULL)
        return NULL;
    struct change *change = &posting->change;
    change->brain.id = run->training.brain_id;
    change->has_point = point != NULL;
    if (point != NULL)
        change->point = *point;
    change->point.matches = table->matches;
    change->leaves_checkpoint = point_leaves_checkpoint(&table->rule, table->matches);
    if (!change->leaves_checkpoint)
        return posting;
    struct brain *copy = NULL;
    if (brain_create_like(table, &copy) != ERR_OK ||
        edition_create(copy, &change->edition) != ERR_OK) {
        posting_free(posting);
        return NULL;
    }
    brain_copy(copy, table);
    change->table = copy;
    return posting;
}

/* Without memory waits for it. The evaluator can: who waits for it in turn, in the end the
 * training, would need memory, too. */
void run_reached(struct training *training, const struct brain *table,
                 const struct curve_point *point)
{
    enum { TRIES = 200, PAUSE_US = 50 * 1000 };
    struct run *run = run_of_training(training);
    struct posting *posting = create_point(run, table, point);
    for (unsigned i = 0; posting == NULL && i < TRIES && !run->service->is_closing; i++) {
        usleep(PAUSE_US);
        posting = create_point(run, table, point);
    }
    if (posting != NULL)
        log_post(posting);
    else
        LOG(LOG_WARN, "curve_point_lost", LOG_NUMBER("brain", training->brain_id),
            LOG_NUMBER("matches", table->matches), LOG_TEXT("error", err_name(ERR_NO_MEMORY)));
}

void run_free(struct run *run)
{
    retry_end(&run->retry);
    edition_let_go(run->edition);
    edition_let_go(run->before);
    brain_destroy(run->copy);
    brain_destroy(run->opponent);
    brain_destroy(run->uniform);
    free(run);
}

static bool goes_on_later(const struct run *run)
{
    return run->end == TRAINING_SUSPENDED || run->end == TRAINING_STARVED;
}

static void end(struct run *run)
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
    struct change *change = &run->last.change;
    change->kind = goes_on_later(run) ? CHANGE_JOB_SUSPENDED : CHANGE_JOB_OVER;
    change->table = run->training.table;
    change->job = run->concluded;
    change->brain.saved_at_ms = clock_unix_ms();
    log_post(&run->last);
}

static void post_last_again(struct service *service, struct retry *retry)
{
    (void)service;
    post_last((struct run *)((char *)retry - offsetof(struct run, retry)));
}

void run_save_again(struct run *run)
{
    (void)retry_later(&run->service->retries, &run->retry, post_last_again);
}

void run_conclude(struct run *run)
{
    struct job *job = &run->item->job;
    const bool was_over = job_is_over(job);
    if (goes_on_later(run))
        run->concluded.state = job->state; /* its stop may have been asked for meanwhile */
    *job = run->concluded;
    if (!was_over && job_is_over(job))
        job_entry_end(run->service, run->item);
}

struct job_entry *run_job(const struct run *run)
{
    return run->item;
}

enum training_end run_end(const struct run *run)
{
    return run->end;
}

static void on_over(struct message *message)
{
    struct run *run = (struct run *)((char *)message - offsetof(struct run, over_message));
    published_put(run->training.published, run->edition);
    end(run);
    post_last(run);
}

void run_over(struct training *training, enum training_end end)
{
    struct run *run = run_of_training(training);
    run->end = end;
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

static void prepare(struct run *run, struct posting *posting)
{
    *posting = (struct posting){.service = run->service, .is_part = true};
    posting->change.kind = CHANGE_JOB_PROGRESSED;
    posting->change.brain = run->item->brain->record;
    posting->change.job.id = run->item->job.id;
    posting->change.table = run->copy;
}

/* The table that the other player draws from, and that for exploring. */
static enum err make_opponents(const struct job_entry *item, struct run *run)
{
    const struct atlas *atlas = item->brain->atlas;
    const struct rule *rule = &item->brain->record.rule;
    const struct text *blob = &item->opponent;
    enum err err = ERR_OK;
    switch (item->job.opponent) {
    case JOB_OPPONENT_RANDOM:
        err = opponent_uniform(atlas, rule, &run->opponent);
        break;
    case JOB_OPPONENT_PERFECT:
        err = opponent_perfect(atlas, rule, &run->opponent);
        break;
    case JOB_OPPONENT_BRAIN:
        err = opponent_decode(atlas, rule, blob->bytes, blob->size, &run->opponent);
        break;
    default:
        break;
    }
    return err == ERR_OK && rule->explore > 0 ? opponent_uniform(atlas, rule, &run->uniform) : err;
}

static enum err allocate(const struct job_entry *item, struct run **out)
{
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL)
        return ERR_NO_MEMORY;
    const struct rule *rule = &item->brain->record.rule;
    enum err err = edition_fresh(item->brain->atlas, rule, &run->edition);
    if (err == ERR_OK)
        err = brain_create(item->brain->atlas, rule, &run->copy);
    if (err == ERR_OK)
        err = make_opponents(item, run);
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
    training->schedule = job->schedule;
    training->workers = job->workers;
    training->learners = job->learners;
    training->opponent = run->opponent;
    training->uniform = run->uniform;
    training->until = job->until;
    /* Where a crash came between a round's end and its judgement, that is still to be made. */
    training->judge_first =
        job->until.kind != UNTIL_NOTHING && job->matches_done > 0 &&
        schedule_is_judged(&brain->atlas->game, &brain->record.rule, run->begun_at);
    training->begin = run->base_matches;
    const uint64_t end = run->base_matches + job->matches;
    training->end = end < BRAIN_MATCHES_MAX ? end : BRAIN_MATCHES_MAX;
    training->published = &brain->published;
    atomic_init(&training->stop, false);
}

enum err run_start(struct service *service, struct job_entry *item)
{
    struct run *run;
    enum err err = allocate(item, &run);
    if (err != ERR_OK)
        return err;
    struct job *job = &item->job;
    run->service = service;
    run->item = item;
    run->running_before_ms = job->running_ms;
    run->begun_ms = clock_monotonic_ms();
    run->over_message.deliver = on_over;
    prepare(run, &run->progress);
    prepare(run, &run->last);

    run->before = published_hold(&item->brain->published);
    const struct brain *before = run->before->table;
    run->training.before = before;
    run->begun_at = before->matches;
    run->base_matches = before->matches - job->matches_done;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        run->base_results[result] = before->results[result] - job->results[result];

    describe_training(run);
    item->run = run;
    item->brain->run = run;
    trainer_submit(service->trainer, &run->training);
    return ERR_OK;
}
