#include "train/trainer.h"

#include "base/clock.h"
#include "base/thread.h"
#include "train/crew.h"
#include "train/schedule.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

/* How many curve points may wait for the evaluator before the trainer does: as many tables. */
enum { POINTS = 8, POINTS_OF_LARGE = 2 };

/* Brains from so many bytes on are large: they are shown ten times a second, not after each round,
 * and saves take a twentieth of the time at most. */
enum { LARGE_BYTES = 1 << 20, PUBLISH_MS = 100, SAVE_MS = 1000, SAVE_SHARE = 20 };

/* A table on its way to the evaluator. */
struct point {
    struct evaluator_task task; /* first */
    struct training *training;
    struct brain *copy;  /* made when first needed */
    struct brain *table; /* that, or the training's own, which then stands still */
    bool is_waited_for;
    _Atomic bool is_out; /* set by the leader, cleared by the evaluator */
};

struct trainer {
    struct trainer_options options;
    struct crew *crew;
    struct evaluator *evaluator;
    pthread_t leader;
    struct mailbox inbox;
    struct message leave_message;
    _Atomic uint64_t rounds; /* the leader counts */
    /* The leader's, all below. */
    bool leave;
    struct training *turn; /* the one whose round is next; a ring; NULL when there is none */
    unsigned waiting;      /* trainings out of the ring, until their points are evaluated */
    struct point points[POINTS];
    sem_t points_in; /* as many as are not out; a large one counts as several */
    struct batch batches[SCHEDULE_WORKERS_MAX]; /* tables made when first needed */
};

static bool is_large(const struct training *training)
{
    return brain_size(training->table) >= LARGE_BYTES;
}

static int64_t save_interval_ms(const struct trainer *trainer, const struct training *training)
{
    const int64_t asked_ms = trainer->options.save_interval_ms;
    const int64_t last_ms = training->last_save_ms;
    const int64_t least_ms = last_ms * SAVE_SHARE > SAVE_MS ? last_ms * SAVE_SHARE : SAVE_MS;
    return is_large(training) && asked_ms < least_ms ? least_ms : asked_ms;
}

static struct training *training_of(struct message *message)
{
    return (struct training *)((char *)message - offsetof(struct training, message));
}

static void enter_ring(struct trainer *trainer, struct training *training)
{
    if (trainer->turn == NULL) {
        trainer->turn = training->next = training;
    } else {
        training->next = trainer->turn->next;
        trainer->turn->next = training;
    }
}

static void admit(struct message *message)
{
    struct training *training = training_of(message);
    struct trainer *trainer = training->trainer;
    if (training->before != NULL)
        brain_copy(training->table, training->before);
    enter_ring(trainer, training);
    training->next_save_ms = clock_monotonic_ms() + save_interval_ms(trainer, training);
}

static void readmit(struct message *message)
{
    struct training *training = training_of(message);
    training->trainer->waiting--;
    enter_ring(training->trainer, training);
}

static void leave(struct message *message)
{
    struct trainer *trainer =
        (struct trainer *)((char *)message - offsetof(struct trainer, leave_message));
    trainer->leave = true;
}

static void remove_current(struct trainer *trainer)
{
    struct training *before = trainer->turn;
    while (before->next != trainer->turn)
        before = before->next;
    if (before == trainer->turn) {
        trainer->turn = NULL;
    } else {
        before->next = trainer->turn->next;
        trainer->turn = before->next;
    }
}

static void report_end(struct evaluator_task *task)
{
    struct training *training =
        (struct training *)((char *)task - offsetof(struct training, end_task));
    training->trainer->options.over(training, training->how);
}

static void end_current(struct trainer *trainer, enum training_end end)
{
    struct training *training = trainer->turn;
    remove_current(trainer);
    training->how = end;
    training->end_task.perform = report_end;
    evaluator_post(trainer->evaluator, &training->end_task);
}

/* Sees to it that there is a table that is alike. */
static enum err provide_table(struct brain **table, const struct brain *like)
{
    if (*table != NULL && !brain_is_alike(*table, like)) {
        brain_destroy(*table);
        *table = NULL;
    }
    return *table != NULL ? ERR_OK : brain_create_like(like, table);
}

/* Curve points. */

static bool is_judged(const struct brain *table)
{
    return schedule_is_judged(brain_game(table), &table->rule, table->matches);
}

/* How many points that of a training counts as. */
static unsigned weight_of(const struct training *training)
{
    return is_large(training) ? POINTS / POINTS_OF_LARGE : 1;
}

static void evaluate_point(struct evaluator_task *task)
{
    struct point *point = (struct point *)task;
    struct training *training = point->training;
    struct trainer *trainer = training->trainer;
    struct curve_point result;
    const bool is_told = is_judged(point->table);
    if (is_told)
        evaluator_evaluate_point(task->evaluator, point->table, &result);
    trainer->options.evaluated(training, point->table, is_told ? &result : NULL);
    if (is_told && training->until.kind != UNTIL_NOTHING)
        training->has_reached =
            until_is_reached(&training->until, task->evaluator, point->table, &result);
    const bool is_waited_for = point->is_waited_for;
    const unsigned weight = weight_of(training); /* which may be gone once its point is in */
    atomic_store(&point->is_out, false);
    for (unsigned i = 0; i < weight; i++)
        sem_post(&trainer->points_in);
    if (is_waited_for) {
        training->message.deliver = readmit;
        mailbox_post(&trainer->inbox, &training->message);
    }
}

/* One that is not out; waits if there is none. */
static struct point *take_point(struct trainer *trainer)
{
    for (unsigned i = 0; i < weight_of(trainer->turn); i++)
        while (sem_wait(&trainer->points_in) != 0)
            ; /* a signal; there is none for this thread */
    struct point *point = trainer->points;
    while (atomic_load(&point->is_out))
        point++;
    return point;
}

/* Gives the current training's table to the evaluator. Returns whether it stands still, out of the
 * ring, until it is judged or, without memory for a copy, until its own table is evaluated. */
static bool send_point(struct trainer *trainer)
{
    struct training *training = trainer->turn;
    struct point *point = take_point(trainer);
    bool has_copy = provide_table(&point->copy, training->table) == ERR_OK;
    if (has_copy)
        brain_copy(point->copy, training->table);
    point->table = has_copy ? point->copy : training->table;
    point->is_waited_for =
        !has_copy || (is_judged(training->table) && training->until.kind != UNTIL_NOTHING);
    point->training = training;
    point->task.perform = evaluate_point;
    atomic_store(&point->is_out, true);
    if (point->is_waited_for) {
        remove_current(trainer);
        trainer->waiting++;
    }
    evaluator_post(trainer->evaluator, &point->task);
    return point->is_waited_for;
}

/* Rounds. */

static void release_tables(struct trainer *trainer)
{
    for (unsigned worker = 0; worker < SCHEDULE_WORKERS_MAX; worker++) {
        brain_destroy(trainer->batches[worker].table);
        trainer->batches[worker].table = NULL;
    }
}

/* Sees to it that the first `workers` batches have tables of the training's game. */
static enum err provide_tables(struct trainer *trainer, const struct training *training,
                               unsigned workers)
{
    for (unsigned worker = 0; worker < workers; worker++) {
        struct batch *batch = &trainer->batches[worker];
        enum err err = provide_table(&batch->table, training->table);
        if (err != ERR_OK)
            return err;
        batch->worker = worker;
        batch->brain_id = training->brain_id;
    }
    return ERR_OK;
}

/* Plays and merges a round. ERR_NO_MEMORY; ERR_STOPPING where it was abandoned: the table is then
 * what it was, and the round will be played again. */
static enum err play_round(struct trainer *trainer, struct training *training)
{
    struct round round;
    uint64_t first = training->table->matches - training->begin;
    schedule_next(training->schedule, training->workers, training->table->matches, training->end,
                  &round);
    enum err err = provide_tables(trainer, training, round.workers);
    if (err != ERR_OK)
        return err;
    struct batch_share shares[SCHEDULE_WORKERS_MAX];
    for (unsigned worker = 0; worker < round.workers; worker++) {
        shares[worker] = (struct batch_share){.seed = training->seed,
                                              .matches = round.shares[worker],
                                              .lanes = round.lanes,
                                              .learners = training->learners,
                                              .opponent = training->opponent,
                                              .uniform = training->uniform,
                                              .kernel = trainer->options.kernel,
                                              .first = first,
                                              .workers = training->workers,
                                              .given_up = {&training->stop}};
        first += round.shares[worker];
    }
    struct crew_work work = {.base = training->table,
                             .batches = trainer->batches,
                             .shares = shares,
                             .count = round.workers};
    if (!crew_play(trainer->crew, &work))
        return ERR_STOPPING;
    batch_merge(training->table, trainer->batches, round.workers);
    atomic_fetch_add(&trainer->rounds, 1);
    return ERR_OK;
}

static void save_if_due(struct trainer *trainer, struct training *training)
{
    int64_t now_ms = clock_monotonic_ms();
    if (now_ms >= training->next_save_ms && trainer->options.save(training))
        training->next_save_ms = now_ms + save_interval_ms(trainer, training);
}

static void publish_if_due(struct training *training)
{
    int64_t now_ms = clock_monotonic_ms();
    if (is_large(training) && now_ms < training->next_publish_ms)
        return;
    published_publish(training->published, training->table);
    training->next_publish_ms = now_ms + PUBLISH_MS;
}

/* Whether and how the training whose turn it is ends before another round. */
static bool has_ended(const struct training *training, enum training_end *out)
{
    if (training->has_reached)
        *out = TRAINING_REACHED;
    else if (training->table->matches == training->end)
        *out = TRAINING_DONE;
    else if (atomic_load(&training->stop))
        *out = TRAINING_STOPPED;
    else
        return false;
    return true;
}

/* What stands between a round and the next: the point goes before the save that stands at it. */
static void settle(struct trainer *trainer)
{
    struct training *training = trainer->turn;
    bool is_last = training->table->matches == training->end;
    const struct brain *table = training->table;
    bool is_point = is_judged(table) || point_leaves_checkpoint(&table->rule, table->matches);
    publish_if_due(training);
    bool stands_still = is_point && send_point(trainer);
    if (!is_last)
        save_if_due(trainer, training);
    if (stands_still)
        return;
    if (is_last)
        end_current(trainer, TRAINING_DONE);
    else
        trainer->turn = training->next;
}

/* One round of the training whose turn it is, or its end. */
static void take_turn(struct trainer *trainer)
{
    struct training *training = trainer->turn;
    enum training_end end;
    if (training->judge_first) {
        training->judge_first = false;
        (void)send_point(trainer);
        return;
    }
    if (has_ended(training, &end)) {
        end_current(trainer, end);
        return;
    }
    enum err err = play_round(trainer, training);
    if (err == ERR_OK)
        settle(trainer);
    else if (err == ERR_STOPPING && has_ended(training, &end)) /* it was its own stop */
        end_current(trainer, end);
    else
        end_current(trainer, err == ERR_STOPPING ? TRAINING_SUSPENDED : TRAINING_STARVED);
}

/* A training that has reached its end is over even now: nobody would look again. */
static void suspend_all(struct trainer *trainer)
{
    while (trainer->turn != NULL || trainer->waiting > 0) {
        enum training_end end = TRAINING_SUSPENDED;
        if (trainer->turn == NULL) {
            mailbox_wait(&trainer->inbox, -1); /* for a judgement */
            mailbox_deliver(&trainer->inbox);
            continue;
        }
        (void)has_ended(trainer->turn, &end);
        end_current(trainer, end);
    }
}

static void *lead(void *arg)
{
    struct trainer *trainer = arg;
    pthread_setname_np(pthread_self(), "train");
    crew_be_nice();
    for (;;) {
        mailbox_deliver(&trainer->inbox);
        if (trainer->leave)
            break;
        if (trainer->turn != NULL) {
            take_turn(trainer);
        } else {
            if (trainer->waiting == 0)
                release_tables(trainer);
            mailbox_wait(&trainer->inbox, -1);
        }
    }
    suspend_all(trainer);
    return NULL;
}

enum err trainer_create(const struct trainer_options *options, struct trainer **out)
{
    struct trainer *trainer = calloc(1, sizeof *trainer);
    if (trainer == NULL)
        return ERR_NO_MEMORY;
    trainer->options = *options;
    trainer->leave_message.deliver = leave;
    sem_init(&trainer->points_in, 0, POINTS);
    enum err err = mailbox_open(&trainer->inbox);
    if (err != ERR_OK)
        goto no_mailbox;
    err = crew_create(options->threads, &trainer->crew);
    if (err != ERR_OK)
        goto no_crew;
    err = evaluator_create(options->atlas, options->kernel, &trainer->evaluator);
    if (err != ERR_OK)
        goto no_evaluator;
    err = thread_start(&trainer->leader, lead, trainer);
    if (err != ERR_OK)
        goto no_leader;
    *out = trainer;
    return ERR_OK;
no_leader:
    evaluator_destroy(trainer->evaluator);
no_evaluator:
    crew_destroy(trainer->crew);
no_crew:
    mailbox_close(&trainer->inbox);
no_mailbox:
    sem_destroy(&trainer->points_in);
    free(trainer);
    return err;
}

struct evaluator *trainer_evaluator(struct trainer *trainer)
{
    return trainer->evaluator;
}

void trainer_destroy(struct trainer *trainer)
{
    crew_abandon(trainer->crew);
    mailbox_post(&trainer->inbox, &trainer->leave_message);
    pthread_join(trainer->leader, NULL);
    crew_destroy(trainer->crew);
    evaluator_destroy(trainer->evaluator); /* reports the last ends */
    release_tables(trainer);
    for (unsigned i = 0; i < POINTS; i++)
        brain_destroy(trainer->points[i].copy);
    sem_destroy(&trainer->points_in);
    mailbox_close(&trainer->inbox);
    free(trainer);
}

void trainer_submit(struct trainer *trainer, struct training *training)
{
    training->trainer = trainer;
    training->message.deliver = admit;
    mailbox_post(&trainer->inbox, &training->message);
}

void trainer_stop_training(struct training *training)
{
    atomic_store(&training->stop, true);
}

uint64_t trainer_rounds(const struct trainer *trainer)
{
    return atomic_load(&trainer->rounds);
}
