/* Jobs against somebody else: a brain that plays is a copy of what it was when the job was
 * accepted. What they make of a brain, see test_service_resume.c. */
#include "engine/opponent.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

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

/* Trains the teacher, really and plainly. */
static void train_teacher(struct school *school, uint64_t seed, uint64_t matches)
{
    struct job_order order = order_of("teacher", seed, matches);
    served_wait_over(&school->served, served_begin(&school->served, &order));
    play_plainly(school->teacher, &order, NULL);
    ck_assert(served_has(&school->served, "teacher", school->teacher));
}

static struct brain *frozen(const struct brain *table)
{
    struct brain *copy;
    ck_assert_int_eq(opponent_frozen(tables_atlas(), &table->rule, table, &copy), ERR_OK);
    return copy;
}

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

/* Both are accepted before either begins; the second may be the pupil against itself. */
START_TEST(test_two_jobs_against_brains_that_learn_at_once_each_meet_the_other_as_it_was)
{
    for (unsigned is_itself = 0; is_itself < 2; is_itself++) {
        struct school school;
        open_school(&school, rule_default(RULE_MENACE), rule_default(RULE_MENACE));
        train_teacher(&school, 1, 3000);
        struct job_order orders[2] = {order_against("teacher", 2, 30000),
                                      order_against("pupil", 3, 20000)};
        orders[1].brain = is_itself ? "pupil" : "teacher";
        orders[1].learners = LEARN_PLAYER2;
        struct served_call calls[2] = {served_call(), served_call()};
        struct fault fault;
        for (unsigned i = 0; i < 2; i++)
            ck_assert_int_eq(
                service_start_job(school.served.service, &orders[i], &calls[i].call, &fault),
                ERR_OK);
        for (unsigned i = 0; i < 2; i++) {
            ck_assert_int_eq(served_wait(&school.served, &calls[i]), ERR_OK);
            ck_assert_int_eq(served_wait_over(&school.served, calls[i].call.job_id).state,
                             JOB_DONE);
        }
        struct brain *pupil = frozen(school.pupil);
        struct brain *teacher = frozen(school.teacher);
        play_plainly(school.pupil, &orders[0], teacher);
        play_plainly(is_itself ? school.pupil : school.teacher, &orders[1], pupil);
        ck_assert(served_has(&school.served, "pupil", school.pupil));
        ck_assert(served_has(&school.served, "teacher", school.teacher));
        brain_destroy(pupil);
        brain_destroy(teacher);
        close_school(&school);
    }
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

START_TEST(test_jobs_that_cannot_be_played_against_somebody_are_refused_and_the_field_is_named)
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
    order.brain = order.opponent_brain = "pupil";
    order.learners = LEARN_BOTH; /* but one player alone learns against anybody else */
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
        test_an_opponent_that_learns_on_before_the_job_begins_changes_nothing,
        test_two_jobs_against_brains_that_learn_at_once_each_meet_the_other_as_it_was,
        test_a_job_says_against_whom_it_trains_and_keeps_their_table_while_it_lives,
        test_jobs_that_cannot_be_played_against_somebody_are_refused_and_the_field_is_named,
        NULL,
    };
    return unit_run("service_opponents", tests);
}
