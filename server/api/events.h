/*
 * events - what happens to a job, told as it happens (server-sent events: the HTML standard, 9.2).
 */
#ifndef TTSTD_API_EVENTS_H
#define TTSTD_API_EVENTS_H

#include "api/api.h"

struct curve_point;

/* Has subscribers told what is new. Returns in how many milliseconds to be called again; -1: when
 * something changes. */
int events_tell(struct api *api);

/* Ends all streams. */
void events_end(struct api *api);

/* For service_watch(). */
void events_note_point(void *context, int64_t job_id, const struct curve_point *point);

#endif
