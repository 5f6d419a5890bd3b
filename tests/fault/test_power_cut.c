/*
 * The power goes at each write, sync, truncation or deletion in turn, and takes with it what was
 * not synced: all of it, or some. What was answered is there, and of the rest all or nothing.
 */
#include "support/faulty_disk.h"
#include "support/folder.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <semaphore.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

enum { SAVES = 4 };

struct fixture {
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    char wal[FOLDER_PATH_SIZE];
    char *bytes;
    size_t size;
};

static void open_fixture(struct fixture *fixture)
{
    faulty_disk_install();
    folder_prefer_memory();
    folder_make(&fixture->folder);
    folder_file(&fixture->folder, "ttst.db", fixture->path);
    folder_file(&fixture->folder, "ttst.db-wal", fixture->wal);
    struct store *store = stored_open(fixture->path);
    struct brain_record brain = stored_brain(1);
    struct job job = stored_job(1, 1);
    struct brain *table = tables_fresh(NULL);
    ck_assert_int_eq(store_insert_brain(store, &brain, table), ERR_OK);
    ck_assert_int_eq(store_insert_job(store, &job, NULL, 0), ERR_OK);
    brain_destroy(table);
    ck_assert_int_eq(store_start(store), ERR_OK);
    store_stop(store);
    store_close(store);
    fixture->bytes = folder_read(fixture->path, &fixture->size);
    ck_assert_ptr_nonnull(fixture->bytes);
}

static void close_fixture(struct fixture *fixture)
{
    free(fixture->bytes);
    folder_remove(&fixture->folder);
}

/* A save of a brain and its job. */
struct save {
    struct store_request request; /* first */
    struct brain *table;
    uint64_t matches;
    sem_t done;
};

static enum err save_both(struct store *store, struct store_request *request)
{
    const struct save *save = (const struct save *)request;
    struct brain_record brain = stored_brain(1);
    struct job job = stored_job(1, 1);
    job.matches_done = save->matches;
    enum err err = store_save_brain(store, &brain, save->table);
    return err != ERR_OK ? err : store_save_job(store, &job);
}

static void post_done(struct store_request *request)
{
    sem_post(&((struct save *)request)->done);
}

/* Saves again and again until the power goes. Returns what was answered last. */
static uint64_t save_on(const char *path, const struct faulty_disk_plan *plan)
{
    struct store *store = stored_open(path);
    struct save save = {.request = {.perform = save_both, .done = post_done}};
    uint64_t answered = 0;
    save.table = tables_fresh(NULL);
    sem_init(&save.done, 0, 0);
    faulty_disk_doubt();
    faulty_disk_plan(plan);
    ck_assert_int_eq(store_start(store), ERR_OK);
    for (save.matches = 1; save.matches <= SAVES; save.matches++) {
        save.table->matches = save.table->results[0] = save.matches;
        store_post(store, &save.request);
        while (sem_wait(&save.done) != 0)
            ; /* a signal */
        if (save.request.err == ERR_OK)
            answered = save.matches;
    }
    store_stop(store);
    store_close(store);
    sem_destroy(&save.done);
    brain_destroy(save.table);
    return answered;
}

/* Returns whether the power went before all was done. */
static bool cut_once(const struct fixture *fixture, unsigned nth, uint64_t seed)
{
    struct faulty_disk_plan plan = {
        .kind = FAULTY_CHANGES, .nth = nth, .for_good = true, .code = SQLITE_IOERR};
    struct stored stored;
    unlink(fixture->wal);
    folder_write(fixture->path, fixture->bytes, fixture->size);
    uint64_t answered = save_on(fixture->path, &plan);
    bool has_gone = faulty_disk_has_failed();
    faulty_disk_heal();
    faulty_disk_cut_power(seed);
    struct store *store = stored_open(fixture->path);
    stored_load(store, &stored);
    uint64_t matches = stored.tables[0]->matches;
    if (matches != stored.job[0].matches_done || matches < answered || matches > answered + 1)
        ck_abort_msg("change %u, seed %u: %u was answered, the brain has %u, the job %u", nth,
                     (unsigned)seed, (unsigned)answered, (unsigned)matches,
                     (unsigned)stored.job[0].matches_done);
    stored_free(&stored);
    store_close(store);
    return has_gone;
}

static void cut_at_each(uint64_t seed)
{
    struct fixture fixture;
    unsigned nth = 1;
    open_fixture(&fixture);
    while (cut_once(&fixture, nth, seed == 0 ? 0 : seed + nth))
        nth++;
    ck_assert_uint_gt(nth, 20 * SAVES / 2);
    close_fixture(&fixture);
}

START_TEST(test_what_was_answered_is_there_though_all_that_was_not_synced_is_lost)
{
    cut_at_each(0);
}
END_TEST

START_TEST(test_what_was_answered_is_there_though_some_of_what_was_not_synced_is_lost)
{
    for (uint64_t seed = 1; seed <= 3; seed++)
        cut_at_each(seed * 1000);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_what_was_answered_is_there_though_all_that_was_not_synced_is_lost,
        test_what_was_answered_is_there_though_some_of_what_was_not_synced_is_lost,
        NULL,
    };
    return unit_run("power_cut", tests);
}
