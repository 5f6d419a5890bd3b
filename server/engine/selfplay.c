#include "engine/selfplay.h"

#include "engine/kind.h"
#include "engine/table/kernel.h"

#include <string.h>

const struct kernel *selfplay_kernel(const char *name)
{
    const struct kernel *kernel = strcmp(name, "auto") == 0 ? kernel_best() : kernel_find(name);
    return kernel != NULL && kernel_is_usable(kernel) ? kernel : NULL;
}

const char *selfplay_kernel_name(const struct kernel *kernel)
{
    return kernel->name;
}

void selfplay_run(struct brain *brain, const struct selfplay *plan, struct tally *out)
{
    brain->kind->play(brain, plan, out);
}
