/* A file with a new token: whole or not there, whenever whoever makes it is killed. */
#include "api/access.h"
#include "support/folder.h"
#include "support/unit.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct folder folder;
static char path[FOLDER_PATH_SIZE];

static void begin(void)
{
    folder_make(&folder);
    folder_file(&folder, "token", path);
}

static bool make(void)
{
    struct fault fault;
    bool is_made = false;
    ck_assert_int_eq(access_make_token_file(path, &is_made, &fault), ERR_OK);
    return is_made;
}

/* The kernel kills it as it writes: no file of it may have a byte. */
static void be_killed_while_writing(void)
{
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
    struct fault fault;
    bool is_made;
    signal(SIGXFSZ, SIG_DFL);
    setrlimit(RLIMIT_FSIZE, &none);
    _exit(access_make_token_file(path, &is_made, &fault) == ERR_OK ? 0 : 1);
}

START_TEST(test_who_is_killed_while_making_a_token_leaves_none)
{
    int status;
    begin();
    pid_t pid = fork();
    if (pid == 0)
        be_killed_while_writing();
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ);
    ck_assert_int_ne(access(path, F_OK), 0);

    ck_assert(make());
    struct access *access;
    struct fault fault;
    const struct access_options options = {.token_file = path};
    ck_assert_int_eq(access_open(&options, &access, &fault), ERR_OK);
    access_close(access);
    folder_remove(&folder);
}
END_TEST

START_TEST(test_a_token_is_its_owners_alone_and_made_once)
{
    struct stat first;
    struct stat second;
    begin();
    ck_assert(make());
    ck_assert_int_eq(stat(path, &first), 0);
    ck_assert_int_eq(first.st_mode & 0777, 0600);
    ck_assert_uint_eq(first.st_nlink, 1);
    ck_assert(!make());
    ck_assert_int_eq(stat(path, &second), 0);
    ck_assert_uint_eq(first.st_ino, second.st_ino);
    folder_remove(&folder);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_who_is_killed_while_making_a_token_leaves_none,
        test_a_token_is_its_owners_alone_and_made_once,
        NULL,
    };
    return unit_run("token_file", tests);
}
