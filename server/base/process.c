#include "base/process.h"

#include "base/log.h"

#include <errno.h>
#include <linux/sched/types.h> /* glibc has had it since 2.41 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SHORTEST_SLICE_NS = 100000 };

uint64_t process_resident_bytes(void)
{
    FILE *in = fopen("/proc/self/statm", "re");
    char line[128] = ""; /* sizes in pages; the second is what is resident */
    if (in == NULL)
        return 0;
    const char *read = fgets(line, sizeof line, in);
    fclose(in);
    const char *second = read != NULL ? strchr(line, ' ') : NULL;
    uint64_t pages = second != NULL ? strtoull(second, NULL, 10) : 0;
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

double process_cpu_seconds(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

void process_be_prompt(void)
{
    struct sched_attr attributes = {.size = sizeof attributes};
    long failed = syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0);
    attributes.sched_runtime = SHORTEST_SLICE_NS;
    if (failed != 0 || syscall(SYS_sched_setattr, 0, &attributes, 0) != 0)
        LOG(LOG_WARN, "cannot_be_prompt", LOG_TEXT("error", strerror(errno)));
}
