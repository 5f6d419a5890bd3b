#include "service/curve.h"

#include "service/lookup.h"

#include <stdlib.h>

struct curve_reading {
    struct lookup lookup; /* first */
    struct curve_call *curve;
    int64_t brain_id;
    uint64_t matches; /* of the brain: points ahead of it do not show */
    struct curve_point *points;
    size_t count;
};

static enum err take_point(void *context, uint64_t matches, const char bytes[POINT_SIZE])
{
    struct curve_reading *reading = context;
    if (matches > reading->matches || reading->count == CURVE_POINTS_MAX)
        return ERR_OK;
    struct curve_point *point = &reading->points[reading->count++];
    point->matches = matches;
    return bytes != NULL ? point_decode(bytes, point) : ERR_CORRUPT;
}

static enum err perform_reading(struct store *store, struct store_request *request)
{
    struct curve_reading *reading = (struct curve_reading *)request;
    reading->count = 0;
    return store_each_point(store, reading->brain_id, take_point, reading);
}

static void finish_reading(struct lookup *lookup)
{
    struct curve_reading *reading = (struct curve_reading *)lookup;
    struct curve_call *curve = reading->curve;
    lookup->service->curve_readings--;
    curve->points = reading->points;
    curve->count = reading->count;
    lookup_outcome(lookup, "the curve", &curve->call.fault);
    if (lookup->request.err != ERR_OK) {
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
    *reading = (struct curve_reading){
        .lookup = {.request.perform = perform_reading, .service = service, .done = finish_reading},
        .curve = call,
        .brain_id = entry->record.id,
        .matches = brain_entry_counts(entry).matches,
        .points = points};
    service->curve_readings++;
    lookup_post(&reading->lookup);
    return ERR_OK;
}
