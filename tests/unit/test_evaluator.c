/* The thread on which brains are evaluated: one task after the other, in order, and to the end. */
#include "support/curves.h"
#include "support/tables.h"
#include "support/unit.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>

enum { TASKS = 200 };

static _Atomic unsigned performed;

static struct evaluator *open_evaluator(void)
{
    performed = 0;
    struct evaluator *evaluator;
    ck_assert_int_eq(evaluator_create(tables_atlas(), NULL, &evaluator), ERR_OK);
    return evaluator;
}

/* A task that notes when and where it was performed. */
struct entry {
    struct evaluator_task task; /* first */
    unsigned place;             /* 0: not yet performed */
    pthread_t thread;
    bool was_alone;
};

static _Atomic unsigned inside;

static void note_performed(struct evaluator_task *task)
{
    struct entry *entry = (struct entry *)task;
    entry->was_alone = atomic_fetch_add(&inside, 1) == 0;
    entry->thread = pthread_self();
    entry->place = atomic_fetch_add(&performed, 1) + 1;
    atomic_fetch_sub(&inside, 1);
}

static void post_all_by(void (*post)(struct evaluator *, struct evaluator_task *),
                        struct evaluator *evaluator, struct entry entries[TASKS])
{
    for (unsigned i = 0; i < TASKS; i++) {
        entries[i] = (struct entry){.task.perform = note_performed};
        post(evaluator, &entries[i].task);
    }
}

static void post_all(struct evaluator *evaluator, struct entry entries[TASKS])
{
    post_all_by(evaluator_post, evaluator, entries);
}

START_TEST(test_tasks_are_performed_in_the_order_in_which_they_were_posted)
{
    struct entry entries[TASKS];
    struct evaluator *evaluator = open_evaluator();
    post_all(evaluator, entries);
    evaluator_destroy(evaluator);
    for (unsigned i = 0; i < TASKS; i++)
        ck_assert_uint_eq(entries[i].place, i + 1);
}
END_TEST

START_TEST(test_all_tasks_are_performed_on_one_thread_which_is_not_the_callers)
{
    struct entry entries[TASKS];
    struct evaluator *evaluator = open_evaluator();
    post_all(evaluator, entries);
    evaluator_destroy(evaluator);
    ck_assert(!pthread_equal(entries[0].thread, pthread_self()));
    for (unsigned i = 1; i < TASKS; i++)
        ck_assert(pthread_equal(entries[i].thread, entries[0].thread));
}
END_TEST

/* One of several threads that post. */
struct poster {
    pthread_t thread;
    struct evaluator *evaluator;
    struct entry entries[TASKS];
};

static void *post_own(void *context)
{
    struct poster *poster = context;
    post_all(poster->evaluator, poster->entries);
    return NULL;
}

START_TEST(test_tasks_of_several_threads_are_all_performed_one_at_a_time)
{
    enum { POSTERS = 4 };
    static struct poster posters[POSTERS];
    struct evaluator *evaluator = open_evaluator();
    for (unsigned i = 0; i < POSTERS; i++) {
        posters[i].evaluator = evaluator;
        ck_assert_int_eq(pthread_create(&posters[i].thread, NULL, post_own, &posters[i]), 0);
    }
    for (unsigned i = 0; i < POSTERS; i++)
        pthread_join(posters[i].thread, NULL);
    evaluator_destroy(evaluator);
    ck_assert_uint_eq(performed, POSTERS * TASKS);
    for (unsigned i = 0; i < POSTERS; i++)
        for (unsigned k = 0; k < TASKS; k++) {
            const struct entry *entry = &posters[i].entries[k];
            ck_assert(entry->was_alone);
            ck_assert_uint_gt(entry->place, k == 0 ? 0 : posters[i].entries[k - 1].place);
        }
}
END_TEST

static sem_t gate;
static sem_t at_gate;

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0)
        ; /* a signal */
}

static void wait_at_gate(struct evaluator_task *task)
{
    (void)task;
    sem_post(&at_gate);
    wait_for(&gate);
}

START_TEST(test_posting_does_not_wait_and_destroying_performs_all_that_was_posted)
{
    struct entry entries[TASKS];
    struct evaluator_task block = {.perform = wait_at_gate};
    struct evaluator *evaluator = open_evaluator();
    sem_init(&gate, 0, 0);
    sem_init(&at_gate, 0, 0);
    evaluator_post(evaluator, &block);
    post_all(evaluator, entries);
    ck_assert_uint_eq(performed, 0);
    sem_post(&gate);
    evaluator_destroy(evaluator);
    ck_assert_uint_eq(performed, TASKS);
    sem_destroy(&gate);
    sem_destroy(&at_gate);
}
END_TEST

START_TEST(test_tasks_that_can_wait_come_behind_all_others_and_in_their_order)
{
    struct entry behind[TASKS];
    struct entry others[TASKS];
    struct evaluator_task block = {.perform = wait_at_gate};
    struct evaluator *evaluator = open_evaluator();
    sem_init(&gate, 0, 0);
    sem_init(&at_gate, 0, 0);
    evaluator_post(evaluator, &block);
    wait_for(&at_gate); /* what comes now is all delivered at once */
    post_all_by(evaluator_post_behind, evaluator, behind);
    post_all(evaluator, others);
    sem_post(&gate);
    evaluator_destroy(evaluator);
    for (unsigned i = 0; i < TASKS; i++) {
        ck_assert_uint_eq(others[i].place, i + 1);
        ck_assert_uint_eq(behind[i].place, TASKS + i + 1);
    }
    sem_destroy(&gate);
    sem_destroy(&at_gate);
}
END_TEST

START_TEST(test_a_task_waits_for_one_at_most_of_those_that_can_wait)
{
    struct entry behind[TASKS];
    struct entry urgent = {.task.perform = note_performed};
    struct evaluator_task block = {.perform = wait_at_gate};
    struct evaluator *evaluator = open_evaluator();
    sem_init(&gate, 0, 0);
    sem_init(&at_gate, 0, 0);
    evaluator_post_behind(evaluator, &block);
    post_all_by(evaluator_post_behind, evaluator, behind);
    evaluator_post(evaluator, &urgent.task);
    sem_post(&gate);
    evaluator_destroy(evaluator);
    ck_assert_uint_eq(urgent.place, 1);
    ck_assert_uint_eq(performed, TASKS + 1);
    sem_destroy(&gate);
    sem_destroy(&at_gate);
}
END_TEST

START_TEST(test_an_idle_evaluator_can_be_destroyed)
{
    for (unsigned i = 0; i < 20; i++)
        evaluator_destroy(open_evaluator());
}
END_TEST

/* An evaluation as a task. */
struct assignment {
    struct evaluator_task task; /* first */
    struct evaluate_order order;
    struct evaluation result;
};

static void perform_assignment(struct evaluator_task *task)
{
    struct assignment *assignment = (struct assignment *)task;
    evaluator_evaluate(task->evaluator, &assignment->order, &assignment->result);
}

static struct evaluation evaluate_there(const struct evaluate_order *order)
{
    struct assignment assignment = {.task.perform = perform_assignment, .order = *order};
    struct evaluator *evaluator = open_evaluator();
    evaluator_post(evaluator, &assignment.task);
    evaluator_destroy(evaluator);
    return assignment.result;
}

static struct rule guard_by(bool symmetry)
{
    struct rule rule = rule_default(RULE_GUARD);
    rule.symmetry = symmetry;
    return rule;
}

static const struct policy policies[] = {
    {.kind = POLICY_SAMPLE}, {.kind = POLICY_POWER, .power = 4}, {.kind = POLICY_GREEDY}};

START_TEST(test_full_and_reduced_brains_are_evaluated_as_they_are_directly)
{
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        struct rule rule = guard_by(symmetry);
        struct brain *brain = tables_played_by(&rule, 5, 700);
        for (unsigned i = 0; i < 3; i++) {
            struct evaluation direct;
            struct evaluation there =
                evaluate_there(&(struct evaluate_order){.brain = brain, .policy = &policies[i]});
            curves_evaluate(brain, &policies[i], &direct);
            ck_assert_msg(curves_same_evaluation(&there, &direct), "symmetry %u, policy %u",
                          symmetry, i);
        }
        brain_destroy(brain);
    }
}
END_TEST

/* Directly, in full states, which hold brains of both kinds. */
static struct evaluation evaluate_in_full(const struct evaluate_order *order)
{
    const struct rule full = {.symmetry = false};
    struct evaluate_space *space;
    struct evaluation result;
    ck_assert_int_eq(evaluate_space_create(tables_solution_of(&full), &space), ERR_OK);
    evaluate(space, order, &result);
    evaluate_space_destroy(space);
    return result;
}

static bool is_near(double a, double b)
{
    return a - b < 1e-12 && b - a < 1e-12;
}

START_TEST(test_brains_of_either_kind_are_evaluated_against_each_other)
{
    for (unsigned pair = 0; pair < 4; pair++) {
        struct rule rules[2] = {guard_by(pair & 1), guard_by(pair >> 1)};
        struct brain *brains[2] = {tables_played_by(&rules[0], 6, 300),
                                   tables_played_by(&rules[1], 7, 400)};
        struct evaluate_order order = {
            .brain = brains[0], .policy = &policies[0], .against = brains[1]};
        struct evaluation there = evaluate_there(&order);
        struct evaluation direct = evaluate_in_full(&order);
        for (unsigned as = 0; as < 2; as++) {
            ck_assert(is_near(there.against[as].win, direct.against[as].win));
            ck_assert(is_near(there.against[as].draw, direct.against[as].draw));
            ck_assert(is_near(there.against[as].loss, direct.against[as].loss));
        }
        ck_assert(is_near(there.exploitability, direct.exploitability));
        brain_destroy(brains[0]);
        brain_destroy(brains[1]);
    }
}
END_TEST

/* A curve point as a task. */
struct survey {
    struct evaluator_task task; /* first */
    const struct brain *brain;
    struct curve_point point;
};

static void perform_survey(struct evaluator_task *task)
{
    struct survey *survey = (struct survey *)task;
    evaluator_evaluate_point(task->evaluator, survey->brain, &survey->point);
}

START_TEST(test_a_point_is_the_evaluation_under_sample_and_greedy)
{
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        struct rule rule = guard_by(symmetry);
        struct brain *brain = tables_played_by(&rule, 8, 1000);
        struct survey survey = {.task.perform = perform_survey, .brain = brain};
        struct evaluator *evaluator = open_evaluator();
        evaluator_post(evaluator, &survey.task);
        evaluator_destroy(evaluator);
        struct curve_point direct = curves_point(brain);
        ck_assert_uint_eq(survey.point.matches, 1000);
        ck_assert(curves_same_evaluation(&survey.point.sample, &direct.sample));
        ck_assert(curves_same_evaluation(&survey.point.greedy, &direct.greedy));
        ck_assert(!curves_same_evaluation(&survey.point.sample, &survey.point.greedy));
        brain_destroy(brain);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_tasks_are_performed_in_the_order_in_which_they_were_posted,
        test_all_tasks_are_performed_on_one_thread_which_is_not_the_callers,
        test_tasks_of_several_threads_are_all_performed_one_at_a_time,
        test_posting_does_not_wait_and_destroying_performs_all_that_was_posted,
        test_tasks_that_can_wait_come_behind_all_others_and_in_their_order,
        test_a_task_waits_for_one_at_most_of_those_that_can_wait,
        test_an_idle_evaluator_can_be_destroyed,
        test_full_and_reduced_brains_are_evaluated_as_they_are_directly,
        test_brains_of_either_kind_are_evaluated_against_each_other,
        test_a_point_is_the_evaluation_under_sample_and_greedy,
        NULL,
    };
    return unit_run("evaluator", tests);
}
