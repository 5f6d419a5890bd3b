/*
 * load - reads the brains and jobs of the database into the service; all must be sound. Before
 * store_start(), or of a database that is looked at.
 */
#ifndef TTSTD_SERVICE_LOAD_H
#define TTSTD_SERVICE_LOAD_H

#include "service/state.h"

/* A brain's or job's row becomes an entry, and a lesson's, in the order of store_each_lesson(),
 * part of its brain's, if it is sound; else ERR_CORRUPT. The tables of brains are not looked at. */
MUST_CHECK enum err load_brain(struct service *service, const struct brain_record *record,
                               const struct brain_counts *counts);
MUST_CHECK enum err load_lesson(struct service *service, int64_t brain_id, int64_t number,
                                const struct lesson *lesson);
MUST_CHECK enum err load_job(struct service *service, const struct job *job, const char *blob,
                             size_t blob_size);

/* The table of a brain that is there, held for the caller. ERR_CORRUPT if it is not sound. */
MUST_CHECK enum err load_table(struct service *service, int64_t brain_id, struct edition **out);

/* After all brains and jobs: the ids that are next, beyond those that were deleted. */
MUST_CHECK enum err load_counters(struct service *service);

/* Reads what is in the database, looks at the tables of as many brains as take no long time, and
 * makes the default brain where there is none. ERR_CORRUPT and others, with a line for the
 * operator. */
MUST_CHECK enum err service_load(struct service *service, struct fault *fault);

/* Lets all of it go, and closes the database. */
void service_unload(struct service *service);

#endif
