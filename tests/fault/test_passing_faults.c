/*
 * Faults that pass: another program's lock, a read that fails once, a disk that is full for a while
 * or for one request alone. What was accepted waits, is tried again, and ends as if nothing had
 * happened. Missing memory: test_table_memory.c.
 */
#include "base/clock.h"
#include "service/curve.h"
#include "support/faulty_disk.h"
#include "support/rounds.h"
#include "support/served.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <semaphore.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum { BRAINS = 6, MATCHES = 200 }; /* more brains than stay in memory in any case */

static void break_disk(void)
{
    faulty_disk_plan(&(struct faulty_disk_plan){
        .kind = FAULTY_CHANGES, .nth = 1, .for_good = true, .code = SQLITE_FULL});
}

static void name_brain(unsigned number, char out[16])
{
    snprintf(out, 16, "b%u", number);
}

/* Brains b0 ..., of which most have to be read before they can be trained. */
static void open_with_brains(struct served *served)
{
    faulty_disk_install();
    folder_prefer_memory();
    served_open(served);
    for (unsigned i = 0; i < BRAINS; i++) {
        char name[16];
        name_brain(i, name);
        struct brain_order order = served_brain_order(name);
        served_create(served, &order);
    }
    served_shut(served);
    served->brain_memory = 1;
    served_start(served);
}

static struct job_order order_for(const char *brain)
{
    struct job_order order = served_job_order(1, MATCHES);
    order.brain = brain;
    return order;
}

/* Whether the brain is what jobs of MATCHES matches, `jobs` of them, make of a fresh one. */
static bool is_trained(struct served *served, const char *brain, unsigned jobs)
{
    struct brain *plain = tables_fresh(NULL);
    for (unsigned i = 0; i < jobs; i++) {
        struct job_order order = order_for(brain);
        struct rounds_plan plan = served_plan(&order, plain->matches);
        plan.end = plain->matches + MATCHES;
        rounds_play(plain, &plan);
    }
    bool same = served_has(served, brain, plain);
    brain_destroy(plain);
    return same;
}

/* Another program's. */
static sqlite3 *lock(const char *path)
{
    sqlite3 *other;
    ck_assert_int_eq(sqlite3_open(path, &other), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    return other;
}

static void unlock(sqlite3 *other)
{
    ck_assert_int_eq(sqlite3_close(other), SQLITE_OK);
}

START_TEST(test_a_database_that_is_locked_at_a_restart_fails_no_job)
{
    enum { LOCKED_MS = 7000 };
    struct served served;
    open_with_brains(&served);
    struct job_order order = order_for("b0");
    order.matches = JOB_MATCHES_MAX;
    int64_t id = served_begin(&served, &order);
    served_shut(&served);
    sqlite3 *other = lock(served.path);
    const int64_t until_ms = clock_monotonic_ms() + LOCKED_MS;
    served_start(&served);
    while (clock_monotonic_ms() < until_ms) {
        served_turn(&served);
        struct job job = served_job(&served, id);
        ck_assert(!job_is_over(&job));
    }
    unlock(other);
    served_wait_matches(&served, id, 1000);
    served_stop(&served, id);
    ck_assert_int_eq(served_wait_over(&served, id).state, JOB_STOPPED);
    served_close(&served);
}
END_TEST

/* Nothing of the file is in memory: somebody else has written to it. */
static void forget_pages(struct served *served)
{
    stored_sql(served->path, "UPDATE brain SET saved_at = saved_at + 1");
}

/* Starts a job on a disk of which one read fails. That may refuse it; then it is asked for again.
 */
static int64_t begin_with_failing_read(struct served *served, const struct job_order *order,
                                       unsigned nth)
{
    struct served_call call = served_call();
    struct fault fault;
    forget_pages(served);
    faulty_disk_plan(
        &(struct faulty_disk_plan){.kind = FAULTY_READS, .nth = nth, .code = SQLITE_IOERR});
    ck_assert_int_eq(service_start_job(served->service, order, &call.call, &fault), ERR_OK);
    return served_wait(served, &call) == ERR_OK ? call.call.job_id : served_begin(served, order);
}

START_TEST(test_a_job_is_done_whichever_read_fails)
{
    struct served served;
    bool has_failed = true;
    unsigned nth = 1;
    open_with_brains(&served);
    for (; has_failed; nth++) {
        char name[16];
        name_brain(nth % BRAINS, name);
        struct job_order order = order_for(name);
        int64_t id = begin_with_failing_read(&served, &order, nth);
        struct job job = served_wait_over(&served, id);
        has_failed = faulty_disk_has_failed();
        faulty_disk_heal();
        ck_assert_msg(job.state == JOB_DONE, "read %u: %s", nth, job.error);
        ck_assert_msg(is_trained(&served, name, (nth - 1) / BRAINS + 1), "read %u: another brain",
                      nth);
    }
    ck_assert_uint_gt(nth, 10);
    served_close(&served);
}
END_TEST

START_TEST(test_a_service_opens_whichever_read_fails)
{
    struct served served;
    bool has_failed = true;
    unsigned nth = 1;
    open_with_brains(&served);
    for (; has_failed; nth++) {
        served_shut(&served);
        faulty_disk_plan(
            &(struct faulty_disk_plan){.kind = FAULTY_READS, .nth = nth, .code = SQLITE_IOERR});
        served_start(&served);
        has_failed = faulty_disk_has_failed();
        faulty_disk_heal();
        ck_assert_uint_eq(service_count_brains(served.service), BRAINS + 1);
    }
    ck_assert_uint_gt(nth, 10);
    served_close(&served);
}
END_TEST

START_TEST(test_a_table_that_is_damaged_on_disk_fails_its_job_and_no_other)
{
    struct served served;
    open_with_brains(&served);
    stored_sql(served.path,
               "INSERT OR REPLACE INTO brain_table SELECT id, zeroblob(64748) FROM brain"
               " WHERE name = 'b0'");
    struct job_order damaged = order_for("b0");
    struct job_order sound = order_for("b1");
    int64_t ids[] = {served_begin(&served, &damaged), served_begin(&served, &sound)};
    struct job job = served_wait_over(&served, ids[0]);
    ck_assert_int_eq(job.state, JOB_FAILED);
    ck_assert_str_eq(job.error, "its table on disk is damaged");
    ck_assert_int_eq(served_wait_over(&served, ids[1]).state, JOB_DONE);
    served_shut(&served);
    folder_remove(&served.folder);
}
END_TEST

/* Stops, saves and points. */

static enum err try_stop(struct served *served, int64_t id)
{
    struct served_call call = served_call();
    struct fault fault;
    ck_assert_int_eq(service_stop_job(served->service, id, &call.call, &fault), ERR_OK);
    return served_wait(served, &call);
}

static int64_t stored_over(const struct served *served)
{
    return stored_sql(served->path, "SELECT count(*) FROM job WHERE finished_at IS NOT NULL");
}

START_TEST(test_a_stop_that_could_not_be_written_is_written_later)
{
    struct served served;
    faulty_disk_install();
    served_open(&served);
    struct job_order order = served_job_order(1, JOB_MATCHES_MAX);
    int64_t ids[] = {served_begin(&served, &order), served_begin(&served, &order)};
    break_disk();
    ck_assert_int_eq(try_stop(&served, ids[1]), ERR_STORE_FULL);
    ck_assert_int_eq(stored_over(&served), 0);
    faulty_disk_heal();
    while (stored_over(&served) == 0)
        served_turn(&served);
    ck_assert_int_eq(try_stop(&served, ids[0]), ERR_OK);
    served_wait_over(&served, ids[0]);
    served_close(&served);
}
END_TEST

/* Its row says how far it was when it was saved last, whatever else is written to it. */
START_TEST(test_asking_for_a_stop_does_not_set_a_job_back_on_disk)
{
    struct served served;
    served_open(&served);
    served_shut(&served);
    served.save_interval_ms = 1;
    served_start(&served);
    struct job_order order = served_job_order(1, JOB_MATCHES_MAX);
    int64_t id = served_begin(&served, &order);
    while (stored_sql(served.path, "SELECT matches_done FROM job") == 0)
        served_turn(&served);
    struct served_call call = served_call();
    struct fault fault;
    ck_assert_int_eq(service_stop_job(served.service, id, &call.call, &fault), ERR_OK);
    while (stored_sql(served.path, "SELECT state = 'running' FROM job"))
        ; /* the store's thread needs nobody */
    ck_assert_int_ne(stored_sql(served.path, "SELECT matches_done FROM job"), 0);
    served_wait(&served, &call);
    served_wait_over(&served, id);
    served_close(&served);
}
END_TEST

static void assert_none_admitted(struct served *served)
{
    struct job_order order = served_job_order(1, 1);
    struct served_call call = served_call();
    struct fault fault;
    ck_assert_int_eq(service_start_job(served->service, &order, &call.call, &fault), ERR_BUSY);
    ck_assert_ptr_nonnull(strstr(fault.detail, "as many as can be"));
}

/* Else each life could leave as many behind, and a restart would find them all. */
START_TEST(test_jobs_whose_end_is_not_on_disk_count_as_active)
{
    struct served served;
    int64_t ids[JOBS_ACTIVE_MAX];
    open_with_brains(&served);
    struct job_order order = served_job_order(1, JOB_MATCHES_MAX);
    for (unsigned i = 0; i < JOBS_ACTIVE_MAX; i++)
        ids[i] = served_begin(&served, &order);
    break_disk();
    for (unsigned i = JOBS_ACTIVE_MAX; i-- > 1;)
        ck_assert_int_eq(try_stop(&served, ids[i]), ERR_STORE_FULL);
    assert_none_admitted(&served);
    (void)try_stop(&served, ids[0]);
    served_wait_over(&served, ids[0]); /* and its last save is owed */
    assert_none_admitted(&served);
    faulty_disk_heal();
    while (stored_over(&served) < JOBS_ACTIVE_MAX)
        served_turn(&served);
    order.matches = 1;
    ck_assert_int_eq(served_wait_over(&served, served_begin(&served, &order)).state, JOB_DONE);
    served_close(&served);
}
END_TEST

/* Requests of one transaction. */

struct request {
    struct store_request request; /* first */
    int64_t id;
};

static sem_t at_gate;
static sem_t gate;
static sem_t done;

static void post_done(struct store_request *request)
{
    (void)request;
    sem_post(&done);
}

static void wait_for(sem_t *sem)
{
    while (sem_wait(sem) != 0)
        ; /* a signal */
}

static enum err wait_at_gate(struct store *store, struct store_request *request)
{
    (void)store;
    (void)request;
    sem_post(&at_gate);
    wait_for(&gate);
    return ERR_OK;
}

static enum err insert_one(struct store *store, struct store_request *request)
{
    struct job job = stored_job(((struct request *)request)->id, 1);
    return store_insert_job(store, &job, NULL, 0);
}

/* More than SQLite keeps in memory, for a disk that has room for the others. */
static enum err insert_too_much(struct store *store, struct store_request *request)
{
    (void)request;
    enum err err = ERR_OK;
    struct brain *table = tables_played(1, 60);
    break_disk();
    for (int64_t id = 100; id < 200 && err == ERR_OK; id++) {
        struct brain_record brain = stored_brain(id);
        err = store_insert_brain(store, &brain, table);
    }
    faulty_disk_heal();
    brain_destroy(table);
    return err;
}

START_TEST(test_a_request_that_the_disk_has_no_room_for_fails_none_of_its_neighbours)
{
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    struct request requests[] = {{{.perform = wait_at_gate}, 0},
                                 {{.perform = insert_one}, 2},
                                 {{.perform = insert_too_much}, 0},
                                 {{.perform = insert_one}, 3}};
    faulty_disk_install();
    folder_make(&folder);
    folder_file(&folder, "ttst.db", path);
    sem_init(&at_gate, 0, 0);
    sem_init(&gate, 0, 0);
    sem_init(&done, 0, 0);
    struct store *store = stored_open(path);
    struct brain_record brain = stored_brain(1);
    struct brain *table = tables_fresh(NULL);
    ck_assert_int_eq(store_insert_brain(store, &brain, table), ERR_OK);
    ck_assert_int_eq(store_start(store), ERR_OK);
    for (unsigned i = 0; i < 4; i++) {
        requests[i].request.done = post_done;
        store_post(store, &requests[i].request);
        if (i == 0)
            wait_for(&at_gate);
    }
    sem_post(&gate);
    for (unsigned i = 0; i < 4; i++)
        wait_for(&done);
    store_stop(store);
    store_close(store);
    ck_assert_int_eq(requests[1].request.err, ERR_OK);
    ck_assert_int_eq(requests[2].request.err, ERR_STORE_FULL);
    ck_assert_int_eq(requests[3].request.err, ERR_OK);
    ck_assert_int_eq(stored_sql(path, "SELECT count(*) FROM job"), 2);
    ck_assert_int_eq(stored_sql(path, "SELECT count(*) FROM brain"), 1);
    brain_destroy(table);
    folder_remove(&folder);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_database_that_is_locked_at_a_restart_fails_no_job,
        test_a_job_is_done_whichever_read_fails,
        test_a_service_opens_whichever_read_fails,
        test_a_table_that_is_damaged_on_disk_fails_its_job_and_no_other,
        test_a_stop_that_could_not_be_written_is_written_later,
        test_asking_for_a_stop_does_not_set_a_job_back_on_disk,
        test_jobs_whose_end_is_not_on_disk_count_as_active,
        test_a_request_that_the_disk_has_no_room_for_fails_none_of_its_neighbours,
        NULL,
    };
    return unit_run("passing_faults", tests);
}
