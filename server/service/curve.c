#include "service/curve.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/log.h"
#include "service/run.h"
#include "service/shelf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An evaluation as bytes: doubles, and a set of two players. */

static void put_number(struct text *out, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    bytes_add_u64(out, bits);
}

static double take_number(struct reader *in)
{
    uint64_t bits = reader_u64(in);
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* All that an evaluation has when there is no other brain, in the order in which it is stored. */
enum { NUMBERS = 22 };

static void list_numbers(struct evaluation *evaluation, double *out[NUMBERS])
{
    double **next = out;
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        *next++ = &evaluation->self[result];
    struct outcome *const rivals[] = {evaluation->random, evaluation->perfect};
    for (unsigned rival = 0; rival < 2; rival++) {
        for (unsigned as = 0; as < 2; as++) {
            *next++ = &rivals[rival][as].win;
            *next++ = &rivals[rival][as].draw;
            *next++ = &rivals[rival][as].loss;
        }
    }
    for (unsigned as = 0; as < 2; as++)
        *next++ = &evaluation->worst_case_loss[as];
    for (unsigned as = 0; as < 2; as++)
        *next++ = &evaluation->best_response[as];
    *next++ = &evaluation->nash_conv;
    *next++ = &evaluation->exploitability;
    *next++ = &evaluation->ttst_exploitability;
}

static void encode(struct evaluation *evaluation, struct text *out)
{
    double *numbers[NUMBERS];
    list_numbers(evaluation, numbers);
    for (unsigned i = 0; i < NUMBERS; i++)
        put_number(out, *numbers[i]);
    bytes_add_u32(out,
                  (uint32_t)evaluation->never_loses[0] | (uint32_t)evaluation->never_loses[1] << 1);
}

static void decode(struct reader *in, struct evaluation *out)
{
    double *numbers[NUMBERS];
    *out = (struct evaluation){.nash_conv = 0};
    list_numbers(out, numbers);
    for (unsigned i = 0; i < NUMBERS; i++)
        *numbers[i] = take_number(in);
    uint32_t never = reader_u32(in);
    out->never_loses[0] = never & 1;
    out->never_loses[1] = never >> 1 & 1;
}

bool curve_point_is_sound(const char evaluations[STORE_POINT_SIZE])
{
    struct reader in = {.bytes = evaluations, .size = STORE_POINT_SIZE};
    bool is_sound = true;
    for (unsigned half = 0; half < 2; half++) {
        struct evaluation evaluation;
        double *numbers[NUMBERS];
        decode(&in, &evaluation);
        list_numbers(&evaluation, numbers);
        for (unsigned i = 0; i < NUMBERS; i++)
            is_sound = is_sound && *numbers[i] >= -1 && *numbers[i] <= 2;
    }
    return is_sound;
}

/* Writing. */

struct point_change {
    struct change change; /* first */
    int64_t brain_id;
    uint64_t matches;
    struct curve_point point;
    char evaluations[STORE_POINT_SIZE];
    struct brain *table; /* for a checkpoint, too; or NULL */
    struct store_checkpoint checkpoint;
};

static enum err perform_point(struct store *store, struct store_request *request)
{
    const struct point_change *point = (const struct point_change *)request;
    enum err err = store_put_point(store, point->brain_id, point->matches, point->evaluations);
    if (err == ERR_OK && point->table != NULL)
        err = store_put_checkpoint(store, point->brain_id, &point->checkpoint, point->table);
    return err;
}

static void free_point(struct point_change *point)
{
    if (point != NULL)
        brain_destroy(point->table);
    free(point);
}

static void say_lost(int64_t brain_id, uint64_t matches, const char *why)
{
    LOG(LOG_WARN, "curve_point_lost", LOG_NUMBER("brain", brain_id), LOG_NUMBER("matches", matches),
        LOG_TEXT("error", why));
}

static void tell_watcher(struct service *service, const struct point_change *point)
{
    const struct service_watcher *watcher = &service->watcher;
    const struct brain_entry *entry = brain_entry_by_id(service, point->brain_id);
    if (watcher->point != NULL && entry != NULL)
        watcher->point(watcher->context, entry->run != NULL ? brain_entry_job(service, entry) : 0,
                       &point->point);
}

static void finish_point(struct change *change)
{
    struct point_change *point = (struct point_change *)change;
    if (change->request.err != ERR_OK)
        say_lost(point->brain_id, point->matches, change->request.error);
    else if (point->table != NULL)
        shelf_forget(change->service, point->brain_id, point->checkpoint.name);
    if (change->request.err == ERR_OK)
        tell_watcher(change->service, point);
    free_point(point);
}

static bool is_power_of_ten(uint64_t number)
{
    while (number % 10 == 0 && number > 0)
        number /= 10;
    return number == 1;
}

/* ERR_NO_MEMORY. */
static enum err fill_in(struct point_change *change, const struct brain *table,
                        const struct curve_point *point)
{
    struct text bytes = {0};
    change->point = *point;
    encode(&change->point.sample, &bytes);
    encode(&change->point.greedy, &bytes);
    enum err err = bytes.failed ? ERR_NO_MEMORY : ERR_OK;
    if (err == ERR_OK)
        memcpy(change->evaluations, bytes.bytes, STORE_POINT_SIZE);
    text_free(&bytes);
    if (err != ERR_OK || !is_power_of_ten(point->matches))
        return err;
    err = brain_create(table->states, &table->rule, &change->table);
    if (err != ERR_OK)
        return err;
    brain_copy(change->table, table);
    change->checkpoint =
        (struct store_checkpoint){.matches = point->matches, .created_at_ms = clock_unix_ms()};
    snprintf(change->checkpoint.name, sizeof change->checkpoint.name, "%" PRIu64, point->matches);
    return ERR_OK;
}

/* A curve without a point is better than no training. */
void curve_note(struct service *service, int64_t brain_id, const struct brain *table,
                const struct curve_point *point)
{
    struct point_change *change = calloc(1, sizeof *change);
    if (change == NULL || fill_in(change, table, point) != ERR_OK) {
        say_lost(brain_id, point->matches, err_name(ERR_NO_MEMORY));
        free_point(change);
        return;
    }
    change->change = (struct change){
        .request.perform = perform_point, .service = service, .finish = finish_point};
    change->brain_id = brain_id;
    change->matches = point->matches;
    change_post(&change->change);
}

void curve_note_training(struct training *training, const struct brain *table,
                         const struct curve_point *point)
{
    curve_note(run_service(training), training->brain_id, table, point);
}

/* Reading. */

struct curve_reading {
    struct change change; /* first */
    struct curve_call *curve;
    int64_t brain_id;
    uint64_t matches; /* of the brain: points ahead of it do not show */
    struct curve_point *points;
    size_t count;
};

static enum err take_point(void *context, uint64_t matches,
                           const char evaluations[STORE_POINT_SIZE])
{
    struct curve_reading *reading = context;
    if (matches > reading->matches || reading->count == CURVE_POINTS_MAX)
        return ERR_OK;
    if (evaluations == NULL || !curve_point_is_sound(evaluations))
        return ERR_CORRUPT;
    struct reader in = {.bytes = evaluations, .size = STORE_POINT_SIZE};
    struct curve_point *point = &reading->points[reading->count++];
    point->matches = matches;
    decode(&in, &point->sample);
    decode(&in, &point->greedy);
    return ERR_OK;
}

static enum err perform_reading(struct store *store, struct store_request *request)
{
    struct curve_reading *reading = (struct curve_reading *)request;
    reading->count = 0;
    return store_each_point(store, reading->brain_id, take_point, reading);
}

static void finish_reading(struct change *change)
{
    struct curve_reading *reading = (struct curve_reading *)change;
    struct curve_call *curve = reading->curve;
    curve->points = reading->points;
    curve->count = reading->count;
    change_outcome_of_reading(change, "the curve", &curve->call.fault);
    if (change->request.err != ERR_OK) {
        free(reading->points);
        curve->points = NULL;
    }
    free(reading);
    curve->call.done(&curve->call);
}

enum err service_read_curve(struct service *service, const char *brain, struct curve_call *call,
                            struct fault *fault)
{
    struct brain_entry *entry = brain_entry_find(service, brain);
    if (entry == NULL)
        return fault_set(fault, ERR_NOT_FOUND, NULL, BRAIN_NOT_FOUND);
    struct curve_reading *reading = calloc(1, sizeof *reading);
    struct curve_point *points = malloc(CURVE_POINTS_MAX * sizeof *points);
    if (reading == NULL || points == NULL) {
        free(reading);
        free(points);
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for the curve");
    }
    *reading = (struct curve_reading){.change = {.request.perform = perform_reading,
                                                 .request.only_reads = true,
                                                 .service = service,
                                                 .finish = finish_reading},
                                      .curve = call,
                                      .brain_id = entry->record.id,
                                      .matches = brain_entry_counts(entry).matches,
                                      .points = points};
    change_post(&reading->change);
    return ERR_OK;
}
