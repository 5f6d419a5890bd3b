#include "support/sandbox.h"

#include "support/unit.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

void sandbox_forbid(long call)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog filter = {.len = sizeof code / sizeof code[0], .filter = code};
    ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ck_assert_int_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), 0);
}

void sandbox_listen(void (*work)(void *context), void *context, char *out, size_t size)
{
    int standard_error = dup(STDERR_FILENO);
    int heard = memfd_create("heard", MFD_CLOEXEC);
    ck_assert_int_ge(standard_error, 0);
    ck_assert_int_ge(heard, 0);
    ck_assert_int_ge(dup2(heard, STDERR_FILENO), 0);
    work(context);
    dup2(standard_error, STDERR_FILENO);
    ssize_t length = pread(heard, out, size - 1, 0);
    ck_assert_int_ge(length, 0);
    out[length] = '\0';
    close(heard);
    close(standard_error);
}
