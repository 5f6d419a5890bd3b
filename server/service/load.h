/*
 * load - reads the brains and jobs of the database into the service; all must be sound. Before
 * store_start(), or of a database that is looked at.
 */
#ifndef TTSTD_SERVICE_LOAD_H
#define TTSTD_SERVICE_LOAD_H

#include "service/state.h"

/* A brain's or job's row becomes an entry, if it is sound; else ERR_CORRUPT. */
MUST_CHECK enum err load_brain(struct service *service, const struct brain_record *record,
                               const char *blob, size_t blob_size);
MUST_CHECK enum err load_job(struct service *service, const struct job *job, const char *blob,
                             size_t blob_size);

/* After all brains and jobs: the ids that are next, beyond those that were deleted. */
MUST_CHECK enum err load_counters(struct service *service);

/* Reads all that is in the database, and makes the default brain where there is none. ERR_CORRUPT
 * and others, with a line for the operator. */
MUST_CHECK enum err service_load(struct service *service, struct fault *fault);

/* Lets all of it go, and closes the database. */
void service_unload(struct service *service);

#endif
