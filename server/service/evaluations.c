#include "service/evaluations.h"

#include "service/shelf.h"
#include "train/trainer.h"

#include <stdlib.h>

/* An evaluation that waits in line, and then at the front, where its tables are fetched and held.
 * The evaluator does one at a time: those behind it are there so that it need not wait for the
 * disk. However many stand in line, only these have tables. */
enum { FRONT = 4 };

struct evaluating {
    struct service_call fetched; /* first */
    struct evaluator_task task;
    struct message back;
    struct evaluating *next; /* in line */
    struct service *service;
    struct evaluation_order order;
    struct evaluation_call *call;
    struct edition *brain; /* NULL: not held yet, as the next */
    struct edition *against;
};

static void go_on(struct service *service);

static void leave_front(struct message *message)
{
    struct evaluating *evaluating =
        (struct evaluating *)((char *)message - offsetof(struct evaluating, back));
    struct service *service = evaluating->service;
    struct service_call *call = &evaluating->call->call;
    edition_let_go(evaluating->brain);
    edition_let_go(evaluating->against);
    free(evaluating);
    service->evaluations.at_front--;
    service->evaluations.count--;
    go_on(service);
    call->done(call);
}

static void end(struct evaluating *evaluating)
{
    evaluating->back.deliver = leave_front;
    mailbox_post(&evaluating->service->inbox, &evaluating->back);
}

/* The evaluator's thread. */
static void perform(struct evaluator_task *task)
{
    struct evaluating *evaluating =
        (struct evaluating *)((char *)task - offsetof(struct evaluating, task));
    struct evaluate_order order = {
        .brain = evaluating->brain->table,
        .policy = &evaluating->order.policy,
        .against = evaluating->against != NULL ? evaluating->against->table : NULL};
    evaluator_evaluate(task->evaluator, &order, &evaluating->call->evaluation);
    evaluating->call->matches = evaluating->brain->table->matches;
    end(evaluating);
}

/* Holds both tables, or has the one fetched that is missing. */
static enum err hold(struct evaluating *evaluating, struct fault *fault)
{
    const struct evaluation_order *order = &evaluating->order;
    struct reading brain = {.name = order->brain, .call = &evaluating->fetched};
    struct reading against = {
        .name = order->against, .field = "against", .call = &evaluating->fetched};
    enum err err = ERR_OK;
    if (evaluating->brain == NULL)
        err = shelf_read(evaluating->service, &brain, fault);
    if (evaluating->brain == NULL && err == ERR_OK)
        evaluating->brain = brain.edition;
    if (err != ERR_OK || order->against == NULL)
        return err;
    err = shelf_read(evaluating->service, &against, fault);
    if (err == ERR_OK)
        evaluating->against = against.edition;
    return err;
}

static void prepare(struct evaluating *evaluating)
{
    struct service *service = evaluating->service;
    struct fault *fault = &evaluating->call->call.fault;
    *fault = (struct fault){.err = ERR_OK};
    enum err err = service->is_closing ? fault_set(fault, ERR_STOPPING, NULL, SERVICE_IS_STOPPING)
                                       : hold(evaluating, fault);
    if (err == ERR_OK)
        evaluator_post_behind(trainer_evaluator(service->trainer), &evaluating->task);
    else if (err != ERR_LATER)
        end(evaluating);
}

static void on_fetched(struct service_call *call)
{
    struct evaluating *evaluating = (struct evaluating *)call;
    if (call->fault.err == ERR_LATER) {
        prepare(evaluating);
    } else {
        evaluating->call->call.fault = call->fault;
        end(evaluating);
    }
}

static struct evaluating *take_first(struct service *service)
{
    struct evaluating *first = service->evaluations.line;
    service->evaluations.line = first->next;
    service->evaluations.at_front++;
    return first;
}

/* Has the next ones in line evaluated, if it is their turn. */
static void go_on(struct service *service)
{
    while (service->evaluations.line != NULL && service->evaluations.at_front < FRONT)
        prepare(take_first(service));
}

void service_end_evaluations(struct service *service)
{
    while (service->evaluations.line != NULL) {
        struct evaluating *evaluating = take_first(service);
        (void)fault_set(&evaluating->call->call.fault, ERR_STOPPING, NULL, SERVICE_IS_STOPPING);
        end(evaluating);
    }
}

static enum err check_order(struct service *service, const struct evaluation_order *order,
                            struct fault *fault)
{
    struct brain_entry *brain;
    struct brain_entry *against;
    enum err err = shelf_find(service, order->brain, NULL, &brain, fault);
    if (err == ERR_OK && !brain->atlas->game.is_exact)
        err = fault_set(fault, ERR_IMPOSSIBLE, "name", BRAINS_ARE_NOT_EXACT, brain->record.game);
    if (err != ERR_OK || order->against == NULL)
        return err;
    err = shelf_find(service, order->against, "against", &against, fault);
    if (err == ERR_OK && against->atlas != brain->atlas)
        err = fault_set(fault, ERR_IMPOSSIBLE, "against", "plays another game: %s",
                        against->record.game);
    return err;
}

enum err service_evaluate(struct service *service, const struct evaluation_order *order,
                          struct evaluation_call *call, struct fault *fault)
{
    enum err err = check_order(service, order, fault);
    if (err == ERR_OK && service->evaluations.count == EVALUATIONS_MAX)
        err = fault_set(fault, ERR_BUSY, NULL, "%d evaluations wait already, as many as can be",
                        EVALUATIONS_MAX);
    if (err != ERR_OK)
        return err;
    struct evaluating *evaluating = calloc(1, sizeof *evaluating);
    if (evaluating == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to evaluate it");
    evaluating->service = service;
    evaluating->fetched.done = on_fetched;
    evaluating->task.perform = perform;
    evaluating->order = *order;
    evaluating->call = call;
    struct evaluating **last = &service->evaluations.line;
    while (*last != NULL)
        last = &(*last)->next;
    *last = evaluating;
    service->evaluations.count++;
    go_on(service);
    return ERR_OK;
}
