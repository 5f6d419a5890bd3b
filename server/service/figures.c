#include "service/figures.h"

#include "service/run.h"

static void add_brain(struct brain_entry *entry, struct figures *figures)
{
    figures->unsaved_matches += brain_entry_unsaved(entry);
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
