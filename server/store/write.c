/* A change as rows. */
#include "base/clock.h"
#include "model/change.h"
#include "model/limits.h"
#include "model/name.h"
#include "store/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static enum err write_creation(struct store *store, const struct change *change)
{
    struct brain_place from = change->from;
    enum err err = store_insert_brain(store, &change->brain, change->table);
    if (err == ERR_OK && change->checkpoint.name[0] != '\0')
        err = store_find_life(store, change->checkpoint.name, &from);
    return err == ERR_OK ? store_copy_points(store, &from, change->brain.id) : err;
}

static enum err write_replacement(struct store *store, const struct change *change)
{
    const struct brain_place place = {.brain_id = change->brain.id,
                                      .life = change->brain.life,
                                      .matches = change->table->matches};
    enum err err = store_save_brain(store, &change->brain, change->table);
    if (err == ERR_OK && change->checkpoint.name[0] != '\0')
        return store_go_back(store, change->checkpoint.name, &place);
    if (err == ERR_OK)
        err = store_delete_points(store, place.brain_id, 0);
    return err == ERR_OK ? store_delete_automatic_checkpoints(store, place.brain_id) : err;
}

static enum err write_point(struct store *store, const struct change *change)
{
    const struct curve_point *point = &change->point;
    char bytes[POINT_SIZE];
    enum err err = ERR_OK;
    if (change->has_point) {
        point_encode(point, bytes);
        err = store_put_point(store, change->brain.id, point->matches, bytes);
    }
    if (err != ERR_OK || !change->leaves_checkpoint)
        return err;
    struct checkpoint_record checkpoint = {.matches = point->matches,
                                           .created_at_ms = clock_unix_ms()};
    snprintf(checkpoint.name, sizeof checkpoint.name, "%" PRIu64, point->matches);
    return store_put_checkpoint(store, change->brain.id, &checkpoint, change->table);
}

static enum err write_learning(struct store *store, const struct change *change)
{
    enum err err = change->folds ? store_save_brain(store, &change->brain, change->table)
                                 : store_add_lessons(store, &change->brain, change->lessons,
                                                     change->lesson_count);
    return err == ERR_OK ? write_point(store, change) : err;
}

/* What is there already. */
struct census {
    const char *name;
    bool is_there;
    unsigned others; /* of the user's */
};

static enum err count(void *context, const struct checkpoint_record *checkpoint)
{
    struct census *census = context;
    if (strcmp(checkpoint->name, census->name) == 0)
        census->is_there = true;
    else
        census->others += !checkpoint_is_automatic(checkpoint->name);
    return ERR_OK;
}

static enum err write_checkpoint(struct store *store, struct change *change)
{
    struct census census = {.name = change->checkpoint.name};
    enum err err = store_each_checkpoint(store, change->brain.id, count, &census);
    if (err == ERR_OK && census.others >= CHECKPOINTS_NAMED_MAX)
        err = ERR_BUSY;
    change->is_new = !census.is_there;
    return err == ERR_OK
               ? store_put_checkpoint(store, change->brain.id, &change->checkpoint, change->table)
               : err;
}

static enum err write_job(struct store *store, const struct change *change)
{
    const struct text *opponent = &change->opponent;
    enum err err = store_insert_job(store, &change->job, opponent->bytes, opponent->size);
    return err == ERR_OK ? store_prune_jobs(store, JOBS_FINISHED_KEPT) : err;
}

static enum err write_states(struct store *store, const struct change *change)
{
    enum err err = ERR_OK;
    for (unsigned i = 0; i < change->job_count && err == ERR_OK; i++)
        err = store_save_state(store, &change->jobs[i]);
    return err;
}

static enum err write_progress(struct store *store, const struct change *change)
{
    enum err err = store_save_brain(store, &change->brain, change->table);
    return err == ERR_OK ? store_save_progress(store, &change->job) : err;
}

static enum err write_end(struct store *store, const struct change *change)
{
    enum err err = store_save_brain(store, &change->brain, change->table);
    return err == ERR_OK ? store_save_job(store, &change->job) : err;
}

static enum err write_kind(struct store *store, struct change *change)
{
    switch (change->kind) {
    case CHANGE_BRAIN_CREATED:
        return write_creation(store, change);
    case CHANGE_BRAIN_REPLACED:
        return write_replacement(store, change);
    case CHANGE_BRAIN_DELETED:
        return store_delete_brain(store, change->brain.id);
    case CHANGE_MATCHES_LEARNED:
        return write_learning(store, change);
    case CHANGE_CHECKPOINT_KEPT:
        return write_checkpoint(store, change);
    case CHANGE_CHECKPOINT_DELETED:
        return store_delete_checkpoint(store, change->brain.id, change->checkpoint.name);
    case CHANGE_JOB_ACCEPTED:
        return write_job(store, change);
    case CHANGE_JOBS_MOVED:
        return write_states(store, change);
    case CHANGE_JOB_PROGRESSED:
    case CHANGE_JOB_SUSPENDED:
        return write_progress(store, change);
    case CHANGE_JOB_OVER:
        return write_end(store, change);
    case CHANGE_POINT_REACHED:
        return write_point(store, change);
    case CHANGE_NOTHING:
    case CHANGE_KIND_COUNT:
        break;
    }
    return ERR_OK;
}

static enum err keep_receipt(struct store *store, const struct receipt_record *receipt)
{
    enum err err = store_forget_receipts(store, receipt->created_at_ms - STORE_RECEIPT_MS);
    return err == ERR_OK ? store_put_receipt(store, receipt) : err;
}

enum err store_write(struct store *store, struct change *change)
{
    enum err err = write_kind(store, change);
    for (const struct receipt_record *receipt = change->receipts; receipt != NULL && err == ERR_OK;
         receipt = receipt->next)
        err = keep_receipt(store, receipt);
    return err;
}
