/* Changes that other threads ask the store's thread for: together on the disk, each with its own
 * end. */
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

enum { POSTERS = 4, POSTS = 50 };

/* Waits have no limit but check's own. */
static void wait_for(sem_t *sem)
{
    while (sem_wait(sem) != 0)
        ; /* a signal */
}

/* A started store with one brain, 1. */
struct fixture {
    struct stored_file file;
    struct store *store;
    struct brain *table;
    sem_t done;
};

/* One request. What it does on the store's thread is up to `change`. */
struct order {
    struct store_request request; /* first */
    struct fixture *fixture;
    enum err (*change)(struct order *order);
    int64_t id;
    unsigned performed; /* what this and the next were, in the order of all that happened */
    unsigned ended;
    int64_t seen; /* of jobs in the file, when it ended */
};

static unsigned events; /* the store's thread's */

static enum err perform(struct store *store, struct store_request *request)
{
    (void)store;
    struct order *order = (struct order *)request;
    order->performed = ++events;
    return order->change(order);
}

static void done(struct store_request *request)
{
    struct order *order = (struct order *)request;
    order->ended = ++events;
    order->seen = stored_sql(order->fixture->file.path, "SELECT count(*) FROM job");
    sem_post(&order->fixture->done);
}

static void open_fixture(struct fixture *fixture)
{
    stored_make(&fixture->file, 1);
    fixture->store = fixture->file.store;
    fixture->table = tables_played(1, 50);
    sem_init(&fixture->done, 0, 0);
    ck_assert_int_eq(store_start(fixture->store), ERR_OK);
}

/* Stops the store and reads what is there. */
static void close_fixture(struct fixture *fixture, struct stored *out)
{
    store_stop(fixture->store);
    stored_reopen(&fixture->file);
    stored_load(fixture->file.store, out);
    stored_remove(&fixture->file);
    brain_destroy(fixture->table);
    sem_destroy(&fixture->done);
}

static void post(struct fixture *fixture, struct order *order,
                 enum err (*change)(struct order *order), int64_t id)
{
    *order = (struct order){.request = {.perform = perform, .done = done},
                            .fixture = fixture,
                            .change = change,
                            .id = id};
    store_post(fixture->store, &order->request);
}

static enum err insert_job(struct order *order)
{
    struct job job = stored_job(order->id, 1);
    return store_insert_job(order->fixture->store, &job, NULL, 0);
}

static enum err save_brain(struct order *order)
{
    struct brain_record brain = stored_brain(1);
    return store_save_brain(order->fixture->store, &brain, order->fixture->table);
}

static enum err save_brain_and_insert_job(struct order *order)
{
    enum err err = save_brain(order);
    return err != ERR_OK ? err : insert_job(order);
}

static enum err insert_job_and_refuse(struct order *order)
{
    enum err err = insert_job(order);
    return err != ERR_OK ? err : ERR_UNSUPPORTED;
}

/* Keeps the store's thread busy, so that what is posted meanwhile shares the next transaction. */
static sem_t at_gate;
static sem_t gate;

static enum err wait_at_gate(struct order *order)
{
    (void)order;
    sem_post(&at_gate);
    wait_for(&gate);
    return ERR_OK;
}

START_TEST(test_when_a_request_is_done_its_change_is_on_the_disk_both_halves_of_it)
{
    struct fixture fixture;
    struct stored stored;
    struct order order;
    open_fixture(&fixture);
    for (int64_t id = 1; id <= 2; id++) {
        post(&fixture, &order, id == 1 ? insert_job : save_brain_and_insert_job, id);
        wait_for(&fixture.done);
        ck_assert_int_eq(order.request.err, ERR_OK);
        ck_assert_int_eq(order.seen, id);
    }
    close_fixture(&fixture, &stored);
    ck_assert_uint_eq(stored.tables[0]->matches, 50);
    ck_assert_uint_eq(stored.jobs, 2);
    stored_free(&stored);
}
END_TEST

/* All are performed before the first is done, and by then all that stands is in the file. */
START_TEST(test_requests_posted_while_the_store_is_busy_share_a_transaction_each_with_its_own_end)
{
    static const struct {
        enum err (*change)(struct order *order);
        int64_t id;
        enum err err;
    } cases[] = {
        {insert_job, 7, ERR_OK},
        {insert_job, 7, ERR_CONFLICT},
        {save_brain_and_insert_job, 7, ERR_CONFLICT}, /* in its second half */
        {insert_job_and_refuse, 3, ERR_UNSUPPORTED},
        {insert_job, 4, ERR_OK},
        {insert_job, 2, ERR_OK},
    };
    enum { CASES = sizeof cases / sizeof cases[0] };
    static const int64_t left[] = {2, 4, 7};
    struct fixture fixture;
    struct stored stored;
    struct order first;
    struct order orders[CASES];
    open_fixture(&fixture);
    sem_init(&at_gate, 0, 0);
    sem_init(&gate, 0, 0);
    post(&fixture, &first, wait_at_gate, 0);
    wait_for(&at_gate);
    for (unsigned i = 0; i < CASES; i++)
        post(&fixture, &orders[i], cases[i].change, cases[i].id);
    sem_post(&gate);
    for (unsigned i = 0; i <= CASES; i++)
        wait_for(&fixture.done);
    for (unsigned i = 0; i < CASES; i++) {
        ck_assert_msg(orders[i].request.err == cases[i].err, "request %u", i);
        ck_assert(cases[i].err != ERR_OK || orders[i].request.error[0] == '\0');
        ck_assert_uint_lt(orders[i].performed, orders[0].ended);
        ck_assert_uint_lt(i > 0 ? orders[i - 1].performed : first.ended, orders[i].performed);
        ck_assert_uint_eq(orders[i].ended, orders[0].ended + i);
        ck_assert_int_eq(orders[i].seen, 3);
    }
    ck_assert_ptr_nonnull(strstr(orders[1].request.error, "UNIQUE"));
    close_fixture(&fixture, &stored);
    ck_assert_uint_eq(stored.tables[0]->matches, 0);
    ck_assert_uint_eq(stored.jobs, 3);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(stored.job[i].id, left[i]);
    stored_free(&stored);
}
END_TEST

START_TEST(test_stopping_performs_what_was_posted_before)
{
    enum { REQUESTS = 6 };
    struct fixture fixture;
    struct stored stored;
    struct order first;
    struct order orders[REQUESTS];
    open_fixture(&fixture);
    sem_init(&at_gate, 0, 0);
    sem_init(&gate, 0, 0);
    post(&fixture, &first, wait_at_gate, 0);
    for (unsigned i = 0; i < REQUESTS; i++)
        post(&fixture, &orders[i], insert_job, i + 1);
    sem_post(&gate);
    close_fixture(&fixture, &stored);
    for (unsigned i = 0; i < REQUESTS; i++)
        ck_assert_int_eq(orders[i].request.err, ERR_OK);
    ck_assert_uint_eq(stored.jobs, REQUESTS);
    stored_free(&stored);
}
END_TEST

/* Under AddressSanitizer a look at a freed request fails. */
static void free_request(struct store_request *request)
{
    sem_t *sem = &((struct order *)request)->fixture->done;
    free(request);
    sem_post(sem);
}

struct poster {
    struct fixture *fixture;
    int64_t first_id;
};

static void *post_many(void *context)
{
    struct poster *poster = context;
    for (int64_t i = 0; i < POSTS; i++) {
        struct order *order = malloc(sizeof *order);
        ck_assert_ptr_nonnull(order);
        *order = (struct order){.request = {.perform = perform, .done = free_request},
                                .fixture = poster->fixture,
                                .change = insert_job,
                                .id = poster->first_id + i};
        store_post(poster->fixture->store, &order->request);
    }
    return NULL;
}

START_TEST(test_four_threads_requests_are_all_performed_and_may_be_freed_when_done)
{
    struct fixture fixture;
    struct poster posters[POSTERS];
    pthread_t threads[POSTERS];
    open_fixture(&fixture);
    for (unsigned i = 0; i < POSTERS; i++) {
        posters[i] = (struct poster){&fixture, 1 + 1000 * (int64_t)i};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, post_many, &posters[i]), 0);
    }
    for (unsigned i = 0; i < POSTERS * POSTS; i++)
        wait_for(&fixture.done);
    for (unsigned i = 0; i < POSTERS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert_int_eq(stored_sql(fixture.file.path, "SELECT count(*) FROM job"), POSTERS * POSTS);
    stored_sql(fixture.file.path, "DELETE FROM job"); /* more than are looked at below */
    struct stored stored;
    close_fixture(&fixture, &stored);
    stored_free(&stored);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_when_a_request_is_done_its_change_is_on_the_disk_both_halves_of_it,
        test_requests_posted_while_the_store_is_busy_share_a_transaction_each_with_its_own_end,
        test_stopping_performs_what_was_posted_before,
        test_four_threads_requests_are_all_performed_and_may_be_freed_when_done,
        NULL,
    };
    return unit_run("store_requests", tests);
}
