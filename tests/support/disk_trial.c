#include "support/disk_trial.h"

#include "support/folder.h"
#include "support/stored.h"
#include "support/unit.h"

#include <semaphore.h>
#include <sqlite3.h>

const struct faulty_disk_plan disk_trial_error_once = {.kind = FAULTY_CHANGES,
                                                       .code = SQLITE_IOERR};
const struct faulty_disk_plan disk_trial_error_for_good = {
    .kind = FAULTY_CHANGES, .for_good = true, .code = SQLITE_IOERR};
const struct faulty_disk_plan disk_trial_full_once = {.kind = FAULTY_CHANGES, .code = SQLITE_FULL};
const struct faulty_disk_plan disk_trial_full_for_good = {
    .kind = FAULTY_CHANGES, .for_good = true, .code = SQLITE_FULL};
const struct faulty_disk_plan disk_trial_read_error = {.kind = FAULTY_READS, .code = SQLITE_IOERR};

static bool look(const struct disk_trial *trial, const char *path)
{
    struct store *store = stored_open(path);
    bool is_there = trial->is_there(store);
    store_close(store);
    return is_there;
}

/* Returns whether the disk failed. */
static bool try_once(const struct disk_trial *trial, const struct faulty_disk_plan *plan,
                     unsigned *errors)
{
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    folder_make(&folder);
    folder_file(&folder, "ttst.db", path);
    if (trial->prepare != NULL)
        trial->prepare(path);
    faulty_disk_plan(plan);
    enum err err = trial->change(path);
    bool has_failed = faulty_disk_has_failed();
    faulty_disk_heal();
    *errors += err != ERR_OK;
    bool is_there = look(trial, path);
    if (err == ERR_OK ? !is_there : err != ERR_IO && err != ERR_STORE_FULL)
        ck_abort_msg("%s %u, %s, code %d: %s, and %s there",
                     plan->kind == FAULTY_READS ? "read" : "change", plan->nth,
                     plan->for_good ? "for good" : "once", plan->code, err_name(err),
                     is_there ? "it is" : "it is not");
    folder_remove(&folder);
    return has_failed;
}

void disk_trial_run(const struct disk_trial *trial, const struct faulty_disk_plan *plan)
{
    struct faulty_disk_plan now = *plan;
    unsigned errors = 0;
    faulty_disk_install();
    now.nth = 1;
    while (try_once(trial, &now, &errors))
        now.nth++;
    ck_assert_uint_gt(now.nth, 3);
    ck_assert_uint_gt(errors, 1);
}

static sem_t done;

static void post_done(struct store_request *request)
{
    (void)request;
    sem_post(&done);
}

enum err disk_trial_request(const char *path,
                            enum err (*perform)(struct store *, struct store_request *))
{
    struct store *store;
    struct fault fault;
    enum err err = store_open(path, &store, &fault);
    if (err != ERR_OK)
        return err;
    struct store_request request = {.perform = perform, .done = post_done};
    sem_init(&done, 0, 0);
    ck_assert_int_eq(store_start(store), ERR_OK);
    store_post(store, &request);
    while (sem_wait(&done) != 0)
        ; /* a signal */
    store_stop(store);
    store_close(store);
    sem_destroy(&done);
    if (request.err != ERR_OK)
        ck_assert_str_ne(request.error, "");
    return request.err;
}
