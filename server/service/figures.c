#include "service/figures.h"

#include "base/clock.h"
#include "service/run.h"

static void add_brain(struct brain_entry *entry, struct figures *figures)
{
    const uint64_t unsaved = brain_entry_unsaved(entry);
    const int64_t age_ms = clock_unix_ms() - entry->record.saved_at_ms;
    figures->unsaved_matches += unsaved;
    if (unsaved > 0 && age_ms > figures->unsaved_ms)
        figures->unsaved_ms = age_ms;
    figures->brains_loaded += entry->is_loaded;
    figures->failing_saves += entry->last_save_error[0] != '\0';
    if (entry->run != NULL)
        figures->matches_trained += run_matches(entry->run);
}

void service_get_figures(struct service *service, struct figures *out)
{
    *out = service->done;
    out->brains = service->brain_count;
    for (unsigned i = 0; i < service->brain_count; i++)
        add_brain(service->brains[i], out);
    for (unsigned i = 0; i < service->job_count; i++)
        out->jobs[service->jobs[i]->job.state]++;
}
