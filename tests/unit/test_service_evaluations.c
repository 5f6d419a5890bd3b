/* Evaluations on request: exact, of the brain as it is when asked, and done by somebody else. */
#include "engine/selfplay.h"
#include "service/evaluations.h"
#include "support/served.h"
#include "support/tables.h"
#include "support/unit.h"

#include <string.h>

static const struct policy policies[] = {
    {.kind = POLICY_SAMPLE}, {.kind = POLICY_POWER, .power = 4}, {.kind = POLICY_GREEDY}};

/* An evaluation to wait for. */
struct assessment {
    struct evaluation_call evaluation; /* first */
    unsigned place;                    /* in the order of their ends, from 1; 0: not yet */
};

static unsigned ended;

static void note_done(struct service_call *call)
{
    struct assessment *assessment = (struct assessment *)call;
    ck_assert_uint_eq(assessment->place, 0);
    assessment->place = ++ended;
}

static void ask(struct served *served, const struct evaluation_order *order,
                struct assessment *assessment)
{
    struct fault fault = {.err = ERR_OK};
    *assessment = (struct assessment){.evaluation.call.done = note_done};
    enum err err = service_evaluate(served->service, order, &assessment->evaluation, &fault);
    ck_assert_msg(err == ERR_OK, "%s: %s", fault.field, fault.detail);
    ck_assert_uint_eq(assessment->place, 0); /* it is not done here */
}

static struct evaluation_call evaluate_by(struct served *served,
                                          const struct evaluation_order *order)
{
    struct assessment assessment;
    ask(served, order, &assessment);
    while (assessment.place == 0)
        served_turn(served);
    ck_assert_int_eq(assessment.evaluation.call.fault.err, ERR_OK);
    return assessment.evaluation;
}

static void train(struct served *served, const char *brain, uint64_t seed, uint64_t matches)
{
    struct job_order order = served_job_order(seed, matches);
    order.brain = brain;
    ck_assert_int_eq(served_wait_over(served, served_begin(served, &order)).state, JOB_DONE);
}

/* What train() makes of a fresh brain. */
static struct brain *train_plainly(const struct rule *rule, uint64_t seed, uint64_t matches)
{
    struct brain *table = tables_fresh(rule);
    struct rounds_plan plan = {.seed = seed, .workers = 1, .learners = LEARN_BOTH, .end = matches};
    rounds_play(table, &plan);
    return table;
}

static void create(struct served *served, const char *name, struct rule rule)
{
    struct brain_order order = served_brain_order(name);
    order.rule = rule;
    served_create(served, &order);
}

START_TEST(test_a_brain_is_evaluated_as_its_table_is_directly)
{
    struct served served;
    served_open(&served);
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        static const char *const names[2] = {"full", "reduced"};
        struct rule rule = rule_default(RULE_GUARD);
        rule.symmetry = symmetry;
        create(&served, names[symmetry], rule);
        train(&served, names[symmetry], 1, 1234);
        struct brain *plain = train_plainly(&rule, 1, 1234);
        for (unsigned i = 0; i < 3; i++) {
            struct evaluation_order order = {.brain = names[symmetry], .policy = policies[i]};
            struct evaluation_call call = evaluate_by(&served, &order);
            struct evaluation direct;
            curves_evaluate(plain, &policies[i], &direct);
            ck_assert_uint_eq(call.matches, 1234);
            ck_assert_msg(curves_same_evaluation(&call.evaluation, &direct), "%s, policy %u",
                          names[symmetry], i);
        }
        brain_destroy(plain);
    }
    served_close(&served);
}
END_TEST

static bool is_near(double a, double b)
{
    return a - b < 1e-12 && b - a < 1e-12;
}

static struct evaluation_call evaluate_pair(struct served *served, const char *brain,
                                            const char *against)
{
    struct evaluation_order order = {
        .brain = brain, .policy = {.kind = POLICY_SAMPLE}, .against = against};
    return evaluate_by(served, &order);
}

START_TEST(test_what_one_brain_wins_against_another_the_other_loses)
{
    struct served served;
    struct rule reduced = rule_default(RULE_MENACE);
    reduced.symmetry = true;
    served_open(&served);
    create(&served, "reduced", reduced);
    train(&served, "default", 2, 3000);
    train(&served, "reduced", 3, 3000);
    struct evaluation_call one = evaluate_pair(&served, "default", "reduced");
    struct evaluation_call other = evaluate_pair(&served, "reduced", "default");
    struct evaluation_call itself = evaluate_pair(&served, "default", "default");
    for (unsigned as = 0; as < 2; as++) {
        const struct outcome *mine = &one.evaluation.against[as];
        const struct outcome *theirs = &other.evaluation.against[1 - as];
        ck_assert(is_near(mine->win + mine->draw + mine->loss, 1));
        ck_assert(is_near(mine->win, theirs->loss));
        ck_assert(is_near(mine->draw, theirs->draw));
        ck_assert(is_near(mine->loss, theirs->win));
        ck_assert(!is_near(mine->win, itself.evaluation.against[as].win));
    }
    ck_assert(is_near(itself.evaluation.against[0].win, itself.evaluation.self[0]));
    ck_assert(is_near(itself.evaluation.against[1].win, itself.evaluation.self[1]));
    served_close(&served);
}
END_TEST

START_TEST(test_a_brain_is_evaluated_as_it_was_when_that_was_asked_for)
{
    static const uint8_t won[] = {0, 3, 1, 4, 2};
    struct served served;
    struct assessment before;
    struct brain *fresh = tables_fresh(NULL);
    struct evaluation direct;
    const struct evaluation_order order = {.brain = "default", .policy = {.kind = POLICY_SAMPLE}};
    served_open(&served);
    ask(&served, &order, &before);
    served_learn(&served, "default", won, sizeof won);
    while (before.place == 0)
        served_turn(&served);
    struct evaluation_call after = evaluate_by(&served, &order);
    curves_evaluate(fresh, &policies[0], &direct);
    ck_assert_uint_eq(before.evaluation.matches, 0);
    ck_assert(curves_same_evaluation(&before.evaluation.evaluation, &direct));
    ck_assert_uint_eq(after.matches, 1);
    ck_assert(!curves_same_evaluation(&after.evaluation, &direct));
    brain_destroy(fresh);
    served_close(&served);
}
END_TEST

START_TEST(test_many_evaluations_asked_for_at_once_end_in_their_order)
{
    enum { COUNT = 60 };
    static struct assessment assessments[COUNT];
    struct served served;
    served_open(&served);
    for (unsigned i = 0; i < COUNT; i++)
        ask(&served, &(struct evaluation_order){.brain = "default", .policy = policies[i % 3]},
            &assessments[i]);
    while (ended < COUNT)
        served_turn(&served);
    for (unsigned i = 0; i < COUNT; i++) {
        ck_assert_uint_eq(assessments[i].place, i + 1);
        ck_assert_int_eq(assessments[i].evaluation.call.fault.err, ERR_OK);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_a_brain_that_a_job_trains_is_evaluated_between_two_rounds)
{
    struct served served;
    struct brain *plain = tables_fresh(NULL);
    struct job_order order = served_job_order(4, JOB_MATCHES_MAX);
    struct rounds_plan plan = served_plan(&order, 0);
    served_open(&served);
    int64_t id = served_begin(&served, &order);
    for (unsigned i = 1; i <= 5; i++) {
        served_wait_matches(&served, id, 2000 * i);
        struct evaluation_call call = evaluate_by(
            &served, &(struct evaluation_order){.brain = "default", .policy = policies[0]});
        struct evaluation direct;
        ck_assert_uint_ge(call.matches, 2000 * i);
        plan.end = call.matches;
        if (plain->matches < plan.end)
            rounds_play(plain, &plan);
        curves_evaluate(plain, &policies[0], &direct);
        ck_assert(curves_same_evaluation(&call.evaluation, &direct));
    }
    brain_destroy(plain);
    served_close(&served);
}
END_TEST

static void assert_not_found(struct served *served, const char *brain, const char *against,
                             const char *field)
{
    struct evaluation_order order = {
        .brain = brain, .policy = {.kind = POLICY_GREEDY}, .against = against};
    struct assessment assessment = {.evaluation.call.done = note_done};
    struct fault fault = {.err = ERR_OK};
    ck_assert_int_eq(service_evaluate(served->service, &order, &assessment.evaluation, &fault),
                     ERR_NOT_FOUND);
    ck_assert_str_eq(fault.field, field);
    ck_assert_str_ne(fault.detail, "");
}

START_TEST(test_brains_that_are_not_there_are_not_evaluated)
{
    struct served served;
    served_open(&served);
    assert_not_found(&served, "nobody", NULL, "");
    assert_not_found(&served, "nobody", "default", "");
    assert_not_found(&served, "default", "nobody", "against");
    assert_not_found(&served, "nobody", "nobody", "");
    served_close(&served);
}
END_TEST

START_TEST(test_there_are_so_many_evaluations_under_way_and_no_more)
{
    static struct assessment assessments[EVALUATIONS_MAX + 1];
    const struct evaluation_order order = {.brain = "default", .policy = policies[2]};
    struct served served;
    struct fault fault = {.err = ERR_OK};
    served_open(&served);
    for (unsigned i = 0; i < EVALUATIONS_MAX; i++)
        ask(&served, &order, &assessments[i]);
    ck_assert_int_eq(
        service_evaluate(served.service, &order, &assessments[EVALUATIONS_MAX].evaluation, &fault),
        ERR_BUSY);
    ck_assert_ptr_nonnull(strstr(fault.detail, "1024"));
    while (ended == 0)
        served_turn(&served);
    ask(&served, &order, &assessments[EVALUATIONS_MAX]);
    service_end_evaluations(served.service);
    while (ended < EVALUATIONS_MAX + 1)
        served_turn(&served);
    ck_assert_int_eq(assessments[EVALUATIONS_MAX].evaluation.call.fault.err, ERR_STOPPING);
    served_close(&served);
}
END_TEST

START_TEST(test_evaluations_under_way_end_when_the_service_closes)
{
    enum { COUNT = 20 };
    static struct assessment assessments[COUNT];
    struct served served;
    struct job_order order = served_job_order(5, JOB_MATCHES_MAX);
    served_open(&served);
    served_begin(&served, &order);
    for (unsigned i = 0; i < COUNT; i++)
        ask(&served, &(struct evaluation_order){.brain = "default", .policy = policies[0]},
            &assessments[i]);
    served_shut(&served);
    for (unsigned i = 0; i < COUNT; i++) {
        const struct evaluation_call *call = &assessments[i].evaluation;
        ck_assert_uint_eq(assessments[i].place, i + 1);
        ck_assert(call->call.fault.err == ERR_OK ? call->evaluation.exploitability > 0
                                                 : call->call.fault.err == ERR_STOPPING);
    }
    ck_assert_int_eq(assessments[0].evaluation.call.fault.err, ERR_OK);
    folder_remove(&served.folder);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_brain_is_evaluated_as_its_table_is_directly,
        test_what_one_brain_wins_against_another_the_other_loses,
        test_a_brain_is_evaluated_as_it_was_when_that_was_asked_for,
        test_many_evaluations_asked_for_at_once_end_in_their_order,
        test_a_brain_that_a_job_trains_is_evaluated_between_two_rounds,
        test_brains_that_are_not_there_are_not_evaluated,
        test_there_are_so_many_evaluations_under_way_and_no_more,
        test_evaluations_under_way_end_when_the_service_closes,
        NULL,
    };
    return unit_run("service_evaluations", tests);
}
