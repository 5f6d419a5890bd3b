#include "train/evaluator.h"

#include "base/thread.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct evaluator {
    pthread_t thread;
    struct mailbox inbox;
    struct message leave_message;
    const struct kernel *kernel;
    /* The thread's, all below. */
    bool leave;
    struct message *behind;           /* the oldest task that can wait, chained by `next` */
    struct message **behind_last;     /* where the next one goes */
    struct evaluate_space *spaces[2]; /* for brains of all boards, of those reduced by symmetry */
};

static void leave(struct message *message)
{
    struct evaluator *evaluator =
        (struct evaluator *)((char *)message - offsetof(struct evaluator, leave_message));
    evaluator->leave = true;
}

static void perform(struct message *message)
{
    struct evaluator_task *task = (struct evaluator_task *)message;
    task->perform(task);
}

static void put_behind(struct message *message)
{
    struct evaluator *evaluator = ((struct evaluator_task *)message)->evaluator;
    message->next = NULL;
    *evaluator->behind_last = message;
    evaluator->behind_last = &message->next;
}

static void perform_oldest_behind(struct evaluator *evaluator)
{
    struct message *message = evaluator->behind;
    evaluator->behind = message->next;
    if (evaluator->behind == NULL)
        evaluator->behind_last = &evaluator->behind;
    perform(message);
}

static void *serve(void *arg)
{
    struct evaluator *evaluator = arg;
    pthread_setname_np(pthread_self(), "evaluate");
    while (!evaluator->leave || evaluator->behind != NULL) {
        if (evaluator->behind == NULL)
            mailbox_wait(&evaluator->inbox, -1);
        mailbox_deliver(&evaluator->inbox);
        if (evaluator->behind != NULL)
            perform_oldest_behind(evaluator);
    }
    return NULL;
}

static void destroy_spaces(struct evaluator *evaluator)
{
    for (unsigned i = 0; i < 2; i++)
        evaluate_space_destroy(evaluator->spaces[i]);
}

enum err evaluator_create(const struct atlas *atlas, const struct kernel *kernel,
                          struct evaluator **out)
{
    struct evaluator *evaluator = calloc(1, sizeof *evaluator);
    if (evaluator == NULL)
        return ERR_NO_MEMORY;
    evaluator->leave_message.deliver = leave;
    evaluator->behind_last = &evaluator->behind;
    evaluator->kernel = kernel;
    enum err err = mailbox_open(&evaluator->inbox);
    if (err != ERR_OK) {
        free(evaluator);
        return err;
    }
    for (unsigned i = 0; i < 2 && err == ERR_OK; i++)
        err = evaluate_space_create(atlas->solutions[i], &evaluator->spaces[i]);
    if (err == ERR_OK)
        err = thread_start(&evaluator->thread, serve, evaluator);
    if (err != ERR_OK) {
        destroy_spaces(evaluator);
        mailbox_close(&evaluator->inbox);
        free(evaluator);
        return err;
    }
    *out = evaluator;
    return ERR_OK;
}

void evaluator_destroy(struct evaluator *evaluator)
{
    mailbox_post(&evaluator->inbox, &evaluator->leave_message);
    pthread_join(evaluator->thread, NULL);
    destroy_spaces(evaluator);
    mailbox_close(&evaluator->inbox);
    free(evaluator);
}

static void post(struct evaluator *evaluator, struct evaluator_task *task,
                 void (*deliver)(struct message *))
{
    task->evaluator = evaluator;
    task->message.deliver = deliver;
    mailbox_post(&evaluator->inbox, &task->message);
}

void evaluator_post(struct evaluator *evaluator, struct evaluator_task *task)
{
    post(evaluator, task, perform);
}

void evaluator_post_behind(struct evaluator *evaluator, struct evaluator_task *task)
{
    post(evaluator, task, put_behind);
}

void evaluator_evaluate(struct evaluator *evaluator, const struct evaluate_order *order,
                        struct evaluation *out)
{
    const bool is_reduced =
        order->brain->rule.symmetry && (order->against == NULL || order->against->rule.symmetry);
    struct evaluate_order by_kernel = *order;
    by_kernel.kernel = evaluator->kernel;
    evaluate(evaluator->spaces[is_reduced], &by_kernel, out);
}

void evaluator_evaluate_point(struct evaluator *evaluator, const struct brain *brain,
                              struct curve_point *out)
{
    static const struct policy sample = {.kind = POLICY_SAMPLE};
    static const struct policy greedy = {.kind = POLICY_GREEDY};
    out->matches = brain->matches;
    evaluator_evaluate(evaluator, &(struct evaluate_order){.brain = brain, .policy = &sample},
                       &out->sample);
    evaluator_evaluate(evaluator, &(struct evaluate_order){.brain = brain, .policy = &greedy},
                       &out->greedy);
}
