#include "service/apply.h"

#include "base/log.h"
#include "service/run.h"
#include "service/shelf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Saves of brains: how they went. */

static void note_save(struct service *service, struct brain_entry *entry,
                      const struct change *change)
{
    durations_add(&service->totals.saves, change->took_us);
    entry->last_save_us = change->took_us;
    entry->saved = brain_counts_of(change->table);
    entry->record.saved_at_ms = change->brain.saved_at_ms;
    entry->record.lessons = change->brain.lessons;
    if (change->kind != CHANGE_MATCHES_LEARNED || change->folds)
        entry->folded = change->brain.lessons;
}

/* Of a run. Logged where it changes, not every time. */
static void note_run_saved(struct brain_entry *entry)
{
    if (entry->last_save_error[0] != '\0')
        LOG(LOG_INFO, "save_recovered", LOG_TEXT("brain", entry->record.name));
    entry->last_save_error[0] = '\0';
}

static void note_run_unsaved(struct brain_entry *entry, const struct change *change)
{
    if (strcmp(entry->last_save_error, change->error) != 0)
        LOG(LOG_ERROR, "save_failed", LOG_TEXT("brain", entry->record.name),
            LOG_TEXT("error", change->error), LOG_TEXT("what", err_name(change->err)));
    memcpy(entry->last_save_error, change->error, sizeof entry->last_save_error);
}

/* Kinds. */

/* A copy would share its table with what it was made from, and none of those who share one could be
 * let go of: it is read when it is first used. */
static void apply_creation(struct service *service, const struct change *change)
{
    struct brain_entry *entry = brain_entry_arrive(service, change->brain.id);
    if (change->from.brain_id == 0)
        shelf_put(service, entry, change->edition);
}

/* What it went back to is its own table now, and for the same reason no checkpoint's any more. */
static void apply_replacement(struct service *service, struct brain_entry *entry,
                              const struct change *change)
{
    note_save(service, entry, change);
    shelf_put(service, entry, change->edition);
    entry->record.life = change->brain.life;
    const bool is_anew = change->checkpoint.name[0] == '\0';
    shelf_forget(service, entry->record.id, is_anew ? NULL : change->checkpoint.name);
}

static void apply_deletion(struct service *service, struct brain_entry *entry)
{
    shelf_forget(service, entry->record.id, NULL);
    brain_entry_remove(service, entry);
}

static void apply_point(struct service *service, const struct brain_entry *entry,
                        const struct change *change)
{
    const struct service_watcher *watcher = &service->watcher;
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "%" PRIu64, change->point.matches);
    if (change->leaves_checkpoint)
        shelf_forget(service, change->brain.id, name);
    if (change->has_point && watcher->point != NULL && entry != NULL)
        watcher->point(watcher->context, entry->run != NULL ? brain_entry_job(entry) : 0,
                       &change->point);
}

static void apply_learning(struct service *service, struct brain_entry *entry,
                           const struct change *change)
{
    note_save(service, entry, change);
    published_put(&entry->published, change->edition);
    service->totals.matches_learned += change->lesson_count;
    apply_point(service, entry, change);
}

static void apply_states(struct service *service, const struct change *change)
{
    for (unsigned i = 0; i < change->job_count; i++) {
        struct job_entry *item = job_entry_find(service, change->jobs[i].id);
        if (item == NULL)
            continue;
        item->is_owed = false;
        retry_end(&item->row);
    }
}

static void apply_written(struct service *service, struct brain_entry *entry, struct change *change)
{
    switch (change->kind) {
    case CHANGE_BRAIN_CREATED:
        apply_creation(service, change);
        break;
    case CHANGE_BRAIN_REPLACED:
        apply_replacement(service, entry, change);
        break;
    case CHANGE_BRAIN_DELETED:
        apply_deletion(service, entry);
        break;
    case CHANGE_MATCHES_LEARNED:
        apply_learning(service, entry, change);
        break;
    case CHANGE_CHECKPOINT_KEPT:
    case CHANGE_CHECKPOINT_DELETED:
        shelf_forget(service, change->brain.id, change->checkpoint.name);
        break;
    case CHANGE_JOB_ACCEPTED:
        job_entry_arrive(service, change->job.id, &change->opponent);
        job_entries_prune(service);
        break;
    case CHANGE_JOBS_MOVED:
        apply_states(service, change);
        break;
    case CHANGE_JOB_SUSPENDED:
    case CHANGE_JOB_OVER:
        run_conclude(entry->run);
        note_save(service, entry, change);
        note_run_saved(entry);
        break;
    case CHANGE_JOB_PROGRESSED:
        note_save(service, entry, change);
        note_run_saved(entry);
        break;
    case CHANGE_POINT_REACHED:
        apply_point(service, entry, change);
        break;
    case CHANGE_NOTHING:
    case CHANGE_KIND_COUNT:
        break;
    }
}

static void apply_failure(struct service *service, struct brain_entry *entry,
                          const struct change *change)
{
    switch (change->kind) {
    case CHANGE_BRAIN_CREATED:
        brain_entry_drop(service, change->brain.id);
        break;
    case CHANGE_JOB_ACCEPTED:
        job_entry_drop(service, change->job.id);
        break;
    case CHANGE_BRAIN_REPLACED:
        service->totals.save_failures++;
        break;
    case CHANGE_MATCHES_LEARNED:
        service->totals.save_failures++;
        LOG(LOG_ERROR, "match_write_failed", LOG_TEXT("brain", entry->record.name),
            LOG_TEXT("error", change->error));
        break;
    case CHANGE_CHECKPOINT_KEPT:
    case CHANGE_CHECKPOINT_DELETED:
        shelf_forget(service, change->brain.id, change->checkpoint.name);
        break;
    case CHANGE_JOB_SUSPENDED:
    case CHANGE_JOB_OVER:
        run_conclude(entry->run);
        service->totals.save_failures++;
        note_run_unsaved(entry, change);
        break;
    case CHANGE_JOB_PROGRESSED:
        service->totals.save_failures++;
        note_run_unsaved(entry, change);
        break;
    default: /* nothing was reserved */
        break;
    }
}

void apply(struct service *service, struct change *change)
{
    struct brain_entry *entry = brain_entry_by_id(service, change->brain.id);
    if (change->err == ERR_OK)
        apply_written(service, entry, change);
    else
        apply_failure(service, entry, change);
}
