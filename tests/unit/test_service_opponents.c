/* Jobs against somebody else: what they make of a brain is what plain rounds against the same table
 * make of it, and a brain that plays is a copy of what it was when the job was accepted. */
#include "engine/opponent.h"
#include "engine/table/table.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <string.h>

/* Two brains, the one that learns and the one that it plays against, and what they are plainly. */
struct school {
    struct served served;
    struct brain *pupil;
    struct brain *teacher;
};

static void open_school(struct school *school, struct rule pupil, struct rule teacher)
{
    served_open(&school->served);
    struct brain_order orders[2] = {served_brain_order("pupil"), served_brain_order("teacher")};
    orders[0].rule = pupil;
    orders[1].rule = teacher;
    for (unsigned i = 0; i < 2; i++)
        served_create(&school->served, &orders[i]);
    school->pupil = tables_fresh(&pupil);
    school->teacher = tables_fresh(&teacher);
}

static void close_school(struct school *school)
{
    brain_destroy(school->pupil);
    brain_destroy(school->teacher);
    served_close(&school->served);
}

static struct job_order order_of(const char *brain, uint64_t seed, uint64_t matches)
{
    struct job_order order = served_job_order(seed, matches);
    order.brain = brain;
    return order;
}

static struct job_order order_against(const char *opponent, uint64_t seed, uint64_t matches)
{
    struct job_order order = order_of("pupil", seed, matches);
    order.opponent = JOB_OPPONENT_BRAIN;
    order.opponent_brain = opponent;
    order.learners = LEARN_PLAYER1;
    return order;
}

/* Does to a table what the job does to its brain. */
static void play_plainly(struct brain *table, const struct job_order *order,
                         const struct brain *opponent)
{
    struct rounds_plan plan = served_plan(order, table->matches);
    plan.opponent = opponent;
    rounds_play(table, &plan);
}

static void run_job(struct served *served, const struct job_order *order)
{
    struct job job = served_wait_over(served, served_begin(served, order));
    ck_assert_int_eq(job.state, JOB_DONE);
    ck_assert_int_eq(job.ended_by, JOB_END_MATCHES);
}

/* Trains the teacher, really and plainly. */
static void train_teacher(struct school *school, uint64_t seed, uint64_t matches)
{
    struct job_order order = order_of("teacher", seed, matches);
    run_job(&school->served, &order);
    play_plainly(school->teacher, &order, NULL);
    ck_assert(served_has(&school->served, "teacher", school->teacher));
}

static struct brain *frozen(const struct brain *table)
{
    struct brain *copy;
    ck_assert_int_eq(opponent_frozen(table, &copy), ERR_OK);
    return copy;
}

static struct brain *uniform(const struct rule *rule)
{
    struct brain *table;
    ck_assert_int_eq(table_uniform(tables_states_of(rule), &table), ERR_OK);
    return table;
}

static struct brain *perfect(const struct rule *rule)
{
    struct brain *table;
    ck_assert_int_eq(table_perfect(tables_solution_of(rule), &table), ERR_OK);
    return table;
}

/* Takes over the plain opponent. */
static void assert_trains_plainly(struct rule rule, struct job_order order, struct brain *opponent)
{
    struct school school;
    open_school(&school, rule, rule);
    run_job(&school.served, &order);
    play_plainly(school.pupil, &order, opponent);
    ck_assert(served_has(&school.served, "pupil", school.pupil));
    brain_destroy(opponent);
    close_school(&school);
}

START_TEST(test_a_job_against_a_random_player_trains_as_plain_rounds_do)
{
    for (unsigned kind = 0; kind < RULE_KIND_COUNT; kind++) {
        struct rule rule = rule_default((enum rule_kind)kind);
        struct job_order order = order_of("pupil", kind, 13000);
        rule.symmetry = kind == RULE_MENACE;
        order.opponent = JOB_OPPONENT_RANDOM;
        order.workers = 1 + kind;
        order.learners = kind % 2 ? LEARN_PLAYER1 : LEARN_PLAYER2;
        assert_trains_plainly(rule, order, uniform(&rule));
    }
}
END_TEST

START_TEST(test_a_job_against_a_perfect_player_trains_as_plain_rounds_do)
{
    for (unsigned kind = 0; kind < RULE_KIND_COUNT; kind++) {
        struct rule rule = rule_default((enum rule_kind)kind);
        struct job_order order = order_of("pupil", kind, 13000);
        rule.symmetry = kind == RULE_GUARD;
        order.opponent = JOB_OPPONENT_PERFECT;
        order.workers = 3 - kind;
        order.learners = kind % 2 ? LEARN_PLAYER2 : LEARN_PLAYER1;
        assert_trains_plainly(rule, order, perfect(&rule));
    }
}
END_TEST

START_TEST(test_a_job_against_a_brain_trains_as_plain_rounds_against_its_frozen_table_do)
{
    for (unsigned symmetry = 0; symmetry < 2; symmetry++) {
        struct rule pupil = rule_default(RULE_MENACE);
        struct rule teacher = rule_default(RULE_GUARD); /* some of its moves are never made */
        struct school school;
        pupil.symmetry = teacher.symmetry = symmetry;
        open_school(&school, pupil, teacher);
        train_teacher(&school, 1, 5000);
        struct job_order order = order_against("teacher", 2, 12000);
        order.workers = 2;
        run_job(&school.served, &order);
        struct brain *opponent = frozen(school.teacher);
        play_plainly(school.pupil, &order, opponent);
        ck_assert(served_has(&school.served, "pupil", school.pupil));
        ck_assert(served_has(&school.served, "teacher", school.teacher)); /* as it was */
        brain_destroy(opponent);
        close_school(&school);
    }
}
END_TEST

/* The job waits behind another one meanwhile, and the daemon is restarted. */
START_TEST(test_an_opponent_that_learns_on_before_the_job_begins_changes_nothing)
{
    const struct rule rule = rule_default(RULE_BEADS);
    static const uint8_t won[] = {0, 3, 1, 4, 2};
    struct school school;
    open_school(&school, rule, rule);
    train_teacher(&school, 1, 5000);
    struct job_order endless = order_of("pupil", 3, JOB_MATCHES_MAX);
    struct job_order order = order_against("teacher", 4, 11000);
    int64_t before = served_begin(&school.served, &endless);
    int64_t id = served_begin(&school.served, &order);
    struct brain *opponent = frozen(school.teacher);
    train_teacher(&school, 5, 5000);
    served_learn(&school.served, "teacher", won, sizeof won);
    ck_assert_int_eq(served_job(&school.served, id).state, JOB_QUEUED);
    served_restart(&school.served);
    served_stop(&school.served, before);
    struct job stopped = served_wait_over(&school.served, before);
    ck_assert_int_eq(served_wait_over(&school.served, id).state, JOB_DONE);
    endless.matches = stopped.matches_done;
    play_plainly(school.pupil, &endless, NULL);
    play_plainly(school.pupil, &order, opponent);
    ck_assert(served_has(&school.served, "pupil", school.pupil));
    brain_destroy(opponent);
    close_school(&school);
}
END_TEST

START_TEST(test_two_brains_that_train_against_each_other_at_once_each_meet_the_other_as_it_was)
{
    const struct rule rule = rule_default(RULE_MENACE);
    struct school school;
    open_school(&school, rule, rule);
    train_teacher(&school, 1, 3000);
    struct job_order orders[2] = {order_against("teacher", 2, 60000),
                                  order_against("pupil", 3, 50000)};
    orders[1].brain = "teacher";
    orders[1].learners = LEARN_PLAYER2;
    struct served_call calls[2] = {served_call(), served_call()};
    struct fault fault;
    for (unsigned i = 0; i < 2; i++) /* both before either begins */
        ck_assert_int_eq(
            service_start_job(school.served.service, &orders[i], &calls[i].call, &fault), ERR_OK);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_int_eq(served_wait(&school.served, &calls[i]), ERR_OK);
        ck_assert_int_eq(served_wait_over(&school.served, calls[i].call.job_id).state, JOB_DONE);
    }
    struct brain *pupil = frozen(school.pupil);
    struct brain *teacher = frozen(school.teacher);
    play_plainly(school.pupil, &orders[0], teacher);
    play_plainly(school.teacher, &orders[1], pupil);
    ck_assert(served_has(&school.served, "pupil", school.pupil));
    ck_assert(served_has(&school.served, "teacher", school.teacher));
    brain_destroy(pupil);
    brain_destroy(teacher);
    close_school(&school);
}
END_TEST

START_TEST(test_a_brain_can_train_against_itself_as_it_was)
{
    const struct rule rule = rule_default(RULE_GUARD);
    struct school school;
    open_school(&school, rule, rule);
    struct job_order first = order_of("pupil", 1, 2000);
    struct job_order second = order_against("pupil", 2, 11000);
    run_job(&school.served, &first);
    play_plainly(school.pupil, &first, NULL);
    struct brain *opponent = frozen(school.pupil);
    run_job(&school.served, &second);
    play_plainly(school.pupil, &second, opponent);
    ck_assert(served_has(&school.served, "pupil", school.pupil));
    brain_destroy(opponent);
    close_school(&school);
}
END_TEST

/* The teacher learns on between the lives; what is kept with the job is what counts. */
START_TEST(test_a_job_against_a_brain_goes_on_after_restarts_and_crashes_to_the_very_same_end)
{
    const struct rule rule = rule_default(RULE_MENACE);
    struct school school;
    open_school(&school, rule, rule);
    train_teacher(&school, 1, 4000);
    struct job_order order = order_against("teacher", 2, 400000);
    order.workers = 3;
    struct brain *opponent = frozen(school.teacher);
    int64_t id = served_begin(&school.served, &order);
    served_wait_matches(&school.served, id, 20000);
    served_restart(&school.served);
    train_teacher(&school, 3, 4000);
    served_shut(&school.served);
    served_run_and_kill(&school.served, id, 100000);
    served_run_and_kill(&school.served, id, 200000);
    served_start(&school.served);
    ck_assert_int_eq(served_wait_over(&school.served, id).state, JOB_DONE);
    play_plainly(school.pupil, &order, opponent);
    ck_assert(served_has(&school.served, "pupil", school.pupil));
    brain_destroy(opponent);
    close_school(&school);
}
END_TEST

START_TEST(test_a_job_says_against_whom_it_trains_and_keeps_their_table_while_it_lives)
{
    const struct rule rule = rule_default(RULE_BEADS);
    struct school school;
    open_school(&school, rule, rule);
    struct served *served = &school.served;
    struct job_order order = order_against("teacher", 1, JOB_MATCHES_MAX);
    int64_t running = served_begin(served, &order);
    int64_t queued = served_begin(served, &order);
    static const char *const blobs = "SELECT count(*) FROM job WHERE opponent_blob IS NOT NULL";
    for (unsigned life = 0; life < 3; life++) {
        const int64_t ids[2] = {running, queued};
        for (unsigned i = 0; i < 2; i++) {
            struct job job = served_job(served, ids[i]);
            ck_assert_int_eq(job.opponent, JOB_OPPONENT_BRAIN);
            ck_assert_str_eq(job.opponent_brain, "teacher");
            ck_assert_uint_eq(job.learners, LEARN_PLAYER1);
        }
        ck_assert_int_eq(stored_sql(served->path, blobs), life < 2 ? 2 : 0);
        if (life == 1) {
            served_stop(served, queued);
            served_stop(served, running);
            served_wait_over(served, running);
        }
        served_restart(served);
    }
    close_school(&school);
}
END_TEST

static void assert_refused(struct served *served, struct job_order order, enum err err,
                           const char *field)
{
    struct served_call call = served_call();
    struct fault fault = {.err = ERR_OK};
    enum err got = service_start_job(served->service, &order, &call.call, &fault);
    ck_assert_msg(got == err, "%s: %s", err_name(got), fault.detail);
    ck_assert_str_eq(fault.field, field);
    ck_assert_str_ne(fault.detail, "");
    ck_assert_uint_eq(service_count_jobs(served->service), 0);
}

START_TEST(test_jobs_against_whom_nobody_can_play_are_refused_and_the_field_is_named)
{
    struct rule full = rule_default(RULE_GUARD);
    struct rule reduced = rule_default(RULE_GUARD);
    struct school school;
    reduced.symmetry = true;
    open_school(&school, full, reduced);
    struct job_order order = order_against("nobody", 1, 100);
    assert_refused(&school.served, order, ERR_NOT_FOUND, "opponent.brain");
    order.opponent_brain = "teacher"; /* whose table is another one */
    assert_refused(&school.served, order, ERR_IMPOSSIBLE, "opponent.brain");
    order.opponent_brain = "pupil";
    order.brain = "teacher";
    assert_refused(&school.served, order, ERR_IMPOSSIBLE, "opponent.brain");
    order.brain = "nobody";
    assert_refused(&school.served, order, ERR_NOT_FOUND, "brain");
    close_school(&school);
}
END_TEST

START_TEST(test_only_one_player_learns_against_anybody_else)
{
    const struct rule rule = rule_default(RULE_BEADS);
    struct school school;
    open_school(&school, rule, rule);
    struct job_order order = order_against("teacher", 1, 100);
    order.learners = LEARN_BOTH;
    for (unsigned i = JOB_OPPONENT_RANDOM; i < JOB_OPPONENT_COUNT; i++) {
        order.opponent = (enum job_opponent)i;
        assert_refused(&school.served, order, ERR_IMPOSSIBLE, "learn");
    }
    close_school(&school);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_job_against_a_random_player_trains_as_plain_rounds_do,
        test_a_job_against_a_perfect_player_trains_as_plain_rounds_do,
        test_a_job_against_a_brain_trains_as_plain_rounds_against_its_frozen_table_do,
        test_an_opponent_that_learns_on_before_the_job_begins_changes_nothing,
        test_two_brains_that_train_against_each_other_at_once_each_meet_the_other_as_it_was,
        test_a_brain_can_train_against_itself_as_it_was,
        test_a_job_against_a_brain_goes_on_after_restarts_and_crashes_to_the_very_same_end,
        test_a_job_says_against_whom_it_trains_and_keeps_their_table_while_it_lives,
        test_jobs_against_whom_nobody_can_play_are_refused_and_the_field_is_named,
        test_only_one_player_learns_against_anybody_else,
        NULL,
    };
    return unit_run("service_opponents", tests);
}
