#include "service/load.h"

#include "base/clock.h"
#include "engine/match.h"
#include "engine/opponent.h"
#include "model/name.h"
#include "service/shelf.h"

#include <stdio.h>
#include <string.h>

/* Where there are no more brains than this, and no more bytes, their tables are looked at before
 * anything is written, which takes a quarter of a second; of more, each when it is first used. What
 * was read stays in memory as long as that is little. */
enum { TABLES_READ_AT_START = 1000, READ_AT_START = 512 << 20, KEPT_AT_START = 16 << 20 };

enum err load_table(struct service *service, int64_t brain_id, struct edition **out)
{
    const struct brain_entry *entry = brain_entry_by_id(service, brain_id);
    enum err err = edition_fresh(entry->atlas, &entry->record.rule, out);
    if (err != ERR_OK)
        return err;
    err = store_read_table(service->store, brain_id, (*out)->table);
    if (err != ERR_OK)
        edition_let_go(*out);
    return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

static bool are_sound(const struct brain_counts *counts)
{
    uint64_t left = counts->matches;
    for (unsigned result = 0; result < RESULT_COUNT && counts->results[result] <= left; result++)
        left -= counts->results[result];
    return left == 0 && counts->matches <= BRAIN_MATCHES_MAX;
}

enum err load_brain(struct service *service, const struct brain_record *record,
                    const struct brain_counts *counts)
{
    struct fault ignored;
    struct game game;
    const struct atlas *atlas;
    if (record->is_altered || game_parse(record->game, &game) != ERR_OK ||
        strcmp(game.name, record->game) != 0 || !brain_name_is_valid(record->name) ||
        record->lessons > ID_MAX ||
        brain_entry_find(service, record->name) != NULL || /* a damaged index may hide that */
        rule_check(&record->rule, game_cells(&game), &ignored) != ERR_OK ||
        (rule_has_table(&record->rule) && !game.is_exact) || !are_sound(counts))
        return ERR_CORRUPT;
    enum err err = atlases_find(&service->atlases, &game, &atlas);
    if (err == ERR_OK)
        err = brain_entry_create(service, record, atlas, counts);
    if (err == ERR_OK)
        (void)brain_entry_arrive(service, record->id);
    return err;
}

enum err load_lesson(struct service *service, int64_t brain_id, int64_t number,
                     const struct lesson *lesson)
{
    struct brain_entry *entry = brain_entry_by_id(service, brain_id);
    struct match match;
    struct fault ignored;
    if (entry == NULL || number != entry->record.lessons + 1 ||
        match_read(&entry->atlas->game, lesson->moves, lesson->count, &match, &ignored) != ERR_OK ||
        entry->saved.matches >= BRAIN_MATCHES_MAX)
        return ERR_CORRUPT;
    entry->record.lessons = number;
    entry->record.saved_at_ms = lesson->learned_at_ms;
    entry->saved.matches++;
    entry->saved.results[match.result - 1]++;
    return ERR_OK;
}

/* A job that is to go on must have something left and be part of what its brain has lived: the two
 * are saved together. */
static bool fits(const struct job *job, struct brain_entry *brain)
{
    if (job->state != JOB_RUNNING && job->state != JOB_STOPPING)
        return true;
    return job->matches_done < job->matches && job->matches_done <= brain->saved.matches;
}

/* The opponent of a job that is over is not needed any more. */
static enum err load_opponent(const struct job *job, const char *blob, size_t size,
                              struct text *out)
{
    if (job->opponent != JOB_OPPONENT_BRAIN || job_is_over(job))
        return ERR_OK;
    text_add(out, blob, size);
    return out->failed ? ERR_NO_MEMORY : ERR_OK;
}

/* Decoded once more when the job runs; here, so that a daemon that starts has sound jobs. */
static enum err check_opponent(const struct brain_entry *brain, const struct text *opponent)
{
    struct brain *table = NULL;
    enum err err =
        opponent_decode(brain->atlas, &brain->record.rule, opponent->bytes, opponent->size, &table);
    brain_destroy(table);
    return err;
}

enum err load_job(struct service *service, const struct job *job, const char *blob,
                  size_t blob_size)
{
    struct text opponent = {0};
    struct brain_entry *brain = brain_entry_by_id(service, job->brain_id);
    if (job->is_altered || !job_is_sound(job) || brain == NULL || !fits(job, brain))
        return ERR_CORRUPT;
    enum err err = load_opponent(job, blob, blob_size, &opponent);
    if (err == ERR_OK && job->opponent == JOB_OPPONENT_BRAIN && !job_is_over(job))
        err = check_opponent(brain, &opponent);
    if (err == ERR_OK)
        err = job_entry_create(service, job, brain);
    if (err == ERR_OK)
        job_entry_arrive(service, job->id, &opponent);
    text_free(&opponent);
    return err;
}

static enum err take_brain(void *context, const struct brain_record *record,
                           const struct brain_counts *counts)
{
    return load_brain(context, record, counts);
}

static enum err take_lesson(void *context, int64_t brain_id, int64_t number,
                            const struct lesson *lesson)
{
    return load_lesson(context, brain_id, number, lesson);
}

static enum err read_table(struct service *service, struct brain_entry *entry, size_t *kept)
{
    struct edition *edition;
    enum err err = load_table(service, entry->record.id, &edition);
    if (err != ERR_OK)
        return err;
    if (*kept + brain_size(edition->table) <= KEPT_AT_START) {
        *kept += brain_size(edition->table);
        shelf_put(service, entry, edition);
    }
    edition_let_go(edition);
    return ERR_OK;
}

static size_t count_bytes(const struct service *service)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < service->brain_count; i++)
        bytes += brain_size_under(service->brains[i]->atlas, &service->brains[i]->record.rule);
    return bytes;
}

static enum err read_tables(struct service *service)
{
    enum err err = ERR_OK;
    size_t kept = 0;
    if (service->brain_count > TABLES_READ_AT_START || count_bytes(service) > READ_AT_START)
        return ERR_OK;
    for (unsigned i = 0; i < service->brain_count && err == ERR_OK; i++)
        err = read_table(service, service->brains_by_id[i], &kept);
    return err;
}

static enum err take_job(void *context, const struct job *job, const char *blob, size_t blob_size)
{
    return load_job(context, job, blob, blob_size);
}

static enum err create_default_brain(struct service *service)
{
    if (service->brain_count > 0)
        return ERR_OK;
    int64_t now_ms = clock_unix_ms();
    struct brain_record record = {.id = service->next_brain_id,
                                  .name = SERVICE_DEFAULT_BRAIN,
                                  .rule = rule_default(RULE_BEADS),
                                  .created_at_ms = now_ms,
                                  .saved_at_ms = now_ms,
                                  .life = 1};
    snprintf(record.game, sizeof record.game, "%s", game_at(0)->name);
    const struct atlas *atlas;
    struct edition *edition;
    enum err err = atlases_find(&service->atlases, game_at(0), &atlas);
    if (err == ERR_OK)
        err = edition_fresh(atlas, &record.rule, &edition);
    if (err != ERR_OK)
        return err;
    const struct brain_counts none = {.matches = 0};
    err = store_insert_brain(service->store, &record, edition->table);
    if (err == ERR_OK)
        err = load_brain(service, &record, &none);
    edition_let_go(edition);
    return err;
}

enum err load_counters(struct service *service)
{
    int64_t last_brain = 0;
    int64_t last_job = 0;
    enum err err = store_last_id(service->store, "brain", &last_brain);
    if (err == ERR_OK)
        err = store_last_id(service->store, "job", &last_job);
    if (err != ERR_OK)
        return err;
    if (service->next_brain_id <= last_brain)
        service->next_brain_id = last_brain + 1;
    if (service->next_job_id <= last_job)
        service->next_job_id = last_job + 1;
    return ERR_OK;
}

enum err service_load(struct service *service, struct fault *fault)
{
    enum err err = store_each_brain(service->store, take_brain, service);
    if (err == ERR_OK)
        err = store_each_lesson(service->store, take_lesson, service);
    if (err == ERR_OK)
        err = store_each_job(service->store, take_job, service);
    if (err == ERR_OK)
        err = load_counters(service);
    if (err == ERR_OK)
        err = create_default_brain(service);
    if (err == ERR_OK)
        err = read_tables(service);
    if (err == ERR_CORRUPT)
        return fault_set(fault, err, "database",
                         "%s holds a damaged brain, job or counter; it was not touched",
                         service->options.database);
    if (err != ERR_OK)
        return fault_set(fault, err, "database", "cannot load %s: %s (%s)",
                         service->options.database, err_name(err), store_error(service->store));
    return ERR_OK;
}

void service_unload(struct service *service)
{
    shelf_clear(service);
    state_free(service);
    if (service->store != NULL)
        store_close(service->store);
    atlases_close(&service->atlases);
}
