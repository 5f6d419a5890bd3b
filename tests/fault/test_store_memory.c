/* A store without memory, at each allocation in turn, its own and SQLite's: an error that says so,
 * nothing half done, and all is well as soon as there is memory again. */
#include "support/folder.h"
#include "support/scarce_memory.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <semaphore.h>
#include <string.h>

/* A store with a brain, 1, and its job. */
struct fixture {
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    struct store *store;
};

static void open_fixture(struct fixture *fixture)
{
    folder_make(&fixture->folder);
    folder_file(&fixture->folder, "ttst.db", fixture->path);
    fixture->store = stored_open(fixture->path);
    struct brain_record brain = stored_brain(1);
    struct job job = stored_job(1, 1);
    struct brain *table = tables_fresh(NULL);
    ck_assert_int_eq(store_insert_brain(fixture->store, &brain, table), ERR_OK);
    ck_assert_int_eq(store_insert_job(fixture->store, &job, NULL, 0), ERR_OK);
    brain_destroy(table);
}

static void close_fixture(struct fixture *fixture)
{
    store_close(fixture->store);
    folder_remove(&fixture->folder);
}

static struct brain *saved_table;
static uint64_t saved_matches;
static sem_t done;

static enum err save_both(struct store *store, struct store_request *request)
{
    (void)request;
    struct brain_record brain = stored_brain(1);
    struct job job = stored_job(1, 1);
    job.matches_done = saved_matches;
    enum err err = store_save_brain(store, &brain, saved_table);
    return err != ERR_OK ? err : store_save_job(store, &job);
}

static void post_done(struct store_request *request)
{
    (void)request;
    sem_post(&done);
}

static enum err request_save(struct store *store, uint64_t matches)
{
    struct store_request request = {.perform = save_both, .done = post_done};
    saved_matches = matches;
    saved_table->matches = matches;
    saved_table->results[0] = matches;
    store_post(store, &request);
    while (sem_wait(&done) != 0)
        ; /* a signal */
    return request.err;
}

static uint64_t stored_matches(const struct fixture *fixture)
{
    return (uint64_t)stored_sql(fixture->path, "SELECT matches_done FROM job");
}

/* Saves again and again, each time with less memory missing. */
static void assert_saves_or_says_no(bool goes_on)
{
    struct fixture fixture;
    unsigned errors = 0;
    scarce_memory_install();
    sem_init(&done, 0, 0);
    open_fixture(&fixture);
    saved_table = tables_fresh(NULL);
    ck_assert_int_eq(store_start(fixture.store), ERR_OK);
    uint64_t last = 0;
    bool did_fail = true;
    for (unsigned nth = 1; did_fail; nth++) {
        scarce_memory_plan(&(struct scarce_plan){.nth = nth, .for_good = goes_on});
        enum err err = request_save(fixture.store, nth);
        did_fail = scarce_memory_end();
        last = err == ERR_OK ? nth : last;
        errors += err != ERR_OK;
        /* SQLite calls a failed allocation of BEGIN a mere "SQL logic error". */
        bool is_known = err == ERR_OK || err == ERR_NO_MEMORY || err == ERR_IO;
        if (!is_known || stored_matches(&fixture) != last)
            ck_abort_msg("allocation %u: %s, and %u is there", nth, err_name(err),
                         (unsigned)stored_matches(&fixture));
    }
    ck_assert_uint_gt(errors, 3);
    store_stop(fixture.store);
    struct stored stored;
    stored_load(fixture.store, &stored);
    ck_assert_uint_eq(stored.tables[0]->matches, last);
    stored_free(&stored);
    brain_destroy(saved_table);
    close_fixture(&fixture);
}

START_TEST(test_a_save_without_memory_says_so_and_changes_nothing)
{
    assert_saves_or_says_no(false);
}
END_TEST

START_TEST(test_a_save_when_memory_has_run_out_says_so_and_changes_nothing)
{
    assert_saves_or_says_no(true);
}
END_TEST

static enum err count_brain(void *context, const struct brain_record *brain,
                            const struct brain_counts *counts)
{
    (void)brain;
    (void)counts;
    ++*(unsigned *)context;
    return ERR_OK;
}

START_TEST(test_brains_are_read_whole_or_not_at_all)
{
    struct fixture fixture;
    unsigned errors = 0;
    scarce_memory_install();
    open_fixture(&fixture);
    bool did_fail = true;
    for (unsigned nth = 1; did_fail; nth++) {
        unsigned brains = 0;
        scarce_memory_plan(&(struct scarce_plan){.nth = nth, .for_good = true});
        enum err err = store_each_brain(fixture.store, count_brain, &brains);
        did_fail = scarce_memory_end();
        errors += err != ERR_OK;
        if (err != ERR_NO_MEMORY && (err != ERR_OK || brains != 1))
            ck_abort_msg("allocation %u: %s, %u brains", nth, err_name(err), brains);
    }
    ck_assert_uint_gt(errors, 1);
    close_fixture(&fixture);
}
END_TEST

/* Memory that is missing is no reason to call a database damaged. */
START_TEST(test_opening_without_memory_says_so)
{
    struct fixture fixture;
    unsigned errors = 0;
    scarce_memory_install();
    open_fixture(&fixture);
    bool did_fail = true;
    for (unsigned nth = 1; did_fail; nth++) {
        struct fault fault;
        store_close(fixture.store);
        scarce_memory_plan(&(struct scarce_plan){.nth = nth});
        enum err err = store_open(fixture.path, &fixture.store, &fault);
        did_fail = scarce_memory_end();
        errors += err != ERR_OK;
        if (err != ERR_OK && err != ERR_NO_MEMORY)
            ck_abort_msg("allocation %u: %s: %s", nth, err_name(err), fault.detail);
        if (err != ERR_OK)
            fixture.store = stored_open(fixture.path);
    }
    ck_assert_uint_gt(errors, 3);
    ck_assert_int_eq(stored_sql(fixture.path, "SELECT count(*) FROM brain"), 1);
    close_fixture(&fixture);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_save_without_memory_says_so_and_changes_nothing,
        test_a_save_when_memory_has_run_out_says_so_and_changes_nothing,
        test_brains_are_read_whole_or_not_at_all,
        test_opening_without_memory_says_so,
        NULL,
    };
    return unit_run("store_memory", tests);
}
