#include "train/trainer.h"

#include "base/clock.h"
#include "train/crew.h"
#include "train/schedule.h"

#include <pthread.h>
#include <stdlib.h>

struct trainer {
    struct trainer_options options;
    struct crew *crew;
    pthread_t leader;
    struct mailbox inbox;
    struct message leave_message;
    /* The leader's, all below. */
    bool leave;
    struct training *turn; /* the one whose round is next; a ring; NULL when there is none */
    struct batch batches[SCHEDULE_WORKERS_MAX]; /* tables made when first needed */
};

static void admit(struct message *message)
{
    struct training *training =
        (struct training *)((char *)message - offsetof(struct training, message));
    struct trainer *trainer = training->trainer;
    if (trainer->turn == NULL) {
        trainer->turn = training->next = training;
    } else {
        training->next = trainer->turn->next;
        trainer->turn->next = training;
    }
    training->next_save_ms = clock_monotonic_ms() + trainer->options.save_interval_ms;
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

static void end_current(struct trainer *trainer, enum training_end end)
{
    struct training *training = trainer->turn;
    remove_current(trainer);
    published_publish_last(training->published, training->table);
    trainer->options.over(training, end);
}

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
        if (batch->table != NULL && batch->table->states != training->table->states) {
            brain_destroy(batch->table);
            batch->table = NULL;
        }
        if (batch->table == NULL) {
            enum err err =
                brain_create(training->table->states, &training->table->rule, &batch->table);
            if (err != ERR_OK)
                return err;
        }
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
    schedule_next(training->workers, training->table->matches, training->end, &round);
    enum err err = provide_tables(trainer, training, round.workers);
    if (err != ERR_OK)
        return err;
    struct batch_share shares[SCHEDULE_WORKERS_MAX];
    for (unsigned worker = 0; worker < round.workers; worker++)
        shares[worker] = (struct batch_share){.seed = training->seed,
                                              .matches = round.shares[worker],
                                              .lanes = round.lanes,
                                              .learners = training->learners,
                                              .kernel = trainer->options.kernel};
    struct crew_work work = {.base = training->table,
                             .batches = trainer->batches,
                             .shares = shares,
                             .count = round.workers};
    if (!crew_play(trainer->crew, &work))
        return ERR_STOPPING;
    batch_merge(training->table, trainer->batches, round.workers);
    return ERR_OK;
}

static void save_if_due(struct trainer *trainer, struct training *training)
{
    int64_t now_ms = clock_monotonic_ms();
    if (now_ms >= training->next_save_ms && trainer->options.save(training))
        training->next_save_ms = now_ms + trainer->options.save_interval_ms;
}

/* One round of the training whose turn it is, and what stands between two rounds. */
static void take_turn(struct trainer *trainer)
{
    struct training *training = trainer->turn;
    if (atomic_load(&training->stop)) {
        end_current(trainer, TRAINING_STOPPED);
        return;
    }
    enum err err = play_round(trainer, training);
    if (err != ERR_OK) {
        end_current(trainer, err == ERR_STOPPING ? TRAINING_SUSPENDED : TRAINING_FAILED);
        return;
    }
    if (training->table->matches == training->end) {
        end_current(trainer, TRAINING_DONE);
        return;
    }
    published_publish(training->published, training->table);
    save_if_due(trainer, training);
    trainer->turn = training->next;
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
            release_tables(trainer);
            mailbox_wait(&trainer->inbox, -1);
        }
    }
    while (trainer->turn != NULL)
        end_current(trainer, TRAINING_SUSPENDED);
    return NULL;
}

enum err trainer_create(const struct trainer_options *options, struct trainer **out)
{
    struct trainer *trainer = calloc(1, sizeof *trainer);
    if (trainer == NULL)
        return ERR_NO_MEMORY;
    trainer->options = *options;
    trainer->leave_message.deliver = leave;
    enum err err = mailbox_open(&trainer->inbox);
    if (err != ERR_OK)
        goto no_mailbox;
    err = crew_create(options->threads, &trainer->crew);
    if (err != ERR_OK)
        goto no_crew;
    if (pthread_create(&trainer->leader, NULL, lead, trainer) != 0) {
        err = ERR_NO_MEMORY;
        goto no_leader;
    }
    *out = trainer;
    return ERR_OK;
no_leader:
    crew_destroy(trainer->crew);
no_crew:
    mailbox_close(&trainer->inbox);
no_mailbox:
    free(trainer);
    return err;
}

void trainer_destroy(struct trainer *trainer)
{
    crew_abandon(trainer->crew);
    mailbox_post(&trainer->inbox, &trainer->leave_message);
    pthread_join(trainer->leader, NULL);
    crew_destroy(trainer->crew);
    release_tables(trainer);
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
