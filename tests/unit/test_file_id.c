/* Which file a path leads to. */
#include "base/file_id.h"
#include "support/folder.h"
#include "support/sandbox.h"
#include "support/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct fixture {
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    char other[FOLDER_PATH_SIZE];
    struct file_id id;
};

/* Two files; `id` is the first one's. */
static void open_fixture(struct fixture *fixture)
{
    folder_make(&fixture->folder);
    folder_file(&fixture->folder, "file", fixture->path);
    folder_file(&fixture->folder, "other", fixture->other);
    folder_write(fixture->path, "a", 1);
    folder_write(fixture->other, "b", 1);
    ck_assert(file_identify(fixture->path, &fixture->id));
}

START_TEST(test_a_file_is_known_by_its_inode_whatever_becomes_of_its_name)
{
    struct fixture fixture;
    open_fixture(&fixture);
    ck_assert_int_eq(file_look(fixture.path, &fixture.id), FILE_THERE);
    ck_assert_int_eq(file_look(fixture.other, &fixture.id), FILE_OTHER);
    ck_assert_int_eq(chmod(fixture.path, 0), 0);
    ck_assert_int_eq(file_look(fixture.path, &fixture.id), FILE_THERE);
    ck_assert_int_eq(rename(fixture.path, fixture.other), 0);
    ck_assert_int_eq(file_look(fixture.path, &fixture.id), FILE_GONE);
    ck_assert_int_eq(file_look(fixture.other, &fixture.id), FILE_THERE);
    folder_remove(&fixture.folder);
}
END_TEST

START_TEST(test_a_symbolic_link_to_it_is_another_file)
{
    struct fixture fixture;
    open_fixture(&fixture);
    ck_assert_int_eq(unlink(fixture.other), 0);
    ck_assert_int_eq(symlink(fixture.path, fixture.other), 0);
    ck_assert_int_eq(file_look(fixture.other, &fixture.id), FILE_OTHER);
    folder_remove(&fixture.folder);
}
END_TEST

START_TEST(test_what_cannot_be_looked_at_is_not_taken_for_gone)
{
    struct fixture fixture;
    char below[FOLDER_PATH_SIZE + 8];
    open_fixture(&fixture);
    ck_assert_int_eq(unlink(fixture.other), 0);
    ck_assert_int_eq(symlink("other", fixture.other), 0);
    snprintf(below, sizeof below, "%s/file", fixture.other);
    ck_assert_int_eq(file_look(below, &fixture.id), FILE_UNKNOWN);
    snprintf(below, sizeof below, "%s/file", fixture.path);
    ck_assert_int_eq(file_look(below, &fixture.id), FILE_GONE);
    folder_remove(&fixture.folder);
}
END_TEST

START_TEST(test_only_that_very_file_is_removed)
{
    struct fixture fixture;
    open_fixture(&fixture);
    ck_assert(!file_remove(fixture.other, &fixture.id));
    ck_assert_int_eq(access(fixture.other, F_OK), 0);
    ck_assert(file_remove(fixture.path, &fixture.id));
    ck_assert(!file_remove(fixture.path, &fixture.id));
    folder_remove(&fixture.folder);
}
END_TEST

START_TEST(test_a_file_is_locked_once_until_its_descriptor_is_closed)
{
    struct fixture fixture;
    open_fixture(&fixture);
    int first = open(fixture.path, O_RDONLY | O_CLOEXEC);
    int second = open(fixture.path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_eq(file_lock(first), ERR_OK);
    ck_assert_int_eq(file_lock(second), ERR_IN_USE);
    close(first);
    ck_assert_int_eq(file_lock(second), ERR_OK);
    close(second);
    folder_remove(&fixture.folder);
}
END_TEST

START_TEST(test_where_there_are_no_such_locks_nothing_is_in_use)
{
    struct fixture fixture;
    open_fixture(&fixture);
    int fd = open(fixture.path, O_RDONLY | O_CLOEXEC);
    sandbox_forbid(SYS_flock);
    ck_assert_int_eq(file_lock(fd), ERR_OK);
    close(fd);
    folder_remove(&fixture.folder);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_file_is_known_by_its_inode_whatever_becomes_of_its_name,
        test_a_symbolic_link_to_it_is_another_file,
        test_what_cannot_be_looked_at_is_not_taken_for_gone,
        test_only_that_very_file_is_removed,
        test_a_file_is_locked_once_until_its_descriptor_is_closed,
        test_where_there_are_no_such_locks_nothing_is_in_use,
        NULL,
    };
    return unit_run("file_id", tests);
}
