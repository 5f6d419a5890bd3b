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
#include <unistd.h>

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

struct point_write {
    struct change change; /* first */
    struct retry retry;
    int64_t brain_id;
    struct curve_point point;
    char evaluations[STORE_POINT_SIZE];
    struct brain *table; /* for a checkpoint, too; or NULL */
    struct store_checkpoint checkpoint;
};

enum err point_write_perform(struct store *store, const struct point_write *write)
{
    const uint64_t matches = write->point.matches;
    enum err err = store_put_point(store, write->brain_id, matches, write->evaluations);
    if (err == ERR_OK && write->table != NULL)
        err = store_put_checkpoint(store, write->brain_id, &write->checkpoint, write->table);
    return err;
}

void point_write_free(struct point_write *write)
{
    if (write != NULL)
        brain_destroy(write->table);
    free(write);
}

void point_write_done(struct service *service, const struct point_write *write)
{
    const struct service_watcher *watcher = &service->watcher;
    const struct brain_entry *entry = brain_entry_by_id(service, write->brain_id);
    if (write->table != NULL)
        shelf_forget(service, write->brain_id, write->checkpoint.name);
    if (watcher->point != NULL && entry != NULL)
        watcher->point(watcher->context, entry->run != NULL ? brain_entry_job(service, entry) : 0,
                       &write->point);
}

static bool is_power_of_ten(uint64_t number)
{
    while (number % 10 == 0 && number > 0)
        number /= 10;
    return number == 1;
}

/* ERR_NO_MEMORY. */
static enum err fill_in(struct point_write *write, const struct brain *table)
{
    struct text bytes = {0};
    encode(&write->point.sample, &bytes);
    encode(&write->point.greedy, &bytes);
    enum err err = bytes.failed ? ERR_NO_MEMORY : ERR_OK;
    if (err == ERR_OK)
        memcpy(write->evaluations, bytes.bytes, STORE_POINT_SIZE);
    text_free(&bytes);
    const uint64_t matches = write->point.matches;
    if (err != ERR_OK || !is_power_of_ten(matches))
        return err;
    err = brain_create_like(table, &write->table);
    if (err != ERR_OK)
        return err;
    brain_copy(write->table, table);
    write->checkpoint =
        (struct store_checkpoint){.matches = matches, .created_at_ms = clock_unix_ms()};
    snprintf(write->checkpoint.name, sizeof write->checkpoint.name, "%" PRIu64, matches);
    return ERR_OK;
}

struct point_write *point_write_create(int64_t brain_id, const struct brain *table,
                                       const struct curve_point *point)
{
    struct point_write *write = calloc(1, sizeof *write);
    if (write == NULL)
        return NULL;
    write->brain_id = brain_id;
    write->point = *point;
    if (fill_in(write, table) == ERR_OK)
        return write;
    point_write_free(write);
    return NULL;
}

/* The points of a training. */

static enum err perform_point(struct store *store, struct store_request *request)
{
    return point_write_perform(store, (const struct point_write *)request);
}

static void log_point(const char *event, int64_t brain_id, uint64_t matches, const char *why)
{
    LOG(LOG_WARN, event, LOG_NUMBER("brain", brain_id), LOG_NUMBER("matches", matches),
        LOG_TEXT("error", why));
}

static void post_again(struct service *service, struct retry *retry)
{
    (void)service;
    change_post((struct change *)((char *)retry - offsetof(struct point_write, retry)));
}

/* A point that could not be written is kept until it can: training has gone on, and nobody would
 * evaluate that table again. */
static void finish_point(struct change *change)
{
    struct point_write *write = (struct point_write *)change;
    struct service *service = change->service;
    struct brain_entry *entry = brain_entry_by_id(service, write->brain_id);
    const bool was_owed = write->retry.wait_ms > 0;
    if (change->request.err != ERR_OK && retry_later(service, &write->retry)) {
        entry->points_owed += !was_owed;
        if (!was_owed)
            log_point("curve_point_waits", write->brain_id, write->point.matches,
                      change->request.error);
        return;
    }
    entry->points_owed -= was_owed;
    if (change->request.err == ERR_OK)
        point_write_done(service, write);
    else
        log_point("curve_point_lost", write->brain_id, write->point.matches, change->request.error);
    point_write_free(write);
}

/* Without memory waits for it. The evaluator can: who waits for it in turn, in the end the
 * training, would need memory, too. */
static struct point_write *create_patiently(struct service *service, int64_t brain_id,
                                            const struct brain *table,
                                            const struct curve_point *point)
{
    enum { TRIES = 200, PAUSE_US = 50 * 1000 };
    struct point_write *write = point_write_create(brain_id, table, point);
    for (unsigned i = 0; write == NULL && i < TRIES && !service->is_closing; i++) {
        usleep(PAUSE_US);
        write = point_write_create(brain_id, table, point);
    }
    return write;
}

void curve_note_training(struct training *training, const struct brain *table,
                         const struct curve_point *point)
{
    struct service *service = run_service(training);
    struct point_write *write = create_patiently(service, training->brain_id, table, point);
    if (write == NULL) {
        log_point("curve_point_lost", training->brain_id, point->matches, err_name(ERR_NO_MEMORY));
        return;
    }
    write->change = (struct change){
        .request.perform = perform_point, .service = service, .finish = finish_point};
    write->retry.again = post_again;
    change_post(&write->change);
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
    change->service->curve_readings--;
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
    if (service->curve_readings == CURVE_READINGS_MAX)
        return fault_set(fault, ERR_BUSY, NULL, "%d curves are being read, as many as can be",
                         CURVE_READINGS_MAX);
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
    service->curve_readings++;
    change_post(&reading->change);
    return ERR_OK;
}
