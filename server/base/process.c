#include "base/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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
