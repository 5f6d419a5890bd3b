#include "service/figures.h"

#include "base/clock.h"
#include "service/run.h"
#include "service/state.h"
#include "train/trainer.h"

static void add_brain(struct brain_entry *entry, struct figures *figures)
{
    const uint64_t unsaved = brain_entry_unsaved(entry);
    const int64_t age_ms = clock_unix_ms() - entry->record.saved_at_ms;
    figures->unsaved_matches += unsaved;
    if (unsaved > 0 && age_ms > figures->unsaved_ms)
        figures->unsaved_ms = age_ms;
    figures->lessons += brain_entry_lessons(entry);
    figures->failing_saves += entry->last_save_error[0] != '\0';
    if (entry->run != NULL)
        figures->matches_trained += run_matches(entry->run);
}

static void add_job(struct job_entry *item, struct figures *figures)
{
    figures->jobs[item->job.state]++;
    if (item->run == NULL)
        return;
    struct job job = item->job;
    run_progress(item->run, &job);
    figures->workers += job.workers;
    if (job.running_ms > 0)
        figures->matches_per_second += (double)job.matches_done * 1000 / (double)job.running_ms;
}

void service_get_figures(struct service *service, struct figures *out)
{
    struct fault fault;
    const struct totals *totals = &service->totals;
    *out = (struct figures){.moves_chosen = totals->moves_chosen,
                            .matches_learned = totals->matches_learned,
                            .matches_trained = totals->matches_trained,
                            .saves = totals->saves,
                            .save_failures = totals->save_failures};
    out->is_database_lost = store_check_files(service->store, &fault) != ERR_OK;
    out->brains = service->brain_count;
    out->brains_loaded = service->brains_loaded_count;
    for (unsigned i = 0; i < service->brain_count; i++)
        add_brain(service->brains[i], out);
    for (unsigned i = 0; i < service->job_count; i++)
        add_job(service->jobs[i], out);
    out->training_threads = service->options.training_threads;
    out->wal_bytes = store_log_bytes(service->store);
    out->rounds = trainer_rounds(service->trainer);
}
