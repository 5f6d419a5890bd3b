/* Changes that other threads ask the store's thread for: together on the disk, each with its own
 * end. */
#include "support/folder.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REQUESTS = 6, POSTERS = 4, POSTS = 50 };

/* Waits have no limit but check's own. */
static void wait_for(sem_t *sem)
{
    while (sem_wait(sem) != 0)
        ; /* a signal */
}

/* A started store with one brain, 1. */
struct fixture {
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
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
    order->seen = stored_sql(order->fixture->path, "SELECT count(*) FROM job");
    sem_post(&order->fixture->done);
}

static void open_fixture(struct fixture *fixture)
{
    folder_make(&fixture->folder);
    folder_file(&fixture->folder, "ttst.db", fixture->path);
    fixture->store = stored_open(fixture->path);
    fixture->table = tables_played(1, 50);
    struct store_brain brain = stored_brain(1);
    struct brain *fresh = tables_fresh(NULL);
    ck_assert_int_eq(store_insert_brain(fixture->store, &brain, fresh), ERR_OK);
    brain_destroy(fresh);
    sem_init(&fixture->done, 0, 0);
    ck_assert_int_eq(store_start(fixture->store), ERR_OK);
}

/* Stops the store and reads what is there. */
static void close_fixture(struct fixture *fixture, struct stored *out)
{
    store_stop(fixture->store);
    store_close(fixture->store);
    struct store *store = stored_open(fixture->path);
    stored_load(store, out);
    store_close(store);
    brain_destroy(fixture->table);
    sem_destroy(&fixture->done);
    folder_remove(&fixture->folder);
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
    struct store_brain brain = stored_brain(1);
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

/* Has all the orders performed in one transaction. */
static void post_together(struct fixture *fixture, struct order orders[], unsigned count,
                          enum err (*const changes[])(struct order *order), const int64_t ids[])
{
    struct order first;
    sem_init(&at_gate, 0, 0);
    sem_init(&gate, 0, 0);
    post(fixture, &first, wait_at_gate, 0);
    wait_for(&at_gate);
    for (unsigned i = 0; i < count; i++)
        post(fixture, &orders[i], changes[i], ids[i]);
    sem_post(&gate);
    for (unsigned i = 0; i <= count; i++)
        wait_for(&fixture->done);
    sem_destroy(&gate);
}

START_TEST(test_when_a_request_is_done_its_change_is_on_the_disk)
{
    struct fixture fixture;
    struct stored stored;
    struct order order;
    open_fixture(&fixture);
    for (int64_t id = 1; id <= 3; id++) {
        post(&fixture, &order, insert_job, id);
        wait_for(&fixture.done);
        ck_assert_int_eq(order.request.err, ERR_OK);
        ck_assert_int_eq(order.seen, id);
    }
    close_fixture(&fixture, &stored);
    ck_assert_uint_eq(stored.jobs, 3);
    stored_free(&stored);
}
END_TEST

START_TEST(test_requests_posted_while_the_store_is_busy_share_a_transaction_in_their_order)
{
    struct fixture fixture;
    struct stored stored;
    struct order orders[REQUESTS];
    enum err (*changes[REQUESTS])(struct order *);
    int64_t ids[REQUESTS];
    open_fixture(&fixture);
    for (unsigned i = 0; i < REQUESTS; i++) {
        changes[i] = insert_job;
        ids[i] = 10 - i;
    }
    post_together(&fixture, orders, REQUESTS, changes, ids);
    /* All are performed before the first is done, and by then all are in the file. */
    for (unsigned i = 0; i < REQUESTS; i++) {
        ck_assert_uint_eq(orders[i].performed, 3 + i);
        ck_assert_uint_eq(orders[i].ended, 3 + REQUESTS + i);
        ck_assert_int_eq(orders[i].seen, REQUESTS);
        ck_assert_int_eq(orders[i].request.err, ERR_OK);
        ck_assert_str_eq(orders[i].request.error, "");
    }
    close_fixture(&fixture, &stored);
    stored_free(&stored);
}
END_TEST

START_TEST(test_a_request_that_fails_is_undone_and_the_others_of_its_transaction_stand)
{
    struct fixture fixture;
    struct stored stored;
    struct order orders[REQUESTS];
    enum err (*const changes[REQUESTS])(struct order *) = {
        insert_job, insert_job, insert_job_and_refuse, insert_job, insert_job, insert_job};
    static const int64_t ids[REQUESTS] = {1, 1, 3, 4, 2, 6};
    static const enum err outcomes[REQUESTS] = {ERR_OK, ERR_CONFLICT, ERR_UNSUPPORTED,
                                                ERR_OK, ERR_OK,       ERR_OK};
    open_fixture(&fixture);
    post_together(&fixture, orders, REQUESTS, changes, ids);
    for (unsigned i = 0; i < REQUESTS; i++)
        ck_assert_int_eq(orders[i].request.err, outcomes[i]);
    ck_assert_ptr_nonnull(strstr(orders[1].request.error, "UNIQUE"));
    close_fixture(&fixture, &stored);
    static const int64_t left[] = {1, 2, 4, 6};
    ck_assert_uint_eq(stored.jobs, 4);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_int_eq(stored.job[i].id, left[i]);
    stored_free(&stored);
}
END_TEST

START_TEST(test_a_request_whose_second_half_fails_leaves_the_first_undone)
{
    struct fixture fixture;
    struct stored stored;
    struct order orders[3];
    enum err (*const changes[3])(struct order *) = {insert_job, save_brain_and_insert_job,
                                                    insert_job};
    static const int64_t ids[3] = {1, 1, 2};
    open_fixture(&fixture);
    post_together(&fixture, orders, 3, changes, ids);
    ck_assert_int_eq(orders[0].request.err, ERR_OK);
    ck_assert_int_eq(orders[1].request.err, ERR_CONFLICT);
    ck_assert_int_eq(orders[2].request.err, ERR_OK);
    close_fixture(&fixture, &stored);
    ck_assert_uint_eq(stored.tables[0]->matches, 0);
    ck_assert_uint_eq(stored.jobs, 2);
    stored_free(&stored);
}
END_TEST

START_TEST(test_both_halves_of_a_request_come_to_be_together)
{
    struct fixture fixture;
    struct stored stored;
    struct order order;
    open_fixture(&fixture);
    post(&fixture, &order, save_brain_and_insert_job, 7);
    wait_for(&fixture.done);
    ck_assert_int_eq(order.request.err, ERR_OK);
    close_fixture(&fixture, &stored);
    ck_assert_uint_eq(stored.tables[0]->matches, 50);
    ck_assert_uint_eq(stored.jobs, 1);
    stored_free(&stored);
}
END_TEST

START_TEST(test_stopping_performs_what_was_posted_before)
{
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
    ck_assert_int_eq(stored_sql(fixture.path, "SELECT count(*) FROM job"), POSTERS * POSTS);
    stored_sql(fixture.path, "DELETE FROM job"); /* more than are looked at below */
    struct stored stored;
    close_fixture(&fixture, &stored);
    stored_free(&stored);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_when_a_request_is_done_its_change_is_on_the_disk,
        test_requests_posted_while_the_store_is_busy_share_a_transaction_in_their_order,
        test_a_request_that_fails_is_undone_and_the_others_of_its_transaction_stand,
        test_a_request_whose_second_half_fails_leaves_the_first_undone,
        test_both_halves_of_a_request_come_to_be_together,
        test_stopping_performs_what_was_posted_before,
        test_four_threads_requests_are_all_performed_and_may_be_freed_when_done,
        NULL,
    };
    return unit_run("store_requests", tests);
}
