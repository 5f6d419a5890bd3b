#include "service/evaluations.h"

#include "service/brains.h"
#include "service/internal.h"

#include <stdlib.h>

/* Copies of tables, since the evaluator may be long in coming to them. */
struct assessment {
    struct evaluator_task task; /* first */
    struct message back;
    struct service *service;
    struct evaluation_call *call;
    struct policy policy;
    struct brain *brain;
    struct brain *against; /* or NULL */
};

static void free_assessment(struct assessment *assessment)
{
    brain_destroy(assessment->brain);
    brain_destroy(assessment->against);
    free(assessment);
}

static void report(struct message *message)
{
    struct assessment *assessment =
        (struct assessment *)((char *)message - offsetof(struct assessment, back));
    struct service_call *call = &assessment->call->call;
    call->fault = (struct fault){.err = ERR_OK};
    free_assessment(assessment);
    call->done(call);
}

static void perform(struct evaluator_task *task)
{
    struct assessment *assessment = (struct assessment *)task;
    struct evaluate_order order = {
        .brain = assessment->brain, .policy = &assessment->policy, .against = assessment->against};
    evaluator_evaluate(task->evaluator, &order, &assessment->call->evaluation);
    assessment->call->matches = assessment->brain->matches;
    assessment->back.deliver = report;
    mailbox_post(&assessment->service->inbox, &assessment->back);
}

enum err service_evaluate(struct service *service, const struct evaluation_order *order,
                          struct evaluation_call *call, struct fault *fault)
{
    struct assessment *assessment = calloc(1, sizeof *assessment);
    if (assessment == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory to evaluate it");
    enum err err = service_copy_table(service, order->brain, NULL, &assessment->brain, fault);
    if (err == ERR_OK && order->against != NULL)
        err = service_copy_table(service, order->against, "against", &assessment->against, fault);
    if (err != ERR_OK) {
        free_assessment(assessment);
        return err;
    }
    assessment->service = service;
    assessment->call = call;
    assessment->policy = order->policy;
    assessment->task.perform = perform;
    evaluator_post_behind(trainer_evaluator(service->trainer), &assessment->task);
    return ERR_OK;
}
