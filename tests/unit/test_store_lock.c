/* One daemon a database, and none on a file that it may not write to. */
#include "support/folder.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534 };

struct fixture {
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    char lock[FOLDER_PATH_SIZE];
};

static void open_fixture(struct fixture *fixture)
{
    folder_make(&fixture->folder);
    folder_file(&fixture->folder, "ttst.db", fixture->path);
    folder_file(&fixture->folder, "ttst.db.lock", fixture->lock);
}

static void assert_in_use_by(const char *path, pid_t pid)
{
    struct store *store = NULL;
    struct fault fault;
    char words[64];
    snprintf(words, sizeof words, "in use by process %ld", (long)pid);
    ck_assert_int_eq(store_open(path, &store, &fault), ERR_IN_USE);
    ck_assert_msg(strstr(fault.detail, words) != NULL, "%s", fault.detail);
    ck_assert_ptr_null(store);
}

START_TEST(test_an_open_database_cannot_be_opened_again_and_says_by_whom_it_is_held)
{
    struct fixture fixture;
    open_fixture(&fixture);
    struct store *store = stored_open(fixture.path);
    assert_in_use_by(fixture.path, getpid());
    assert_in_use_by(fixture.path, getpid());
    store_close(store);
    store_close(stored_open(fixture.path));
    folder_remove(&fixture.folder);
}
END_TEST

START_TEST(test_two_databases_in_one_folder_are_held_apart)
{
    struct fixture fixture;
    char other[FOLDER_PATH_SIZE];
    open_fixture(&fixture);
    folder_file(&fixture.folder, "other.db", other);
    struct store *stores[2] = {stored_open(fixture.path), stored_open(other)};
    store_close(stores[0]);
    store_close(stores[1]);
    folder_remove(&fixture.folder);
}
END_TEST

START_TEST(test_a_database_is_held_whatever_links_lead_to_it)
{
    struct fixture fixture;
    char link[FOLDER_PATH_SIZE];
    open_fixture(&fixture);
    folder_file(&fixture.folder, "link.db", link);
    store_close(stored_open(fixture.path));
    ck_assert_int_eq(symlink(fixture.path, link), 0);
    struct store *store = stored_open(link);
    assert_in_use_by(fixture.path, getpid());
    store_close(store);
    store = stored_open(fixture.path);
    assert_in_use_by(link, getpid());
    store_close(store);
    folder_remove(&fixture.folder);
}
END_TEST

START_TEST(test_a_database_that_is_new_behind_a_link_is_held_too)
{
    struct fixture fixture;
    char link[FOLDER_PATH_SIZE];
    open_fixture(&fixture);
    folder_file(&fixture.folder, "link.db", link);
    ck_assert_int_eq(symlink(fixture.path, link), 0);
    struct store *store = stored_open(link);
    ck_assert_int_eq(access(fixture.path, F_OK), 0); /* it was made where the link leads */
    assert_in_use_by(fixture.path, getpid());
    store_close(store);
    folder_remove(&fixture.folder);
}
END_TEST

/* Another process that has the database open and waits to be killed. */
static pid_t start_holder(const char *path)
{
    int ready[2];
    char byte = 0;
    ck_assert_int_eq(pipe(ready), 0);
    pid_t holder = fork();
    ck_assert_int_ge(holder, 0);
    if (holder == 0) {
        (void)stored_open(path);
        (void)!write(ready[1], &byte, 1);
        for (;;)
            pause();
    }
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return holder;
}

START_TEST(test_a_killed_process_lets_the_database_go)
{
    struct fixture fixture;
    open_fixture(&fixture);
    pid_t holder = start_holder(fixture.path);
    assert_in_use_by(fixture.path, holder);
    kill(holder, SIGKILL);
    ck_assert_int_eq(waitpid(holder, NULL, 0), holder);
    store_close(stored_open(fixture.path));
    folder_remove(&fixture.folder);
}
END_TEST

START_TEST(test_a_lock_file_that_nobody_holds_is_in_nobodys_way)
{
    struct fixture fixture;
    open_fixture(&fixture);
    folder_write(fixture.lock, "1234567890123456789012345678901234567890\n", 41);
    struct store *store = stored_open(fixture.path);
    assert_in_use_by(fixture.path, getpid()); /* and not by what was left of the longer line */
    store_close(store);
    folder_remove(&fixture.folder);
}
END_TEST

START_TEST(test_a_refused_second_open_does_not_let_the_first_ones_lock_go)
{
    struct fixture fixture;
    open_fixture(&fixture);
    struct store *store = stored_open(fixture.path);
    for (unsigned i = 0; i < 3; i++)
        assert_in_use_by(fixture.path, getpid());
    struct store_brain brain = stored_brain(1);
    struct brain *table = tables_fresh(NULL);
    ck_assert_int_eq(store_insert_brain(store, &brain, table), ERR_OK);
    brain_destroy(table);
    store_close(store);
    folder_remove(&fixture.folder);
}
END_TEST

/* Files that may not be written to are writable to root, so root does this as somebody else. */
static void become_somebody(const struct fixture *fixture)
{
    if (geteuid() != 0)
        return;
    ck_assert_int_eq(chown(fixture->folder.path, NOBODY, NOBODY), 0);
    ck_assert_int_eq(seteuid(NOBODY), 0);
}

static void become_oneself(void)
{
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
}

static void assert_input_output_error(const char *path, const char *word)
{
    struct store *store = NULL;
    struct fault fault;
    enum err err = store_open(path, &store, &fault);
    ck_assert_msg(err == ERR_IO, "%s: %s", err_name(err), fault.detail);
    ck_assert_msg(strstr(fault.detail, word) != NULL, "%s", fault.detail);
}

START_TEST(test_a_read_only_database_is_refused_and_not_touched)
{
    struct fixture fixture;
    open_fixture(&fixture);
    become_somebody(&fixture);
    store_close(stored_open(fixture.path));
    size_t size;
    char *bytes = folder_read(fixture.path, &size);
    ck_assert_int_eq(chmod(fixture.path, 0444), 0);
    assert_input_output_error(fixture.path, "read-only");
    size_t size_now;
    char *now = folder_read(fixture.path, &size_now);
    ck_assert_uint_eq(size_now, size);
    ck_assert(memcmp(now, bytes, size) == 0);
    free(now);
    free(bytes);
    become_oneself();
    folder_remove(&fixture.folder);
}
END_TEST

START_TEST(test_a_database_in_a_read_only_folder_is_refused)
{
    struct fixture fixture;
    open_fixture(&fixture);
    become_somebody(&fixture);
    ck_assert_int_eq(chmod(fixture.folder.path, 0555), 0);
    assert_input_output_error(fixture.path, "ttst.db");
    ck_assert_int_eq(chmod(fixture.folder.path, 0755), 0);
    become_oneself();
    folder_remove(&fixture.folder);
}
END_TEST

START_TEST(test_a_database_that_cannot_be_read_is_an_input_output_error)
{
    struct fixture fixture;
    open_fixture(&fixture);
    become_somebody(&fixture);
    store_close(stored_open(fixture.path));
    ck_assert_int_eq(chmod(fixture.path, 0), 0);
    assert_input_output_error(fixture.path, "ttst.db");
    become_oneself();
    folder_remove(&fixture.folder);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_an_open_database_cannot_be_opened_again_and_says_by_whom_it_is_held,
        test_two_databases_in_one_folder_are_held_apart,
        test_a_database_is_held_whatever_links_lead_to_it,
        test_a_database_that_is_new_behind_a_link_is_held_too,
        test_a_killed_process_lets_the_database_go,
        test_a_lock_file_that_nobody_holds_is_in_nobodys_way,
        test_a_refused_second_open_does_not_let_the_first_ones_lock_go,
        test_a_read_only_database_is_refused_and_not_touched,
        test_a_database_in_a_read_only_folder_is_refused,
        test_a_database_that_cannot_be_read_is_an_input_output_error,
        NULL,
    };
    return unit_run("store_lock", tests);
}
