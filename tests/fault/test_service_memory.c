/*
 * Opening and checking a database without memory, at one allocation or another: that is told from
 * damage, and nothing of what was read is half read.
 */
#include "command/check.h"
#include "support/scarce_memory.h"
#include "support/served.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A closed database with two brains and a job that has all that a job can have. */
struct fixture {
    struct served served;
    char wal[FOLDER_PATH_SIZE];
    char *bytes;
    size_t size;
    int64_t job;
};

/* Each is tried when there is time; a start has a thousand, a check, which makes an empty database
 * to compare with, more than twenty thousand. */
enum { STEP_OF_STARTS = 5, STEP_OF_CHECKS = 47 };

static unsigned step(unsigned some)
{
    return getenv("TTST_SOAK") != NULL ? 1 : some;
}

static struct job_order long_order(void)
{
    struct job_order order = served_job_order(7, JOB_MATCHES_MAX);
    order.learners = LEARN_PLAYER2;
    order.opponent = JOB_OPPONENT_BRAIN;
    order.opponent_brain = "other";
    order.until = (struct until){.kind = UNTIL_EXPLOITABILITY_BELOW,
                                 .below = 1e-9,
                                 .policy = {.kind = POLICY_POWER, .power = 3}};
    return order;
}

static void open_fixture(struct fixture *fixture)
{
    struct served *served = &fixture->served;
    scarce_memory_install();
    folder_prefer_memory();
    served_open(served);
    folder_file(&served->folder, "ttst.db-wal", fixture->wal);
    struct brain_order other = served_brain_order("other");
    served_create(served, &other);
    ck_assert_int_eq(served_keep(served, "other", "mine"), ERR_OK);
    struct job_order order = long_order();
    fixture->job = served_begin(served, &order);
    served_shut(served);
    fixture->bytes = folder_read(served->path, &fixture->size);
    ck_assert_ptr_nonnull(fixture->bytes);
}

static void renew(const struct fixture *fixture)
{
    unlink(fixture->wal);
    folder_write(fixture->served.path, fixture->bytes, fixture->size);
}

static void close_fixture(struct fixture *fixture)
{
    free(fixture->bytes);
    folder_remove(&fixture->served.folder);
}

static bool has_all(struct fixture *fixture)
{
    struct service *service = fixture->served.service;
    const struct job_order order = long_order();
    struct job_view view;
    if (service_count_brains(service) != 2 || service_count_jobs(service) != 1 ||
        service_get_job(service, fixture->job, &view) != ERR_OK)
        return false;
    const struct job *job = &view.job;
    return job->matches == order.matches && job->seed == order.seed &&
           job->learners == order.learners && job->opponent == order.opponent &&
           strcmp(job->opponent_brain, order.opponent_brain) == 0 &&
           job->until.kind == order.until.kind && job->until.below == order.until.below &&
           job->until.policy.kind == order.until.policy.kind &&
           job->until.policy.power == order.until.policy.power;
}

/* Returns whether an allocation failed. */
static bool open_once(struct fixture *fixture, const struct scarce_plan *plan, unsigned *errors)
{
    struct served *served = &fixture->served;
    struct service_options options = {.database = served->path,
                                      .training_threads = 1,
                                      .save_interval_ms = 1000000,
                                      .brain_memory = 1};
    struct fault fault = {.err = ERR_OK};
    renew(fixture);
    scarce_memory_plan(plan);
    enum err err = service_open(&options, &served->service, &fault);
    bool has_failed = scarce_memory_end();
    *errors += err != ERR_OK;
    if (err == ERR_OK) {
        if (!has_all(fixture))
            ck_abort_msg("allocation %u: something is lost", plan->nth);
        err = service_close(served->service, &fault);
    } else if (err != ERR_NO_MEMORY || fault.detail[0] == '\0') {
        ck_abort_msg("allocation %u: %s: %s", plan->nth, err_name(err), fault.detail);
    }
    return has_failed;
}

static void open_at_each(bool for_good)
{
    struct fixture fixture;
    struct scarce_plan plan = {.nth = 1, .for_good = for_good};
    unsigned errors = 0;
    open_fixture(&fixture);
    while (open_once(&fixture, &plan, &errors))
        plan.nth += step(STEP_OF_CHECKS);
    ck_assert_uint_gt(errors, 20);
    close_fixture(&fixture);
}

START_TEST(test_a_service_opens_with_all_or_says_that_memory_is_missing)
{
    open_at_each(false);
}
END_TEST

START_TEST(test_a_service_says_that_memory_has_run_out)
{
    open_at_each(true);
}
END_TEST

struct findings {
    bool are_there;
    bool speak_of_damage;
    char last[256];
};

static void find(void *context, const char *line)
{
    struct findings *findings = context;
    findings->are_there = true;
    snprintf(findings->last, sizeof findings->last, "%s", line);
    if (strstr(line, "damage") != NULL || strstr(line, "no ttstd writes") != NULL)
        findings->speak_of_damage = true;
}

static void ignore(void *context, const char *line)
{
    (void)context;
    (void)line;
}

static void check_at_each(bool for_good)
{
    struct fixture fixture;
    struct scarce_plan plan = {.nth = 1, .for_good = for_good};
    bool has_failed = true;
    open_fixture(&fixture);
    for (; has_failed; plan.nth += step(STEP_OF_CHECKS)) {
        struct findings findings = {.are_there = false};
        struct check_report report = {.found = find, .found_context = &findings, .said = ignore};
        scarce_memory_plan(&plan);
        enum err err = service_check(fixture.served.path, &report);
        has_failed = scarce_memory_end();
        if (findings.speak_of_damage || findings.are_there != (err != ERR_OK))
            ck_abort_msg("allocation %u: %s: %s", plan.nth, err_name(err), findings.last);
    }
    ck_assert_uint_gt(plan.nth, 20);
    close_fixture(&fixture);
}

START_TEST(test_a_check_without_memory_calls_nothing_damaged)
{
    check_at_each(false);
}
END_TEST

START_TEST(test_a_check_when_memory_has_run_out_calls_nothing_damaged)
{
    check_at_each(true);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_service_opens_with_all_or_says_that_memory_is_missing,
        test_a_service_says_that_memory_has_run_out,
        test_a_check_without_memory_calls_nothing_damaged,
        test_a_check_when_memory_has_run_out_calls_nothing_damaged,
        NULL,
    };
    return unit_run("service_memory", tests);
}
