/* One daemon a database, and none on a file that it may not write to. That a killed one lets it go,
 * and that it is the same by any path, is tried in tests/api/test_start.py and test_one_daemon.py.
 */
#include "support/folder.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* Once refused, an open lets nobody else's lock go; and a lock file that nobody holds is in
 * nobody's way, whatever of a longer line was left there. */
START_TEST(test_an_open_database_cannot_be_opened_again_and_says_by_whom_it_is_held)
{
    struct fixture fixture;
    open_fixture(&fixture);
    folder_write(fixture.lock, "1234567890123456789012345678901234567890\n", 41);
    struct store *store = stored_open(fixture.path);
    for (unsigned i = 0; i < 3; i++)
        assert_in_use_by(fixture.path, getpid());
    store_close(store);
    store_close(stored_open(fixture.path));
    folder_remove(&fixture.folder);
}
END_TEST

START_TEST(test_a_database_is_held_whatever_links_lead_to_it_also_a_new_one)
{
    struct fixture fixture;
    char link[FOLDER_PATH_SIZE];
    open_fixture(&fixture);
    folder_file(&fixture.folder, "link.db", link);
    ck_assert_int_eq(symlink(fixture.path, link), 0);
    for (unsigned life = 0; life < 2; life++) {
        struct store *store = stored_open(life == 0 ? link : fixture.path);
        ck_assert_int_eq(access(fixture.path, F_OK), 0); /* made where the link leads */
        assert_in_use_by(life == 0 ? fixture.path : link, getpid());
        store_close(store);
    }
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

START_TEST(test_a_file_that_may_not_be_read_or_written_is_refused_and_not_touched)
{
    static const struct {
        mode_t file, folder;
        const char *word;
    } cases[] = {{0444, 0755, "read-only"}, {0, 0755, "ttst.db"}, {0, 0555, "ttst.db"}};
    struct fixture fixture;
    open_fixture(&fixture);
    become_somebody(&fixture);
    store_close(stored_open(fixture.path));
    size_t size;
    char *bytes = folder_read(fixture.path, &size);
    for (unsigned i = 0; i < 3; i++) {
        size_t size_now;
        ck_assert_int_eq(chmod(fixture.path, cases[i].file), 0);
        if (cases[i].folder == 0555) /* no file, and none may be made */
            ck_assert(unlink(fixture.path) == 0 && unlink(fixture.lock) == 0);
        ck_assert_int_eq(chmod(fixture.folder.path, cases[i].folder), 0);
        assert_input_output_error(fixture.path, cases[i].word);
        ck_assert_int_eq(chmod(fixture.folder.path, 0755), 0);
        if (cases[i].folder == 0555)
            continue;
        ck_assert_int_eq(chmod(fixture.path, 0644), 0);
        char *now = folder_read(fixture.path, &size_now);
        ck_assert(size_now == size && memcmp(now, bytes, size) == 0);
        free(now);
    }
    free(bytes);
    become_oneself();
    folder_remove(&fixture.folder);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_an_open_database_cannot_be_opened_again_and_says_by_whom_it_is_held,
        test_a_database_is_held_whatever_links_lead_to_it_also_a_new_one,
        test_a_file_that_may_not_be_read_or_written_is_refused_and_not_touched,
        NULL,
    };
    return unit_run("store_lock", tests);
}
