#include "command/check.h"

#include "model/name.h"
#include "service/brains.h"
#include "service/load.h"
#include "service/state.h"
#include "train/schedule.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

struct checking {
    const struct check_report *report;
    struct service service; /* as much of one as entries need */
    bool is_sound;
    unsigned checkpoints;
    unsigned points;
    /* The brain that is being looked at, and what of it. */
    struct brain_entry *entry;
    const struct checkpoint_record *checkpoint;
    uint64_t last_point;
};

enum { LINE_SIZE = 512 };

__attribute__((format(printf, 2, 3))) static void complain(struct checking *checking,
                                                           const char *format, ...)
{
    char line[LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    checking->is_sound = false;
    checking->report->found(checking->report->found_context, line);
}

__attribute__((format(printf, 2, 3))) static void say(struct checking *checking, const char *format,
                                                      ...)
{
    char line[LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    checking->report->said(checking->report->said_context, line);
}

static void take_finding(void *context, const char *line)
{
    complain(context, "%s", line);
}

/* Brains. */

static enum err check_brain(void *context, const struct brain_record *record,
                            const struct brain_counts *counts)
{
    struct checking *checking = context;
    enum err err = load_brain(&checking->service, record, counts);
    if (err == ERR_NO_MEMORY)
        return err;
    if (err != ERR_OK)
        complain(checking, "brain %s is damaged", record->name);
    return ERR_OK;
}

static enum err check_lesson(void *context, int64_t brain_id, int64_t number,
                             const struct lesson *lesson)
{
    struct checking *checking = context;
    if (load_lesson(&checking->service, brain_id, number, lesson) != ERR_OK)
        complain(checking, "lesson %" PRId64 " of the brain with id %" PRId64 " is damaged", number,
                 brain_id);
    return ERR_OK;
}

static enum err check_brain_table(struct checking *checking)
{
    const struct brain_record *record = &checking->entry->record;
    struct edition *edition;
    enum err err = load_table(&checking->service, record->id, &edition);
    if (err == ERR_CORRUPT)
        complain(checking, "brain %s is damaged", record->name);
    if (err != ERR_OK)
        return err == ERR_CORRUPT ? ERR_OK : err;
    say(checking, "brain %s: rule %s, %" PRIu64 " matches, %s", record->name,
        rule_kind_name(record->rule.kind), edition->table->matches, edition_digest(edition));
    edition_let_go(edition);
    return ERR_OK;
}

static enum err check_job(void *context, const struct job *job, const char *opponent, size_t size)
{
    struct checking *checking = context;
    enum err err = load_job(&checking->service, job, opponent, size);
    if (err == ERR_NO_MEMORY)
        return err;
    if (err != ERR_OK)
        complain(checking, "job %" PRId64 " is damaged", job->id);
    return ERR_OK;
}

/* What belongs to a brain. */

static enum err check_point(void *context, uint64_t matches, const char bytes[POINT_SIZE])
{
    struct checking *checking = context;
    struct curve_point ignored;
    checking->points++;
    if (bytes == NULL || !schedule_is_curve_point(matches) ||
        point_decode(bytes, &ignored) != ERR_OK)
        complain(checking, "brain %s: the curve's point at %" PRIu64 " matches is damaged",
                 checking->entry->record.name, matches);
    return ERR_OK;
}

static enum err check_table(void *context, const char *blob, size_t size)
{
    struct checking *checking = context;
    const struct checkpoint_record *checkpoint = checking->checkpoint;
    const struct rule *rule = &checking->entry->record.rule;
    struct brain *table;
    enum err err = brain_create(checking->entry->atlas, rule, &table);
    if (err != ERR_OK)
        return err;
    bool has_name =
        checkpoint_name_is_valid(checkpoint->name) || checkpoint_is_automatic(checkpoint->name);
    if (brain_decode(blob, size, table, BRAIN_TO_LEARN) != ERR_OK || !has_name ||
        checkpoint->is_altered || table->matches != checkpoint->matches)
        complain(checking, "brain %s: the checkpoint %s is damaged", checking->entry->record.name,
                 checkpoint->name);
    brain_destroy(table);
    return ERR_OK;
}

static enum err check_checkpoint(void *context, const struct checkpoint_record *checkpoint)
{
    struct checking *checking = context;
    checking->checkpoints++;
    checking->checkpoint = checkpoint;
    return store_load_checkpoint(checking->service.store, checking->entry->record.id,
                                 checkpoint->name, check_table, checking);
}

/* Complains of what could not be read of a table. */
static enum err noted(struct checking *checking, const char *table, enum err err)
{
    if (err == ERR_CORRUPT)
        complain(checking, "a row of %s holds what no ttstd writes", table);
    else if (err != ERR_OK)
        complain(checking, "%s could not be read to the end: %s (%s)", table, err_name(err),
                 store_error(checking->service.store));
    return err;
}

static enum err check_belongings(struct checking *checking)
{
    struct service *service = &checking->service;
    enum err err = ERR_OK;
    for (unsigned i = 0; i < service->brain_count && err == ERR_OK; i++) {
        const int64_t id = service->brains_by_id[i]->record.id;
        checking->entry = service->brains_by_id[i];
        err = noted(checking, "brain_table", check_brain_table(checking));
        if (err == ERR_OK)
            err = noted(checking, "curve_point",
                        store_each_point(service->store, id, check_point, checking));
        if (err == ERR_OK)
            err = noted(checking, "checkpoint",
                        store_each_checkpoint(service->store, id, check_checkpoint, checking));
    }
    return err;
}

static enum err check_all(struct checking *checking)
{
    struct store *store = checking->service.store;
    enum err err = noted(checking, "brain", store_each_brain(store, check_brain, checking));
    if (err == ERR_OK)
        err = noted(checking, "lesson", store_each_lesson(store, check_lesson, checking));
    if (err == ERR_OK)
        err = noted(checking, "job", store_each_job(store, check_job, checking));
    if (err == ERR_OK)
        err = noted(checking, "counter", load_counters(&checking->service));
    if (err == ERR_OK)
        err = check_belongings(checking);
    return err == ERR_OK ? noted(checking, "receipt", store_check_receipts(store)) : err;
}

static enum err look(struct checking *checking, const char *path)
{
    struct store **store = &checking->service.store;
    struct fault fault;
    enum err err = store_look(path, store, &fault);
    if (err != ERR_OK) {
        complain(checking, "%s", fault.detail);
        return err;
    }
    err = store_find_damage(*store, take_finding, checking);
    if (err != ERR_OK)
        complain(checking, "cannot read %s: %s", path, store_error(*store));
    return err == ERR_OK ? check_all(checking) : err;
}

enum err service_check(const char *path, const struct check_report *report)
{
    struct checking checking = {.report = report, .is_sound = true};
    struct service *service = &checking.service;
    atlases_open(&service->atlases);
    enum err err = look(&checking, path);
    if (checking.is_sound)
        say(&checking, "%s is sound: brains %u, jobs %u, checkpoints %u, curve points %u", path,
            service->brain_count, service->job_count, checking.checkpoints, checking.points);
    service_unload(service);
    return checking.is_sound ? ERR_OK : err != ERR_OK ? err : ERR_CORRUPT;
}
