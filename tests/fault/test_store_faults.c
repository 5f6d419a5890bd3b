/*
 * A disk that fails, at each write, sync, truncation or deletion in turn: once, or for good from
 * there on. Each change is then either wholly in the file or not at all, and whoever asked knows.
 */
#include "support/disk_trial.h"
#include "support/folder.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <semaphore.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static void insert(struct store *store, int64_t id)
{
    struct brain_record brain = stored_brain(id);
    struct job job = stored_job(id, id);
    struct brain *table = tables_fresh(NULL);
    ck_assert_int_eq(store_insert_brain(store, &brain, table), ERR_OK);
    ck_assert_int_eq(store_insert_job(store, &job, NULL, 0), ERR_OK);
    brain_destroy(table);
}

/* A file with a brain, 1, and its job. Making one once and copying it spares the disk. */
static void prepare(const char *path)
{
    static char *bytes;
    static size_t size;
    if (bytes == NULL) {
        struct store *store = stored_open(path);
        insert(store, 1);
        ck_assert_int_eq(store_start(store), ERR_OK);
        store_stop(store);
        store_close(store);
        bytes = folder_read(path, &size);
    }
    folder_write(path, bytes, size);
}

static enum err create(const char *path)
{
    struct store *store;
    struct fault fault;
    enum err err = store_open(path, &store, &fault);
    if (err == ERR_OK)
        store_close(store);
    return err;
}

static bool is_empty(struct store *store)
{
    struct stored stored;
    stored_load(store, &stored);
    ck_assert_uint_eq(stored.brains, 0);
    return true;
}

static const struct disk_trial creation = {NULL, create, is_empty};

START_TEST(test_a_database_that_could_not_be_created_can_be_created_later)
{
    disk_trial_run(&creation, &disk_trial_error_once);
}
END_TEST

START_TEST(test_a_database_on_a_dying_disk_can_be_created_later)
{
    disk_trial_run(&creation, &disk_trial_error_for_good);
}
END_TEST

START_TEST(test_a_database_on_a_full_disk_can_be_created_later)
{
    disk_trial_run(&creation, &disk_trial_full_for_good);
}
END_TEST

static enum err insert_brain(struct store *store, struct store_request *request)
{
    (void)request;
    struct brain_record brain = stored_brain(2);
    struct brain *table = tables_played(2, 60);
    enum err err = store_insert_brain(store, &brain, table);
    brain_destroy(table);
    return err;
}

static enum err request_insertion(const char *path)
{
    return disk_trial_request(path, insert_brain);
}

static bool has_second_brain(struct store *store)
{
    struct stored stored;
    stored_load(store, &stored);
    ck_assert_uint_ge(stored.brains, 1);
    ck_assert_uint_le(stored.brains, 2);
    ck_assert_uint_eq(stored.tables[0]->matches, 0);
    if (stored.brains == 2)
        ck_assert_uint_eq(stored.tables[1]->matches, 60);
    stored_free(&stored);
    return stored.brains == 2;
}

static const struct disk_trial insertion = {prepare, request_insertion, has_second_brain};

START_TEST(test_a_brain_is_inserted_whole_or_not_at_all)
{
    disk_trial_run(&insertion, &disk_trial_error_once);
}
END_TEST

START_TEST(test_a_brain_is_inserted_whole_or_not_at_all_on_a_dying_disk)
{
    disk_trial_run(&insertion, &disk_trial_error_for_good);
}
END_TEST

START_TEST(test_a_brain_is_inserted_whole_or_not_at_all_on_a_full_disk)
{
    disk_trial_run(&insertion, &disk_trial_full_for_good);
}
END_TEST

static enum err save_both(struct store *store, struct store_request *request)
{
    (void)request;
    struct brain_record brain = stored_brain(1);
    struct job job = stored_job(1, 1);
    struct brain *table = tables_played(1, 70);
    job.matches_done = 70;
    enum err err = store_save_brain(store, &brain, table);
    if (err == ERR_OK)
        err = store_save_job(store, &job);
    brain_destroy(table);
    return err;
}

static enum err request_save(const char *path)
{
    return disk_trial_request(path, save_both);
}

static bool has_both(struct store *store)
{
    struct stored stored;
    stored_load(store, &stored);
    ck_assert_uint_eq(stored.brains, 1);
    ck_assert_uint_eq(stored.jobs, 1);
    ck_assert_uint_eq(stored.tables[0]->matches, stored.job[0].matches_done);
    stored_free(&stored);
    return stored.job[0].matches_done == 70;
}

static const struct disk_trial saving = {prepare, request_save, has_both};

START_TEST(test_a_brain_and_its_job_are_saved_both_or_neither)
{
    disk_trial_run(&saving, &disk_trial_error_once);
}
END_TEST

START_TEST(test_a_brain_and_its_job_are_saved_both_or_neither_on_a_dying_disk)
{
    disk_trial_run(&saving, &disk_trial_error_for_good);
}
END_TEST

START_TEST(test_a_brain_and_its_job_are_saved_both_or_neither_when_the_disk_is_full_for_a_moment)
{
    disk_trial_run(&saving, &disk_trial_full_once);
}
END_TEST

START_TEST(test_a_brain_and_its_job_are_saved_both_or_neither_on_a_full_disk)
{
    disk_trial_run(&saving, &disk_trial_full_for_good);
}
END_TEST

/* A disk that does not give back what is on it is no reason to call a database damaged. */
START_TEST(test_a_read_that_fails_is_an_input_output_error)
{
    disk_trial_run(&saving, &disk_trial_read_error);
}
END_TEST

static sem_t all_done;

static void post_done(struct store_request *request)
{
    (void)request;
    sem_post(&all_done);
}

static void wait_done(void)
{
    while (sem_wait(&all_done) != 0)
        ; /* a signal */
}

/* Requests of one transaction, the second of which meets a failing disk: it inserts more than
 * SQLite keeps in memory, so that it writes before the commit, and SQLite gives the whole
 * transaction up. */
struct order {
    struct store_request request; /* first */
    int64_t id;
};

static enum err insert_job(struct store *store, struct store_request *request)
{
    struct job job = stored_job(((struct order *)request)->id, 1);
    return store_insert_job(store, &job, NULL, 0);
}

static enum err insert_much(struct store *store, struct store_request *request)
{
    (void)request;
    enum err err = ERR_OK;
    struct brain *table = tables_fresh(NULL);
    faulty_disk_plan(
        &(struct faulty_disk_plan){.kind = FAULTY_CHANGES, .nth = 1, .code = SQLITE_IOERR});
    for (int64_t id = 100; id < 200 && err == ERR_OK; id++) {
        struct brain_record brain = stored_brain(id);
        err = store_insert_brain(store, &brain, table);
    }
    brain_destroy(table);
    return err;
}

static sem_t gate;
static sem_t at_gate;

static enum err wait_at_gate(struct store *store, struct store_request *request)
{
    (void)store;
    (void)request;
    sem_post(&at_gate);
    while (sem_wait(&gate) != 0)
        ; /* a signal */
    return ERR_OK;
}

START_TEST(test_of_a_transaction_that_was_given_up_nothing_is_on_the_disk_but_what_succeeded)
{
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    folder_make(&folder);
    folder_file(&folder, "ttst.db", path);
    faulty_disk_install();
    prepare(path);
    sem_init(&all_done, 0, 0);
    sem_init(&gate, 0, 0);
    sem_init(&at_gate, 0, 0);
    struct order orders[4] = {{{.perform = wait_at_gate}, 0},
                              {{.perform = insert_job}, 2},
                              {{.perform = insert_much}, 0},
                              {{.perform = insert_job}, 3}};
    struct store *store = stored_open(path);
    ck_assert_int_eq(store_start(store), ERR_OK);
    for (unsigned i = 0; i < 4; i++) {
        orders[i].request.done = post_done;
        store_post(store, &orders[i].request);
        while (i == 0 && sem_wait(&at_gate) != 0)
            ; /* a signal */
    }
    sem_post(&gate);
    for (unsigned i = 0; i < 4; i++)
        wait_done();
    bool has_failed = faulty_disk_has_failed();
    faulty_disk_heal();
    store_stop(store);
    store_close(store);
    ck_assert(has_failed);
    ck_assert_int_eq(orders[2].request.err, ERR_IO);
    for (unsigned i = 1; i < 4; i += 2) {
        char sql[64];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM job WHERE id = %d", (int)orders[i].id);
        ck_assert_msg(stored_sql(path, sql) == (orders[i].request.err == ERR_OK),
                      "job %d, which ended with %s", (int)orders[i].id,
                      err_name(orders[i].request.err));
    }
    ck_assert_int_eq(stored_sql(path, "SELECT count(*) FROM brain"), 1);
    folder_remove(&folder);
}
END_TEST

START_TEST(test_what_a_request_wrote_has_been_synced_when_it_is_done)
{
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    folder_make(&folder);
    folder_file(&folder, "ttst.db", path);
    faulty_disk_install();
    prepare(path);
    sem_init(&all_done, 0, 0);
    struct store *store = stored_open(path);
    ck_assert_int_eq(store_start(store), ERR_OK);
    for (unsigned id = 2; id < 12; id++) {
        struct order order = {{.perform = insert_job, .done = post_done}, id};
        faulty_disk_heal(); /* counts from 0 */
        store_post(store, &order.request);
        wait_done();
        ck_assert_int_eq(order.request.err, ERR_OK);
        ck_assert_uint_ge(faulty_disk_count(FAULTY_SYNCS), 1);
    }
    store_stop(store);
    store_close(store);
    folder_remove(&folder);
}
END_TEST

START_TEST(test_a_store_goes_on_after_a_transaction_that_failed)
{
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    folder_make(&folder);
    folder_file(&folder, "ttst.db", path);
    faulty_disk_install();
    prepare(path);
    sem_init(&all_done, 0, 0);
    struct store *store = stored_open(path);
    ck_assert_int_eq(store_start(store), ERR_OK);
    for (unsigned id = 2; id < 12; id++) {
        struct order order = {{.perform = insert_job, .done = post_done}, id};
        faulty_disk_plan(
            &(struct faulty_disk_plan){.kind = FAULTY_CHANGES, .nth = id % 2, .code = SQLITE_FULL});
        store_post(store, &order.request);
        wait_done();
        ck_assert_int_eq(order.request.err, id % 2 ? ERR_STORE_FULL : ERR_OK);
    }
    faulty_disk_heal();
    store_stop(store);
    store_close(store);
    ck_assert_int_eq(stored_sql(path, "SELECT count(*) FROM job"), 1 + 5);
    folder_remove(&folder);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_database_that_could_not_be_created_can_be_created_later,
        test_a_database_on_a_dying_disk_can_be_created_later,
        test_a_database_on_a_full_disk_can_be_created_later,
        test_a_brain_is_inserted_whole_or_not_at_all,
        test_a_brain_is_inserted_whole_or_not_at_all_on_a_dying_disk,
        test_a_brain_is_inserted_whole_or_not_at_all_on_a_full_disk,
        test_a_brain_and_its_job_are_saved_both_or_neither,
        test_a_brain_and_its_job_are_saved_both_or_neither_on_a_dying_disk,
        test_a_brain_and_its_job_are_saved_both_or_neither_when_the_disk_is_full_for_a_moment,
        test_a_brain_and_its_job_are_saved_both_or_neither_on_a_full_disk,
        test_a_read_that_fails_is_an_input_output_error,
        test_of_a_transaction_that_was_given_up_nothing_is_on_the_disk_but_what_succeeded,
        test_what_a_request_wrote_has_been_synced_when_it_is_done,
        test_a_store_goes_on_after_a_transaction_that_failed,
        NULL,
    };
    return unit_run("store_faults", tests);
}
