/* No memory for tables: whoever asks for one is told so, jobs wait for it, and nobody loses
 * anything.
 */
#include "engine/evaluate.h"
#include "engine/opponent.h"
#include "engine/table/table.h"
#include "service/evaluations.h"
#include "support/curves.h"
#include "support/drill.h"
#include "support/editions.h"
#include "support/scarce_memory.h"
#include "support/served.h"
#include "support/tables.h"
#include "support/unit.h"

#include <string.h>

/* From here on so many tables can be made, and no more. */
static void leave(unsigned tables)
{
    scarce_memory_plan(
        &(struct scarce_plan){.kind = SCARCE_TABLES, .nth = tables + 1, .for_good = true});
}

static void have_plenty(void)
{
    (void)scarce_memory_end();
}

START_TEST(test_a_table_without_memory_is_none)
{
    struct rule rule = rule_default(RULE_BEADS);
    struct brain *table = NULL;
    const struct states *states = tables_states();
    leave(0);
    ck_assert_int_eq(table_create(states, &rule, &table), ERR_NO_MEMORY);
    ck_assert_ptr_null(table);
    have_plenty();
}
END_TEST

START_TEST(test_an_opponent_without_memory_is_none)
{
    struct brain *brain = tables_fresh(NULL);
    const struct solution *solution = tables_solution_of(&brain->rule);
    struct brain *opponent = NULL;
    leave(0);
    ck_assert_int_eq(table_uniform(brain->states, &opponent), ERR_NO_MEMORY);
    ck_assert_int_eq(table_perfect(solution, &opponent), ERR_NO_MEMORY);
    ck_assert_int_eq(opponent_frozen(tables_atlas(), &brain->rule, brain, &opponent),
                     ERR_NO_MEMORY);
    ck_assert_ptr_null(opponent);
    have_plenty();
    brain_destroy(brain);
}
END_TEST

START_TEST(test_evaluations_without_memory_to_work_in_are_none)
{
    const struct rule rule = rule_default(RULE_BEADS);
    const struct solution *solution = tables_solution_of(&rule);
    struct evaluate_space *space = NULL;
    leave(0);
    ck_assert_int_eq(evaluate_space_create(solution, &space), ERR_NO_MEMORY);
    ck_assert_ptr_null(space);
    have_plenty();
    evaluate_space_destroy(NULL);
}
END_TEST

static void put_first(struct published *published, struct brain *table)
{
    struct edition *edition = editions_of(table);
    *published = (struct published){.current = NULL};
    published_put(published, edition);
    edition_let_go(edition);
}

START_TEST(test_a_publication_without_memory_is_skipped)
{
    struct published published;
    struct brain *table = tables_played(1, 20);
    put_first(&published, tables_fresh(NULL));
    leave(0);
    ck_assert(!published_publish(&published, table));
    struct edition *edition = published_hold(&published);
    ck_assert_uint_eq(edition->table->matches, 0);
    edition_let_go(edition);
    leave(1);
    ck_assert(published_publish(&published, table));
    edition = published_hold(&published);
    ck_assert(tables_same(edition->table, table));
    edition_let_go(edition);
    have_plenty();
    published_close(&published);
    brain_destroy(table);
}
END_TEST

START_TEST(test_two_tables_are_enough_to_publish_again_and_again)
{
    struct published published;
    struct brain *table = tables_fresh(NULL);
    put_first(&published, tables_copy(table));
    leave(1);
    for (uint64_t matches = 1; matches <= 10; matches++) {
        table->matches = matches;
        ck_assert(published_publish(&published, table));
        struct edition *edition = published_hold(&published);
        ck_assert_uint_eq(edition->table->matches, matches);
        edition_let_go(edition);
    }
    have_plenty();
    published_close(&published);
    brain_destroy(table);
}
END_TEST

/* Its first rounds need one worker's table; from 10,000 matches on it needs eight. */
START_TEST(test_a_training_without_memory_for_its_workers_ends_with_its_last_round_published)
{
    struct rounds_plan plan = drill_plan(1, 8, 50000);
    struct drill drill;
    drill_open(&drill, tables_fresh(NULL), plan);
    struct trainer *trainer = drill_trainer(2, DRILL_NEVER_MS);
    leave(4);
    drill_submit(trainer, &drill);
    drill_wait(&drill);
    have_plenty();
    ck_assert_int_eq(drill.end, TRAINING_STARVED);
    ck_assert_uint_eq(drill.training.table->matches, 10000);
    struct edition *edition = published_hold(&drill.published);
    ck_assert(tables_same(edition->table, drill.training.table));
    edition_let_go(edition);
    drill.plan.end = 10000;
    ck_assert(drill_is_plain(&drill));
    trainer_destroy(trainer);
    ck_assert_uint_eq(drill.overs, 1);
    drill_close(&drill);
}
END_TEST

START_TEST(test_an_evaluator_without_memory_is_not_created_nor_a_trainer_with_it)
{
    const struct trainer_options options = {.threads = 2, .atlas = tables_atlas()};
    for (unsigned spaces = 0; spaces < 2; spaces++) {
        struct evaluator *evaluator = NULL;
        struct trainer *trainer = NULL;
        leave(spaces);
        ck_assert_int_eq(evaluator_create(options.atlas, NULL, &evaluator), ERR_NO_MEMORY);
        ck_assert_ptr_null(evaluator);
        leave(spaces);
        ck_assert_int_eq(trainer_create(&options, &trainer), ERR_NO_MEMORY);
        ck_assert_ptr_null(trainer);
    }
    have_plenty();
}
END_TEST

/* There is memory for the one worker, and for nothing else: it stands still at each point. */
START_TEST(test_a_training_without_memory_for_its_points_has_them_all)
{
    struct rounds_plan plan = drill_plan(3, 1, 5000);
    struct brain *plain = tables_fresh(NULL);
    struct curve expected = {.count = 0};
    struct drill drill;
    curves_play(plain, &plan, &expected);
    drill_open(&drill, tables_fresh(NULL), plan);
    struct trainer *trainer = drill_trainer(1, 0);
    leave(1);
    drill_submit(trainer, &drill);
    drill_wait(&drill);
    have_plenty();
    ck_assert_int_eq(drill.end, TRAINING_DONE);
    ck_assert(tables_same(drill.training.table, plain));
    curves_assert(drill.point, drill.points, &expected, 0);
    trainer_destroy(trainer);
    brain_destroy(plain);
    drill_close(&drill);
}
END_TEST

static enum training_end train_with_goal(unsigned tables, struct drill *drill)
{
    const struct rule rule = rule_default(RULE_GUARD);
    drill_open(drill, tables_fresh(&rule), drill_plan(5, 1, 100000));
    drill->training.until = (struct until){.kind = UNTIL_NEVER_LOSES};
    struct trainer *trainer = drill_trainer(1, DRILL_NEVER_MS);
    leave(tables);
    drill_submit(trainer, drill);
    drill_wait(drill);
    have_plenty();
    trainer_destroy(trainer);
    return drill->end;
}

/* It keeps what it has while it stands still: a table for its worker, and for its points if it can.
 */
START_TEST(test_a_training_with_a_goal_needs_no_more_memory_the_longer_it_takes)
{
    for (unsigned tables = 1; tables <= 2; tables++) {
        struct drill drill;
        ck_assert_int_eq(train_with_goal(tables, &drill), TRAINING_REACHED);
        ck_assert_uint_gt(drill.points, 30);
        drill_close(&drill);
    }
}
END_TEST

/* Without memory it is tried several times; with it the job comes to the same end as any. */
static void assert_waits(struct served *served, int64_t id, uint64_t matches)
{
    enum { TURNS = 150 };
    for (unsigned i = 0; i < TURNS; i++) {
        served_turn(served);
        struct job job = served_job(served, id);
        if (job_is_over(&job)) {
            have_plenty();
            ck_abort_msg("%s: %s", job_state_name(job.state), job.error);
        }
    }
    have_plenty();
    struct job job = served_wait_over(served, id);
    ck_assert_int_eq(job.state, JOB_DONE);
    ck_assert_uint_eq(job.matches_done, matches);
}

/* Two for the job, one to publish into, eight for its workers, of which it needs one at first. */
START_TEST(test_a_job_without_memory_waits_for_it_and_ends_as_if_nothing_had_happened)
{
    enum { MATCHES = 20000 };
    struct rounds_plan plan = {.seed = 2, .workers = 8, .learners = LEARN_BOTH, .end = MATCHES};
    struct brain *plain = tables_fresh(NULL);
    rounds_play(plain, &plan);
    for (unsigned tables = 0; tables < 11; tables++) {
        struct served served;
        served_open(&served);
        struct job_order order = served_job_order(2, MATCHES);
        order.workers = 8;
        leave(tables);
        int64_t id = served_begin(&served, &order);
        assert_waits(&served, id, MATCHES);
        ck_assert_msg(served_has(&served, "default", plain), "memory for %u tables", tables);
        served_restart(&served);
        ck_assert_int_eq(served_job(&served, id).state, JOB_DONE);
        served_close(&served);
    }
    brain_destroy(plain);
}
END_TEST

START_TEST(test_a_job_that_waits_for_memory_can_be_stopped)
{
    for (unsigned tables = 0; tables < 11; tables++) {
        struct served served;
        struct served_call call = served_call();
        struct fault fault;
        served_open(&served);
        struct job_order order = served_job_order(2, JOB_MATCHES_MAX);
        order.workers = 8;
        leave(tables);
        int64_t id = served_begin(&served, &order);
        enum err err = service_stop_job(served.service, id, &call.call, &fault);
        struct job job = served_wait_over(&served, id);
        have_plenty();
        ck_assert_int_eq(err, ERR_OK);
        ck_assert_int_eq(job.state, JOB_STOPPED);
        ck_assert_int_eq(served_wait(&served, &call), ERR_OK);
        served_close(&served);
    }
}
END_TEST

static struct job_order order_against_itself(void)
{
    struct job_order order = served_job_order(4, 1000);
    order.opponent = JOB_OPPONENT_BRAIN;
    order.opponent_brain = "default";
    order.learners = LEARN_PLAYER1;
    return order;
}

START_TEST(test_a_job_without_memory_to_copy_its_opponent_is_refused)
{
    struct served served;
    struct served_call call = served_call();
    struct fault fault;
    served_open(&served);
    struct job_order order = order_against_itself();
    leave(0);
    ck_assert_int_eq(service_start_job(served.service, &order, &call.call, &fault), ERR_OK);
    ck_assert_int_eq(served_wait(&served, &call), ERR_NO_MEMORY);
    have_plenty();
    ck_assert_uint_eq(service_count_jobs(served.service), 0);
    ck_assert_int_eq(served_wait_over(&served, served_begin(&served, &order)).state, JOB_DONE);
    served_close(&served);
}
END_TEST

/* One table to copy it, then two for the job, one for the opponent, and one for the worker. */
START_TEST(test_a_job_without_memory_for_its_opponent_waits_for_it)
{
    for (unsigned tables = 1; tables < 5; tables++) {
        struct served served;
        served_open(&served);
        struct job_order order = order_against_itself();
        leave(tables);
        int64_t id = served_begin(&served, &order);
        assert_waits(&served, id, order.matches);
        served_close(&served);
    }
}
END_TEST

static bool is_evaluated;

static void note_evaluated(struct service_call *call)
{
    is_evaluated = call->fault.err == ERR_OK;
}

/* Nor do a checkpoint, a copy and a brain's file: tables are held, not copied. */
START_TEST(test_an_evaluation_needs_no_table_of_its_own)
{
    const struct evaluation_order order = {
        .brain = "default", .policy = {.kind = POLICY_SAMPLE}, .against = "default"};
    struct evaluation_call call = {.call.done = note_evaluated};
    struct served_call copied = served_call();
    struct edition *edition = NULL;
    struct served served;
    struct fault fault;
    served_open(&served);
    leave(0);
    enum err errs[] = {
        service_evaluate(served.service, &order, &call, &fault),
        service_copy_brain(served.service, "default", "copy", &copied.call, &fault),
        service_hold_table(served.service, "default", served_nobody(), &edition, &fault),
        served_wait(&served, &copied),
        served_keep(&served, "default", "kept"),
    };
    while (!is_evaluated)
        served_turn(&served);
    have_plenty();
    for (unsigned i = 0; i < sizeof errs / sizeof errs[0]; i++)
        ck_assert_int_eq(errs[i], ERR_OK);
    edition_let_go(edition);
    served_close(&served);
}
END_TEST

START_TEST(test_a_brain_without_memory_is_not_created)
{
    struct served served;
    struct served_call call = served_call();
    struct fault fault;
    served_open(&served);
    struct brain_order order = served_brain_order("big");
    leave(0);
    ck_assert_int_eq(service_create_brain(served.service, &order, &call.call, &fault), CREATED_NOT);
    ck_assert_int_eq(fault.err, ERR_NO_MEMORY);
    have_plenty();
    served_create(&served, &order);
    served_close(&served);
}
END_TEST

START_TEST(test_a_service_without_memory_does_not_open_and_harms_nothing)
{
    struct served served;
    served_open(&served);
    struct brain_order other = served_brain_order("other");
    served_create(&served, &other);
    served_shut(&served);
    for (unsigned tables = 0; tables < 4; tables++) { /* two brains, and what evaluations need */
        struct service_options options = {
            .database = served.path, .training_threads = 1, .save_interval_ms = 1000};
        struct service *service = NULL;
        struct fault fault;
        leave(tables);
        ck_assert_int_eq(service_open(&options, &service, &fault), ERR_NO_MEMORY);
        ck_assert_str_ne(fault.detail, "");
        ck_assert_ptr_null(service);
    }
    have_plenty();
    served_start(&served);
    ck_assert_uint_eq(service_count_brains(served.service), 2);
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_table_without_memory_is_none,
        test_an_opponent_without_memory_is_none,
        test_evaluations_without_memory_to_work_in_are_none,
        test_a_publication_without_memory_is_skipped,
        test_two_tables_are_enough_to_publish_again_and_again,
        test_a_training_without_memory_for_its_workers_ends_with_its_last_round_published,
        test_an_evaluator_without_memory_is_not_created_nor_a_trainer_with_it,
        test_a_training_without_memory_for_its_points_has_them_all,
        test_a_training_with_a_goal_needs_no_more_memory_the_longer_it_takes,
        test_a_job_without_memory_waits_for_it_and_ends_as_if_nothing_had_happened,
        test_a_job_that_waits_for_memory_can_be_stopped,
        test_a_job_without_memory_to_copy_its_opponent_is_refused,
        test_a_job_without_memory_for_its_opponent_waits_for_it,
        test_an_evaluation_needs_no_table_of_its_own,
        test_a_brain_without_memory_is_not_created,
        test_a_service_without_memory_does_not_open_and_harms_nothing,
        NULL,
    };
    return unit_run("table_memory", tests);
}
