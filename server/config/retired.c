#include "config/retired.h"

#include <string.h>

static const struct config_retired retired[] = {
    {"max-body", "TTSTD_MAX_BODY", "it is always 4k, leave it out"},
    {"max-move-body", "TTSTD_MAX_MOVE_BODY", "it is always 64k, leave it out"},
    {"max-import", "TTSTD_MAX_IMPORT", "it is always 2m, leave it out"},
    {"max-boards", "TTSTD_MAX_BOARDS", "it is always 4096, leave it out"},
    {"max-jobs", "TTSTD_MAX_JOBS", "it is always 256, leave it out"},
    {"max-workers", "TTSTD_MAX_WORKERS", "it is always 64, leave it out"},
    {"slow-request", "TTSTD_SLOW_REQUEST", "it is always 1s, leave it out"},
    {"url", "TTSTD_URL", "say: ttstd health URL"},
    {"check-config", NULL, "use --print-config, which checks all"},
    {"kernel", NULL, "the fastest is always chosen, leave it out"},
};
_Static_assert(sizeof retired / sizeof retired[0] == CONFIG_RETIRED_COUNT,
               "CONFIG_RETIRED_COUNT counts them");

const struct config_retired *const config_retired = retired;

const struct config_retired *config_retired_find(const char *name, size_t length)
{
    for (size_t i = 0; i < CONFIG_RETIRED_COUNT; i++)
        if (strlen(retired[i].flag) == length && memcmp(retired[i].flag, name, length) == 0)
            return &retired[i];
    return NULL;
}
