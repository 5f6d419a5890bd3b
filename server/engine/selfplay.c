#include "engine/selfplay.h"

void selfplay_run(struct brain *brain, const struct selfplay *plan, struct tally *out)
{
    const struct kernel *kernel = plan->kernel != NULL ? plan->kernel : kernel_best();
    kernel->play(brain, plan, out);
}
