/* The list of jobs, and their rows on disk. */
#include "base/log.h"
#include "service/jobs.h"
#include "service/run.h"

#include <stdlib.h>
#include <string.h>

void job_entry_free(struct job_entry *item)
{
    retry_end(&item->row);
    text_free(&item->opponent);
    free(item);
}

void job_entry_add(struct service *service, struct job_entry *item)
{
    service->jobs[service->job_count++] = item;
    if (item->job.id >= service->next_job_id)
        service->next_job_id = item->job.id + 1;
}

static void remove_entry(struct service *service, unsigned index)
{
    job_entry_free(service->jobs[index]);
    service->job_count--;
    memmove(&service->jobs[index], &service->jobs[index + 1],
            (service->job_count - index) * sizeof(struct job_entry *));
}

void job_entries_free(struct service *service)
{
    while (service->job_count > 0)
        remove_entry(service, service->job_count - 1);
    free(service->jobs);
}

void job_entries_remove_of(struct service *service, const struct brain_entry *brain)
{
    for (unsigned i = service->job_count; i-- > 0;)
        if (service->jobs[i]->brain == brain)
            remove_entry(service, i);
}

/* Whether it is over on disk, too, as far as is known. If not it is there after a restart. */
static bool is_settled(const struct job_entry *item)
{
    return job_is_over(&item->job) && item->run == NULL && !item->is_owed;
}

unsigned job_entries_active(const struct service *service)
{
    unsigned active = 0;
    for (unsigned i = 0; i < service->job_count; i++)
        active += !is_settled(service->jobs[i]);
    return active;
}

struct job_entry *job_entry_find(const struct service *service, int64_t id)
{
    for (unsigned i = 0; i < service->job_count; i++)
        if (service->jobs[i]->job.id == id)
            return service->jobs[i];
    return NULL;
}

void job_entries_prune(struct service *service)
{
    unsigned kept = 0;
    for (unsigned i = service->job_count; i-- > 0;) {
        if (is_settled(service->jobs[i]) && ++kept > JOBS_FINISHED_KEPT)
            remove_entry(service, i);
    }
}

/* A job's row on its way to the disk. */
struct row_write {
    struct change change; /* first */
    struct job job;
};

static enum err perform_write(struct store *store, struct store_request *request)
{
    return store_save_state(store, &((struct row_write *)request)->job);
}

/* The row is tried again until it is on disk. */
static void owe_row(struct service *service, struct job_entry *item, const char *why)
{
    if (item->row.wait_ms == 0)
        LOG(LOG_ERROR, "job_write_failed", LOG_NUMBER("job", item->job.id), LOG_TEXT("error", why));
    item->is_owed = true;
    (void)retry_later(service, &item->row);
}

static void finish_write(struct change *change)
{
    struct job_entry *item = job_entry_find(change->service, ((struct row_write *)change)->job.id);
    if (item != NULL && change->request.err != ERR_OK) {
        owe_row(change->service, item, change->request.error);
    } else if (item != NULL) {
        item->is_owed = false;
        retry_end(&item->row);
    }
    change_report(change);
    free(change);
}

enum err job_entry_write(struct service *service, struct job_entry *item, struct service_call *call)
{
    struct row_write *write = calloc(1, sizeof *write);
    if (write == NULL)
        return ERR_NO_MEMORY;
    write->change = (struct change){
        .request.perform = perform_write, .service = service, .call = call, .finish = finish_write};
    write->job = item->job;
    item->is_owed = true;
    change_post(&write->change);
    return ERR_OK;
}

void job_entry_write_unasked(struct service *service, struct job_entry *item)
{
    if (job_entry_write(service, item, NULL) != ERR_OK)
        owe_row(service, item, err_name(ERR_NO_MEMORY));
}

/* The last save of one that is ending writes its row, too, and further on than this. */
static void write_again(struct service *service, struct retry *retry)
{
    struct job_entry *item = (struct job_entry *)((char *)retry - offsetof(struct job_entry, row));
    if (item->run == NULL || !run_is_ending(item->run))
        job_entry_write_unasked(service, item);
}

enum err job_entry_create(struct service *service, const struct job *job, struct brain_entry *brain,
                          struct text *opponent, struct job_entry **out)
{
    /* Room in the list for all that are on their way: adding one then cannot fail. */
    size_t capacity = (size_t)service->job_count + service->jobs_under_way + 1;
    struct job_entry **jobs = realloc(service->jobs, capacity * sizeof(struct job_entry *));
    if (jobs == NULL)
        return ERR_NO_MEMORY;
    service->jobs = jobs;
    struct job_entry *item = calloc(1, sizeof *item);
    if (item == NULL)
        return ERR_NO_MEMORY;
    item->job = *job;
    item->brain = brain;
    item->row.again = write_again;
    item->opponent = *opponent;
    *opponent = (struct text){0};
    *out = item;
    return ERR_OK;
}
