#include "engine/table/kernel.h"

#include "engine/table/kernels.h"

#include <string.h>

static bool always(void)
{
    return true;
}

#if defined(__x86_64__)

/* What -march=x86-64-v3 and -v4 let the compiler use: the levels of the x86-64 psABI. */
static bool has_v3(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("popcnt");
}

static bool has_v4(void)
{
    return has_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}

#endif

static const struct {
    const struct kernel *kernel;
    bool (*is_usable)(void);
} kernels[] = {
    {&kernel_scalar, always},
#if defined(__x86_64__)
    {&kernel_avx2, has_v3},
    {&kernel_avx512, has_v4},
#endif
};

enum { KERNELS = sizeof kernels / sizeof kernels[0] };

unsigned kernel_count(void)
{
    return KERNELS;
}

const struct kernel *kernel_at(unsigned index)
{
    return kernels[index].kernel;
}

const struct kernel *kernel_find(const char *name)
{
    for (unsigned i = 0; i < KERNELS; i++)
        if (strcmp(kernels[i].kernel->name, name) == 0)
            return kernels[i].kernel;
    return NULL;
}

bool kernel_is_usable(const struct kernel *kernel)
{
    for (unsigned i = 0; i < KERNELS; i++)
        if (kernels[i].kernel == kernel)
            return kernels[i].is_usable();
    return false;
}

const struct kernel *kernel_best(void)
{
    unsigned best = KERNELS - 1;
    while (!kernels[best].is_usable())
        best--;
    return kernels[best].kernel;
}
